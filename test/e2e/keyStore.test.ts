import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Page } from 'playwright';
import { en } from '../../renderer/i18n/texts.ts';
import { startElectron } from './electron.ts';
import type { StartOptions, StartedElectron } from './electron.ts';
import { hasKeyring, openKeyring } from './keyring.ts';
import { ask, good, part, stateOf, until } from './screen.ts';

/** The api-key in real Electron, with the key store of the system and without. */

const key = 'Master-key=of+somebody/0815';

/** The application, closed after the test however often it was started anew. */
async function start(options: StartOptions): Promise<{ now: StartedElectron }> {
  const running = { now: await startElectron(options) };
  onTestFinished(() => running.now.close());
  return running;
}

/** A platform on this machine that notes the keys it is shown. */
async function openPlatform(): Promise<{ readonly origin: string; readonly keys: unknown[] }> {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['api-key']);
    response.end('{"errno":0,"data":{"devices":[]},"error":"succ"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}

/** Opens the platform page at the host; settings survive a restart, the page does not. */
async function show(page: Page): Promise<void> {
  await part(page, 'nav-platform').click();
  await part(page, 'platform-key-state').waitFor();
}

async function saveKey(page: Page, origin: string): Promise<void> {
  good(await ask(page, 'changeSettings', { platformMode: 'host', platformHost: origin }));
  await show(page);
  await part(page, 'platform-key').fill(key);
  await part(page, 'platform-key-save').click();
  await until(async () => (await stateOf(page)).platform.hasKey).toBe(true);
}

/** Calls the platform and waits for the answer. */
async function callPlatform(page: Page): Promise<void> {
  const operation = { kind: 'status', deviceId: '5' };
  const { id } = good(await ask(page, 'callPlatform', { mode: 'host', operation }));
  await until(async () => (await stateOf(page)).platformCalls[id]?.status).toBe('done');
}

const keyState = (page: Page): Promise<string | null> => part(page, 'platform-key-state').textContent();

/** Files of the application in which the key stands in a form one can read. */
async function filesWithKey({ folders }: StartedElectron): Promise<string[]> {
  const forms = [Buffer.from(key), Buffer.from(key, 'utf16le'), Buffer.from(Buffer.from(key).toString('base64'))];
  const found: string[] = [];
  for (const folder of Object.values(folders)) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(path.join(entry.parentPath, entry.name));
      if (forms.some((form) => bytes.includes(form))) found.push(entry.name);
    }
  }
  return found;
}

it.runIf(process.platform === 'linux')(
  'keeps the key in memory alone where the system has no key store, says so, and knows it no more after a restart',
  async () => {
    const { origin, keys } = await openPlatform();
    const running = await start({ args: ['--password-store=basic'] });
    await saveKey(running.now.page, origin);
    await until(() => keyState(running.now.page)).toContain(en.platform.target.keyInMemory);
    await callPlatform(running.now.page);
    expect(keys).toEqual([key]);

    running.now = await running.now.again({ args: ['--password-store=basic'] });
    expect(await filesWithKey(running.now)).toEqual([]);
    await show(running.now.page);
    await until(() => keyState(running.now.page)).toContain(en.platform.target.noKey);
    expect((await stateOf(running.now.page)).platform).toMatchObject({ hasKey: false, isKeyKept: false });
  },
);

it.runIf(hasKeyring)(
  'keeps the key in the key store of the system, has it again after a restart, and in no file as it is',
  async () => {
    const { origin, keys } = await openPlatform();
    const keyring = await openKeyring();
    onTestFinished(() => keyring.close());
    const withStore = { args: ['--password-store=gnome-libsecret'], env: keyring.env };
    const running = await start(withStore);
    await saveKey(running.now.page, origin);
    await until(() => keyState(running.now.page)).toContain(en.platform.target.keyKept);

    running.now = await running.now.again(withStore);
    await show(running.now.page);
    await until(() => keyState(running.now.page)).toContain(en.platform.target.keyKept);
    expect(await part(running.now.page, 'platform-key').inputValue()).toBe('');
    await callPlatform(running.now.page);
    expect(keys).toEqual([key]);

    running.now = await running.now.again({ args: ['--password-store=basic'] });
    expect(await filesWithKey(running.now)).toEqual([]);
    await show(running.now.page);
    await until(() => keyState(running.now.page)).toContain(en.platform.target.noKey);
  },
);
