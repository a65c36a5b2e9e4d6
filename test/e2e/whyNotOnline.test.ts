import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { filled, languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, good, part, stages, stateOf, type, until } from './screen.ts';

let started: StartedElectron;

describe.each(languages)('why is it not online, in %s', (language) => {
  const words = wordsIn[language];
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('says by itself why a module with a forgotten frequency lock is not online, and by which line', async () => {
    const { page, complaints } = started;
    good(await ask(page, 'openPort', { path: 'sim:m5310-seed?locked', baudRate: 115_200 }));
    await part(page, 'cause-frequencyLock').waitFor();
    const { what, next } = words.cause.frequencyLock;
    const told = await part(page, 'cause-frequencyLock').innerText();
    for (const sentence of [filled(what, { earfcn: 3736 }), next, words.why.mostLikely])
      expect(told).toContain(sentence);
    await part(page, 'cause-frequencyLock').getByRole('button').first().click();
    await until(() => part(page, 'log-meaning').count()).toBe(1);
    // Asked again meanwhile, the module has said the same in another line.
    expect(await page.locator('.log [aria-selected="true"]').innerText()).toContain('+NEARFCN:0,3736');
    expect(complaints).toEqual([]);
  });

  it.each(looksIn(language))('cuts nothing off: $theme, $width × $height', async (look) => {
    await show(started, look);
    await picture(started, `why-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('leads from a piece of evidence to its line of the log, and back', async () => {
    const { page } = started;
    await show(started, lookIn(language, 'dark', 1440, 900));
    const [evidence] = (await stateOf(page)).diagnosis?.causes[0]?.evidence ?? [];
    const inPanel = page.locator(`[data-evidence="${evidence?.seq}"]`).first();
    await inPanel.click();
    const inLog = part(page, `log-evidence-${evidence?.seq}`);
    expect(await inLog.innerText()).toBe((await inPanel.locator('.evidence-number').innerText()).trim());
    await inLog.click();
    await until(() => inPanel.evaluate((line) => line === document.activeElement)).toBe(true);
    await part(page, 'log').focus();
    await page.keyboard.press('Enter');
    await until(() => inPanel.evaluate((line) => line === document.activeElement)).toBe(true);
  });

  it('unfolds the lines around a piece of evidence where the log is not beside it', async () => {
    const { page } = started;
    await show(started, lookIn(language, 'light', 960, 600));
    const [evidence] = (await stateOf(page)).diagnosis?.causes[0]?.evidence ?? [];
    await page.locator(`[data-evidence="${evidence?.seq}"]`).first().click();
    const around = part(page, `evidence-around-${evidence?.seq}`);
    await until(() => around.innerText()).toContain('AT+NEARFCN?');
    await picture(started, `why-unfolded-${language}-light-960`);
    expect(await cutWords(started)).toEqual([]);
    await show(started, lookIn(language));
  });

  it('copies the whole as text without identities', async () => {
    const { app, page } = started;
    await part(page, 'why-copy').click();
    await until(() => app.evaluate(({ clipboard }) => clipboard.readText())).toContain('+NEARFCN:0,3736');
    const { imei, iccid } = (await stateOf(page)).module;
    const text = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect([imei, iccid].filter((number) => text.includes(number ?? ''))).toEqual([]);
  });

  it('is closed by Escape, and opened again by F1 and by the chip of the stage, by keyboard', async () => {
    const { page } = started;
    await part(page, 'why-copy').focus();
    await page.keyboard.press('Escape');
    await part(page, 'why').waitFor({ state: 'hidden' });
    await part(page, 'stage-network').focus();
    await page.keyboard.press('F1');
    await part(page, 'cause-frequencyLock').waitFor();
    await part(page, 'why-close').click();
    await part(page, 'why').waitFor({ state: 'hidden' });
    await part(page, 'stage-network').focus();
    await page.keyboard.press('Enter');
    await part(page, 'cause-frequencyLock').waitFor();
    await until(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
  });

  it('shows the details of the stage one step further', async () => {
    const { page } = started;
    await part(page, 'why-details').click();
    await part(page, 'stage-details-network').waitFor();
    await page.keyboard.press('Escape');
    await part(page, 'stage-details-network').waitFor({ state: 'hidden' });
  });

  it('says by what it was solved once the lock is cleared, and goes by itself', async () => {
    const { page } = started;
    for (const line of ['AT+CFUN=0', 'AT+NCSEARFCN', 'AT+CFUN=1']) await type(page, line);
    await until(() => part(page, 'why').getAttribute('data-verdict')).toBe('solved');
    expect(await part(page, 'why').innerText()).toContain('AT+NCSEARFCN');
    await until(() => stages(page)).toMatchObject({ onenet: 'done' });
    await part(page, 'why').waitFor({ state: 'hidden' });
  });

  it('says on demand that nothing stands in the way, and stays while somebody is in it', async () => {
    const { page, complaints } = started;
    await part(page, 'stage-onenet').focus();
    await page.keyboard.press('F1');
    await until(() => part(page, 'why').getAttribute('data-verdict')).toBe('online');
    expect(await part(page, 'why-head').innerText()).toContain(words.why.online);
    await page.keyboard.press('Escape');
    await part(page, 'why').waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
  });

  it('says in plain words why the network denies the card, and gives the office its numbers', async () => {
    const { app, page, complaints } = started;
    await show(started, lookIn(language));
    good(await ask(page, 'openPort', { path: 'sim:m5310-seed?network=denied', baudRate: 115_200 }));
    const cause = part(page, 'cause-registrationDenied');
    // Cause 7 of 3GPP TS 24.301.
    const denied = { en: '#7: Data services are not allowed for this card', zh: '#7：该卡不允许数据业务' }[language];
    await until(() => cause.innerText()).toContain(denied);
    await part(page, 'why-office').first().click();
    const { imei, iccid } = (await stateOf(page)).module;
    await until(() => app.evaluate(({ clipboard }) => clipboard.readText())).toContain(`ICCID ${iccid}\nIMEI ${imei}`);
    await picture(started, `why-denied-${language}-dark-1280`);
    expect(await cutWords(started)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('answers the word why at the console, and sends the module nothing', async () => {
    const { page } = started;
    await part(page, 'why-close').click();
    await part(page, 'why').waitFor({ state: 'hidden' });
    await type(page, 'why');
    await part(page, 'cause-registrationDenied').waitFor();
    const lines = good(await ask(page, 'readLog', { from: 1, count: 2000 })).map(({ text }) => text);
    expect(lines.filter((text) => text === 'why')).toEqual([]);
  });
});
