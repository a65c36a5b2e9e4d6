import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, connect, part, stateOf, until } from './screen.ts';

let started: StartedElectron;

const measured = async (): Promise<number> => Object.keys((await stateOf(started.page)).signalSamples).length;

describe.each(languages)('the antenna in %s', (language) => {
  const words = wordsIn[language];
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
    await connect(started.page);
  });
  afterAll(() => started?.close());

  it('the workbench shows the signal of the visit, in a sentence and as a chart with events on its axis', async () => {
    const { page } = started;
    await show(started, lookIn(language, 'dark', 1440, 900));
    await until(() => part(page, 'signal-history').innerText()).toContain('RSRP');
    if ((await part(page, 'signal-fold').getAttribute('aria-expanded')) === 'false')
      await part(page, 'signal-fold').click();
    const chart = part(page, 'signal-history').getByRole('img');
    await until(() => chart.getAttribute('aria-label')).toContain(words.history.registered);
    expect(await chart.locator('canvas').count()).toBe(1);
  });

  it.each(looksIn(language))('cuts nothing off beside the chart: $theme, $width', async (look) => {
    await show(started, look);
    await picture(started, `signal-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('the antenna aid opens from the status bar, and measures again and again while it is open', async () => {
    const { page } = started;
    await show(started, lookIn(language));
    await part(page, 'signal').click();
    const before = await measured();
    await until(measured).toBeGreaterThan(before + 2);
    const number = await part(page, 'antenna-number').innerText();
    expect(number).toMatch(/^−\d{2,3}/);
    const height = await part(page, 'antenna-number')
      .locator('.number-text')
      .evaluate((text) => text.clientHeight);
    expect(height / (await page.evaluate(() => innerHeight))).toBeGreaterThan(0.25);
  });

  it('Space measures place A, S turns the tone on and off, and a place that was left early cannot win', async () => {
    const { page } = started;
    await page.keyboard.press('Space');
    await until(async () => (await stateOf(page)).antenna.measuring).toBe('A');
    await part(page, 'antenna-name-A').fill('at the <b>wall</b>');
    const typed = await measured();
    await until(measured).toBeGreaterThan(typed + 1);
    expect(await part(page, 'antenna-name-A').inputValue(), 'measurements came meanwhile').toBe('at the <b>wall</b>');
    await part(page, 'antenna-name-A').press('Enter');
    await until(async () => (await stateOf(page)).antenna.positions.A?.name).toBe('at the <b>wall</b>');
    const tone = () => part(page, 'antenna-tone').getAttribute('aria-pressed');
    expect(await tone()).toBe('false');
    await part(page, 'antenna-aid').focus();
    await page.keyboard.press('s');
    await until(tone).toBe('true');
    await page.keyboard.press('s');
    await until(tone).toBe('false');
    const before = await measured();
    await until(measured).toBeGreaterThan(before + 1);
    await page.keyboard.press('Space');
    await until(async () => (await stateOf(page)).antenna.measuring).toBe('B');
    expect((await stateOf(page)).antenna.positions.A?.isFull).toBe(false);
    expect(await part(page, 'antenna-best').innerText()).toContain(words.antenna.noBest);
  });

  it.each(looksIn(language))('cuts nothing off: $theme, $width', async (look) => {
    await show(started, look);
    await picture(started, `antenna-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('fits a window of 853 × 480 as a screen at 150 % has it', async () => {
    const { app, page } = started;
    await show(started, lookIn(language, 'sunlight'));
    const zoom = (factor: number) =>
      app.evaluate(({ BrowserWindow }, by) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(by), factor);
    await zoom(1.5);
    await until(() => page.evaluate(() => innerHeight)).toBe(480);
    await picture(started, `antenna-${language}-sunlight-853`);
    const outside = await part(page, 'antenna-aid').evaluate((aid) =>
      [...aid.querySelectorAll('button, input, p, .scale, progress')]
        .filter((one) => {
          const { bottom, right, top, left } = one.getBoundingClientRect();
          return bottom > innerHeight + 1 || right > innerWidth + 1 || top < 0 || left < 0;
        })
        .map((one) => one.textContent),
    );
    expect(outside).toEqual([]);
    await zoom(1);
  });

  it('a place of a whole minute wins and goes into the report', { timeout: 120_000 }, async () => {
    const { page } = started;
    await show(started, lookIn(language, 'light'));
    await until(async () => (await stateOf(page)).antenna.positions.B?.isFull, 70_000).toBe(true);
    expect(await part(page, 'antenna-best').innerText()).toContain(words.antenna.best);
    await part(page, 'antenna-report').click();
    await until(async () => (await stateOf(page)).antenna.isInReport).toBe(true);
    await picture(started, `antenna-best-${language}`);
  });

  it('Escape leaves, and nothing is measured for it any more', async () => {
    const { page, complaints } = started;
    await part(page, 'antenna-aid').focus();
    await page.keyboard.press('Escape');
    await part(page, 'antenna-aid').waitFor({ state: 'hidden' });
    expect((await ask(page, 'measurePosition', { letter: 'D', name: '' })).ok).toBe(false);
    expect(complaints).toEqual([]);
  });
});
