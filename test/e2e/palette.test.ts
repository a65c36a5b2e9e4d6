import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedMacros } from '../../shared/shippedMacros.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { filled, languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, connect, good, part, programOf, stateOf, type, until } from './screen.ts';

let started: StartedElectron;
const control = process.platform === 'darwin' ? 'Meta' : 'Control';

const whoIsIt = shippedMacros.find(({ id }) => id === 'identity');

/** Opens the commands and types; gives the name of the first row. */
async function typed(query: string): Promise<string> {
  const { page } = started;
  await page.keyboard.press(`${control}+k`);
  await part(page, 'palette-input').fill(query);
  const first = part(page, 'palette').locator('[role="option"]').first();
  await until(() => first.getAttribute('aria-selected')).toBe('true');
  return first.locator('.name').innerText();
}

/** What somebody types in each language. */
const queries = {
  en: { workbench: 'gotowork', disconnect: 'disconnect', macro: 'run macro who', theme: 'theme light' },
  zh: { workbench: '工作台', disconnect: '断开', macro: '运行宏 模组', theme: '浅色' },
} as const;

describe.each(languages)('the commands in %s', (language) => {
  const words = wordsIn[language];
  const query = queries[language];
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('goes to a page, does an action, by the keyboard alone, and gives the focus back', async () => {
    const { page } = started;
    await part(page, 'console-input').focus();
    expect(await typed('udp')).toContain('UDP');
    await page.keyboard.press('Enter');
    await until(() => part(page, 'nav-udp').getAttribute('aria-current')).toBe('page');
    expect(await typed(query.workbench)).toBe(filled(words.palette.page, { name: words.nav.workbench }));
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
    expect(await part(page, 'palette').locator('[role="option"]').first().innerText()).toContain(words.palette.console);
    await page.keyboard.press('Enter');
    await until(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('console-input');
    await part(page, 'nav-udp').click();
    await page.keyboard.press(`${control}+l`);
    await until(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('console-input');
  });

  it('what cannot be done says why, where it stands and to a screen reader', async () => {
    const { page } = started;
    expect(await typed(query.disconnect)).toBe(words.palette.action.disconnect);
    const row = part(page, 'palette-row-disconnect');
    expect(await row.getAttribute('aria-disabled')).toBe('true');
    expect(await row.innerText()).toContain(words.palette.why.closed);
    await page.keyboard.press('Enter');
    expect(await part(page, 'palette-refusal').innerText()).toContain(words.palette.why.closed);
    await page.keyboard.press('Escape');
  });

  it('connects, runs a macro, sends a recent command again, and disconnects', async () => {
    const { page } = started;
    await connect(page);
    await type(page, 'AT+CGMM');
    await until(async () => (await stateOf(page)).module.model).toBe('M5310');
    expect(await typed(query.macro)).toBe(filled(words.palette.macro, { name: whoIsIt?.name[language] ?? '' }));
    await page.keyboard.press('Enter');
    await until(async () => (await stateOf(page)).macro?.phase).toBe('done');
    expect(await typed('cgmm')).toBe('AT+CGMM');
    await page.keyboard.press('Enter');
    const sent = async (): Promise<number> =>
      good(await ask(page, 'readLog', { from: 0, count: 2000 })).filter(
        ({ text, belongsTo }) => text === 'AT+CGMM' && JSON.stringify(belongsTo) === '{"task":"console"}',
      ).length;
    await until(sent).toBe(2);
    expect(await typed(query.theme)).toBe(filled(words.palette.theme, { name: words.theme.light }));
    await page.keyboard.press('Enter');
    await until(async () => (await programOf(page)).settings.theme).toBe('light');
    expect(await typed(query.disconnect)).toBe(words.palette.action.disconnect);
    await page.keyboard.press('Enter');
    await until(async () => (await stateOf(page)).connection.phase).toBe('closed');
  });

  it('shows text that is none of ours as text, and says when nothing fits', async () => {
    const { page } = started;
    await page.keyboard.press(`${control}+k`);
    await part(page, 'palette-input').fill('<img src=x>');
    await until(() => part(page, 'palette').innerText()).toContain(words.palette.none);
    await page.keyboard.press('Escape');
  });

  it('is found by English words in Chinese, too', async () => {
    expect(await typed('antenna')).toBe(words.palette.action.antenna);
    await started.page.keyboard.press('Escape');
  });

  it.each(looksIn(language).filter(({ width }) => width <= 1280))('cuts nothing off: $theme, $width', async (look) => {
    const { page } = started;
    await show(started, look);
    await page.keyboard.press(`${control}+k`);
    await part(page, 'palette').waitFor();
    await picture(started, `palette-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('complains of nothing', () => expect(started.complaints).toEqual([]));
});
