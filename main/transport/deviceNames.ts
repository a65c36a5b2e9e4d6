import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';

/** A device file under all the names by which programs may have opened it. */
export interface DeviceNames {
  /** As it was given. */
  readonly path: string;
  /** The device itself, links followed. */
  readonly realPath: string;
  /** Other links to it: those of udev below /dev/serial, and any in /dev itself. */
  readonly links: readonly string[];
  readonly major: number;
  readonly minor: number;
}

/** Folders with links to devices, below /dev. */
const linkFolders = ['.', 'serial/by-id', 'serial/by-path'] as const;

/** Looks up the names of a device; undefined when there is none, and on Windows, where ports are no files. Never rejects. */
export async function deviceNames(path: string, devRoot = '/dev'): Promise<DeviceNames | undefined> {
  // There the look alone would open the port of a name such as `\\.\COM12`.
  if (process.platform === 'win32') return undefined;
  try {
    const realPath = await realpath(path);
    const { rdev } = await stat(realPath);
    const found = await Promise.all(linkFolders.map((folder) => linksTo(realPath, join(devRoot, folder))));
    const links = found.flat().filter((link) => link !== path);
    return { path, realPath, links, major: majorOf(rdev), minor: minorOf(rdev) };
  } catch {
    return undefined;
  }
}

async function linksTo(realPath: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(folder, name));
  const targets = await Promise.all(links.map((link) => readlink(link).catch(() => '')));
  return links.filter((_, index) => posix.resolve(folder, targets[index] ?? '') === realPath);
}

// Numbers of a device as Linux packs them into 64 bits (gnu_dev_major in glibc); macOS has no lock files by number.
function majorOf(rdev: number): number {
  return Math.floor(rdev / 0x100) & 0xfff;
}
function minorOf(rdev: number): number {
  return (rdev & 0xff) | (Math.floor(rdev / 0x1000) & 0xfff00);
}

/**
 * Names under which lock files of a device may stand. UUCP and the Filesystem Hierarchy Standard 3.0 (§5.9) say
 * `LCK..ttyS0`; for a path with folders below /dev programs differ, as seen with those of Debian 12: cu, microcom, C-Kermit,
 * wvdial and ser2net take the last part (`LCK..3` for /dev/pts/3), minicom joins by an underscore (`LCK..pts_3`), and
 * liblockdev joins by a colon and locks by number, too.
 */
export function lockNames({ path, realPath, links, major, minor }: DeviceNames): string[] {
  const three = (value: number): string => String(value).padStart(3, '0');
  const numbers = `${three(major)}.${three(minor)}`;
  const names = [realPath, path, ...links].flatMap(namesOf);
  return [...new Set([...names, `LCK.C.${numbers}`, `LCK.${numbers}`])];
}

/**
 * Names to lock a device by: those at which the programs above look, for the device itself and for the name it was given,
 * as far as that is in /dev. A link elsewhere is a private name, and others may have one like it for another device.
 */
export function ownLockNames({ path, realPath }: DeviceNames): string[] {
  return [...new Set([realPath, path].filter((name) => name.startsWith('/dev/')).flatMap(namesOf))];
}

function namesOf(path: string): string[] {
  const inside = path.startsWith('/dev/') ? path.slice('/dev/'.length) : basename(path);
  return [basename(path), inside.replaceAll('/', '_'), inside.replaceAll('/', ':')].map((name) => `LCK..${name}`);
}
