import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CodedError } from '../../shared/errors.ts';
import { fits } from '../../shared/schema.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { queueError } from './queueErrors.ts';
import type { WorkQueue } from './workQueue.ts';
import { readResult, resultSchema } from './work.ts';
import type { StoredFile, WorkResult } from './work.ts';

/** Written last: where it stands, everything else of the result stands, too. */
const resultFile = 'result.json';

/** A result that lies on this machine. */
export interface KeptResult {
  readonly directory: string;
  readonly result: WorkResult;
}

/** How a result was taken. `late`: the work had another result already, which stays. */
export type Delivery = 'stored' | 'late';

/** Results until the server has them: a folder each, whole or not there (docs/stations.md). */
export class Outbox {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws CodedError `FILE_NOT_WRITTEN`. */
  static async open(directory: string): Promise<Outbox> {
    await makeDirectory(directory);
    return new Outbox(directory);
  }

  /** A folder for the files of an attempt. */
  async folder(id: string, attempt: string): Promise<string> {
    const directory = join(this.#directory, `${id}.${attempt}`);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return directory;
  }

  /**
   * The result with its files as they stand in the folder; from now on it survives the end of this program.
   * @throws CodedError `QUEUE_BAD_WORK` for what no schema of ours would read again, `FILE_NOT_WRITTEN`.
   */
  async keep(directory: string, result: Omit<WorkResult, 'files'>): Promise<KeptResult> {
    const names = (await readdir(directory)).filter((name) => name !== resultFile).toSorted();
    const whole: WorkResult = { ...result, files: await Promise.all(names.map((name) => storedFile(directory, name))) };
    // What nobody could read again would be lost without a word.
    if (!fits(resultSchema, whole))
      throw new CodedError('QUEUE_BAD_WORK', 'The result is none that can be kept', result.id);
    await writeWhole(join(directory, resultFile), `${JSON.stringify(whole, undefined, 2)}\n`);
    return { directory, result: whole };
  }

  /** Results that wait, oldest first; attempts that were broken off have none and are named. */
  async waiting(): Promise<{ readonly kept: readonly KeptResult[]; readonly brokenOff: readonly string[] }> {
    const kept: KeptResult[] = [];
    const brokenOff: string[] = [];
    for (const name of await readdir(this.#directory)) {
      const directory = join(this.#directory, name);
      const bytes = await readFile(join(directory, resultFile)).catch(() => undefined);
      const result = bytes && readResult(bytes);
      if (result) kept.push({ directory, result });
      else brokenOff.push(directory);
    }
    return { kept: kept.toSorted((one, other) => one.result.finishedMs - other.result.finishedMs), brokenOff };
  }

  /** Whether a result still lies here. */
  async isKept({ directory }: KeptResult): Promise<boolean> {
    return stat(join(directory, resultFile)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Gives a result to the server: first the files, then what names them. The folder is gone afterwards.
   * @throws CodedError `QUEUE_…`: it stays in the outbox.
   */
  async deliver({ directory, result }: KeptResult, queue: WorkQueue): Promise<Delivery> {
    const { files } = queue.connection;
    const nameOf = (name: string): string => storedName(result, name);
    try {
      const put = async (file: StoredFile): Promise<void> => {
        const source = createReadStream(join(directory, file.name));
        const content = Readable.toWeb(source) as ReadableStream<Uint8Array>;
        // A server that goes away in the middle leaves the rest unread, and the file open, at every attempt.
        const info = await files.put({ name: nameOf(file.name) }, content).finally(() => source.destroy());
        if (info.size !== file.bytes || hexOfDigest(info.digest) !== file.sha256)
          throw new CodedError('QUEUE_UNREACHABLE', 'A file arrived as another than it left', file.name);
      };
      // Side by side: each file is three answers of the server, one after the other. None is on its way any more when this ends.
      const puts = await Promise.allSettled(result.files.map(put));
      const failed = puts.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      const isFirst = await queue.store(result);
      if (!isFirst) for (const { name } of result.files) await files.delete(nameOf(name));
      await rm(directory, { recursive: true });
      return isFirst ? 'stored' : 'late';
    } catch (error) {
      throw queueError(error);
    }
  }
}

/** The name of a result's file among the objects. */
export function storedName({ id, attempt }: Pick<WorkResult, 'id' | 'attempt'>, file: string): string {
  return `${id}/${attempt}/${file}`;
}

/** The object store writes `SHA-256=` and base64url. */
export function hexOfDigest(digest: string): string {
  return Buffer.from(digest.replace(/^SHA-256=/, ''), 'base64url').toString('hex');
}

async function storedFile(directory: string, name: string): Promise<StoredFile> {
  const file = join(directory, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return { name, bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}
