import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { capture } from '../../scripts/childProcess.js';
import { electronForTests } from '../electron/electronForTests.js';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, good, logRow, part, stateOf, until } from './screen.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

it.skipIf(!isLinux)('works in homes that are read-only, unknown or deep, and keeps to itself', async () => {
  const electron = await electronForTests();
  onTestFinished(electron.cleanup);
  const [readOnly, deep, temporary] = await Promise.all(['read-only', 'deep', 'temporary'].map(electron.makeDirectory));
  await chmod(readOnly ?? '', 0o500);
  const long = path.join(deep ?? '', ...Array.from({ length: 8 }, () => `长${'x'.repeat(40)}`));
  expect(long.length).toBeGreaterThan(300);
  for (let folder = long; folder !== deep; folder = path.dirname(folder)) await mkdir(folder, { recursive: true });
  for (let folder = long; folder !== deep; folder = path.dirname(folder)) await electron.handOver(folder);
  const { executablePath, args, env, cwd } = electron.launch;
  const others = Object.entries(env).filter(([name]) => name !== 'HOME' && !name.startsWith('XDG_'));
  const selfTest = async (home: string | undefined): Promise<unknown> => {
    const own = {
      ...Object.fromEntries(others),
      TMPDIR: temporary ?? '',
      ...(home === undefined ? {} : { HOME: home }),
    };
    const { stdout, output } = await capture(executablePath, [...args, '--self-test'], { env: own, cwd });
    const line = stdout.trim().split('\n').at(-1) ?? '';
    return line.startsWith('{') ? (JSON.parse(line) as unknown) : output;
  };
  const homes = [readOnly, undefined, long];
  const results = await Promise.all(homes.map(selfTest));
  expect(results).toMatchObject(homes.map(() => ({ passed: true })));
  // One folder for each that had no home of its own, which nobody else can enter.
  const folders = (await readdir(temporary ?? '')).filter((name) => name.startsWith('mipl-field-tool-'));
  expect(folders).toHaveLength(2);
  for (const name of folders) {
    const folder = path.join(temporary ?? '', name);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(path.join(folder, 'journals'))).toHaveLength(1);
  }
  expect(await readdir(path.join(long, '.config', 'MIPL Field Tool'))).toContain('Crashpad');
});

it('says that nothing can be kept where the folder for it is read-only, and what to do', async () => {
  const started = await startElectron({ prepare: ({ data }) => chmod(data, 0o500) });
  onTestFinished(started.close);
  const { page, folders } = started;
  await until(() => logRow(page, 'FILE_NO_HOME').count()).toBe(1);
  expect(await readdir(folders.data)).toEqual([]);
  good(await ask(page, 'changeSettings', { theme: 'light' }));
});

/** Starts the program with one of its folders on a disk without a byte of room. */
async function startOnFullDisk(which: 'data' | 'journals'): Promise<StartedElectron> {
  const started = await startElectron({
    async prepare(folders) {
      const disk = folders[which];
      const { status, output } = await capture('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0777', 'tmpfs', disk]);
      expect(status, output).toBe(0);
      await writeFile(path.join(disk, 'full'), Buffer.alloc(64 * 1024)).catch(() => undefined);
    },
  });
  onTestFinished(async () => {
    await started.app.close();
    await capture('umount', [started.folders[which]]);
    await started.electron.cleanup();
  });
  return started;
}

it.skipIf(!isLinux || !isRoot)(
  'starts at first on a full disk, works, and says that settings are not kept',
  async () => {
    const { page, folders, complaints } = await startOnFullDisk('data');
    await part(page, 'nav-settings').click();
    await part(page, 'theme-light').click();
    await until(() => part(page, 'toast-FILE_NOT_WRITTEN').textContent()).toContain('Check disk space');
    await part(page, 'nav-workbench').click();
    await part(page, 'baud-input').fill('115200');
    await part(page, 'connect-button').click();
    await until(async () => (await stateOf(page)).registration.phase).toBe('registered');
    expect(await readdir(folders.journals)).toHaveLength(1);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(!isLinux || !isRoot)('says on a full disk that there is no room, and goes on once there is', async () => {
  const started = await startOnFullDisk('journals');
  const { page, folders } = started;
  await part(page, 'connect-button').click();
  const toast = part(page, 'toast-FILE_NOT_WRITTEN');
  await until(() => toast.textContent()).toContain('Check disk space');
  expect((await stateOf(page)).connection.phase).toBe('closed');
  await rm(path.join(folders.journals, 'full'));
  await part(page, 'baud-input').fill('115200');
  await part(page, 'connect-button').click();
  await until(async () => (await stateOf(page)).connection.phase).toBe('ready');
  const [name = ''] = await readdir(folders.journals);
  expect(await readFile(path.join(folders.journals, name), 'utf8')).toContain('AT');
});

it('takes of the settings of a later version what it knows, and keeps a copy of them', async () => {
  const later = JSON.stringify({ writtenBy: '99.0.0', lifetimeSeconds: 600, sounds: true });
  const started = await startElectron({
    prepare: async ({ data }, { handOver }) => {
      const file = path.join(data, 'settings.json');
      await writeFile(file, later);
      await handOver(file);
    },
  });
  onTestFinished(started.close);
  const { page, folders } = started;
  await until(() => logRow(page, 'FILE_LATER_SETTINGS').count()).toBe(1);
  await part(page, 'nav-settings').click();
  await until(() => part(page, 'setting-lifetimeSeconds').inputValue()).toBe('600');
  expect(await readFile(path.join(folders.data, 'settings.json.of-99.0.0'), 'utf8')).toBe(later);
});
