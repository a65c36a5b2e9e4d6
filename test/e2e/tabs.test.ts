import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en, zh } from '../../renderer/i18n/texts.ts';
import type { DeviceId } from '../../shared/programState.ts';
import type { DeviceState } from '../../shared/state.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, picture, show, smallestLooks, looks as usualLooks } from './pictures.ts';
import { allDone, ask, askAs, choose, good, part, programOf, shownTab, stages, stateOf, until } from './screen.ts';
import { TcpModule } from './tcpModule.ts';

/** Four modules side by side: three virtual ones and one at a serial server. The tests build on each other, in this order. */
let started: StartedElectron;
let tcp: TcpModule;
beforeAll(async () => {
  [started, tcp] = await Promise.all([startElectron(), TcpModule.start()]);
});
afterAll(() => Promise.all([started?.close(), tcp?.close()]));

const at = (name: string) => part(started.page, name);
const tab = (id: DeviceId) => at(`tab-${id}`);
const press = (keys: string) => started.page.keyboard.press(keys);
const tabIds = async (): Promise<string[]> => (await programOf(started.page)).devices.map(({ id }) => id);
const stateAt = (id: DeviceId): Promise<DeviceState> => stateOf(started.page, id);

async function observed(id: DeviceId): Promise<void> {
  await until(async () => (await stateAt(id)).observations.length).toBe(3);
}

const lastSeqAt = async (id: DeviceId): Promise<number> =>
  good(await askAs(started.page, 'getSnapshot', id)).lastSeq ?? 0;

/** A read of the platform, as an HTTP client outside asks for it. */
async function read(http: string, imei: string): Promise<string> {
  const answer = await fetch(`${http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`);
  return answer.text();
}

