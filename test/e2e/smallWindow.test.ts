import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { layoutFaults } from './layout.ts';
import { looks, show } from './pictures.ts';
import { ask, callPlatform, connect, good, part, until } from './screen.ts';

/** A screen of 1280×720 at 150 %: one area at a time, and everything that is typed or sought is still at hand. */
const small = { language: 'en', theme: 'light', width: 853, height: 480 } as const;

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await started.page.emulateMedia({ reducedMotion: 'reduce' });
  await connect(started.page);
});
afterAll(() => started?.close());

const press = (keys: string) => started.page.keyboard.press(keys);
const tab = (name: string) => part(started.page, `workbench-tab-${name}`);
const isChosen = (name: string) => tab(name).getAttribute('aria-selected');
const focused = () => started.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? '');

describe('heads of the workbench', () => {
  it.each(looks)('tell the whole title: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await until(() =>
      started.page
        .locator('.area-head h2')
        .evaluateAll((titles) =>
          titles.filter((title) => title.scrollWidth > title.clientWidth).map((title) => title.textContent),
        ),
    ).toEqual([]);
    // Nothing is filtered: what the button says then is short, and whole.
    expect(
      await part(started.page, 'log-filter')
        .locator('.cut')
        .evaluate((label) => label.scrollWidth <= label.clientWidth),
    ).toBe(true);
  });
});

describe('the areas of a small window', () => {
  beforeAll(() => show(started, small));

  it('stand below a heading that says which program this is', async () => {
    expect(await started.page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['MIPL Field Tool']);
  });

  it('are reached by arrows, and the first and last at once', async () => {
    await tab('requests').focus();
    await press('End');
    await until(() => isChosen('signal')).toBe('true');
    expect(await focused()).toBe('workbench-tab-signal');
    await press('Home');
    await until(() => isChosen('objects')).toBe('true');
    expect(await focused()).toBe('workbench-tab-objects');
    await press('ArrowLeft');
    await until(() => isChosen('signal')).toBe('true');
    await press('ArrowRight');
    await until(() => isChosen('objects')).toBe('true');
  });

  it.each(['requests', 'objects', 'signal'])('find by Ctrl+F and set a bookmark by F2 from %s', async (name) => {
    const { page } = started;
    await tab(name).click();
    await press('F2');
    await until(focused).toBe('log-bookmark-note');
    await page.keyboard.type(`seen from ${name}`);
    // Whoever looks something up meanwhile loses nothing.
    await tab('log').click();
    await tab('objects').click();
    expect(await part(page, 'log-bookmark-note').inputValue()).toBe(`seen from ${name}`);
    await part(page, 'log-bookmark-note').press('Enter');
    await part(page, 'log-bookmark').waitFor({ state: 'detached' });
    await tab(name).click();
    await press('Control+f');
    await until(() => isChosen('log')).toBe('true');
    await until(focused).toBe('session-find');
    // What was written a moment ago is in the file a moment later.
    await until(async () => {
      await part(page, 'session-find').fill('');
      await part(page, 'session-find').fill(`seen from ${name}`);
      await part(page, 'session-find-told').filter({ hasText: /hit/ }).waitFor();
      return part(page, 'session-find-told').textContent();
    }).toMatch(/^\s*1 of 1/);
    await tab(name).click();
    // Asked again it is there again.
    await press('Control+f');
    await until(focused).toBe('session-find');
    await part(page, 'live-leave').click();
    await part(page, 'live-leave').waitFor({ state: 'detached' });
  });
});

