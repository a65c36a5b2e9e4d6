import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { constants, link, lstat, open, readdir, realpath, unlink } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { lockNames, ownLockNames } from './deviceNames.ts';
import type { DeviceNames } from './deviceNames.ts';
import { hasOpen, holderOf } from './portHolders.ts';
import type { Holder } from './portHolders.ts';

/** A lock file of a program that runs. */
export interface ForeignLock {
  readonly file: string;
  readonly holder: Holder;
}

/** Where to look and whom to ask; tests give folders of their own. */
export interface LockOptions {
  /** The first that can be written to takes our own lock files. */
  readonly folders?: readonly string[];
  readonly processFolder?: string;
  readonly isAlive?: (processId: number) => boolean;
}

/**
 * Folders of lock files: FHS 3.0 §5.9 has /var/lock, which Debian and others keep in /run/lock; the rest is where Fedora,
 * older systems and BSD have them.
 */
const usualFolders = ['/run/lock', '/var/lock', '/run/lock/lockdev', '/var/lock/lockdev', '/var/spool/lock'] as const;

/** What a process may have opened and not be given back: a lock file is short. */
const longestLockBytes = 256;

/**
 * True while a process lives. One of another user may not be signalled, and lives; one that has ended and that nobody has
 * waited for (a zombie, as containers without an init keep them) can be signalled, and holds nothing any more.
 */
export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(processId);
}

/** By the state in /proc/PID/stat, after the name in parentheses (proc_pid_stat(5)). */
function isZombie(processId: number): boolean {
  try {
    return /\) [ZX] [^)]*$/.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * The process id in a lock file: decimal with leading blanks (UUCP's HDB form, FHS 3.0 §5.9), whatever follows it, or a
 * number of four or eight bytes as the machine has it (older UUCP; microcom of Debian 12 writes eight); undefined when it
 * is neither, since a file that names nobody locks nothing.
 */
export function readLockFile(content: Uint8Array): number | undefined {
  const bytes = Buffer.from(content);
  // The lower bytes of a number may read like digits; the NULs above them do not end any text of that length.
  const isNumber = (bytes.length === 4 || bytes.length === 8) && /\0\0$/.test(bytes.toString('latin1'));
  const digits = isNumber ? undefined : /^\s*(\d{1,10})(\s|\0|$)/.exec(bytes.toString('latin1'))?.[1];
  let processId = 0;
  if (digits !== undefined) processId = Number(digits);
  else if (bytes.length === 4) processId = isLittleEndian ? bytes.readInt32LE() : bytes.readInt32BE();
  else if (bytes.length === 8) processId = Number(isLittleEndian ? bytes.readBigInt64LE() : bytes.readBigInt64BE());
  return processId > 0 && processId <= 0x7fffffff ? processId : undefined;
}
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Reads a lock file that anybody may have put there: no link is followed, no FIFO waited for. */
async function processIn(file: string): Promise<number | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (!handle) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await handle.read(new Uint8Array(longestLockBytes), 0, longestLockBytes, 0);
    return readLockFile(buffer.subarray(0, bytesRead));
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

async function foldersOf({ folders = usualFolders }: LockOptions): Promise<string[]> {
  const found = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return [...new Set(found.filter((folder) => folder !== undefined))];
}

/**
 * The lock of another program on a device: a lock file under one of the device's names that names a living process, or
 * under any name when that process has the device open. Never rejects.
 */
export async function foreignLock(device: DeviceNames, options: LockOptions = {}): Promise<ForeignLock | undefined> {
  const { isAlive = isProcessAlive, processFolder } = options;
  const names = new Set(lockNames(device));
  // Every program has this one open, whatever port its lock file is for.
  const isNull = device.realPath === devNull;
  for (const folder of await foldersOf(options)) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.startsWith('LCK.')) continue;
      const file = join(folder, name);
      const processId = await processIn(file);
      if (processId === undefined || processId === process.pid || !isAlive(processId)) continue;
      if (names.has(name) || (!isNull && (await hasOpen(processId, device.realPath, processFolder))))
        return { file, holder: await holderOf(processId, processFolder) };
    }
  }
  return undefined;
}

/** Lock files of ours that still stand. */
const standing = new Set<string>();
let isWatchingExit = false;

/** A process that ends without closing its ports leaves no lock behind, except when it is killed. */
function watchExit(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const file of standing) {
      try {
        if (readLockFile(readFileSync(file)) === process.pid) unlinkSync(file);
      } catch {
        // Nobody is left to tell; the next program sees that the process is gone.
      }
    }
  });
}

/**
 * Puts lock files for a device, in the first folder that lets us; none where no folder does. A lock file of a process that
 * is gone is replaced. Gives the function that takes away those that were put; never rejects.
 */
export async function putLocks(device: DeviceNames, options: LockOptions = {}): Promise<() => Promise<void>> {
  for (const folder of await foldersOf(options)) {
    const files: string[] = [];
    for (const name of ownLockNames(device)) {
      const file = join(folder, name);
      if (await putLock(folder, file, options)) files.push(file);
    }
    if (files.length === 0) continue;
    watchExit();
    for (const file of files) standing.add(file);
    return async () => {
      await Promise.all(files.map(takeAway));
    };
  }
  return () => Promise.resolve();
}

/** Written beside and linked into place, as UUCP does: nobody ever sees a lock file that is empty. */
async function putLock(folder: string, file: string, { isAlive = isProcessAlive }: LockOptions): Promise<boolean> {
  const draft = join(folder, `LTMP.${process.pid}.${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o644);
    await handle.writeFile(`${String(process.pid).padStart(10)}\n`).finally(() => handle.close());
    try {
      await link(draft, file);
    } catch {
      const before = await processIn(file);
      if (!(await isStale(file, before, isAlive))) return false;
      await unlink(file);
      await link(draft, file);
    }
    return true;
  } catch {
    return false;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** A lock of nobody, of a process that is gone, or of an earlier one with our number: those in containers are small. */
async function isStale(
  file: string,
  processId: number | undefined,
  isAlive: (processId: number) => boolean,
): Promise<boolean> {
  if (processId === undefined) return (await lstat(file)).isFile();
  return processId === process.pid ? !standing.has(file) : !isAlive(processId);
}

/** Only what is still ours: another program may have held us for dead. */
async function takeAway(file: string): Promise<void> {
  standing.delete(file);
  if ((await processIn(file)) === process.pid) await unlink(file).catch(() => undefined);
}
