import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folderRisk, ownJournalDirectory, stateDirectory } from '../../main/files/ownDirectory.ts';
import { tempDirectory } from '../tempDirectory.ts';

describe('the folder for logs and the like', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.local/state/mipl-field-tool'],
    ['linux', { XDG_STATE_HOME: '/var/ada' }, '/home/ada', '/var/ada/mipl-field-tool'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/ada', '/home/ada/.local/state/mipl-field-tool'],
    ['linux', { XDG_STATE_HOME: '' }, '/root', '/root/.local/state/mipl-field-tool'],
    ['darwin', { XDG_STATE_HOME: '/var/ada' }, '/Users/ada', '/Users/ada/Library/Application Support/MIPL Field Tool'],
    ['win32', { LOCALAPPDATA: '/c/local' }, '/c/ada', '/c/local/MIPL Field Tool'],
    ['win32', {}, '/c/ada', '/c/ada/AppData/Local/MIPL Field Tool'],
  ] as const)('on %s with %o and the home %s is %s', (platform, env, home, directory) => {
    expect(stateDirectory({ platform, env, home }).replaceAll('\\', '/')).toBe(directory);
  });
});

const isWindows = process.platform === 'win32';
const isRoot = process.geteuid?.() === 0;
const around = (home: string) => ({ platform: 'linux', env: {}, home }) as const;

/** Journals land in a new folder of the temporary one, whose name nobody could know. */
async function expectFallback(directory: string): Promise<void> {
  onTestFinished(() => rm(directory, { recursive: true }));
  expect(dirname(directory)).toBe(tmpdir());
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect(await readdir(directory)).toEqual([]);
}

describe.skipIf(isWindows)('journals without a word about where', () => {
  it('go into a folder that only this user can read', async () => {
    const home = await tempDirectory();
    const directory = await ownJournalDirectory(around(home));
    expect(directory).toBe(join(home, '.local/state/mipl-field-tool/journals'));
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await ownJournalDirectory(around(home))).toBe(directory);
  });

  it.each([
    ['there is no home', () => Promise.resolve('')],
    [
      'the home is a file',
      async () => {
        const file = join(await tempDirectory(), 'home');
        await writeFile(file, '');
        return file;
      },
    ],
    [
      'others can write to the folder',
      async () => {
        const home = await tempDirectory();
        const journals = join(home, '.local/state/mipl-field-tool/journals');
        await mkdir(journals, { recursive: true });
        await chmod(journals, 0o777);
        return home;
      },
    ],
  ])('go into a new temporary folder where %s', async (_why, homeOf) => {
    await expectFallback(await ownJournalDirectory(around(await homeOf())));
  });

  it.skipIf(!isRoot)('go into a new temporary folder where another user made the folder first', async () => {
    const home = await tempDirectory();
    const journals = join(home, '.local/state/mipl-field-tool/journals');
    await mkdir(journals, { recursive: true });
    execFileSync('chown', ['65534', journals]);
    await expectFallback(await ownJournalDirectory(around(home)));
  });
});

describe.skipIf(isWindows)('a folder', () => {
  it.each([
    [0o700, undefined],
    [0o755, undefined],
    [0o1777, undefined],
    [0o777, 'writable'],
    [0o707, 'writable'],
  ] as const)('with the permissions %o is %s', async (mode, risk) => {
    const directory = await tempDirectory();
    await chmod(directory, mode);
    expect(await folderRisk(directory)).toBe(risk);
  });

  it.skipIf(!isRoot)(
    "is another user's, even where nobody else can write to it, and open to a strange group",
    async () => {
      const directory = await tempDirectory();
      await chmod(directory, 0o1777);
      execFileSync('chown', ['65534', directory]);
      expect(await folderRisk(directory)).toBe('owner');
      execFileSync('chown', ['0:65534', directory]);
      await chmod(directory, 0o770);
      expect(await folderRisk(directory)).toBe('writable');
    },
  );
});
