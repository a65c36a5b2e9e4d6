import { afterAll, beforeAll, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { part } from './screen.ts';

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

it('the settings tell which program this is, what it runs on, and the licence of every library in it', async () => {
  const { page, complaints } = started;
  await part(page, 'nav-settings').click();
  await expect
    .poll(() => part(page, 'about-facts').innerText())
    .toMatch(/MIPL Field Tool \d+\.\d+\.\d+ · Electron \d+.* · Chrome \d+/);
  await part(page, 'about-notices').click();
  await expect.poll(() => part(page, 'notices-text').innerText()).toMatch(/Permission is hereby granted/);
  expect(await part(page, 'notices-text').innerText()).toContain('serialport');
  await page.keyboard.press('Escape');
  await part(page, 'notices-text').waitFor({ state: 'hidden' });
  expect(complaints).toEqual([]);
});
