import { open } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { DecodedLog } from '../capture/decodedLog.ts';
import type { OwnLayout } from '../capture/serialLog.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { isSameFile } from '../files/sameFile.ts';
import { writeNew, writeWhole } from '../files/writeWhole.ts';
import type { PieceWriter } from '../files/writeWhole.ts';
import { sessionFileName } from '../journal/fileNames.ts';
import { JOURNAL_SUFFIX, readHeaderLine } from '../journal/format.ts';
import { ImportedJournal } from './importedJournal.ts';
import type { ImportCounts, ImportProblem } from './importedJournal.ts';

/** The log of another tool: a file, or a stream that has no name. */
export type ImportSource = { readonly file: string } | { readonly stream: Readable; readonly nowMs: number };

/** How a log is imported. */
export interface ImportOptions {
  /** Version of this program. */
  readonly app: string;
  /** Absent: how the log is written is recognised. */
  readonly layout?: OwnLayout;
  readonly onProblem: (problem: ImportProblem) => void;
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
  /** Ends it with `CANCELLED`; nothing stays behind. */
  readonly signal?: AbortSignal;
}

/** Where the journal goes: a file or a stream, or a folder, where it is named after time and module. */
export type ImportTarget = { readonly file: string } | { readonly folder: string } | { readonly write: PieceWriter };

/** What came of an import. */
export interface Imported extends ImportCounts {
  /** The journal; absent where it went to a stream. */
  readonly file?: string;
  readonly readBytes: number;
  /** What the log did not tell, and what was assumed instead; the journal has it as notes. */
  readonly findings: readonly string[];
}

/** Large enough that the first block shows how a log is written. */
const BLOCK_BYTES = 65536;

/**
 * Makes a journal of the log of another tool, block by block; the log is never changed. It is read as far as it went when it was
 * opened. The journal is there whole or not at all.
 * @throws CodedError `FILE_NOT_FOUND`; `FILE_BAD_LOG` where no line of it is one of a module; `FILE_NOT_WRITTEN`; `CANCELLED`.
 */
export async function importLog(source: ImportSource, target: ImportTarget, options: ImportOptions): Promise<Imported> {
  const name = 'file' in source ? basename(source.file) : '-';
  if ('file' in source && 'file' in target && (await isSameFile(source.file, target.file)))
    throw new CodedError('FILE_NOT_WRITTEN', 'The journal would replace the log it is made from', target.file);
  let made: Made | undefined;
  const content = async (write: PieceWriter): Promise<void> => {
    made = await convert(source, name, write, options);
  };
  let file: string | undefined;
  if ('write' in target) await content(target.write);
  else if ('file' in target) {
    await writeWhole(target.file, content, { mode: 0o600 });
    ({ file } = target);
  } else {
    try {
      await makeDirectory(target.folder, { mode: 0o700 });
    } catch (error) {
      throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, target.folder, { cause: error });
    }
    [file] = await writeNew(target.folder, [{ nameOf: (count) => nameOf(made, count), content }], { mode: 0o600 });
  }
  if (!made) throw new CodedError('INTERNAL', 'The journal was not made');
  const { journal, readBytes, findings } = made;
  return { ...defined({ file }), ...journal.counts, readBytes, findings };
}

interface Made {
  readonly journal: ImportedJournal;
  readonly readBytes: number;
  readonly findings: readonly string[];
}

function nameOf(made: Made | undefined, count: number): string {
  const { imei } = made?.journal.identity ?? {};
  const name = sessionFileName({ ...defined({ imei }), atMs: made?.journal.startedMs ?? 0 });
  return `${name}${count === 1 ? '' : `-${count}`}${JOURNAL_SUFFIX}`;
}

async function convert(
  source: ImportSource,
  name: string,
  write: PieceWriter,
  { app, layout, onProblem, onProgress, signal }: ImportOptions,
): Promise<Made> {
  const input = 'file' in source ? await openLog(source.file) : streamed(source.stream, source.nowMs);
  try {
    const log = new DecodedLog({ isExact: true, ...defined({ layout }) });
    const journal = new ImportedJournal({ name, fileMs: input.beganMs, app }, onProblem);
    let readBytes = 0;
    for await (const block of input.blocks()) {
      if (signal?.aborted) throw new CodedError('CANCELLED', 'The import was cancelled');
      if (readBytes === 0 && isJournal(block))
        throw new CodedError('FILE_BAD_LOG', `${name} is a journal already`, name);
      readBytes += block.length;
      await write(journal.push(log.push(block)));
      onProgress?.(readBytes, Math.max(readBytes, input.size));
    }
    const last = journal.push(log.end());
    const { text, findings } = journal.end();
    if (journal.readable === 0) throw notALog(name, journal.counts);
    await write(last + text);
    const change = await input.changeSince(readBytes);
    return { journal, readBytes, findings: [...findings, ...change] };
  } finally {
    await input.close();
  }
}

/** Its first line says so, however much of it there is. */
function isJournal(beginning: Uint8Array): boolean {
  const [line = ''] = Buffer.from(beginning).toString('utf8').split('\n', 1);
  return typeof readHeaderLine(line) !== 'string';
}

function notALog(name: string, { lines }: ImportCounts): CodedError {
  const message = `${name}: none of its ${lines} lines is a command, an answer or a report of a module`;
  return new CodedError('FILE_BAD_LOG', message, name);
}

interface OpenLog {
  readonly beganMs: number;
  readonly size: number;
  blocks(): AsyncIterable<Uint8Array>;
  /** Whether the file has become longer or shorter meanwhile, in a sentence. */
  changeSince(readBytes: number): Promise<string[]>;
  close(): Promise<void>;
}

async function openLog(file: string): Promise<OpenLog> {
  const unreadable = (error: unknown): CodedError =>
    new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unreadable(error);
  });
  const stats = await handle.stat();
  // A pipe or a device has no size: it is read to its end.
  const size = stats.isFile() ? stats.size : Infinity;
  return {
    beganMs: beganMs(stats),
    size,
    async *blocks() {
      for (let position = 0; position < size;) {
        const block = Buffer.allocUnsafe(BLOCK_BYTES);
        const length = Math.min(BLOCK_BYTES, size - position);
        const { bytesRead } = await handle
          .read(block, 0, length, size === Infinity ? null : position)
          .catch((error) => {
            throw unreadable(error);
          });
        if (bytesRead === 0) return;
        position += bytesRead;
        yield block.subarray(0, bytesRead);
      }
    },
    async changeSince(readBytes) {
      if (size === Infinity) return [];
      if (readBytes < size) return [`the file was cut short while it was read: ${readBytes} of ${size} bytes`];
      const after = await handle.stat();
      return after.size > size ? [`the file is being written: it was read up to byte ${size}`] : [];
    },
    close: () => handle.close(),
  };
}

/** A file is made when its log begins, and written last when it ends; a copy is made later than it was written. */
function beganMs({ birthtimeMs, mtimeMs }: Stats): number {
  return birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs;
}

/** Small chunks are put together: the first ones show how a log is written. */
function streamed(stream: Readable, nowMs: number): OpenLog {
  return {
    beganMs: nowMs,
    size: 0,
    async *blocks() {
      let waiting: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        waiting.push(chunk);
        length += chunk.length;
        if (length < BLOCK_BYTES) continue;
        yield Buffer.concat(waiting);
        waiting = [];
        length = 0;
      }
      if (length > 0) yield Buffer.concat(waiting);
    },
    changeSince: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}