describe('tabs', () => {
  it('begin with one, which looks as the window always did', async () => {
    expect(await tabIds()).toEqual(['1']);
    expect(await tab('1').textContent()).toContain(en.tab.empty);
    await at('connect-button').waitFor();
  });

  it('are opened by button and by key, and each connects to a module of its own', async () => {
    await at('baud-input').fill('115200');
    await at('connect-button').click();
    await observed('1');
    await at('tab-new').click();
    await until(() => shownTab(started.page)).toBe('2');
    await at('baud-input').fill('115200');
    await at('connect-button').click();
    await press('Control+t');
    await until(() => shownTab(started.page)).toBe('3');
    good(await askAs(started.page, 'openPort', '3', { path: 'sim:bc28', baudRate: 115_200 }));
    await press('Control+t');
    await until(() => shownTab(started.page)).toBe('4');
    good(await ask(started.page, 'openPort', { path: tcp.address, baudRate: 9600 }));
    for (const id of ['2', '3', '4']) await observed(id);
    expect(await tabIds()).toEqual(['1', '2', '3', '4']);
    await until(() => stages(started.page)).toEqual(allDone);
    const journals = await Promise.all(['1', '2', '3', '4'].map(async (id) => (await stateAt(id)).journal?.file));
    expect(new Set(journals).size).toBe(4);
  });

  it('tell who the module is and how it is, to eye and ear', async () => {
    for (const id of ['1', '2', '3', '4']) {
      await until(() => tab(id).getAttribute('data-status')).toBe('done');
      const { module } = await stateAt(id);
      const name = `${module.model} …${module.imei?.slice(-4)}`;
      expect(await tab(id).textContent()).toContain(name);
      expect(await tab(id).getAttribute('aria-label')).toBe(
        en.tab.label.replace('{number}', id).replace('{name}', name).replace('{state}', en.tab.registered),
      );
    }
    expect(await started.page.getByRole('tab', { selected: true }).count()).toBe(1);
  });

  it('are shown by key and by arrow, and each keeps what was selected, typed and looked at', async () => {
    await press('Alt+1');
    await until(() => shownTab(started.page)).toBe('1');
    await choose(started.page, '/3303/0/5700');
    await at('console-input').fill('AT+CSQ of one');
    await press('Alt+2');
    await until(() => shownTab(started.page)).toBe('2');
    expect(await at('console-input').inputValue()).toBe('');
    expect(await at('console-input').getAttribute('placeholder')).toContain(
      en.console.placeholderTo.replace('{name}', `…${(await stateAt('2')).module.imei?.slice(-4)}`),
    );
    await at('nav-udp').click();
    await press('Control+Tab');
    await until(() => shownTab(started.page)).toBe('3');
    await press('Control+Shift+Tab');
    await until(() => shownTab(started.page)).toBe('2');
    await at('udp-page').waitFor();
    await at('nav-workbench').click();
    await tab('2').focus();
    await press('ArrowLeft');
    await until(() => shownTab(started.page)).toBe('1');
    expect(await at('console-input').inputValue()).toBe('AT+CSQ of one');
    expect(await started.page.locator('[data-area="composer"] .path').textContent()).toBe('/3303/0/5700');
    expect(await started.page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('tab-1');
    await press('Alt+3');
    await until(() => shownTab(started.page)).toBe('3');
    await until(() => started.page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('tab-3');
    await press('Alt+1');
    await until(() => shownTab(started.page)).toBe('1');
    await press('Alt+9');
    expect(await shownTab(started.page)).toBe('1');
  });

  it('keep how far somebody had scrolled up in the log', async () => {
    const log = at('log');
    const top = (): Promise<number> => log.evaluate((element) => element.scrollTop);
    await until(() => log.evaluate((element) => element.scrollHeight > element.clientHeight + 400)).toBe(true);
    await log.evaluate((element) => {
      // As a wheel does it, but to a known place.
      element.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
      element.scrollTop = 200;
    });
    await at('log-follow-pill').waitFor();
    const first = await started.page.locator('[data-testid^="log-row-"]').first().getAttribute('data-testid');
    await press('Alt+3');
    await until(() => shownTab(started.page)).toBe('3');
    await press('Alt+1');
    await until(() => shownTab(started.page)).toBe('1');
    await until(async () => Math.abs((await top()) - 200)).toBeLessThan(60);
    expect(await started.page.locator(`[data-testid="${first}"]`).count()).toBe(1);
  });

  it('write out the journal and the log of the one that is shown', async () => {
    await press('Alt+3');
    await until(() => shownTab(started.page)).toBe('3');
    const written = good(await ask(started.page, 'exportJournal', { format: 'ndjson', mask: false }));
    const text = await readFile(written?.file ?? '', 'utf8');
    expect(text).toContain('sim:bc28');
    expect((await stateAt('3')).journal?.file).not.toBe((await stateAt('1')).journal?.file);
  });

  it('are all there again when the page is loaded anew, and the one that was shown is shown', async () => {
    await started.page.reload();
    await until(() => stages(started.page)).toEqual(allDone);
    expect(await shownTab(started.page)).toBe('3');
    expect(await started.page.getByRole('tab', { selected: true }).getAttribute('data-testid')).toBe('tab-3');
    for (const id of ['1', '2', '3', '4']) await until(() => tab(id).getAttribute('data-status')).toBe('done');
    await until(() => at('log').locator('[data-testid^="log-row-"]').count()).toBeGreaterThan(5);
  });

  it.each([...smallestLooks, ...usualLooks])('fit: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await picture(started, `8-tabs-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    const widths = await started.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
    const words = look.language === 'zh' ? zh.tab : en.tab;
    expect(await at('tab-new').textContent()).toContain(words.new);
    expect(await tab('1').getAttribute('aria-label')).toContain(words.registered);
  });
});

describe('with one module flooded and one unplugged', () => {
  const calm: readonly DeviceId[] = ['1', '3'];

  it('the others answer as before, keep their sessions and have nothing to say', async () => {
    await show(started, { language: 'en', theme: 'light', width: 1280, height: 720 });
    await press('Alt+1');
    const before = await Promise.all(calm.map((id) => stateAt(id)));
    const lastSeqs = await Promise.all(calm.map(lastSeqAt));
    const { simulator: flooded } = await stateAt('2');

    // The platform of tab 2 asks without pause, the module of tab 4 talks without pause until its cable is pulled.
    let isOver = false;
    const askers = Array.from({ length: 4 }, async () => {
      while (!isOver) await read(flooded?.http ?? '', flooded?.imei ?? '').catch(() => undefined);
    });
    const quiet = tcp.flood();
    await until(async () => (await stateAt('4')).journal?.bytes ?? 0).toBeGreaterThan(300_000);
    const answered: string[] = [];
    for (let count = 0; count < 10; count++) {
      for (const { simulator } of before) answered.push(await read(simulator?.http ?? '', simulator?.imei ?? ''));
    }
    await tcp.pull();
    quiet();
    await until(() => tab('4').getAttribute('data-status')).toBe('stale');
    for (let count = 0; count < 10; count++) {
      for (const { simulator } of before) answered.push(await read(simulator?.http ?? '', simulator?.imei ?? ''));
    }
    isOver = true;
    await Promise.all(askers);

    expect(answered).toHaveLength(40);
    expect(answered.filter((text) => !text.includes('"val":20.123'))).toEqual([]);
    for (const [index, id] of calm.entries()) {
      const { connection, registration, answerTimes, journal, stages: reached } = await stateAt(id);
      expect(connection.phase).toBe('ready');
      expect(registration.registeredMs).toBe(before[index]?.registration.registeredMs);
      expect(answerTimes.count).toBe((before[index]?.answerTimes.count ?? 0) + 20);
      expect(answerTimes.lateCount).toBe(0);
      expect(answerTimes.worstMs).toBeLessThan(3000);
      expect(journal?.fault).toBeUndefined();
      expect(Object.values(reached).map(({ status }) => status)).toEqual(Object.values(allDone));
      const lines = good(await askAs(started.page, 'readLog', id, { from: lastSeqs[index]! + 1, count: 2000 }));
      expect(lines.filter(({ problem }) => problem).map(({ text }) => text)).toEqual([]);
      expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, place) => lines[0]!.seq + place));
      expect(await at(`tab-problems-${id}`).count()).toBe(0);
    }
    expect((await stateAt('2')).registration.phase).toBe('registered');
  });

  it('the unplugged one says so in its tab, counts what nobody has seen, and comes back by itself', async () => {
    expect(await tab('4').textContent()).toContain(en.tab.unplugged);
    await tcp.plugIn();
    await until(async () => (await stateAt('4')).connection.phase).toBe('ready');
    await until(() => tab('4').getAttribute('data-status')).toBe('done');
    await press('Alt+4');
    await until(() => at('tab-problems-4').count()).toBe(0);
    expect(await read(tcp.platform, (await stateAt('4')).module.imei ?? '')).toContain('"val":20.123');
  });
});

