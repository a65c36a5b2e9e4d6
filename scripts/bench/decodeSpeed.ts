import { Buffer } from 'node:buffer';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as splitting from '../../main/at/lineSplitter.ts';
import type * as results from '../../main/at/resultCodes.ts';
import type * as conversations from '../../main/log/conversation.ts';
import type * as decoding from '../../main/mipl/decode.ts';
import type * as framing from '../../main/mipl/urcFrames.ts';
import { readTranscripts } from '../../test/transcript.ts';
import { median } from './figures.ts';

/** What P4 of the brief asks: framer, classifier and decoder on a mixed log. */
export interface DecodingSpeed {
  readonly megabytesPerSecond: number;
  /** Against the 92,160 bytes/s that a line of 921,600 baud can carry. */
  readonly timesSaturatedLine: number;
  readonly linesPerSecond: number;
  readonly bytes: number;
  readonly lines: number;
  /** Lines the decoder could not read: the transcripts hold some that their publication broke. */
  readonly unknownLines: number;
  /** How many times as long as the bare cutting of {@link cutBare}: the median over pairs of rounds. */
  readonly timesBare: number;
  /** The other checkout's, where one was measured in the same run. */
  readonly beside?: {
    readonly megabytesPerSecond: number;
    /** Ours ÷ the other's: the median over pairs of rounds, one straight after the other. */
    readonly ratio: number;
  };
}

/** What is measured, of this checkout or another. An older one knows no frames. */
interface Parts {
  readonly LineSplitter: typeof splitting.LineSplitter;
  readonly parseFinalResult: typeof results.parseFinalResult;
  readonly isBootLine: typeof results.isBootLine;
  readonly Conversation: typeof conversations.Conversation;
  readonly isUrc: typeof decoding.isUrc;
  readonly urcFrames?: typeof framing.urcFrames;
}

/** In main/mipl of an older checkout. */
const conversation = 'main/log/conversation.ts';
/** A part of main/mipl/decode.ts in an older checkout. */
const frames = 'main/mipl/urcFrames.ts';

/** The sources below a checkout's root, straight from there: they run unbuilt and need no packages. */
async function partsOf(root: string): Promise<Parts> {
  const from = async <T>(file: string): Promise<T> => (await import(pathToFileURL(resolve(root, file)).href)) as T;
  return {
    ...(await from<typeof splitting>('main/at/lineSplitter.ts')),
    ...(await from<typeof results>('main/at/resultCodes.ts')),
    ...(await from<typeof conversations>(
      existsSync(resolve(root, conversation)) ? conversation : 'main/mipl/conversation.ts',
    )),
    ...(await from<typeof decoding>('main/mipl/decode.ts')),
    ...(existsSync(resolve(root, frames)) ? await from<typeof framing>(frames) : {}),
  };
}

const SATURATED_BYTES_PER_SECOND = 921_600 / 10;
/** What a serial port hands over at once. */
const CHUNK_BYTES = 4096;
const ROUNDS = 7;
/** Two take turns, and a few per cent are to be seen: many short rounds, of which some are left alone. */
const ROUNDS_BESIDE = 150;
const MEGABYTES_BESIDE = 0.5;

/** What a session has besides the platform's requests: signal, radio states, a restart. */
const surroundings = [
  ['>', 'AT+CSQ'],
  ['<', '+CSQ:20,99'],
  ['<', 'OK'],
  ['>', 'AT+NUESTATS'],
  ['<', 'Signal power:-865'],
  ['<', 'Total power:-749'],
  ['<', 'TX power:230'],
  ['<', 'Cell ID:27447553'],
  ['<', 'ECL:0'],
  ['<', 'SNR:171'],
  ['<', 'EARFCN:3555'],
  ['<', 'PCI:407'],
  ['<', 'OK'],
  ['<', '+CSCON:0'],
  ['<', '+CSCON:1'],
  ['<', '+CEREG:1,19E6,0AAE9CA1,9'],
  ['<', '+NPSMR:0'],
  ['>', 'AT+MIPLNOTIFY=0,130839,3303,0,5700,4,4,20.125,0,0,17'],
  ['<', '+CIS ERROR: 602'],
  ['<', 'REBOOT_CAUSE_APPLICATION_AT'],
  ['<', 'M5310-A'],
] as const;

/**
 * A write whose publication left its value out (transcript 28): no module prints a length without as many bytes, and a
 * splitter that waits for them would be measured at giving up.
 */
