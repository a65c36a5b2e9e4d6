import type { FileHandle } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { JOURNAL_VERSION, MAX_LINE_BYTES, readHeaderLine, readRecordLine, recordLine } from './format.ts';
import type { JournalHeader, JournalRecord } from './format.ts';
import { BLOCK_BYTES, lineBlocks, openFile } from './lineBlocks.ts';
import type { LineBlock, LineBlockOptions } from './lineBlocks.ts';
import { ByteRecordReader } from './recordBytes.ts';
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
export interface JournalReadOptions extends LineBlockOptions {
  readonly onProblem?: (problem: JournalProblem) => void;
  /** Where a line begins that is not the first: reading begins with it. */
  readonly from?: JournalPosition;
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

const LINE_FEED = 0x0a;
const reader = new ByteRecordReader();

function headerOf(line: string | undefined, file: string): JournalHeader {
  const header = line === undefined ? 'the first line is too long' : readHeaderLine(line);
  if (typeof header === 'string') throw new CodedError('FILE_BAD_JOURNAL', `${file}:1: ${header}`, `${file}:1`);
  return header;
}

/** The first line of a block; undefined: it was too long to keep. */
function firstLineOf({ bytes, restByte }: LineBlock): string | undefined {
  return restByte === undefined ? bytes.toString('utf8', 0, endOf(bytes, 0)) : undefined;
}

/** Where the line ends that begins at a place. */
function endOf(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(LINE_FEED, from);
  return end < 0 ? bytes.length : end;
}

/** Reads the first line of a journal. Throws `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`. */
export async function readJournalHeader(file: string): Promise<JournalHeader> {
  const handle = await openFile(file, 'r');
  const blocks = lineBlocks(handle, file, {});
  try {
    const { value } = await blocks.next();
    return headerOf(value === undefined ? '' : firstLineOf(value as LineBlock), file);
  } finally {
    await blocks.return(undefined);
    await handle.close();
  }
}

/** Where in a file the lines of a block begin, by their place in it. */
function placesIn({ bytes, byte, nextByte, isTail, restByte }: LineBlock): (index: number) => number {
  const first = restByte ?? (isTail ? byte : nextByte - bytes.length);
  return (index) => {
    if (index === 0) return byte;
    let from = 0;
    for (let line = restByte === undefined ? 0 : 1; line < index; line++) from = bytes.indexOf(LINE_FEED, from) + 1;
    return first + from;
  };
}

/** Reads the records of a block's lines from `place` on, and tells each with its number. Returns the number behind the last one. */
function readLines(
  { bytes }: LineBlock,
  from: { readonly place: number; readonly line: number },
  onRecord: (record: JournalRecord & JournalPlace) => void,
  onProblem: (line: number, message: string) => void,
): number {
  let { place, line } = from;
  for (; place < bytes.length; line++) {
    const usual = reader.read(bytes, place, line);
    if (usual) {
      onRecord(usual);
      place = reader.end + 1;
      continue;
    }
    const end = endOf(bytes, place);
    const record = readRecordLine(bytes.toString('utf8', place, end));
    if (typeof record === 'string') onProblem(line, record);
    else if (record !== null) onRecord(Object.assign(record, { line }));
    place = end + 1;
  }
  return line;
}

/**
 * Reads a journal of any size, a block of records at a time and never more than that in memory, and tells where it stands. Damaged
 * lines are told and skipped; records of kinds that later versions added are passed over, and that the version is later is told.
 * A block may have no records. Throws `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL` when the first line is no header, `CANCELLED`.
 */
export async function* readRecordBlocks(file: string, options: JournalReadOptions = {}): AsyncGenerator<RecordBlock> {
  const handle = await openFile(file, 'r');
  try {
    let hasHeader = options.from === undefined;
    let nextLine = options.from?.line ?? 1;
    for await (const block of lineBlocks(handle, file, options)) {
      const { bytes, nextByte, isTail, restByte } = block;
      if (hasHeader) tellLater(headerOf(firstLineOf(block), file), options);
      const firstLine = nextLine;
      const byteOfIndex = placesIn(block);
      const byteOf = (line: number): number => byteOfIndex(line - firstLine);
      const onProblem = (line: number, message: string): void =>
        options.onProblem?.({ line, byte: byteOf(line), message, isTorn: isTail });
      if (restByte !== undefined) onProblem(firstLine, 'too long');
      const isFirstRead = hasHeader || restByte !== undefined;
      const from = { place: hasHeader ? endOf(bytes, 0) + 1 : 0, line: isFirstRead ? firstLine + 1 : firstLine };
      const records: (JournalRecord & JournalPlace)[] = [];
      const line = readLines(block, from, (record) => void records.push(record), onProblem);
      if (!isTail) nextLine = line;
      hasHeader = false;
      yield { records, next: { line: nextLine, byte: nextByte }, byteOf };
    }
    if (hasHeader) headerOf('', file);
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
