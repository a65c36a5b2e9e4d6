import { afterAll, beforeAll, expect, it } from 'vitest';
import { en, zh } from '../../renderer/i18n/texts.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, show, smallestLooks } from './pictures.ts';
import { ask, connect, good, part, programOf, stateOf, type, until } from './screen.ts';

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

const control = process.platform === 'darwin' ? 'Meta' : 'Control';

/** Opens the commands and types; gives the name of the first row. */
async function typed(query: string): Promise<string> {
  const { page } = started;
  await page.keyboard.press(`${control}+k`);
  await part(page, 'palette-input').fill(query);
  const first = part(page, 'palette').locator('[role="option"]').first();
  await until(() => first.getAttribute('aria-selected')).toBe('true');
  return first.locator('.name').innerText();
}

it('goes to a page, does an action, by the keyboard alone, and gives the focus back', async () => {
  const { page } = started;
  await part(page, 'console-input').focus();
  expect(await typed('udp')).toContain('UDP');
  await page.keyboard.press('Enter');
  await until(() => part(page, 'nav-udp').getAttribute('aria-current')).toBe('page');
  expect(await typed('gotowork')).toBe('Go to Workbench');
  await page.keyboard.press('Enter');
  await part(page, 'console-input').waitFor();
  await part(page, 'console-input').focus();
  await page.keyboard.press(`${control}+k`);
  await part(page, 'palette').waitFor();
  await page.keyboard.press('Escape');
  await part(page, 'palette').waitFor({ state: 'detached' });
  await until(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('console-input');
});

it('its first entry is the console, which has a key of its own', async () => {
  const { page } = started;
  await part(page, 'nav-udp').click();
  await page.keyboard.press(`${control}+k`);
  await part(page, 'palette').waitFor();
  expect(await part(page, 'palette').locator('[role="option"]').first().innerText()).toContain(en.palette.console);
  await page.keyboard.press('Enter');
  await until(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('console-input');
  await part(page, 'nav-udp').click();
  await page.keyboard.press(`${control}+l`);
  await until(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('console-input');
});

it('what cannot be done says why, where it stands and to a screen reader', async () => {
  const { page } = started;
  expect(await typed('disconnect')).toBe(en.palette.action.disconnect);
  const row = part(page, 'palette-row-disconnect');
  expect(await row.getAttribute('aria-disabled')).toBe('true');
  expect(await row.innerText()).toContain(en.palette.why.closed);
  await page.keyboard.press('Enter');
  expect(await part(page, 'palette-refusal').innerText()).toContain(en.palette.why.closed);
  await page.keyboard.press('Escape');
});

it('connects, runs a macro, sends a recent command again, and disconnects', async () => {
  const { page } = started;
  await connect(page);
  await type(page, 'AT+CGMM');
  await until(async () => (await stateOf(page)).module.model).toBe('M5310');
  expect(await typed('run macro who')).toBe('Run macro: Who is it?');
  await page.keyboard.press('Enter');
  await until(async () => (await stateOf(page)).macro?.phase).toBe('done');
  expect(await typed('cgmm')).toBe('AT+CGMM');
  await page.keyboard.press('Enter');
  const sent = async (): Promise<number> =>
    good(await ask(page, 'readLog', { from: 0, count: 2000 })).filter(
      ({ text, belongsTo }) => text === 'AT+CGMM' && JSON.stringify(belongsTo) === '{"task":"console"}',
    ).length;
  await until(sent).toBe(2);
  expect(await typed('theme light')).toBe('Theme: Light');
  await page.keyboard.press('Enter');
  await until(async () => (await programOf(page)).settings.theme).toBe('light');
  expect(await typed('disconnect')).toBe(en.palette.action.disconnect);
  await page.keyboard.press('Enter');
  await until(async () => (await stateOf(page)).connection.phase).toBe('closed');
});

it('is found in Chinese, and by English words all the same', async () => {
  const { page } = started;
  good(await ask(page, 'changeSettings', { language: 'zh' }));
  await until(() => page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  expect(await typed('天线')).toBe(zh.palette.action.antenna);
  await page.keyboard.press('Escape');
  expect(await typed('antenna')).toBe(zh.palette.action.antenna);
  await page.keyboard.press('Escape');
  await page.keyboard.press(`${control}+k`);
  await part(page, 'palette-input').fill('<img src=x>');
  await until(() => part(page, 'palette').innerText()).toContain(zh.palette.none);
  await page.keyboard.press('Escape');
});

it.each([...smallestLooks, ...looks.filter(({ width }) => width === 1280)])(
  'cuts nothing off: $language, $theme, $width',
  async (look) => {
    const { page } = started;
    await show(started, look);
    await page.keyboard.press(`${control}+k`);
    await part(page, 'palette').waitFor();
    await picture(started, `palette-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    await page.keyboard.press('Escape');
  },
);

it('complains of nothing', () => expect(started.complaints).toEqual([]));
