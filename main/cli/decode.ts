import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { CodedError } from '../../shared/errors.ts';
import type { DecodedLine } from '../../shared/log.ts';
import { readSerialLogLine } from '../at/serialLog.ts';
import { Conversation } from '../mipl/conversation.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { textRows } from './textLines.ts';
import type { TextRow } from './textLines.ts';

export const help = `mipl decode [FILE]

Says what each line of a transcript or serial log means. Reads FILE, or standard input without one or with "-".
Prints one JSON object for each line that is not empty:
  line     number of the line in the file
  raw      the line as it stands there
  kind     command, urc, response, final, banner, data or unknown
  name     +MIPLREAD, OK, … as in the message table
  form     of commands: execute, read, write or test
  params   values by the names of the message table
  note     why it is unknown, what is odd about it, or what it could be where its command is missing
Lines that begin with # are skipped. Time stamps and direction marks of serial tools, and remarks behind //, fall away.
Exit code: 0 when everything was read, also when lines are unknown; 2 when the file could not be read.`;

/** `mipl decode`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError('One file is expected');
  const input = file === undefined || file === '-' ? io.stdin : await openFile(file);
  const transcript = new TranscriptReader();
  try {
    for await (const rows of textRows(addAbortSignal(io.signal, input) as AsyncIterable<Uint8Array>)) {
      const lines = rows.flatMap((row) => transcript.read(row)).map((entry) => JSON.stringify(entry));
      if (lines.length > 0) await writeLine(io.stdout, lines.join('\n'));
    }
  } catch (error) {
    if (io.signal.aborted) return exit.ok;
    throw notReadable(file, error);
  }
  return exit.ok;
}

async function openFile(file: string): Promise<Readable> {
  try {
    return (await open(file)).createReadStream();
  } catch (error) {
    throw notReadable(file, error);
  }
}

function notReadable(file: string | undefined, error: unknown): CodedError {
  return new CodedError('FILE_NOT_FOUND', (error as Error).message, file, { cause: error });
}

/** What is printed for a line. */
export interface DecodedRow extends DecodedLine {
  readonly line: number;
  readonly raw: string;
}

/** Reads the rows of a transcript in their order. */
export class TranscriptReader {
  readonly #conversation = new Conversation();

  /** One entry for a row; none when it is empty or a comment, several when carriage returns divide it. */
  read({ line, text, isPiece }: TextRow): DecodedRow[] {
    const rows = (line === 1 ? text.replace(/^\uFEFF/, '') : text).split('\r');
    return rows
      .filter((raw) => raw.trim() !== '' && !raw.trimStart().startsWith('#'))
      .map((raw) => ({ line, raw, ...(isPiece ? pieceOfLine : this.#decode(raw)) }));
  }

  #decode(raw: string): DecodedLine {
    const { text, textWithRemark } = readSerialLogLine(raw);
    if (text === '') return { kind: 'data', note: 'nothing but marks or a remark' };
    const decoded = this.#conversation.decode(text);
    if (decoded.kind !== 'unknown' || text === textWithRemark) return decoded;
    // A bare value may hold "//" itself: the whole line has the word when only that makes sense.
    const whole = this.#conversation.decode(textWithRemark);
    return whole.kind === 'unknown' ? decoded : whole;
  }
}

const pieceOfLine: DecodedLine = { kind: 'unknown', note: 'part of a line that is too long' };
