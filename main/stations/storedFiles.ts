import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CodedError } from '../../shared/errors.ts';
import { writeWhole } from '../files/writeWhole.ts';
import type { PieceWriter } from '../files/writeWhole.ts';
import { pause } from '../time/timers.ts';
import { askedOfLeader, isCluster } from './askedAgain.ts';
import { inPieces } from './buckets.ts';
import { hexOfDigest, storedName } from './outbox.ts';
import { piecesOf } from './queueConnection.ts';
import type { QueueConnection } from './queueConnection.ts';
import { queueError } from './queueErrors.ts';
import type { StoredFile, WorkResult } from './work.ts';
import type { WorkQueue } from './workQueue.ts';

/** A file of a result, and where it is to be written. */
export interface WantedFile {
  readonly result: Pick<WorkResult, 'id' | 'attempt'>;
  readonly stored: StoredFile;
  readonly target: string;
}

/** Hears of a fetching as it goes on. */
export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** A file is where it was wanted, whole and checked. */
  readonly onFetched?: (wanted: WantedFile) => unknown;
}

/** Who has just come to lead a cluster may not have read yet all that was agreed upon. */
const TURNS = 10;
const TURN_MS = 500;
/** Pieces on the way at once: a server across a country answers for each after its round trip. */
const AHEAD = 4;

/**
 * Fetches a file of a result, whole and checked by its SHA-256, or nothing of it.
 * @throws CodedError `QUEUE_BAD_FILE` (detail: its name) for one that is gone or another than the result names, `QUEUE_…`,
 * `FILE_NOT_WRITTEN`.
 */
export async function fetchFile(
  queue: WorkQueue,
  result: WantedFile['result'],
  stored: StoredFile,
  target: string,
): Promise<void> {
  const [missing] = await fetchFiles(queue, [{ result, stored, target }]);
  if (missing) throw missing;
}

/**
 * Fetches files of results, each whole and checked by its SHA-256, or nothing of it. In a cluster all that is missing is asked for
 * again together, so that no more than five seconds are waited however much it is.
 * @returns `QUEUE_BAD_FILE` (detail: its name) for each that is gone or another than its result names.
 * @throws CodedError `QUEUE_…`, `FILE_NOT_WRITTEN`; the signal's reason.
 */
export async function fetchFiles(
  queue: WorkQueue,
  wanted: readonly WantedFile[],
  { signal, onFetched }: FetchOptions = {},
): Promise<CodedError[]> {
  const turns = isCluster(queue.connection) ? TURNS : 1;
  let missing: { readonly one: WantedFile; readonly error: CodedError }[] = [];
  let left = wanted;
  for (let turn = 1; turn <= turns && left.length > 0; turn++) {
    if (turn > 1) await pause(TURN_MS, signal);
    missing = [];
    for (const one of left) {
      signal?.throwIfAborted();
      const error = await badness(fetchOnce(queue.connection, one));
      if (error) missing.push({ one, error });
      else await onFetched?.(one);
    }
    left = missing.map(({ one }) => one);
  }
  return missing.map(({ error }) => error);
}

/** Whether the file is where it is wanted, as the result names it. Never throws. */
export async function isThere({ stored: { bytes, sha256 }, target }: Omit<WantedFile, 'result'>): Promise<boolean> {
  try {
    if ((await stat(target)).size !== bytes) return false;
    const hash = createHash('sha256');
    for await (const piece of createReadStream(target)) hash.update(piece as Uint8Array);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  }
}

/** What is wrong with the file on the server; undefined for one that was fetched. @throws CodedError for anything else. */
async function badness(fetching: Promise<void>): Promise<CodedError | undefined> {
  try {
    await fetching;
    return undefined;
  } catch (cause) {
    const error = queueError(cause);
    if (error.code === 'QUEUE_BAD_FILE') return error;
    throw error;
  }
}

async function fetchOnce(queue: QueueConnection, { result, stored, target }: WantedFile): Promise<void> {
  const { name, bytes, sha256 } = stored;
  const bad = (what: string): CodedError => new CodedError('QUEUE_BAD_FILE', `${result.id}: ${name} ${what}`, name);
  const info = await askedOfLeader(queue, () => queue.files.info(storedName(result, name)));
  if (!info || info.deleted) throw bad('is not there any more');
  if (info.size !== bytes || hexOfDigest(info.digest) !== sha256) throw bad('is another file than the result names');
  const hash = createHash('sha256');
  await writeWhole(target, async (write: PieceWriter) => {
    let left = bytes;
    for await (const piece of pieces(queue, info.nuid, info.chunks)) {
      // Whoever put it there may have said anything of it.
      left -= piece.length;
      if (left < 0) throw bad('is longer than the result says');
      hash.update(piece);
      await write(piece);
    }
    if (left > 0) throw bad('is not whole');
    if (hash.digest('hex') !== sha256) throw bad('is another file than the result names');
  });
}

/**
 * The pieces of a file, as the server that leads has them. A consumer, as the library reads with, is given to any server of a
 * cluster: one that is gone never answers, and one that lags behind ends with what it has.
 */
async function* pieces(queue: QueueConnection, nuid: string, count: number): AsyncGenerator<Uint8Array> {
  const { stream, subject } = piecesOf(nuid);
  let [next, left] = [1, count];
  while (left > 0) {
    // The first at or after each of these places: what stands between them is told twice, and none is passed by.
    const places = Array.from({ length: next === 1 ? 1 : Math.min(AHEAD, left) }, (_, ahead) => next + ahead);
    const found = await inPieces(places, (seq) => {
      const query = { seq, next_by_subj: subject };
      return askedOfLeader(queue, () => queue.manager.streams.getMessage(stream, query));
    }).catch((error: unknown) => {
      // Nobody is to take it for an error of the disk that it is written to.
      throw queueError(error);
    });
    const before = next;
    for (const message of found) {
      if (!message || message.seq < next || left === 0) continue;
      yield message.data;
      next = message.seq + 1;
      left -= 1;
    }
    if (next === before) return;
  }
}
