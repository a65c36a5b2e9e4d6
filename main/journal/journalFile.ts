import { open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../files/makeDirectory.ts';
import { JOURNAL_SUFFIX } from './format.ts';

/** The part of a file handle a journal uses. */
export interface JournalFile {
  write(bytes: Uint8Array): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
  /** False when the file no longer stands where it was made, or not whole: removed, moved, cut short, its disk gone. */
  isInPlace?(): Promise<boolean>;
  /** What was written, from a place on; still there when nothing else leads to the file any more. */
  read?(into: Uint8Array, position: number): Promise<{ bytesRead: number }>;
}

/** A journal's file with its name. */
export interface NamedJournalFile {
  readonly output: JournalFile;
  readonly file: string;
  readonly name: string;
}

/** Writes what stands at the beginning of a journal, whose path is told. */
export type JournalBeginning = (output: JournalFile, file: string) => Promise<void>;

const MAX_SAME_NAME = 1000;
const COPY_BYTES = 65536;

class DiskFile implements JournalFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  #written = 0;
  /** Somebody has taken away what was written. */
  #isCut = false;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  async write(bytes: Uint8Array): Promise<{ bytesWritten: number }> {
    const { bytesWritten } = await this.#handle.write(bytes);
    this.#written += bytesWritten;
    return { bytesWritten };
  }

  read(into: Uint8Array, position: number): Promise<{ bytesRead: number }> {
    if (this.#isCut) return Promise.reject(new Error('The file was cut short'));
    return this.#handle.read(into, 0, into.length, position);
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async isInPlace(): Promise<boolean> {
    const written = this.#written;
    try {
      const [ours, there] = [await this.#handle.stat({ bigint: true }), await stat(this.#path, { bigint: true })];
      this.#isCut ||= ours.size < written;
      return !this.#isCut && ours.ino === there.ino && ours.dev === there.dev;
    } catch {
      return false;
    }
  }
}

/** Creates a file for this user's eyes alone: who the module is and where it talks to stands in it. */
export async function createJournalFile(path: string): Promise<JournalFile> {
  return new DiskFile(await open(path, 'ax+', 0o600), path);
}

/** Writes all of it. @throws the system's error, also where it takes nothing without one. */
export async function writeAll(output: JournalFile, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const { bytesWritten } = await output.write(rest);
    if (bytesWritten === 0) throw new Error('The system took no bytes');
    rest = rest.subarray(bytesWritten);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Makes a journal's file in a folder, which is made where it is missing, and has its beginning written; a taken name gets
 * `-2`, `-3` … . Where the beginning cannot be written no file stays behind that would pass for a journal.
 * @throws the system's error.
 */
export async function makeJournalFile(
  directory: string,
  baseName: string,
  create: (path: string) => Promise<JournalFile>,
  begin: JournalBeginning,
): Promise<NamedJournalFile> {
  await makeDirectory(directory, { mode: 0o700 });
  for (let count = 1; count < MAX_SAME_NAME; count++) {
    const name = `${baseName}${count === 1 ? '' : `-${count}`}${JOURNAL_SUFFIX}`;
    const file = join(directory, name);
    let output: JournalFile;
    try {
      output = await create(file);
    } catch (error) {
      if (isCode(error, 'EEXIST')) continue;
      throw error;
    }
    try {
      await begin(output, file);
    } catch (error) {
      await output.close().catch(() => undefined);
      await rm(file, { force: true }).catch(() => undefined);
      throw error;
    }
    return { output, file, name };
  }
  throw new Error(`${MAX_SAME_NAME} files of this name exist`);
}

/** Copies what a file holds; false when it could not be read to its end. @throws the system's error about the new one. */
export async function copyJournal(from: JournalFile, to: JournalFile): Promise<boolean> {
  const block = new Uint8Array(COPY_BYTES);
  for (let position = 0; ;) {
    const bytesRead = await from.read?.(block, position).then(
      (read) => read.bytesRead,
      () => undefined,
    );
    if (bytesRead === undefined) return false;
    if (bytesRead === 0) return position > 0;
    await writeAll(to, block.subarray(0, bytesRead));
    position += bytesRead;
  }
}