describe('Enter on a request', () => {
  it('shows the line that it began with', async () => {
    const { page } = started;
    await show(started, small);
    await tab('requests').click();
    const row = page.locator('[data-testid^="ledger-row-"][data-kind="observe"]').last();
    await row.click();
    const msgId = (await row.getAttribute('data-testid'))?.replace('ledger-row-', '');
    // Far above the end that the log would show.
    for (let count = 0; count < 30; count++)
      await callPlatform(page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await page.locator('[data-area="ledger"] [data-area-focus]').press('Enter');
    await until(() => isChosen('log')).toBe('true');
    const line = page.locator('[data-testid^="log-row-"][aria-selected="true"]');
    await until(() => line.textContent()).toContain(`+MIPLOBSERVE:0,${msgId},`);
    await tab('requests').click();
    expect(await row.getAttribute('aria-selected')).toBe('true');
  });
});

describe('what is typed for requests', () => {
  const held = () => started.page.locator('[data-testid^="ledger-answer-"]');

  it('is still there after a look at another page', async () => {
    const { page } = started;
    await show(started, small);
    await tab('requests').click();
    good(await ask(page, 'holdRequests', { kinds: ['read'] }));
    const answer = callPlatform(page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await held().first().click();
    await part(page, 'hand-value-/3303/0/5700').fill('77.5');
    await part(page, 'hand-after').fill('0.1');
    await press('Control+2');
    await part(page, 'hand-dialog').waitFor({ state: 'detached' });
    await press('Control+1');
    await until(() => part(page, 'hand-value-/3303/0/5700').inputValue()).toBe('77.5');
    expect(await part(page, 'hand-after').inputValue()).toBe('0.1');
    await part(page, 'hand-send').click();
    expect(await answer).toContain('"val":77.5');
    good(await ask(page, 'holdRequests', { kinds: [] }));
  });

  it('is still there after a look at another area: a preset answer, a question of the platform', async () => {
    const { page } = started;
    await part(page, 'arm-button').click();
    await part(page, 'arm-path').fill('/3303/1/5700');
    await part(page, 'arm-value').fill('-3.25');
    await press('Escape');
    await part(page, 'ask-platform').click();
    await part(page, 'ask-kind').selectOption('write');
    await part(page, 'ask-path').fill('/3306/0/5850');
    await part(page, 'ask-value').fill('1');
    await tab('log').click();
    await tab('requests').click();
    await part(page, 'arm-button').click();
    expect(await part(page, 'arm-value').inputValue()).toBe('-3.25');
    expect(await part(page, 'arm-path').inputValue()).toBe('/3303/1/5700');
    await press('Escape');
    expect(await part(page, 'ask-value').inputValue()).toBe('1');
    expect(await part(page, 'ask-path').inputValue()).toBe('/3306/0/5850');
    await part(page, 'ask-path').press('Escape');
    await part(page, 'ask-strip').waitFor({ state: 'detached' });
  });
});

describe('a message at the foot of the window', () => {
  const message = () => started.page.locator('.toast').first();

  /** Has main refuse a line that no module could take. */
  async function beRefused(): Promise<void> {
    await part(started.page, 'nav-workbench').click();
    await press('Control+l');
    await until(focused).toBe('console-input');
    await part(started.page, 'console-input').fill(`AT+\u001a${'A'.repeat(3000)}`);
    await press('Enter');
    await message().waitFor();
  }

  it.each([small, { ...small, width: 1280, height: 720 }])('lies over nothing: $width × $height', async (look) => {
    const { page } = started;
    await show(started, look);
    await part(page, 'nav-sessions').click();
    await page.locator('[data-testid^="session-"][role="option"]').first().click();
    await part(page, 'replay-bar').waitFor();
    for (const name of ['workbench', 'sessions', 'platform'] as const) {
      await until(async () => {
        // It goes by itself, sooner than a busy machine has looked at everything.
        if (!(await message().isVisible())) await beRefused();
        await part(page, `nav-${name}`).click();
        const faults = await layoutFaults(page);
        return { faults, isThere: await message().isVisible() };
      }).toEqual({ faults: [], isThere: true });
    }
  });
});

describe('the size of everything', () => {
  const width = () => started.page.evaluate(() => innerWidth);
  const plus = () =>
    started.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      webContents.sendInputEvent({ type: 'keyDown', keyCode: '+', modifiers: ['control'] });
      webContents.sendInputEvent({ type: 'keyUp', keyCode: '+', modifiers: ['control'] });
    });

  it('is the same after a restart', async () => {
    await show(started, { ...small, width: 1280, height: 720 });
    for (const shown of [1164, 1024, 853]) {
      await plus();
      await until(width).toBe(shown);
    }
    started = await started.again();
    const size = () =>
      started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getContentSize()[0]);
    await until(async () => Math.round(((await size()) ?? 0) / (await width()) / 0.01) / 100).toBe(1.5);
  });
});
