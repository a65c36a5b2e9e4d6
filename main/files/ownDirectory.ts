import { access, constants, mkdtemp, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makeDirectory } from './makeDirectory.ts';

/** What decides where a program keeps what is neither settings nor documents. */
export interface DirectoryEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const title = 'MIPL Field Tool';

/**
 * The folder for logs and the like: `$XDG_STATE_HOME/mipl-field-tool`, by default below `~/.local/state` (XDG Base
 * Directory Specification, where a relative path counts as none); on macOS below `~/Library/Application Support`, on
 * Windows below `%LOCALAPPDATA%`.
 */
export function stateDirectory({ platform, env, home }: DirectoryEnvironment): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', title);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), title);
  const asked = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(asked) ? asked : join(home, '.local', 'state'), 'mipl-field-tool');
}

/** Why others can take away or replace what is put into a folder. */
export type FolderRisk = 'owner' | 'writable';

const groupMayWrite = 0o020;
const othersMayWrite = 0o002;
const sticky = 0o1000;

/**
 * Whether a folder is somebody else's, or open to others so that they can remove files in it; undefined when only this
 * user, his own group and root can, and where permissions say nothing (Windows). @throws the system's error.
 */
export async function folderRisk(directory: string): Promise<FolderRisk | undefined> {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  const { uid, gid, mode } = await stat(directory);
  if (uid !== user && uid !== 0) return 'owner';
  // In a sticky folder only the owners of file and folder remove it.
  if ((mode & sticky) !== 0) return undefined;
  const isOpenToGroup = (mode & groupMayWrite) !== 0 && gid !== process.getegid?.();
  return isOpenToGroup || (mode & othersMayWrite) !== 0 ? 'writable' : undefined;
}

/** Where this process runs; the home is empty where the system knows none. */
function surroundings(): DirectoryEnvironment {
  const { platform, env } = process;
  try {
    return { platform, env, home: homedir() };
  } catch {
    return { platform, env, home: '' };
  }
}

/** Where the command line keeps journals that no other folder was named for; it need not be there. */
export function commandLineJournals(around: DirectoryEnvironment = surroundings()): string {
  return join(stateDirectory(around), 'journals');
}

/** Where the number of the newest list of releases is remembered, for window and command line. */
export function seenReleases(around: DirectoryEnvironment = surroundings()): string {
  return join(stateDirectory(around), 'releases.json');
}

/**
 * A folder where this user alone can put and remove journals: below {@link stateDirectory}, or a new one with a name
 * nobody can know in the temporary folder where that cannot be (a service without a home, a folder that others can write
 * to). Made where it is missing. @throws the system's error.
 */
export async function ownJournalDirectory(around: DirectoryEnvironment = surroundings()): Promise<string> {
  const own = commandLineJournals(around);
  try {
    if (!isAbsolute(own)) throw new Error('There is no home');
    await makeDirectory(own, { mode: 0o700 });
    await access(own, constants.W_OK);
    if ((await folderRisk(own)) === undefined) return own;
  } catch {
    // The temporary folder is for that.
  }
  return mkdtemp(join(tmpdir(), 'mipl-journals-'));
}
