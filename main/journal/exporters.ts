import type { Writable } from 'node:stream';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { ExportFormat } from '../../shared/contract/log.ts';
import type { Language } from '../../shared/settings.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import { isSameFile } from '../files/sameFile.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { masked, plainFormats } from './exportFormats.ts';
import type { ExportHead } from './exportFormats.ts';
import { htmlFormat } from './exportHtml.ts';
import { findIdentity } from './identitySearch.ts';
import { readJournalBlocks, readJournalHeader } from './journalReader.ts';
import type { JournalProblem, JournalReadOptions } from './journalReader.ts';
import { LineMaker, readJournalLines } from './journalLines.ts';
import type { JournalLine } from './journalLines.ts';
import { Masker } from './masking.ts';
import { Outlet } from './outlet.ts';
import type { Sink } from './outlet.ts';
import { streamRoom } from './streamRoom.ts';

/** How a journal is written out. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Hides IMEI, IMSI, ICCID, addresses and keys, see masking.ts. */
  readonly mask: boolean;
  /** Of what html says about each line, and of our own notes there; English where none is given. */
  readonly language?: Language;
  /** Called with 0 … 1. */
  readonly onProgress?: (done: number) => void;
  /** Damaged lines of the journal; the rest is exported. */
  readonly onProblem?: (problem: JournalProblem) => void;
  /** Ends the export with `CANCELLED`; nothing stays behind. */
  readonly signal?: AbortSignal;
}

/** What came of an export. `file` is the journal's own name when it went to a stream. */
export interface ExportResult {
  readonly file: string;
  /** Lines of the log, the head not counted. */
  readonly lines: number;
}

/** Two passes read the file twice; the first counts for the smaller half, it writes nothing, and for little where it only looks for a word. */
const FIRST_PASS_SHARE = { masked: 0.4, plain: 0.05 } as const;

type ReadingTold = Pick<JournalReadOptions, 'signal' | 'onProgress'>;

/** First pass where something is hidden: the identity that counts, and everything the masker has to know. */
async function survey(file: string, options: ReadingTold, masker: Masker): Promise<ModuleIdentity> {
  let identity: ModuleIdentity = {};
  const maker = new LineMaker();
  const collect = (lines: readonly JournalLine[]): void => {
    for (const { text } of lines) masker.collect(text);
  };
  for await (const records of readJournalBlocks(file, options)) {
    for (const record of records) {
      maker.push(record);
      if (record.kind !== 'identity') continue;
      identity = { ...identity, ...record.identity };
      masker.collectIdentity(record.identity);
    }
    collect(maker.take());
  }
  maker.flush();
  collect(maker.take());
  return identity;
}

/** The head with stand-ins, and without the place. */
function maskHead({ site: _site, ...head }: ExportHead, masker: Masker): ExportHead {
  const identity = Object.fromEntries(
    Object.entries(head.identity).map(([name, value]) => [name, masker.mask(value as string)]),
  );
  return { ...head, identity, port: masker.mask(head.port), isMasked: true };
}

async function write(file: string, sink: Sink, options: ExportOptions): Promise<number> {
  const header = await readJournalHeader(file);
  const masker = options.mask ? new Masker() : undefined;
  if (header.identity) masker?.collectIdentity(header.identity);
  masker?.collectNames([header.site]);
  masker?.collect(header.port);
  const firstShare = FIRST_PASS_SHARE[masker ? 'masked' : 'plain'];
  const signal = defined({ signal: options.signal });
  const first: ReadingTold = {
    ...signal,
    onProgress: (read, total) => options.onProgress?.((read / Math.max(total, read)) * firstShare),
  };
  const found = await (masker ? survey(file, first, masker) : findIdentity(file, first));
  const identity = { ...header.identity, ...found };
  const { app, started, port, baudRate, site } = header;
  const plainHead = {
    app,
    started,
    port,
    baudRate,
    identity,
    isMasked: false,
    ...defined({ site }),
  };
  const head = masker ? maskHead(plainHead, masker) : plainHead;
  const onProgress = (read: number, total: number): void =>
    options.onProgress?.(firstShare + (read / Math.max(total, read)) * (1 - firstShare));
  const reading = { ...signal, ...defined({ onProblem: options.onProblem }), onProgress };
  if (options.format === 'pcapng') {
    const { writePcapng } = await import('./exportPcapng.ts');
    return writePcapng({ file, header, head, masker, reading, sink });
  }
  const format = options.format === 'html' ? htmlFormat(options.language) : plainFormats[options.format]();
  const outlet = new Outlet(sink);
  let lineCount = 0;
  let beforeMs: number | undefined;
  try {
    await outlet.add(format.head(head));
    for await (const lines of readJournalLines(file, reading)) {
      let text = '';
      for (const line of lines) {
        const { record } = line;
        const said = record && format.note ? { ...line, text: format.note(record, line.text) } : line;
        const shown = masker ? masked(said, masker) : said;
        text += format.line(shown, line.sinceStartMs - (beforeMs ?? line.sinceStartMs));
        beforeMs = line.sinceStartMs;
      }
      lineCount += lines.length;
      await outlet.add(text);
    }
    if (format.tail) await outlet.add(format.tail());
    await outlet.end();
  } finally {
    await outlet.settled();
  }
  return lineCount;
}

/** A session that goes on would be written to nowhere after its journal was replaced. @throws CodedError `FILE_NOT_WRITTEN`. */
async function spareJournal(journal: string, target: string): Promise<void> {
  if (!(await isSameFile(journal, target))) return;
  throw new CodedError('FILE_NOT_WRITTEN', 'The export would replace the journal it is made from', target);
}

/**
 * Writes a journal out to a file, which is there whole or not at all; an existing one is replaced, but never the journal
 * itself, and a pipe or a device is written into. Throws `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `FILE_NOT_WRITTEN`,
 * `CANCELLED`.
 */
export async function exportToFile(journal: string, target: string, options: ExportOptions): Promise<ExportResult> {
  await spareJournal(journal, target);
  let lines = 0;
  await writeWhole(target, async (piece) => {
    lines = await write(journal, piece, options);
  });
  return { file: target, lines };
}

/** Our own errors pass; what the system says becomes `FILE_NOT_WRITTEN`. */
function notWritten(error: unknown, target: string): CodedError {
  if (error instanceof CodedError) return error;
  return new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, target, { cause: error });
}

/**
 * Writes a journal out to a stream, such as standard output, no faster than it takes it. The stream is not ended.
 * Throws as {@link exportToFile} does; a reader that went away is `FILE_NOT_WRITTEN`.
 */
export async function exportToStream(journal: string, stream: Writable, options: ExportOptions): Promise<ExportResult> {
  let failure: Error | undefined;
  const onError = (error: Error): void => {
    failure = error;
  };
  stream.on('error', onError);
  try {
    const lines = await write(
      journal,
      async (piece) => {
        if (failure) throw failure;
        if (stream.destroyed) throw new Error('The stream was closed');
        if (!stream.write(piece)) await streamRoom(stream);
      },
      options,
    );
    if (failure !== undefined) throw failure as Error;
    return { file: journal, lines };
  } catch (error) {
    throw notWritten(error, journal);
  } finally {
    stream.off('error', onError);
  }
}
