import { execFile } from 'node:child_process';
import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The process that keeps a port exclusive for one of us calls itself so; it is nobody of its own. Linux has room for 15
 * characters.
 */
export const keeperName = 'mipl-port';

/** A program that has a port. */
export interface Holder {
  readonly processId: number;
  /** As the system lists it; empty when it does not tell. */
  readonly name: string;
}

/** What to ask; tests give a system of their own. */
export interface HolderSources {
  readonly platform?: NodeJS.Platform;
  readonly processFolder?: string;
  /** Runs a program and gives what it prints. */
  readonly run?: (program: string, args: readonly string[]) => Promise<string>;
}

const execute = promisify(execFile);
const usualRun = async (program: string, args: readonly string[]): Promise<string> =>
  (await execute(program, [...args], { timeout: 3000, maxBuffer: 1 << 20 })).stdout;

/**
 * Processes other than this one that have a device open, or a lock on its file, as far as the system tells this user:
 * Linux tells anybody of locks and each user of his own processes, macOS has `lsof`, Windows tells nothing without rights
 * of an administrator. Sorted by process id. Never rejects.
 */
export async function portHolders(realPath: string, sources: HolderSources = {}): Promise<Holder[]> {
  const { platform = process.platform, processFolder = '/proc', run = usualRun } = sources;
  let found: Holder[] = [];
  if (platform === 'linux') found = await linuxHolders(realPath, processFolder);
  else if (platform === 'darwin') found = readLsof(await run('/usr/sbin/lsof', ['-F', 'pc', realPath]).catch(() => ''));
  const others = found.filter(({ processId, name }) => processId !== process.pid && name !== keeperName);
  return others.sort((left, right) => left.processId - right.processId);
}

/** Programs for a person: `minicom (1234), plink (99)`. */
export function describeHolders(holders: readonly Holder[]): string {
  return holders.map(({ processId, name }) => (name === '' ? `PID ${processId}` : `${name} (${processId})`)).join(', ');
}

// ---- Linux ----

async function linuxHolders(realPath: string, processFolder: string): Promise<Holder[]> {
  const processIds = new Set([
    ...(await whoLocks(realPath, processFolder)),
    ...(await whoHasOpen(realPath, processFolder)),
  ]);
  return Promise.all([...processIds].map((processId) => holderOf(processId, processFolder)));
}

/** The name of a process; empty when it is not told. Never rejects. */
export async function holderOf(processId: number, processFolder = '/proc'): Promise<Holder> {
  const folder = join(processFolder, String(processId));
  const short = (await readFile(join(folder, 'comm'), 'utf8').catch(() => '')).trim();
  // Newer versions of Node name their main thread so; what was started says more.
  if (short !== 'MainThread') return { processId, name: short };
  const command = await readFile(join(folder, 'cmdline'), 'utf8').catch(() => '');
  return {
    processId,
    name: command
      .split('\0')
      .slice(0, 2)
      .map((part) => basename(part))
      .join(' ')
      .trim(),
  };
}

/**
 * True when a process has the device open and is not the one that made it: the maker of a pseudo terminal is its far end,
 * and mostly keeps a hand on the near one. False where the system does not tell us.
 */
export async function hasOpen(processId: number, realPath: string, processFolder = '/proc'): Promise<boolean> {
  const folder = join(processFolder, String(processId), 'fd');
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')));
  if (!targets.includes(realPath)) return false;
  const masters = files.filter((_, index) => /^\/dev\/(pts\/)?ptmx$/.test(targets[index] ?? ''));
  const made = await Promise.all(masters.map((file) => terminalMadeBy(join(folder, '..', 'fdinfo', file))));
  return !made.includes(realPath);
}

/** The terminal at the far end of a master, by `tty-index:` in /proc/PID/fdinfo (Linux 4.12 and later). */
async function terminalMadeBy(informationFile: string): Promise<string | undefined> {
  const information = await readFile(informationFile, 'utf8').catch(() => '');
  const index = /^tty-index:\s*(\d+)$/m.exec(information)?.[1];
  return index === undefined ? undefined : `/dev/pts/${index}`;
}

/** One process after the other: reading of a serial port shares the threads that look here. */
async function whoHasOpen(realPath: string, processFolder: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir(processFolder).catch(() => [])) {
    const isProcess = /^\d+$/.test(name);
    if (isProcess && (await hasOpen(Number(name), realPath, processFolder))) found.push(Number(name));
  }
  return found;
}

/**
 * `1: FLOCK  ADVISORY  WRITE 1234 00:05:678 0 EOF`: process, then device of the file system and inode of the file, hex, hex
 * and decimal (proc_locks(5)).
 */
async function whoLocks(realPath: string, processFolder: string): Promise<number[]> {
  const file = await stat(realPath).catch(() => undefined);
  const locks = await readFile(join(processFolder, 'locks'), 'utf8').catch(() => '');
  if (!file) return [];
  return readLocks(locks, file.dev, file.ino);
}

/** Processes that hold a lock on a file, by the text of /proc/locks. */
export function readLocks(text: string, device: number, inode: number): number[] {
  const found: number[] = [];
  for (const [, processId, major = '', minor = '', number] of text.matchAll(
    /^\d+: +\w+ +\w+ +\w+ +(\d+) +([0-9a-f]+):([0-9a-f]+):(\d+) /gm,
  )) {
    const isSameDevice = parseInt(major, 16) * 0x100 + parseInt(minor, 16) === device;
    if (isSameDevice && Number(number) === inode && Number(processId) > 0) found.push(Number(processId));
  }
  return found;
}

// ---- macOS ----

/** `lsof -F pc`: a line `p1234` and one `cminicom` for each process (lsof(8), output for other programs). */
export function readLsof(text: string): Holder[] {
  const found: Holder[] = [];
  for (const [, processId, name = ''] of text.matchAll(/^p(\d+)\n(?:c([^\n]*)\n)?/gm))
    found.push({ processId: Number(processId), name });
  return found;
}
