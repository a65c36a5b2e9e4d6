import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultSettings } from '../../shared/settings.ts';
import { startElectron } from './electron.ts';
import type { StartOptions, StartedElectron } from './electron.ts';
import { ask, good, logRow, part, programOf, stateOf, until } from './screen.ts';

async function start(options: StartOptions): Promise<StartedElectron> {
  const started = await startElectron(options);
  onTestFinished(started.close);
  return started;
}

it('sets a damaged settings file aside, says so, and starts with the defaults', async () => {
  const damaged = '{"language":"zh","theme":';
  const { page, folders, complaints } = await start({
    prepare: async ({ data }, { handOver }) => {
      const file = path.join(data, 'settings.json');
      await writeFile(file, damaged);
      await handOver(file);
    },
  });
  expect((await programOf(page)).settings).toEqual(defaultSettings);
  await until(() => logRow(page, 'FILE_BAD_SETTINGS').count()).toBe(1);
  const aside = (await readdir(folders.data)).filter((name) => name.startsWith('settings.json.damaged-'));
  expect(aside).toHaveLength(1);
  expect(await readFile(path.join(folders.data, aside[0] ?? ''), 'utf8')).toBe(damaged);
  good(await ask(page, 'changeSettings', { theme: 'light' }));
  expect(JSON.parse(await readFile(path.join(folders.data, 'settings.json'), 'utf8'))).toMatchObject({
    theme: 'light',
  });
  expect(complaints).toEqual([]);
});

it('sets settings with a value of no sense aside and names the setting', async () => {
  const { page } = await start({
    prepare: async ({ data }, { handOver }) => {
      const file = path.join(data, 'settings.json');
      await writeFile(file, JSON.stringify({ ...defaultSettings, lifetimeSeconds: -5 }));
      await handOver(file);
    },
  });
  await until(() => logRow(page, 'settings.lifetimeSeconds must be a whole number from 15').count()).toBe(1);
  expect((await programOf(page)).settings).toEqual(defaultSettings);
});

it('says that the journal cannot be written, opens no port without it, and can be used again afterwards', async () => {
  const { page, folders } = await start({
    prepare: async ({ journals }) => chmod(journals, 0o500),
  });
  await part(page, 'connect-button').click();
  await part(page, 'toast-FILE_NOT_WRITTEN').waitFor();
  expect(await part(page, 'toast-FILE_NOT_WRITTEN').textContent()).toContain(folders.journals);
  expect((await stateOf(page)).connection).toMatchObject({ phase: 'closed', fault: { code: 'FILE_NOT_WRITTEN' } });
  await until(() => part(page, 'stage-port').getAttribute('data-status')).toBe('failed');
  await chmod(folders.journals, 0o700);
  await part(page, 'baud-input').fill('115200');
  await part(page, 'connect-button').click();
  await until(async () => (await stateOf(page)).registration.phase).toBe('registered');
});

it('says when the window itself has an error, and can be used on', async () => {
  const { page } = await start({});
  await page.evaluate(() => {
    setTimeout(() => void Promise.reject(new Error('a promise nobody kept')));
  });
  await until(() => part(page, 'toast-INTERNAL').textContent()).toContain('a promise nobody kept');
  await page.evaluate(() => {
    setTimeout(() => {
      throw new TypeError('a click that went wrong');
    });
  });
  await until(() => part(page, 'toast-INTERNAL').textContent()).toContain('a click that went wrong');
  await part(page, 'nav-settings').click();
  await part(page, 'setting-lifetimeSeconds').waitFor();
});

it('starts in Chinese on a Chinese system', async () => {
  const { page } = await start({ args: ['--lang=zh-CN'] });
  await until(() => part(page, 'connect-button').textContent()).toContain('连接');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
});
