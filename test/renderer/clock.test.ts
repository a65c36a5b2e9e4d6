import { describe, expect, it } from 'vitest';
import { createSSRApp, defineComponent, h } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { provideNow, steadyNow, useNow } from '../../renderer/mirror/clock.ts';

/** What a component shows as its now, below one that shows the moment; alone where there is none. */
function nowShown(momentMs?: () => number | undefined): Promise<string> {
  const Watch = defineComponent(() => {
    const now = useNow(1000, () => false);
    return () => String(now.value);
  });
  const Around = defineComponent(() => {
    if (momentMs) provideNow(momentMs);
    return () => h(Watch);
  });
  return renderToString(createSSRApp(Around));
}

describe('the now of what is shown', () => {
  it('is the moment where one that is over is shown, so that no span in it grows on', async () => {
    expect(await nowShown(() => 1_795_158_120_000)).toBe('1795158120000');
  });

  it('is the live one everywhere else, also before a moment has been chosen', async () => {
    for (const moment of [undefined, () => undefined]) {
      const before = steadyNow();
      const shown = Number(await nowShown(moment));
      expect(shown).toBeGreaterThanOrEqual(before);
      expect(shown).toBeLessThanOrEqual(steadyNow());
    }
  });
});
