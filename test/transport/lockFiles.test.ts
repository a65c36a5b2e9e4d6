import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { foreignLock, isProcessAlive, putLocks, readLockFile } from '../../main/transport/lockFiles.ts';

const device = { path: '/dev/ttyUSB7', realPath: '/dev/ttyUSB7', links: [], major: 188, minor: 7 };
const living = 4711;
const isAlive = (processId: number): boolean => processId === living || processId === process.pid;
const ours = `${String(process.pid).padStart(10)}\n`;

function folders(): { readonly locks: string; readonly processes: string } {
  const root = mkdtempSync(path.join(tmpdir(), 'mipl-locks-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [locks, processes] = [path.join(root, 'lock'), path.join(root, 'proc')];
  mkdirSync(locks);
  mkdirSync(path.join(processes, `${living}/fd`), { recursive: true });
  writeFileSync(path.join(processes, `${living}/comm`), 'minicom\n');
  return { locks, processes };
}

describe('the process id in a lock file', () => {
  it.each([
    ['HDB form, ten characters', '      4711\n', 4711],
    ['as minicom writes it, with name and user', '      4711 minicom li\n', 4711],
    ['without blanks', '4711', 4711],
    ['with a NUL after it', '4711\0', 4711],
    ['empty: names nobody', '', undefined],
    ['words', 'locked\n', undefined],
    ['zero', '         0\n', undefined],
    ['no number a process has', '9999999999\n', undefined],
    ['negative', '-1\n', undefined],
    ['digits that go on as something else', '4711x\n', undefined],
  ])('is read: %s', (_, text, processId) => {
    expect(readLockFile(Buffer.from(text))).toBe(processId);
  });

  it('is read in binary, in the order of this machine', () => {
    expect(readLockFile(new Uint8Array(Uint32Array.of(70_000).buffer))).toBe(70_000);
    expect(readLockFile(new Uint8Array(BigUint64Array.of(21_556n).buffer))).toBe(21_556);
    for (const length of [4, 8]) expect(readLockFile(new Uint8Array(length))).toBeUndefined();
    expect(readLockFile(new Uint8Array(8).fill(255))).toBeUndefined();
  });

  it('is read in binary also where its lower bytes are those of digits', () => {
    for (const processId of [0x3033, 0x3939, 0x0a31, 0x2035]) {
      const four = new Uint8Array(Int32Array.of(processId).buffer);
      const eight = new Uint8Array(BigInt64Array.of(BigInt(processId)).buffer);
      expect([readLockFile(four), readLockFile(eight)]).toEqual([processId, processId]);
    }
    expect(readLockFile(Buffer.from('123\0'))).toBe(123);
  });

  it('is a possible one whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const processId = readLockFile(content);
        expect(processId === undefined || (processId > 0 && processId <= 0x7fffffff)).toBe(true);
      }),
    );
  });
});

describe('a lock file of another program', () => {
  it('holds the port while its process lives, and tells which program that is', async () => {
    const { locks, processes } = folders();
    const options = { folders: [locks], processFolder: processes, isAlive };
    const file = path.join(locks, 'LCK..ttyUSB7');
    writeFileSync(file, '      4711\n');
    expect(await foreignLock(device, options)).toEqual({ file, holder: { processId: living, name: 'minicom' } });
    writeFileSync(file, '      4712\n');
    expect(await foreignLock(device, options)).toBeUndefined();
  });

  it('of another port does not count, unless its process has this port open', async () => {
    const { locks, processes } = folders();
    const options = { folders: [locks], processFolder: processes, isAlive };
    writeFileSync(path.join(locks, 'LCK..gateway'), '4711\n');
    expect(await foreignLock(device, options)).toBeUndefined();
    symlinkSync('/dev/ttyUSB7', path.join(processes, `${living}/fd/3`));
    expect(await foreignLock(device, options)).toMatchObject({ holder: { name: 'minicom' } });
  });

  it('of another port is no lock on the null device, which every process has open', async () => {
    const { locks, processes } = folders();
    writeFileSync(path.join(locks, 'LCK..ttyS0'), '      4711\n');
    symlinkSync('/dev/null', path.join(processes, `${living}/fd/0`));
    const nothing = { path: '/dev/null', realPath: '/dev/null', links: [], major: 1, minor: 3 };
    expect(await foreignLock(nothing, { folders: [locks], processFolder: processes, isAlive })).toBeUndefined();
  });

  it('that is a link, a folder or unreadable holds nothing and is not followed', async () => {
    const { locks, processes } = folders();
    const secret = path.join(processes, 'secret');
    writeFileSync(secret, '4711\n');
    symlinkSync(secret, path.join(locks, 'LCK..ttyUSB7'));
    mkdirSync(path.join(locks, 'LCK.188.007'));
    expect(await foreignLock(device, { folders: [locks], processFolder: processes, isAlive })).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')('that is a FIFO is not waited for', async () => {
    const { locks, processes } = folders();
    spawnSync('mkfifo', [path.join(locks, 'LCK..ttyUSB7')]);
    expect(await foreignLock(device, { folders: [locks], processFolder: processes, isAlive })).toBeUndefined();
  });

  it('is looked for in folders that are there', async () => {
    expect(await foreignLock(device, { folders: ['/there/is/no/such/folder'] })).toBeUndefined();
  });
});