describe('closing a tab', () => {
  it('asks first where a session stands, and does nothing when the answer is no', async () => {
    await press('Control+w');
    await until(() => at('close-tab').textContent()).toContain(en.tab.ask.session);
    await press('Escape');
    await at('close-tab-yes').waitFor({ state: 'hidden' });
    expect(await tabIds()).toEqual(['1', '2', '3', '4']);
    await press('Control+w');
    await at('close-tab-yes').click();
    await until(tabIds).toEqual(['1', '2', '3']);
    await until(() => shownTab(started.page)).toBe('3');
    expect(await askAs(started.page, 'getSnapshot', '4')).toMatchObject({ ok: false, error: { code: 'DEVICE_GONE' } });
  });

  it('asks first where a run goes on; the run goes on when the answer is no', async () => {
    await press('Alt+2');
    await until(() => shownTab(started.page)).toBe('2');
    good(await ask(started.page, 'startAcceptance', { platform: 'simulated', hasBootstrap: false }));
    await until(() => tab('2').textContent()).toContain(en.tab.testing);
    await at('tab-close-2').click();
    await until(() => at('close-tab').textContent()).toContain(en.tab.ask.testing);
    await at('close-tab-no').click();
    await at('close-tab-no').waitFor({ state: 'hidden' });
    expect((await stateAt('2')).acceptance.phase).toBe('running');
    expect(await ask(started.page, 'closeDevice', { evenWhileTesting: false })).toMatchObject({
      ok: false,
      error: { code: 'ACCEPTANCE_RUNNING' },
    });
  });

  it('writes the report of the run before, and the others do not notice', async () => {
    const before = await stateAt('1');
    await at('tab-close-2').click();
    await at('close-tab-save').click();
    await until(tabIds).toEqual(['1', '3']);
    const after = await stateAt('1');
    expect(after.registration).toEqual(before.registration);
    const report = (await readdir(started.folders.exports)).find((name) => name.endsWith('.html'));
    expect(await readFile(`${started.folders.exports}/${report}`, 'utf8')).toContain('run stopped at case');
  });

  it('leaves a fresh one after the last', async () => {
    for (const id of ['1', '3']) good(await askAs(started.page, 'closeDevice', id, { evenWhileTesting: false }));
    await until(tabIds).toEqual(['5']);
    await until(() => shownTab(started.page)).toBe('5');
    await at('connect-button').waitFor();
    expect(started.complaints).toEqual([]);
  });
});
