import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exclusiveRequests } from '../../main/transport/exclusiveUse.ts';
import { describeHolders, keeperName, portHolders, readLocks, readLsof } from '../../main/transport/portHolders.ts';

interface Process {
  readonly comm: string;
  readonly files?: readonly string[];
  readonly cmdline?: string;
  /** `tty-index` of the file of that place. */
  readonly terminals?: Readonly<Record<number, number>>;
}

/** A folder like /proc. */
function processes(table: Readonly<Record<number, Process>>, locks = ''): string {
  const root = mkdtempSync(path.join(tmpdir(), 'mipl-proc-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(path.join(root, 'locks'), locks);
  mkdirSync(path.join(root, 'sys'));
  for (const [processId, { comm, files = [], cmdline = '', terminals = {} }] of Object.entries(table)) {
    const folder = path.join(root, processId);
    mkdirSync(path.join(folder, 'fd'), { recursive: true });
    mkdirSync(path.join(folder, 'fdinfo'));
    writeFileSync(path.join(folder, 'comm'), `${comm}\n`);
    writeFileSync(path.join(folder, 'cmdline'), cmdline);
    files.forEach((file, index) => symlinkSync(file, path.join(folder, 'fd', String(index))));
    for (const [index, terminal] of Object.entries(terminals))
      writeFileSync(path.join(folder, 'fdinfo', index), `pos:\t0\nflags:\t02100002\ntty-index:\t${terminal}\n`);
  }
  return root;
}

describe('who has a port', () => {
  it('is on Linux each process that has it open, other than this one and what belongs to one of us', async () => {
    const processFolder = processes({
      20: { comm: 'plink', files: ['/dev/null', '/dev/pts/3'] },
      9: { comm: 'cat', files: ['/dev/pts/3'] },
      30: { comm: 'bash', files: ['/dev/pts/30'] },
      40: { comm: keeperName, files: ['/dev/pts/3'] },
      [process.pid]: { comm: 'node', files: ['/dev/pts/3'] },
    });
    const holders = await portHolders('/dev/pts/3', { platform: 'linux', processFolder });
    expect(holders).toEqual([
      { processId: 9, name: 'cat' },
      { processId: 20, name: 'plink' },
    ]);
    expect(describeHolders(holders)).toBe('cat (9), plink (20)');
  });

  it('is not the far end of a pseudo terminal, which keeps a hand on the near one', async () => {
    const processFolder = processes({
      50: { comm: 'socat', files: ['/dev/ptmx', '/dev/pts/3'], terminals: { 0: 3 } },
      51: { comm: 'socat', files: ['/dev/pts/ptmx', '/dev/pts/3'], terminals: { 0: 4 } },
    });
    expect(await portHolders('/dev/pts/3', { platform: 'linux', processFolder })).toEqual([
      { processId: 51, name: 'socat' },
    ]);
  });

  it('is on Linux each process that has a lock on its file, which is told of other users, too', async () => {
    const { dev, ino } = statSync('/dev/null');
    const device = `${(dev >> 8).toString(16).padStart(2, '0')}:${(dev & 0xff).toString(16).padStart(2, '0')}`;
    const locks = [
      '1: POSIX  ADVISORY  WRITE 77 08:01:1234 0 EOF',
      `2: FLOCK  ADVISORY  WRITE 66 ${device}:${ino} 0 EOF`,
      `2: -> FLOCK  ADVISORY  WRITE 67 ${device}:${ino} 0 EOF`,
      `3: FLOCK  ADVISORY  WRITE 68 ${device}:${ino + 1} 0 EOF`,
      `4: OFDLCK ADVISORY  WRITE -1 ${device}:${ino} 0 EOF`,
      '',
    ].join('\n');
    expect(readLocks(locks, dev, ino)).toEqual([66]);
    const processFolder = processes({ 66: { comm: 'picocom' } }, locks);
    expect(await portHolders('/dev/null', { platform: 'linux', processFolder })).toEqual([
      { processId: 66, name: 'picocom' },
    ]);
  });

  it('has the name of the program where the system has that of a thread, or only its number', async () => {
    const processFolder = processes({
      5: { comm: 'MainThread', files: ['/dev/pts/3'], cmdline: '/opt/bin/node\0/x/main/cli/mipl.ts\0run\0' },
      6: { comm: '', files: ['/dev/pts/3'] },
    });
    const holders = await portHolders('/dev/pts/3', { platform: 'linux', processFolder });
    expect(describeHolders(holders)).toBe('node mipl.ts (5), PID 6');
  });

  it('is on macOS whom lsof names', async () => {
    const asked: unknown[] = [];
    const run = (program: string, args: readonly string[]): Promise<string> => {
      asked.push([program, ...args]);
      return Promise.resolve('p501\ncscreen\nf5\np77\nckermit\nf3\n');
    };
    expect(await portHolders('/dev/cu.usbserial-1', { platform: 'darwin', run })).toEqual([
      { processId: 77, name: 'kermit' },
      { processId: 501, name: 'screen' },
    ]);
    expect(asked).toEqual([['/usr/sbin/lsof', '-F', 'pc', '/dev/cu.usbserial-1']]);
    const broken = (): Promise<string> => Promise.reject(new Error('ENOENT'));
    expect(await portHolders('/dev/cu.usbserial-1', { platform: 'darwin', run: broken })).toEqual([]);
    expect(readLsof('p12\nf3\n')).toEqual([{ processId: 12, name: '' }]);
  });

  it('is not told by Windows, nor where there is nothing to ask', async () => {
    expect(await portHolders('COM3', { platform: 'win32' })).toEqual([]);
    expect(await portHolders('/dev/pts/3', { platform: 'linux', processFolder: '/there/is/no/such/folder' })).toEqual(
      [],
    );
  });
});

it('exclusive use is asked for by numbers of the system, and not at all where they are unknown', () => {
  expect(exclusiveRequests('linux', 'x64')).toEqual({ set: 0x540c, clear: 0x540d });
  expect(exclusiveRequests('linux', 'arm64')).toEqual({ set: 0x540c, clear: 0x540d });
  expect(exclusiveRequests('darwin', 'arm64')).toEqual({ set: 0x2000740d, clear: 0x2000740e });
  expect(exclusiveRequests('linux', 'mipsel')).toBeUndefined();
  expect(exclusiveRequests('win32', 'x64')).toBeUndefined();
});
