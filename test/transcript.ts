import { Buffer } from 'node:buffer';
import { readFileSync, readdirSync } from 'node:fs';
import { LineSplitter } from '../main/at/lineSplitter.ts';
import type { Link } from '../main/transport/link.ts';
import { makeLinkEnd } from '../main/transport/linkEnd.ts';

/** One line of a transcript: `> AT…` from the host, `< …` from the module. */
export interface TranscriptLine {
  readonly from: 'host' | 'module';
  readonly text: string;
  /** Number in the file, from 1. */
  readonly line: number;
  /** Heading it stands under (`# section …`), empty before the first. */
  readonly section: string;
  /** Not in the source: an OK that it left out (`# added`). */
  readonly added: boolean;
}

export interface Transcript {
  readonly name: string;
  /** Where it comes from: the first line of the file. */
  readonly source: string;
  readonly lines: readonly TranscriptLine[];
}

/** Reads the text of a transcript: `>` host, `<` module, `#` comments. @throws Error naming the line that is neither. */
export function parseTranscript(name: string, text: string): Transcript {
  const lines: TranscriptLine[] = [];
  let source = '';
  let section = '';
  let added = false;
  for (const [index, row] of text.split('\n').entries()) {
    if (row === '') continue;
    const match = /^(# source: |# section |# added$|#|> ?|< ?)(.*)$/.exec(row);
    if (!match) throw new Error(`${name}:${index + 1}: neither a comment nor a line of host or module`);
    const [, mark = '', rest = ''] = match;
    if (mark === '# source: ') source = rest;
    else if (mark === '# section ') section = rest;
    else if (mark === '# added') added = true;
    else if (mark !== '#') {
      lines.push({ from: mark.startsWith('>') ? 'host' : 'module', text: rest, line: index + 1, section, added });
      added = false;
    }
  }
  return { name, source, lines };
}

const folder = new URL('transcripts/', import.meta.url);

/** Reads a transcript of test/transcripts by the beginning of its name: `readTranscript('00')`. */
export function readTranscript(prefix: string): Transcript {
  const name = readdirSync(folder).find((file) => file.startsWith(prefix));
  if (name === undefined) throw new Error(`No transcript begins with ${prefix}`);
  return parseTranscript(name, readFileSync(new URL(name, folder), 'utf8'));
}

/** All transcripts, by name. */
export function readTranscripts(): Transcript[] {
  return readdirSync(folder)
    .filter((file) => /^\d+.*\.txt$/.test(file))
    .sort()
    .map((file) => readTranscript(file));
}

/** The lines under one heading. */
export function sectionOf(transcript: Transcript, section: string): readonly TranscriptLine[] {
  const lines = transcript.lines.filter((line) => line.section === section);
  if (lines.length === 0) throw new Error(`${transcript.name} has no section ${section}`);
  return lines;
}

/** The line without the spaces that mean nothing: those outside quotes. */
export function withoutSpaces(line: string): string {
  return line
    .split('"')
    .map((part, index) => (index % 2 === 0 ? part.replace(/[ \t]+/g, '') : part))
    .join('"');
}

/** A transcript that plays the module on a link. */
export interface TranscriptPlayer {
  readonly link: Link;
  /** Begins: delivers what the module says before the host's first line. */
  start(): void;
  /** Resolves when the last line was played; rejects when the host says something else. */
  readonly finished: Promise<unknown>;
  /** What the host has said so far. */
  readonly said: readonly string[];
}

/**
 * Replays a transcript as a module: the host must say exactly the `>` lines (spaces outside quotes aside), each is
 * answered by the `<` lines that follow it. Lines of the module go out framed as V.250 wants.
 */
export function playTranscript(lines: readonly TranscriptLine[]): TranscriptPlayer {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const said: string[] = [];
  let position = 0;
  const deliver = (): void => {
    const from = position;
    while (lines[position]?.from === 'module') position++;
    const text = lines
      .slice(from, position)
      .map((line) => `\r\n${line.text}\r\n`)
      .join('');
    if (text !== '') queueMicrotask(() => end.receive(Buffer.from(text)));
    if (position === lines.length) resolve(undefined);
  };
  const splitter = new LineSplitter(({ text }) => {
    said.push(text);
    const expected = lines[position];
    if (expected?.from !== 'host' || withoutSpaces(expected.text) !== withoutSpaces(text)) {
      reject(new Error(`The host said ${text}, the transcript has ${expected?.text ?? 'ended'}`));
      return;
    }
    position++;
    deliver();
  });
  const end = makeLinkEnd({
    write(bytes) {
      splitter.push(bytes, process.hrtime.bigint());
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  promise.catch(() => undefined);
  return { link: end.link, start: deliver, finished: promise, said };
}
