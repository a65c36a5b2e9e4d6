import { afterAll, beforeAll, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { generateKeyPairSync, sign } from 'node:crypto';
import { serveList, listOf, signed } from '../updates/rig.ts';
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

it('says where things lie, and copies what helps to find a fault without naming anybody', async () => {
  const { page, folders, app, complaints } = started;
  await part(page, 'nav-settings').click();
  await expect.poll(() => part(page, 'about-place-settings').innerText()).toBe(folders.data);
  expect(await part(page, 'about-place-journals').innerText()).toBe(folders.journals);
  await part(page, 'about-copy').click();
  const copied = (): Promise<string> => app.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(copied).toMatch(/^MIPL Field Tool \d+\.\d+\.\d+\nElectron \d+/);
  expect(await copied()).toContain('Module 1: closed, no port');
  expect(complaints).toEqual([]);
});

it('asks for newer versions only once it is allowed and the button is pressed, and says why a list is not believed', async () => {
  const { page, complaints } = started;
  let calls = 0;
  const address = await serveList((_, response) => {
    calls += 1;
    response.end(signed(listOf(['99.0.0'])));
  });
  await part(page, 'nav-settings').click();
  expect(await part(page, 'updates-ask').count()).toBe(0);
  await part(page, 'updates-allowed').click();
  await part(page, 'updates-address').fill('mirror');
  await part(page, 'updates-address').blur();
  await expect.poll(() => part(page, 'updates').innerText()).toContain('Write an address such as');
  await part(page, 'updates-address').fill(address);
  await part(page, 'updates-address').blur();
  await expect.poll(() => part(page, 'updates').innerText()).not.toContain('Write an address such as');
  expect(calls).toBe(0);
  await part(page, 'updates-ask').click();
  await expect
    .poll(() => part(page, 'updates-result').innerText())
    .toContain('not signed by the makers of this program');
  expect(calls).toBe(1);
  await part(page, 'updates-allowed').click();
  await part(page, 'updates-ask').waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

it('checks signatures with the cryptography that Electron brings, which is not that of Node', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const text = 'a list of releases';
  const given = {
    text,
    key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    signature: sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
  const isTrue = (signed: typeof given): Promise<boolean> =>
    started.app.evaluate((_, { text, key, signature }) => {
      const { createPublicKey, verify } = process.getBuiltinModule('node:crypto');
      const known = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
      return verify(null, Buffer.from(text), known, Buffer.from(signature, 'base64'));
    }, signed);
  expect(await isTrue(given)).toBe(true);
  expect(await isTrue({ ...given, text: 'another list' })).toBe(false);
});
