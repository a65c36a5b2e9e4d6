import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en, zh } from '../../renderer/i18n/texts.ts';
import type { DeviceId } from '../../shared/programState.ts';
import { maxDevices } from '../../shared/programState.ts';
import type { DeviceState } from '../../shared/state.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, askAs, good, part, patienceMs, programOf, shownTab, stateOf, until } from './screen.ts';

/** Three modules, one of which the network denies, worked at from the tab of another. The tests build on each other, in this order. */
let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  for (const [id, path] of [
    ['1', 'sim:m5310-seed'],
    ['2', 'sim:m5310-seed?network=denied'],
    ['3', 'sim:m5310-seed'],
  ] as const) {
    if (id !== '1') good(await askAs(started.page, 'openDevice'));
    good(await askAs(started.page, 'openPort', id, { path, baudRate: 115_200 }));
  }
}, patienceMs);
afterAll(() => started?.close());

const at = (name: string) => part(started.page, name);
const tab = (id: DeviceId) => at(`tab-${id}`);
const press = (keys: string) => started.page.keyboard.press(keys);
const stateAt = (id: DeviceId): Promise<DeviceState> => stateOf(started.page, id);
const looks = (['en', 'zh'] as const).map(
  (language) => ({ language, theme: 'light', width: 1280, height: 720 }) as const,
);
const texts = { en, zh };

/** A read of the platform, as an HTTP client outside asks for it; its answer may be long in coming. */
async function read(id: DeviceId): Promise<string> {
  const { simulator } = await stateAt(id);
  const query = `imei=${simulator?.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
  return (await fetch(`${simulator?.http}/nbiot?${query}`)).text();
}

async function showTab(id: DeviceId): Promise<void> {
  await press(`Alt+${id}`);
  await until(() => shownTab(started.page)).toBe(id);
}

describe.each(looks)('from the tab of another module, in $language', (look) => {
  const words = texts[look.language];

  it('a module that is not online shows its two newest problems, and the way to why', async () => {
    await show(started, look);
    await showTab('1');
    await until(() => tab('1').getAttribute('data-status')).toBe('done');
    await until(() => tab('2').getAttribute('data-status')).toBe('failed');
    const name = (await tab('2').locator('.who').textContent()) ?? '';
    await tab('2').hover();
    await at('tab-card-2').waitFor();
    const card = (await at('tab-card-2').textContent()) ?? '';
    expect(card).toContain(words.tab.card.notOnline.replace('{name}', name));
    expect(card).toContain((await stateAt('2')).module.imei);
    expect(await at('tab-card-problem').count()).toBeGreaterThan(0);
    expect(card).toContain(words.stage.network);
    await picture(started, `8-tab-card-${look.language}`);
    expect(await cutWords(started)).toEqual([]);
    await at('tab-card-why').click();
    await until(() => shownTab(started.page)).toBe('2');
    await until(() => at('why').getAttribute('data-verdict')).toBe('causes');
    await until(() => at('tab-card-2').count()).toBe(0);
  });

  it('the card opens for a tab in focus, too, leads there with Alt and its number, and closes by Escape', async () => {
    await tab('2').focus();
    await at('tab-card-2').waitFor();
    await press('Escape');
    await until(() => at('tab-card-2').count()).toBe(0);
    await press('ArrowDown');
    await until(() => started.page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe(
      'tab-card-why',
    );
    await press('Escape');
    await until(() => started.page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('tab-2');
    await tab('3').hover();
    await at('tab-card-3').waitFor();
    await until(() => at('tab-card-go').textContent()).toContain('Alt+3');
    await at('tab-card-go').click();
    await until(() => shownTab(started.page)).toBe('3');
  });

  it('a request that waits for a person is seen at its tab, and one key leads to it', async () => {
    await until(async () => (await stateAt('3')).observations.length).toBe(3);
    good(await askAs(started.page, 'holdRequests', '3', { kinds: ['read'] }));
    await showTab('1');
    await at('nav-udp').click();
    const first = read('3');
    await at('tab-held-3').waitFor();
    expect(await tab('3').getAttribute('aria-label')).toContain(words.tab.held.replace('{count}', '1'));
    await picture(started, `8-tab-held-${look.language}`);
    await press('F4');
    await until(() => shownTab(started.page)).toBe('3');
    await at('hand-dialog').waitFor();
    await at('hand-send').click();
    expect(await first).toContain('"val":20.123');
    await showTab('1');
    const second = read('3');
    await at('tab-held-3').click();
    await at('hand-dialog').waitFor();
    await at('hand-send').click();
    expect(await second).toContain('"val":20.123');
    await until(() => at('tab-held-3').count()).toBe(0);
    good(await askAs(started.page, 'holdRequests', '3', { kinds: [] }));
    await showTab('1');
    // The focus is at the tab: its card would open over the rail.
    await press('Escape');
    await at('nav-workbench').click();
  });

  it('a message says which tab it came from', async () => {
    const name = (await tab('1').locator('.who').textContent()) ?? '';
    await started.page.locator('[data-area="console"]').waitFor();
    await at('console-input').fill('x'.repeat(5000));
    await at('console-input').press('Enter');
    await showTab('3');
    await until(() => at('toast-origin').first().textContent()).toBe(name);
    await picture(started, `8-tab-toast-${look.language}`);
    await started.page.locator('.toast button').first().click();
    await until(() => at('toast-origin').count()).toBe(0);
    await showTab('1');
    await at('console-input').fill('');
  });
});

describe('more tabs than there is room for', () => {
  it('shrink to mark and end of the IMEI, then stand in a list; one that wants somebody stays in sight', async () => {
    while ((await programOf(started.page)).devices.length < maxDevices) good(await ask(started.page, 'openDevice'));
    await showTab('1');
    const failed = good(
      await askAs(started.page, 'openPort', String(maxDevices), {
        path: 'sim:m5310-seed?network=denied',
        baudRate: 115_200,
      }),
    );
    expect(failed).toBeUndefined();
    await at(`tab-problems-${maxDevices}`).waitFor();
    for (const look of looks) {
      const words = texts[look.language];
      await show(started, look);
      await until(() => at('tab-more').count()).toBe(1);
      expect(await tab('1').locator('.who').textContent()).toBe(`…${(await stateAt('1')).module.imei?.slice(-4)}`);
      expect(await tab(String(maxDevices)).isVisible()).toBe(true);
      const hidden = maxDevices - (await started.page.getByRole('tab').count());
      expect(await at('tab-more').getAttribute('aria-label')).toBe(words.tab.others.replace('{count}', String(hidden)));
      expect(await cutWords(started)).toEqual([]);
      await picture(started, `8-tabs-many-${look.language}`);
      await at('tab-more').click();
      await at('tab-other-15').waitFor();
      await picture(started, `8-tabs-list-${look.language}`);
      await at('tab-other-15').click();
      await until(() => shownTab(started.page)).toBe('15');
      expect(await tab('15').isVisible()).toBe(true);
      await showTab('1');
    }
    expect(started.complaints).toEqual([]);
  });
});
