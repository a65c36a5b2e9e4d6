import { afterAll, beforeAll, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, show, smallestLooks } from './pictures.ts';
import { ask, good, part, stages, stateOf, type, until } from './screen.ts';

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

it('says by itself why a module with a forgotten frequency lock is not online, and by which line', async () => {
  const { page, complaints } = started;
  good(await ask(page, 'openPort', { path: 'sim:m5310-seed?locked', baudRate: 115_200 }));
  await part(page, 'cause-frequencyLock').waitFor();
  expect(await part(page, 'cause-frequencyLock').innerText()).toContain('3736');
  await part(page, 'cause-frequencyLock').getByRole('button').first().click();
  await until(() => part(page, 'log-meaning').count()).toBe(1);
  const [evidence] = (await stateOf(page)).diagnosis?.causes[0]?.evidence ?? [];
  expect(await page.locator(`#log-row-${evidence?.seq}`).innerText()).toContain('+NEARFCN:0,3736');
  expect(complaints).toEqual([]);
});

it.each([...smallestLooks, ...looks])('cuts nothing off: $language, $theme, $width × $height', async (look) => {
  await show(started, look);
  await picture(started, `why-${look.language}-${look.theme}-${look.width}`);
  expect(await cutWords(started)).toEqual([]);
});

it('folds away by keyboard, and is gone when the lock is cleared', async () => {
  const { page } = started;
  await page.locator('[data-testid="why"] .fold').focus();
  await page.keyboard.press('Enter');
  await part(page, 'cause-frequencyLock').waitFor({ state: 'hidden' });
  for (const line of ['AT+CFUN=0', 'AT+NCSEARFCN', 'AT+CFUN=1']) await type(page, line);
  await until(() => stages(page)).toMatchObject({ onenet: 'done' });
  await part(page, 'why').waitFor({ state: 'hidden' });
});
