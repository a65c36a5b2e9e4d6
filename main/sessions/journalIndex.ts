import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { defined } from '../../shared/defined.ts';
import type { ClassCounts, SessionContent, SessionRow } from '../../shared/sessions.ts';
import { readJournalHeader } from '../journal/journalReader.ts';
import type { JournalPosition } from '../journal/journalReader.ts';
import { ContentMaker, countRow, noCounts } from './contentMaker.ts';
import type { RowsRest } from './rowMaker.ts';
import { readSessionRows } from './sessionRows.ts';
import type { RowBlock, RowPlace } from './sessionRows.ts';

/** A place of the journal from which its lines can be read without what stands before. */
export interface Checkpoint extends JournalPosition {
  /** What the lines behind it depend on; `rest.seq` lines stand before. */
  readonly rest: RowsRest;
  /** `n` and `w` of the first record behind it: what stands there is compared with these before it is believed. */
  readonly sinceStartNs: number;
  readonly wallMs: number;
  /** Lines before it. */
  readonly counts: ClassCounts;
}

/** By what a file is known again. */
export interface FileTrace {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** SHA-256 of its first bytes, and of those before its end. */
  readonly head: string;
  readonly tail: string;
}

/** Where the lines of a journal are. The bytes alone are true: all in it can be made of them again. */
export interface JournalIndex {
  readonly trace: FileTrace;
  /** In their order; none at the beginning. */
  readonly checkpoints: readonly Checkpoint[];
  /** Of the file as its trace has it. */
  readonly content: SessionContent;
}

/** A jump reads this much before it shows something: about 10 ms. */
const CHECKPOINT_BYTES = 131_072;
const TRACE_BYTES = 4096;

/** What is known of a file by its ends. @throws the system's error. */
export async function traceOf(file: string): Promise<FileTrace> {
  const handle = await open(file, 'r');
  try {
    const { size, mtimeMs } = await handle.stat();
    const part = async (from: number): Promise<string> => {
      const block = Buffer.alloc(Math.min(TRACE_BYTES, size));
      const { bytesRead } = await handle.read(block, 0, block.length, from);
      return createHash('sha256').update(block.subarray(0, bytesRead)).digest('hex');
    };
    return { bytes: size, modifiedMs: mtimeMs, head: await part(0), tail: await part(Math.max(0, size - TRACE_BYTES)) };
  } finally {
    await handle.close();
  }
}

/** Whether two traces are of the same file, unchanged. */
export function isSameTrace(one: FileTrace, other: FileTrace): boolean {
  const isAlike = one.head === other.head && one.tail === other.tail;
  return isAlike && one.bytes === other.bytes && one.modifiedMs === other.modifiedMs;
}

/** Hears of a reading as it goes on. */
export interface IndexOptions {
  readonly signal?: AbortSignal;
  /** Bytes and lines so far, and the size of the file; must not throw. */
  readonly onProgress?: (readBytes: number, totalBytes: number, lines: number) => void;
  /** A place that one can jump to is known; must not throw. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}

/** Decides where checkpoints are. Pure. */
export class CheckpointMaker {
  readonly #counts = { ...noCounts };
  #lastByte = 0;

  /** @param last goes on behind this one */
  constructor(last?: Checkpoint) {
    if (!last) return;
    Object.assign(this.#counts, last.counts);
    this.#lastByte = last.byte;
  }

  /** Lines so far. */
  get counts(): ClassCounts {
    return { ...this.#counts };
  }

  /** The checkpoint in a block, where there is one. */
  push({ rows, place }: RowBlock): Checkpoint | undefined {
    const isFar = place !== undefined && place.byte - this.#lastByte >= CHECKPOINT_BYTES;
    const before = isFar ? place.rowsBefore : 0;
    for (let at = 0; at < before; at++) countRow(this.#counts, rows[at] as SessionRow);
    const checkpoint = isFar ? this.#at(place) : undefined;
    for (let at = before; at < rows.length; at++) countRow(this.#counts, rows[at] as SessionRow);
    return checkpoint;
  }

  #at({ line, byte, rest, record: { sinceStartNs, wallMs } }: RowPlace): Checkpoint {
    this.#lastByte = byte;
    return { line, byte, rest, sinceStartNs, wallMs, counts: { ...this.#counts } };
  }
}

/**
 * Reads all of a journal and says where its lines are and what it holds. Reads block by block, so that others get their turn.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function indexJournal(file: string, options: IndexOptions = {}): Promise<JournalIndex> {
  const header = await readJournalHeader(file);
  // Before the reading: what comes meanwhile makes the index stale, and not wrong.
  const trace = await traceOf(file);
  const [content, places] = [new ContentMaker(header), new CheckpointMaker()];
  const checkpoints: Checkpoint[] = [];
  let [lines, end]: [number, readonly SessionRow[]] = [0, []];
  const reading = readSessionRows(file, {
    ...defined({ signal: options.signal }),
    onProblem: (problem) => content.damaged(problem),
    onRecord: (record, rows) => content.push(record, rows),
    onProgress: (read, total) => options.onProgress?.(read, total, lines),
  });
  for await (const block of reading) {
    const checkpoint = places.push(block);
    if (checkpoint) checkpoints.push(checkpoint);
    if (checkpoint) options.onCheckpoint?.(checkpoint);
    lines = block.rows.at(-1)?.seq ?? lines;
    end = block.rows;
  }
  return { trace, checkpoints, content: content.end(end) };
}

/**
 * Reads on in a journal that has grown since, from the last place of the index on: where its lines are. What they come to, such as
 * verdicts, stays as it was until all is read again.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function extendIndex(
  file: string,
  { checkpoints, content }: Pick<JournalIndex, 'checkpoints' | 'content'>,
  signal?: AbortSignal,
): Promise<JournalIndex> {
  const trace = await traceOf(file);
  const from = checkpoints.at(-1);
  const places = new CheckpointMaker(from);
  const all = [...checkpoints];
  let lines = from?.rest.seq ?? 0;
  for await (const block of readSessionRows(file, defined({ from, signal }))) {
    const checkpoint = places.push(block);
    if (checkpoint) all.push(checkpoint);
    lines = block.rows.at(-1)?.seq ?? lines;
  }
  return { trace, checkpoints: all, content: { ...content, lines, counts: places.counts } };
}
