import { constants } from 'node:fs';
import { realpath as realpathOfFolder } from 'node:fs';
import { access, lstat, readlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Stats } from 'node:fs';
import { CodedError } from '../../shared/errors.ts';
import { checkFileName } from './windowsNames.ts';

/** Where the bytes meant for a path have to go. */
export type Target =
  /** A file that is replaced whole, or a new one. `path` has no symbolic link at its end. */
  | { readonly kind: 'file'; readonly path: string; readonly existing?: Stats }
  /** A pipe, a terminal, a device, an open descriptor: written into, never replaced. */
  | { readonly kind: 'stream'; readonly path: string };

/**
 * Not the system's own: that of Windows fails on disks in memory and on encrypted ones, and turns a drive letter into the
 * name of the server behind it.
 */
const realpath = promisify(realpathOfFolder);

/** As the system's own limit (path_resolution(7)). */
const MAX_LINKS = 40;
const isEveryones = 0o002;
const isSticky = 0o1000;

/** Names of what this process has open: the file behind may be one that a shell appends to. */
const descriptor =
  /^(?:\/dev\/(?:fd\/\d+|stdin|stdout|stderr)|\/proc\/(?:self|thread-self|\d+)\/(?:task\/\d+\/)?fd\/\d+)$/;

function refused(path: string, why: string): CodedError {
  return new CodedError('FILE_NOT_WRITTEN', `${path} ${why}`, path);
}

/** As Linux does with fs.protected_symlinks: in a folder for everybody a stranger's link may lead anywhere. */
async function checkLink(path: string, link: Stats): Promise<void> {
  const folder = await lstat(dirname(path));
  const isShared = (folder.mode & isSticky) !== 0 && (folder.mode & isEveryones) !== 0;
  const owners = [process.geteuid?.(), folder.uid];
  if (isShared && !owners.includes(link.uid)) throw refused(path, 'is a symbolic link that another user made');
}

function targetAt(path: string, entry: Stats): Target {
  if (entry.isFile()) return { kind: 'file', path, existing: entry };
  if (entry.isFIFO() || entry.isCharacterDevice()) return { kind: 'stream', path };
  if (entry.isDirectory()) throw refused(path, 'is a folder');
  throw refused(path, entry.isSocket() ? 'is a socket' : 'is a disk, not a file');
}

async function existingAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Follows the links of a path to what is to be written, as the system would. A file that is there must be writable:
 * renaming over it would get round its protection.
 * @throws CodedError `FILE_NOT_WRITTEN` for a folder, a disk, a socket, a stranger's link, a name that Windows takes for
 * something else; the system's error.
 */
export async function targetOf(file: string): Promise<Target> {
  checkFileName(file);
  let path = resolve(file);
  for (let links = 0; links <= MAX_LINKS; links++) {
    if (descriptor.test(path)) return { kind: 'stream', path };
    path = join(await realpath(dirname(path)), basename(path));
    const entry = await existingAt(path);
    if (!entry) return { kind: 'file', path };
    if (!entry.isSymbolicLink()) {
      const target = targetAt(path, entry);
      await access(path, constants.W_OK);
      return target;
    }
    await checkLink(path, entry);
    path = resolve(dirname(path), await readlink(path));
  }
  throw refused(file, 'leads through too many symbolic links');
}
