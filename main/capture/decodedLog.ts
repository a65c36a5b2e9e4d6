import { Buffer } from 'node:buffer';
import { defined } from '../../shared/defined.ts';
import type { DecodedLine, LineKind } from '../../shared/log.ts';
import type { LineFrames } from '../at/lineFrames.ts';
import { LineSplitter, maximumLineBytes } from '../at/lineSplitter.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { Conversation } from '../log/conversation.ts';
import { urcFrames } from '../mipl/urcFrames.ts';
import type { LogItem, MarkItem, WireItem } from './logItem.ts';
import type { LogTime } from './logTime.ts';
import { withoutRemark } from './rowMarks.ts';
import type { Speaker } from '../log/conversation.ts';
import { SerialLogReader } from './serialLog.ts';
import type { SerialLogOptions } from './serialLog.ts';

/** A line of a log, decoded, or what was not on the wire: `mark`. */
export interface DecodedRow extends Omit<DecodedLine, 'kind'> {
  /** Row of the file in which it begins, from 1. */
  readonly line: number;
  /** The row as it stands in the file; of a dump, the line that its bytes make. */
  readonly raw: string;
  /** What was on the wire, where marks or a remark stand beside it in `raw`. */
  readonly text?: string;
  readonly at?: string;
  readonly clock?: LogTime['clock'];
  readonly from?: Speaker;
  readonly kind: LineKind | 'mark' | 'blank';
  /** Only of a log that is read exactly. */
  readonly exact?: ExactRow;
}

/** What a row is made of, to the byte. */
export interface ExactRow {
  /** Byte of the file at which the row begins. */
  readonly offset: number;
  /** On the wire, with the end of the line and with what stood before it; all bytes of the rows together are those of the log. */
  readonly bytes: Uint8Array;
  /** What a person wrote behind the line: not on the wire. */
  readonly remark?: string;
  /** Of a mark: see {@link MarkItem}. */
  readonly isFrame?: true;
  /** The row is too long to be read, and comes in pieces. */
  readonly isPiece?: true;
  /** The file ends in the row. */
  readonly isOpen?: true;
  /** Bytes of the line are no text. */
  readonly isDamaged?: true;
}

/** An item and where its bytes begin in the stream of its speaker. */
interface Placed {
  readonly item: WireItem;
  readonly offset: number;
}

interface TrackOptions {
  readonly frames?: LineFrames;
  /** The bytes of each line are wanted, and what stands between lines is told by `onBlank`. */
  readonly isExact: boolean;
  readonly onLine: (line: AtLine, items: readonly WireItem[], bytes: Uint8Array) => void;
  readonly onBlank: (item: WireItem, bytes: Uint8Array) => void;
}

const noBytes = new Uint8Array(0);

/** One speaker's stream of bytes, cut into lines that know the rows they come from. */
class Track {
  readonly #options: TrackOptions;
  readonly #splitter: LineSplitter;
  #placed: Placed[] = [];
  #offset = 0;
  /** Bytes before this place have been given out. */
  #given = 0;

  constructor(options: TrackOptions) {
    this.#options = options;
    this.#splitter = new LineSplitter((line) => this.#give(line), options.frames);
  }

  push(item: WireItem): void {
    this.#placed.push({ item, offset: this.#offset });
    this.#splitter.push(item.bytes, 0n);
    this.#offset += item.bytes.length;
    if (this.#splitter.pendingBytes === 0) this.#endRows();
  }

  flush(): void {
    this.#splitter.flush();
    this.#endRows();
  }

  #endRows(): void {
    const last = this.#placed.at(-1);
    if (this.#options.isExact && last && this.#given < this.#offset)
      this.#options.onBlank(last.item, this.#bytesTo(this.#offset));
    this.#placed = [];
  }

  /** The bytes up to a place, and the end of the line behind it as far as it is there. */
  #bytesTo(end: number): Uint8Array {
    const [first] = this.#placed;
    if (!first) return noBytes;
    const bytes = Buffer.concat(this.#placed.map(({ item }) => item.bytes));
    let to = end - first.offset;
    while (bytes[to] === 0x0d || bytes[to] === 0x0a) to++;
    const from = Math.max(0, this.#given - first.offset);
    this.#given = Math.max(this.#given, first.offset + to);
    return bytes.subarray(from, Math.max(from, to));
  }

  #give(line: AtLine): void {
    const bytes = this.#options.isExact ? this.#bytesTo(line.offset + line.length) : noBytes;
    const first = this.#placed.findLastIndex(({ offset }) => offset <= line.offset);
    const rest = this.#placed.slice(Math.max(0, first));
    this.#placed = rest;
    const end = line.offset + line.length;
    this.#options.onLine(
      line,
      rest.filter(({ offset }, index) => index === 0 || offset < end).map(({ item }) => item),
      bytes,
    );
  }
}

/**
 * Reads the log of a serial tool and says what each of its lines means: one reader for every format, with the table and
 * the conversation that a live session is read with. Takes chunks at any cut; memory is bounded; never throws.
 */
export class DecodedLog {
  readonly #reader: SerialLogReader;
  readonly #isExact: boolean;
  readonly #conversation = new Conversation();
  readonly #tracks = new Map<Speaker | undefined, Track>();
  #rows: DecodedRow[] = [];

