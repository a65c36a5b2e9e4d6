import { describe, expect, it } from 'vitest';
import { defineComponent, nextTick, ref } from 'vue';
import { later, loadRest, onceTrue } from '../../renderer/ui/later.ts';

const page = defineComponent({ name: 'SomePage' });

describe('parts of the window that are loaded later', () => {
  it('are loaded one at a time, each when there is nothing else to do, whatever becomes of the one before', async () => {
    const told: string[] = [];
    const load = (name: string) => () => {
      told.push(`load ${name}`);
      return Promise.resolve(page);
    };
    later(load('first'));
    later(() => Promise.reject(new Error('the file is gone')));
    later(load('second'));
    let idle = 0;
    await loadRest((work) => {
      told.push(`idle ${++idle}`);
      queueMicrotask(work);
    });
    expect(told).toEqual(['idle 1', 'load first', 'idle 2', 'idle 3', 'load second']);
  });

  it('are named once: a second round finds nothing to do', async () => {
    await loadRest(() => expect.unreachable('there is nothing left'));
  });

  it('stay once they were shown', async () => {
    const isWanted = ref(false);
    const has = onceTrue(() => isWanted.value);
    expect(has.value).toBe(false);
    isWanted.value = true;
    await nextTick();
    isWanted.value = false;
    await nextTick();
    expect(has.value).toBe(true);
    expect(onceTrue(() => true).value).toBe(true);
  });
});
