import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { makeDirectory } from './makeDirectory.ts';
import { openStreamTarget } from './streamTarget.ts';
import { targetOf } from './target.ts';

/** Takes the next piece; resolves when it may have another. */
export type PieceWriter = (piece: string | Uint8Array) => Promise<void>;

/** All at once, or piece by piece. What the function rejects with ends the writing and is passed on. */
export type FileContent = string | Uint8Array | ((write: PieceWriter) => Promise<void>);

/** How a file is written. */
export interface WholeOptions {
  /** Permissions of a new file, before the umask; one that is there keeps its own. Default: 0666. */
  readonly mode?: number;
}

/** Files in the making, so that a program that ends in the middle takes them along. */
const drafts = new Set<string>();
let isWatchingExit = false;

function removeDrafts(): void {
  for (const draft of drafts) rmSync(draft, { force: true });
}

/** Our own errors pass; what the system says becomes `FILE_NOT_WRITTEN`. */
function notWritten(error: unknown, file: string): CodedError {
  if (error instanceof CodedError) return error;
  return new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, file, { cause: error });
}

const bytesOf = (piece: string | Uint8Array): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;

async function pour(content: FileContent, write: PieceWriter): Promise<void> {
  if (typeof content === 'function') await content(write);
  else await write(content);
}

/** What the new file takes over from the one in its place. */
interface Former {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

async function takeOver(output: FileHandle, { mode, uid, gid }: Former): Promise<void> {
  // Only root may give a file away; for others it is theirs from now on.
  if (uid !== process.geteuid?.() || gid !== process.getegid?.()) await output.chown(uid, gid).catch(() => undefined);
  await output.chmod(mode & 0o777);
}

/**
 * Writes beside the place a file that nobody else can have made before, and has the system bring it to the disk.
 * Resolves with its path; where anything fails it is gone.
 */
async function writeDraft(
  directory: string,
  content: FileContent,
  former: Former | undefined,
  mode: number,
): Promise<string> {
  const draft = join(directory, `.mipl-${randomBytes(12).toString('hex')}.part`);
  const output = await open(draft, 'wx', former ? former.mode & 0o777 : mode);
  drafts.add(draft);
  if (!isWatchingExit) process.once('exit', removeDrafts);
  isWatchingExit = true;
  try {
    try {
      await pour(content, (piece) => output.writeFile(bytesOf(piece)));
      if (former) await takeOver(output, former);
      await output.sync();
    } finally {
      await output.close();
    }
  } catch (error) {
    await discard(draft);
    throw error;
  }
  return draft;
}

async function discard(draft: string): Promise<void> {
  await rm(draft, { force: true });
  drafts.delete(draft);
}

/** A name is on the disk only when its folder is. Windows and some file systems cannot do that, and need not. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The file itself is on the disk.
  }
}

/** Makes the folder of a file that will be written. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function makeDirectoryFor(file: string): Promise<void> {
  try {
    await makeDirectory(dirname(file));
  } catch (error) {
    throw notWritten(error, file);
  }
}

async function intoStream(path: string, content: FileContent): Promise<void> {
  const taker = await openStreamTarget(path);
  try {
    await pour(content, (piece) => taker.write(bytesOf(piece)));
  } catch (error) {
    await taker.abandon().catch(() => undefined);
    throw error;
  }
  await taker.end();
}

/**
 * Writes a file that is there whole or not at all, also after a power cut: beside its place under a name nobody can guess
 * or have taken, then renamed. One that is there keeps its permissions, a symbolic link stays a link, and a pipe, a
 * terminal or a device is written into.
 * @throws CodedError `FILE_NOT_WRITTEN`; what `content` itself rejects with, if that is a CodedError.
 */
export async function writeWhole(
  file: string,
  content: FileContent,
  { mode = 0o666 }: WholeOptions = {},
): Promise<void> {
  try {
    const target = await targetOf(file);
    if (target.kind === 'stream') return await intoStream(target.path, content);
    const directory = dirname(target.path);
    const draft = await writeDraft(directory, content, target.existing, mode);
    try {
      await rename(draft, target.path);
    } catch (error) {
      await discard(draft);
      throw error;
    }
    drafts.delete(draft);
    await syncDirectory(directory);
  } catch (error) {
    throw notWritten(error, file);
  }
}

/** A file of a set: its name for each attempt, counting from 1, and what stands in it. */
export interface NewFile {
  readonly nameOf: (count: number) => string;
  readonly content: FileContent;
}

const MAX_SAME_NAME = 1000;
/** What systems say that have no second names for a file (FAT, exFAT, some network disks). */
const linklessCodes = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'];

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

/** A name that is now ours; with `isEmpty` the draft has still to be moved there. */
interface Claim {
  readonly draft: string;
  readonly path: string;
  readonly isEmpty: boolean;
}

/** Takes a name, if nobody has it. @throws the system's error, `EEXIST` when it is taken. */
async function claim(draft: string, path: string): Promise<Claim> {
  try {
    await link(draft, path);
    return { draft, path, isEmpty: false };
  } catch (error) {
    if (!linklessCodes.includes(codeOf(error))) throw error;
  }
  await (await open(path, 'wx')).close();
  return { draft, path, isEmpty: true };
}

/** Takes all names or none; undefined when one of them is taken. */
async function claimAll(pairs: readonly (readonly [draft: string, path: string])[]): Promise<Claim[] | undefined> {
  const claims: Claim[] = [];
  try {
    for (const [draft, path] of pairs) claims.push(await claim(draft, path));
    return claims;
  } catch (error) {
    for (const { path } of claims) await rm(path, { force: true });
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/**
 * Writes files that belong together under names that nobody has taken, whoever else writes there at the same moment: with
 * the first count for which all of them are free. Nothing that is there is replaced. Resolves with the paths.
 * @throws CodedError `FILE_NOT_WRITTEN`.
 */
export async function writeNew(
  directory: string,
  files: readonly NewFile[],
  { mode = 0o666 }: WholeOptions = {},
): Promise<string[]> {
  const made: string[] = [];
  try {
    for (const { content } of files) made.push(await writeDraft(directory, content, undefined, mode));
    for (let count = 1; count < MAX_SAME_NAME; count++) {
      const paths = files.map(({ nameOf }) => join(directory, nameOf(count)));
      const claims = await claimAll(made.map((draft, index) => [draft, paths[index] as string]));
      if (!claims) continue;
      for (const { draft, path, isEmpty } of claims) if (isEmpty) await rename(draft, path);
      return paths;
    }
    throw new Error(`${MAX_SAME_NAME} files of this name exist`);
  } catch (error) {
    throw notWritten(error, directory);
  } finally {
    for (const draft of made) await discard(draft);
    await syncDirectory(directory);
  }
}
