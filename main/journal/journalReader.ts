import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { JOURNAL_VERSION, MAX_LINE_BYTES, readHeaderLine, readRecordLine, recordLine } from './format.ts';
import type { JournalHeader, JournalRecord } from './format.ts';
import { systemClock } from '../time/clock.ts';

/** Something that could not be read. Reading goes on behind it. */
export interface JournalProblem {
  /** Counts from 1; the header is line 1. */
  readonly line: number;
  /** Byte of the file at which the line begins. */
  readonly byte: number;
  readonly message: string;
  /** The last line, broken off while it was written: the program or the machine ended there. */
  readonly isTorn: boolean;
}

/** What a reader may be told and may tell. */
export interface JournalReadOptions {
  readonly onProblem?: (problem: JournalProblem) => void;
  /** Called after each block with the bytes read so far and the size of the file at the start. */
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
  /** Called with each block of the file as it is read, before what stands in it; its memory is used again. */
  readonly onBlock?: (bytes: Uint8Array) => void;
  /** Lines of which it says no are passed over unread, as if they were of a later version. */
  readonly isWanted?: (line: string) => boolean;
  /** Where a line begins that is not the first: reading begins with it. */
  readonly from?: JournalPosition;
  /** Ends the reading with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** Where a record stands: its line counts from 1, the header is line 1. */
export interface JournalPlace {
  readonly line: number;
}

/** The beginning of a line in the file. */
export interface JournalPosition extends JournalPlace {
  readonly byte: number;
}

/** Records that were read together, and where behind them reading can begin. */
export interface RecordBlock {
  readonly records: readonly (JournalRecord & JournalPlace)[];
  /** The line after them; of the file's end where the last line lacks its own. */
  readonly next: JournalPosition;
  /** Byte of the file at which a line of the block begins; costs a look through the block, and holds until the next one is read. */
  readonly byteOf: (line: number) => number;
}

/** Small enough that a block costs the main process about 2 ms. */
const BLOCK_BYTES = 32768;
const LINE_FEED = 0x0a;

async function openFile(file: string, flags: string): Promise<FileHandle> {
  try {
    return await open(file, flags);
  } catch (error) {
    throw notRead(error, file);
  }
}

/** Nothing to read under that name: missing, denied, a folder, a disk that fails. The system's text says which. */
function notRead(error: unknown, file: string): CodedError {
  return new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
}

/** Lines of one block, the number of the first, and whether the last one lacks its end. */
interface LineBlock {
  readonly lines: readonly (string | undefined)[];
  readonly firstLine: number;
  readonly isTail: boolean;
  /** Byte of the file at which a line of the block begins. */
  readonly byteOf: (index: number) => number;
  /** The line after these; of a tail its own, since more may be written to it. */
  readonly next: JournalPosition;
}

/** Asked of damaged lines only, so looking through the block costs nothing. */
function placesIn(bytes: Uint8Array, start: number): LineBlock['byteOf'] {
  return (index) => {
    let from = 0;
    for (let line = 0; line < index; line++) from = bytes.indexOf(LINE_FEED, from) + 1;
    return start + from;
  };
}

/** Cuts a file into lines, block by block; an undefined line was too long to keep. */
async function* lineBlocks(handle: FileHandle, file: string, options: JournalReadOptions): AsyncGenerator<LineBlock> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  const { size } = await handle.stat();
  let carry: Buffer[] = [];
  let carryLength = 0;
  let isSkipping = false;
  let firstLine = options.from?.line ?? 1;
  let position = options.from?.byte ?? 0;
  /** Where the first line that was not given out yet begins. */
  let blockStart = position;
  for (;;) {
    if (options.signal?.aborted) throw new CodedError('CANCELLED', 'Reading the journal was cancelled');
    const { bytesRead } = await handle.read(block, 0, block.length, position).catch((error: unknown) => {
      throw notRead(error, file);
    });
    if (bytesRead === 0) break;
    position += bytesRead;
    const bytes = block.subarray(0, bytesRead);
    options.onBlock?.(bytes);
    const end = bytes.lastIndexOf(LINE_FEED);
    if (end >= 0) {
      // A line feed is never part of a longer UTF-8 sequence, so the text can be cut there.
      const whole = Buffer.concat([...carry, bytes.subarray(0, end)]);
      const lines: (string | undefined)[] = whole.toString('utf8').split('\n');
      if (isSkipping) lines[0] = undefined;
      const inBlock = placesIn(whole, blockStart);
      // What was too long to be kept is not in the block.
      const skipped = isSkipping ? position - bytesRead - blockStart : 0;
      const byteOf = (index: number): number => (index === 0 ? blockStart : inBlock(index) + skipped);
      const next = { line: firstLine + lines.length, byte: position - bytesRead + end + 1 };
      yield { lines, firstLine, isTail: false, byteOf, next };
      blockStart = next.byte;
      firstLine += lines.length;
      carry = [];
      carryLength = 0;
      isSkipping = false;
    }
    // The block is used again: what stays must be copied.
    const tail = Buffer.from(bytes.subarray(end + 1));
    carryLength += tail.length;
    if (carryLength > MAX_LINE_BYTES) {
      isSkipping = true;
      carry = [];
    } else if (!isSkipping && tail.length > 0) {
      carry.push(tail);
    }
    options.onProgress?.(position, size);
  }
  const tail = { firstLine, isTail: true, byteOf: () => blockStart, next: { line: firstLine, byte: blockStart } };
  if (isSkipping) yield { ...tail, lines: [undefined] };
  else if (carryLength > 0) yield { ...tail, lines: [Buffer.concat(carry).toString('utf8')] };
}

