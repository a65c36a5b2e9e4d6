import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, ref } from 'vue';
import { paced } from '../../renderer/ui/pace.ts';

describe('what is drawn in a pace', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is there at once after quiet, a busy value no oftener than that, and the last one always', () => {
    const value = ref(0);
    const scope = effectScope();
    const shown = scope.run(() => paced(() => value.value, 250));
    const seen: (number | undefined)[] = [];
    for (let step = 1; step <= 20; step++) {
      value.value = step;
      seen.push(shown?.value);
      vi.advanceTimersByTime(50);
    }
    expect([...new Set(seen)]).toEqual([1, 5, 10, 15]);
    vi.advanceTimersByTime(250);
    expect(shown?.value).toBe(20);
    vi.advanceTimersByTime(1000);
    value.value = 21;
    expect(shown?.value).toBe(21);
    scope.stop();
    value.value = 22;
    vi.advanceTimersByTime(1000);
    expect(shown?.value).toBe(21);
    expect(vi.getTimerCount()).toBe(0);
  });
});