  constructor(options: SerialLogOptions = {}) {
    this.#reader = new SerialLogReader(options);
    this.#isExact = options.isExact ?? false;
  }

  /** The lines that the chunk completes. */
  push(chunk: Uint8Array): DecodedRow[] {
    return this.#read(this.#reader.push(chunk));
  }

  /** What is left at the end of the file, also a line without end. */
  end(): DecodedRow[] {
    const items = this.#reader.end();
    for (const item of items) this.#take(item);
    for (const track of this.#tracks.values()) track.flush();
    return this.#give();
  }

  #read(items: readonly LogItem[]): DecodedRow[] {
    for (const item of items) this.#take(item);
    return this.#give();
  }

  #give(): DecodedRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #take(item: LogItem): void {
    if (item.kind === 'mark') return this.#mark(item);
    const track = this.#trackOf(item.from);
    const isLong = item.raw !== undefined && item.bytes.length > maximumLineBytes;
    if (!isLong && !item.isPiece) return track.push(item);
    // A row of a file may be longer than any line of a module: it is read as it is.
    track.flush();
    this.#line(Buffer.from(item.bytes).toString(), [item], item.bytes);
  }

  #trackOf(from: Speaker | undefined): Track {
    const known = this.#tracks.get(from);
    if (known) return known;
    // A value over several rows is one: what it holds is no line, whatever it reads.
    const frames = from === 'host' ? {} : { frames: urcFrames };
    const track = new Track({
      ...frames,
      isExact: this.#isExact,
      onLine: (line, items, bytes) => this.#line(line.text, items, bytes, line.damaged),
      onBlank: (item, bytes) => this.#blank(item, bytes),
    });
    this.#tracks.set(from, track);
    return track;
  }

  #mark({ line, raw, note, from, time, isFrame, offset = 0 }: MarkItem): void {
    const exact = this.#isExact ? { exact: { offset, bytes: noBytes, ...(isFrame ? { isFrame } : {}) } } : {};
    this.#rows.push({ line, raw, ...factsOf(from, time), kind: 'mark', note, ...exact });
  }

  /** Between lines: empty rows, and the controls of a port that wakes. */
  #blank(item: WireItem, bytes: Uint8Array): void {
    const { line, raw = '', from, time } = item;
    this.#rows.push({ line, raw, ...factsOf(from, time), kind: 'blank', exact: exactOf(item, bytes) });
  }

  #line(read: string, items: readonly WireItem[], bytes: Uint8Array, isDamaged = false): void {
    const [first] = items;
    const whole = cleaned(read);
    if (!first) return;
    if (whole === '') {
      if (this.#isExact) this.#blank(first, bytes);
      return;
    }
    const { line, from, time, isPiece } = first;
    const text = withoutRemark(whole);
    const { decoded, isWhole } = isPiece ? pieceOfLine : this.#decode(text, whole);
    const isDump = items.some((item) => item.raw === undefined);
    const raw = isDump ? whole : items.flatMap((item) => item.raw || []).join('\n');
    const shown = raw.trim() === text || isPiece ? {} : { text };
    const row = { line, raw, ...shown, ...factsOf(from, time), ...decoded };
    if (!this.#isExact) return void this.#rows.push(row);
    const isTranscript = !isDump && from === undefined && time === undefined;
    const spoken = isTranscript && !isWhole ? spokenOf(bytes, text, whole) : { bytes };
    const damage = isDamaged ? ({ isDamaged: true } as const) : {};
    this.#rows.push({ ...row, exact: { ...exactOf(first, noBytes), ...spoken, ...damage } });
  }

  /** What the line says; `isWhole`: with what looks like a remark. */
  #decode(text: string, whole: string): { readonly decoded: DecodedLine; readonly isWhole: boolean } {
    const decoded = this.#conversation.decode(text);
    if (decoded.kind !== 'unknown' || text === whole) return { decoded, isWhole: text === whole };
    // A bare value may hold "//" itself: the whole line has the word when only that makes sense.
    const all = this.#conversation.decode(whole);
    return all.kind === 'unknown' ? { decoded, isWhole: false } : { decoded: all, isWhole: true };
  }
}

const pieceOfLine = {
  decoded: { kind: 'unknown', note: 'part of a line that is too long' },
  isWhole: true,
} as const;

function exactOf(
  { offset = 0, isPiece, isOpen }: Pick<WireItem, 'offset' | 'isPiece' | 'isOpen'>,
  bytes: Uint8Array,
): ExactRow {
  return { offset, bytes, ...(isPiece ? { isPiece } : {}), ...(isOpen ? { isOpen } : {}) };
}

/** A line of a transcript without the remark behind it. */
function spokenOf(bytes: Uint8Array, text: string, whole: string): Pick<ExactRow, 'bytes' | 'remark'> {
  const [end = ''] = /[\r\n]*$/.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  return { bytes: Buffer.from(text + end), remark: whole.slice(text.length).trim() };
}

/** Without the controls of a port that wakes, and without blanks at the end. */
function cleaned(text: string): string {
  return text.replace(/^[\u0000-\u001f\u007f]+/, '').trim();
}

function factsOf(from: Speaker | undefined, time: LogTime | undefined): Pick<DecodedRow, 'at' | 'clock' | 'from'> {
  return { ...(time === undefined ? {} : time), ...defined({ from }) };
}