function headerOf(line: string | undefined, file: string): JournalHeader {
  const header = line === undefined ? 'the first line is too long' : readHeaderLine(line);
  if (typeof header === 'string') throw new CodedError('FILE_BAD_JOURNAL', `${file}:1: ${header}`, `${file}:1`);
  return header;
}

/** Reads the first line of a journal. Throws `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`. */
export async function readJournalHeader(file: string): Promise<JournalHeader> {
  const handle = await openFile(file, 'r');
  try {
    const { value } = await lineBlocks(handle, file, {}).next();
    return headerOf((value as LineBlock | undefined)?.lines[0] ?? '', file);
  } finally {
    await handle.close();
  }
}

/**
 * Reads a journal of any size, a block of records at a time and never more than that in memory, and tells where it stands. Damaged
 * lines are told and skipped; records of kinds that later versions added are passed over, and that the version is later is told.
 * A block may have no records. Throws `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL` when the first line is no header, `CANCELLED`.
 */
export async function* readRecordBlocks(file: string, options: JournalReadOptions = {}): AsyncGenerator<RecordBlock> {
  const handle = await openFile(file, 'r');
  try {
    let isFirst = options.from === undefined;
    for await (const { lines, firstLine, isTail, byteOf, next } of lineBlocks(handle, file, options)) {
      if (isFirst) tellLater(headerOf(lines[0], file), options);
      const records: (JournalRecord & JournalPlace)[] = [];
      for (let index = isFirst ? 1 : 0; index < lines.length; index++) {
        const line = lines[index];
        if (line !== undefined && options.isWanted?.(line) === false) continue;
        const record = line === undefined ? 'too long' : readRecordLine(line);
        if (typeof record === 'string') {
          options.onProblem?.({ line: firstLine + index, byte: byteOf(index), message: record, isTorn: isTail });
        } else if (record !== null) {
          records.push(Object.assign(record, { line: firstLine + index }));
        }
      }
      isFirst = false;
      yield { records, next, byteOf: (line) => byteOf(line - firstLine) };
    }
    if (isFirst) headerOf('', file);
  } finally {
    await handle.close();
  }
}

/** The records of {@link readRecordBlocks}; blocks are never empty. */
export async function* readJournalBlocks(
  file: string,
  options: JournalReadOptions = {},
): AsyncGenerator<RecordBlock['records']> {
  for await (const { records } of readRecordBlocks(file, options)) if (records.length > 0) yield records;
}

function tellLater({ version }: JournalHeader, { onProblem }: JournalReadOptions): void {
  if (version <= JOURNAL_VERSION) return;
  const message = `version ${version} is later than this program: read as far as it is known`;
  onProblem?.({ line: 1, byte: 0, message, isTorn: false });
}

/** The records of a journal one by one; see {@link readJournalBlocks}. */
export async function* readJournal(
  file: string,
  options: JournalReadOptions = {},
): AsyncGenerator<JournalRecord & JournalPlace> {
  for await (const records of readJournalBlocks(file, options)) yield* records;
}

/** What {@link repairJournal} did. */
export interface JournalRepair {
  /** Bytes of the torn last line that were cut off; 0 when the file was whole. */
  readonly removedBytes: number;
}

/** Reads the end of the file back to the line before the last, a block at a time. */
async function readEnd(handle: FileHandle, size: number): Promise<Buffer> {
  let end = Buffer.alloc(0);
  while (end.length < size && end.length <= 2 * MAX_LINE_BYTES) {
    const length = Math.min(BLOCK_BYTES, size - end.length);
    const block = Buffer.alloc(length);
    await handle.read(block, 0, length, size - end.length - length);
    end = Buffer.concat([block, end]);
    const last = end.lastIndexOf(LINE_FEED);
    if (last > 0 && end.lastIndexOf(LINE_FEED, last - 1) >= 0) break;
  }
  return end;
}

/**
 * Makes a journal whole again that was cut off while it was written: a torn last line is removed and a note says so; a
 * complete one that only lacks its end gets it. A whole journal is left as it is. Throws `FILE_NOT_FOUND`,
 * `FILE_BAD_JOURNAL`, `FILE_NOT_WRITTEN`.
 */
export async function repairJournal(file: string, wallMs: number = systemClock.wallMs()): Promise<JournalRepair> {
  await readJournalHeader(file);
  const handle = await openFile(file, 'r+');
  try {
    const { size } = await handle.stat();
    const end = await readEnd(handle, size);
    const last = end.lastIndexOf(LINE_FEED);
    const tail = end.subarray(last + 1);
    if (tail.length === 0) return { removedBytes: 0 };
    const isWhole = last < 0 || typeof readRecordLine(tail.toString('utf8')) !== 'string';
    if (isWhole) {
      await handle.write('\n', size);
      return { removedBytes: 0 };
    }
    const before = readRecordLine(end.subarray(end.lastIndexOf(LINE_FEED, last - 1) + 1, last).toString('utf8'));
    const sinceStartNs = typeof before === 'object' && before !== null ? before.sinceStartNs : 0;
    const text = `A torn last line of ${tail.length} bytes was removed`;
    await handle.truncate(size - tail.length);
    await handle.write(`${recordLine('note', sinceStartNs, wallMs, { text })}\n`, size - tail.length);
    await handle.sync();
    return { removedBytes: tail.length };
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, file, { cause: error });
  } finally {
    await handle.close();
  }
}