describe('a process', () => {
  it('lives until it has ended, whoever it belongs to', () => {
    expect(isProcessAlive(process.pid)).toBe(true);
    expect(isProcessAlive(1)).toBe(true);
    const { pid } = spawnSync('true');
    expect(isProcessAlive(pid)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('that has ended and was not waited for holds nothing any more', async () => {
    // The shell starts one that ends with its input, says its number, and becomes a program that never waits for it.
    const script = 'cat <&3 >&2 & echo $!; exec 3<&-; exec sleep 60';
    const shell = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    onTestFinished(() => {
      shell.kill();
    });
    const [bytes] = (await once(shell.stdout ?? process.stdin, 'data')) as [Buffer];
    const zombie = Number(bytes.toString());
    expect(isProcessAlive(zombie)).toBe(true);
    await vi.waitFor(() => expect(readFileSync(`/proc/${shell.pid}/comm`, 'utf8')).toBe('sleep\n'), 5000);
    (shell.stdio[3] as Writable).end();
    await vi.waitFor(() => expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toMatch(/\) Z /), 5000);
    expect(isProcessAlive(zombie)).toBe(false);
  });
});

describe('our own lock files', () => {
  const pts = { path: '/dev/pts/991', realPath: '/dev/pts/991', links: [], major: 136, minor: 991 };

  it('stand under every name at which others look, in HDB form, and go with the port', async () => {
    const { locks } = folders();
    const takeAway = await putLocks(pts, { folders: [locks], isAlive });
    expect(readdirSync(locks).toSorted()).toEqual(['LCK..991', 'LCK..pts:991', 'LCK..pts_991']);
    for (const name of readdirSync(locks)) expect(readFileSync(path.join(locks, name), 'utf8')).toBe(ours);
    await takeAway();
    expect(readdirSync(locks)).toEqual([]);
  });

  it('replace those of a process that is gone, of nobody, and of an earlier process with our number', async () => {
    for (const stale of ['      4712\n', '', 'nonsense', ours]) {
      const { locks } = folders();
      writeFileSync(path.join(locks, 'LCK..ttyUSB7'), stale);
      const takeAway = await putLocks(device, { folders: [locks], isAlive });
      expect(readFileSync(path.join(locks, 'LCK..ttyUSB7'), 'utf8')).toBe(ours);
      await takeAway();
    }
  });

  it('never replace that of a process that lives, nor one of our own that stands', async () => {
    const { locks } = folders();
    const file = path.join(locks, 'LCK..ttyUSB7');
    writeFileSync(file, '      4711\n');
    const none = await putLocks(device, { folders: [locks], isAlive });
    await none();
    expect(readFileSync(file, 'utf8')).toBe('      4711\n');
    rmSync(file);
    const first = await putLocks(device, { folders: [locks], isAlive });
    const second = await putLocks(device, { folders: [locks], isAlive });
    await second();
    expect(existsSync(file)).toBe(true);
    await first();
    expect(existsSync(file)).toBe(false);
  });

  it('never replace what is no file', async () => {
    const { locks } = folders();
    symlinkSync('/there/is/no/such/file', path.join(locks, 'LCK..ttyUSB7'));
    await (
      await putLocks(device, { folders: [locks], isAlive })
    )();
    expect(readdirSync(locks)).toEqual(['LCK..ttyUSB7']);
  });

  it('are left alone when another program has taken them over', async () => {
    const { locks } = folders();
    const file = path.join(locks, 'LCK..ttyUSB7');
    const takeAway = await putLocks(device, { folders: [locks], isAlive });
    writeFileSync(file, '      4711\n');
    await takeAway();
    expect(readFileSync(file, 'utf8')).toBe('      4711\n');
  });

  it('are put where a folder lets us, and nowhere otherwise', async () => {
    const { locks } = folders();
    const takeAway = await putLocks(device, { folders: ['/there/is/no/such/folder', locks], isAlive });
    expect(readdirSync(locks)).toEqual(['LCK..ttyUSB7']);
    await takeAway();
    chmodSync(locks, 0o555);
    if (process.getuid?.() === 0) return;
    await (
      await putLocks(device, { folders: [locks], isAlive })
    )();
    expect(readdirSync(locks)).toEqual([]);
  });

  it('are gone after a process that ended without closing its port', () => {
    const { locks } = folders();
    const module = fileURLToPath(new URL('../../main/transport/lockFiles.ts', import.meta.url));
    const script = `
      const { putLocks } = await import(${JSON.stringify(module)});
      const { readdirSync } = await import('node:fs');
      await putLocks(${JSON.stringify(device)}, { folders: [${JSON.stringify(locks)}] });
      console.log(readdirSync(${JSON.stringify(locks)}).join());
      process.exit(3);`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([ended.status, ended.stdout.trim()]).toEqual([3, 'LCK..ttyUSB7']);
    expect(readdirSync(locks)).toEqual([]);
  });
});

/** As another user; synchronous, so that nothing else runs as that one. */
function asAnotherUser<T>(act: () => T): T {
  process.seteuid?.(65_534);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}

it.skipIf(process.getuid?.() !== 0)(
  'a program of another user that has the port lives, though it may not be signalled: two users share a machine',
  async () => {
    const { locks } = folders();
    // Who began the machine belongs to root, and so does this process.
    expect(asAnotherUser(() => [isProcessAlive(1), isProcessAlive(process.pid)])).toEqual([true, true]);
    writeFileSync(path.join(locks, 'LCK..ttyUSB7'), '         1\n');
    const lock = await foreignLock(device, {
      folders: [locks],
      isAlive: (id) => asAnotherUser(() => isProcessAlive(id)),
    });
    expect(lock?.holder).toMatchObject({ processId: 1 });
  },
);
