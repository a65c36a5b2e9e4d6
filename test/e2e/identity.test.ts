import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { filled, languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { connect, part, stateOf, until } from './screen.ts';

let started: StartedElectron;

describe.each(languages)('the identity card in %s', (language) => {
  const words = wordsIn[language].identity;
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('the identity card opens by Ctrl+I, and Enter copies what OneNET knows the device by', async () => {
    const { app, page, complaints } = started;
    await connect(page);
    await page.keyboard.press('Control+i');
    await until(() => part(page, 'identity-copy').evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    const { imei, imsi } = (await stateOf(page)).module;
    await until(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe(`${imei};${imsi}`);
    expect(complaints).toEqual([]);
  });

  it('copies each number by itself, whole also while digits are hidden, and says so for a moment', async () => {
    const { app, page } = started;
    const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
    const { module } = await stateOf(page);
    await part(page, 'identity-mask').check();
    for (const name of ['firmware', 'imei', 'imsi', 'iccid'] as const) {
      const button = part(page, `identity-copy-${name}`);
      await button.click();
      await until(copied).toBe(module[name]);
      await until(() => button.innerText()).toBe(`✓ ${words.copied}`);
    }
    expect(
      await page.getByRole('button', { name: filled(words.copyOne, { what: 'ICCID' }), exact: true }).count(),
    ).toBe(1);
    // The sign stands at one of them only, and goes by itself.
    await until(() => part(page, 'identity-copy-iccid').innerText()).toBe(wordsIn[language].why.copy);
    expect(await part(page, 'identity-copy-imei').innerText()).toBe(wordsIn[language].why.copy);
    await part(page, 'identity-mask').uncheck();
  });

  it('says in a sentence how the platform reaches the module, why it was last turned away, and leads to its lock', async () => {
    const { page } = started;
    const reach = part(page, 'identity-reach');
    await until(() => reach.innerText()).toContain(filled(wordsIn[language].reach.edrx, { cycle: 20.48, late: 21 }));
    expect(await reach.getAttribute('title')).toBe('eDRX 5,0010');
    expect(await part(page, 'identity-reject').innerText()).toBe(words.noReject);
    expect(await part(page, 'identity-network').innerText()).toBe(words.notLocked);
  });

  it.each(looksIn(language))('cuts nothing off: $theme, $width × $height', async (look) => {
    await show(started, look);
    await picture(started, `identity-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('hides the middle digits and the QR code for a photo; Escape leaves', async () => {
    const { page } = started;
    await part(page, 'identity-mask').check();
    expect(await part(page, 'identity-imei').innerText()).toMatch(/^\d{4}•{7}\d{4}$/);
    expect(await page.locator('.qr').count()).toBe(0);
    await page.keyboard.press('Escape');
    await part(page, 'identity-card').waitFor({ state: 'hidden' });
  });
});