const shortened = /^\+MIPLWRITE:(?:\d+,){7}$|\*{3}/;

/** A log as it stands on the wire, both directions in one: every transcript, each with its surroundings, repeated. */
export function mixedLog(minimumBytes: number): Buffer {
  const framed = (from: '>' | '<', text: string): string => (from === '>' ? `${text}\r\n` : `\r\n${text}\r\n`);
  const once = readTranscripts()
    .map(({ lines }) => lines.filter(({ text }) => !shortened.test(text)))
    .map((lines) => lines.map((line) => framed(line.from === 'host' ? '>' : '<', line.text)))
    .map((lines) => [...lines, ...surroundings.map(([from, text]) => framed(from, text))].join(''))
    .join('');
  return Buffer.from(once.repeat(Math.ceil(minimumBytes / Buffer.byteLength(once))));
}

interface Counts {
  readonly lines: number;
  readonly unknownLines: number;
}

function decodeAll(log: Buffer, parts: Parts): Counts {
  const { LineSplitter, Conversation, parseFinalResult, isBootLine, isUrc, urcFrames } = parts;
  const conversation = new Conversation();
  let lines = 0;
  let unknownLines = 0;
  let solicited = 0;
  // An older one is read a second time by the classifier, as AtChannel sorts a line while no exchange is in flight.
  const sortsItself = 'read' in Conversation.prototype;
  const splitter = new LineSplitter((line) => {
    const { text } = line;
    lines++;
    const row = sortsItself ? conversation.read(line) : undefined;
    const isUnasked = row
      ? row.kind === 'unasked'
      : parseFinalResult(text) !== undefined || isBootLine(text) || isUrc(text);
    if (!isUnasked) solicited++;
    if ((row?.decoded ?? conversation.decode(text)).kind === 'unknown') unknownLines++;
  }, urcFrames);
  for (let from = 0; from < log.length; from += CHUNK_BYTES) {
    splitter.push(log.subarray(from, from + CHUNK_BYTES), BigInt(from));
  }
  if (solicited === 0) throw new Error('The classifier did not run.');
  return { lines, unknownLines };
}

/** The reference: the least that any reader of such a log does, lines and what stands between commas. Gives the count. */
function cutBare(log: Buffer): number {
  let parts = 0;
  for (let from = 0; from < log.length; from += CHUNK_BYTES) {
    const chunk = log.toString('latin1', from, from + CHUNK_BYTES);
    for (const line of chunk.split('\r\n')) parts += line.split(',').length;
  }
  return parts;
}

/**
 * Best of several rounds over a mixed log: what others do on the machine at the same time only ever slows a round. With
 * `beside`, the root of another checkout, both take turns on the same log.
 */
export async function measureDecoding(megabytes = 8, beside?: string): Promise<DecodingSpeed> {
  const log = mixedLog((beside === undefined ? megabytes : MEGABYTES_BESIDE) * 1_000_000);
  const ours = await partsOf('.');
  const theirs = beside === undefined ? undefined : await partsOf(beside);
  const best = { ours: Infinity, theirs: Infinity };
  const ratios: number[] = [];
  const bareRatios: number[] = [];
  let counts = decodeAll(log, ours);
  if (theirs) decodeAll(log, theirs);
  for (let round = 0; round < (theirs ? ROUNDS_BESIDE : ROUNDS); round++) {
    const seconds = await secondsOf(() => (counts = decodeAll(log, ours)));
    best.ours = Math.min(best.ours, seconds);
    bareRatios.push(seconds / (await secondsOf(() => cutBare(log))));
    if (!theirs) continue;
    const theirSeconds = await secondsOf(() => decodeAll(log, theirs));
    best.theirs = Math.min(best.theirs, theirSeconds);
    ratios.push(theirSeconds / seconds);
  }
  const bytesPerSecond = log.length / best.ours;
  return {
    megabytesPerSecond: bytesPerSecond / 1e6,
    timesSaturatedLine: bytesPerSecond / SATURATED_BYTES_PER_SECOND,
    linesPerSecond: counts.lines / best.ours,
    timesBare: median(bareRatios),
    bytes: log.length,
    ...counts,
    ...(theirs ? { beside: { megabytesPerSecond: log.length / best.theirs / 1e6, ratio: median(ratios) } } : {}),
  };
}

async function secondsOf(run: () => unknown): Promise<number> {
  // Lets timers and the collector have their turn between rounds.
  await new Promise((done) => setImmediate(done));
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(await measureDecoding(8, process.argv[2]), null, 2));
}
