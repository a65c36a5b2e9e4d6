import { Buffer } from 'node:buffer';
import type { DecodedLine, LineKind } from '../../shared/log.ts';
import type { LineFrames } from '../at/lineFrames.ts';
import { LineSplitter, maximumLineBytes } from '../at/lineSplitter.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { Conversation } from '../log/conversation.ts';
import { urcFrames } from '../mipl/decode.ts';
import type { LogItem, MarkItem, WireItem } from './logItem.ts';
import type { LogTime } from './logTime.ts';
import { withoutRemark } from './rowMarks.ts';
import type { Speaker } from './rowMarks.ts';
import { SerialLogReader } from './serialLog.ts';

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
  readonly kind: LineKind | 'mark';
}

/** An item and where its bytes begin in the stream of its speaker. */
interface Placed {
  readonly item: WireItem;
  readonly offset: number;
}

/** One speaker's stream of bytes, cut into lines that know the rows they come from. */
class Track {
  readonly #onLine: (line: AtLine, items: readonly WireItem[]) => void;
  readonly #splitter: LineSplitter;
  #placed: Placed[] = [];
  #offset = 0;

  constructor(onLine: (line: AtLine, items: readonly WireItem[]) => void, frames?: LineFrames) {
    this.#onLine = onLine;
    this.#splitter = new LineSplitter((line) => this.#give(line), frames);
  }

  push(item: WireItem): void {
    this.#placed.push({ item, offset: this.#offset });
    this.#splitter.push(item.bytes, 0n);
    this.#offset += item.bytes.length;
    if (this.#splitter.pendingBytes === 0) this.#placed = [];
  }

  flush(): void {
    this.#splitter.flush();
    this.#placed = [];
  }

  #give(line: AtLine): void {
    const first = this.#placed.findLastIndex(({ offset }) => offset <= line.offset);
    const rest = this.#placed.slice(Math.max(0, first));
    this.#placed = rest;
    const end = line.offset + line.length;
    this.#onLine(
      line,
      rest.filter(({ offset }, index) => index === 0 || offset < end).map(({ item }) => item),
    );
  }
}

/**
 * Reads the log of a serial tool and says what each of its lines means: one reader for every format, with the table and
 * the conversation that a live session is read with. Takes chunks at any cut; memory is bounded; never throws.
 */
export class DecodedLog {
  readonly #reader = new SerialLogReader();
  readonly #conversation = new Conversation();
  readonly #tracks = new Map<Speaker | undefined, Track>();
  #rows: DecodedRow[] = [];

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
    this.#line(Buffer.from(item.bytes).toString(), [item]);
  }

  #trackOf(from: Speaker | undefined): Track {
    const known = this.#tracks.get(from);
    if (known) return known;
    // A value over several rows is one: what it holds is no line, whatever it reads.
    const frames = from === 'host' ? undefined : urcFrames;
    const track = new Track((line, items) => this.#line(line.text, items), frames);
    this.#tracks.set(from, track);
    return track;
  }

  #mark({ line, raw, note, from, time }: MarkItem): void {
    this.#rows.push({ line, raw, ...factsOf(from, time), kind: 'mark', note });
  }

  #line(read: string, items: readonly WireItem[]): void {
    const [first] = items;
    const whole = cleaned(read);
    if (!first || whole === '') return;
    const { line, from, time, isPiece } = first;
    const text = withoutRemark(whole);
    const decoded = isPiece ? pieceOfLine : this.#decode(text, whole);
    const isDump = items.some((item) => item.raw === undefined);
    const raw = isDump ? whole : items.flatMap((item) => item.raw || []).join('\n');
    const shown = raw.trim() === text || isPiece ? {} : { text };
    this.#rows.push({ line, raw, ...shown, ...factsOf(from, time), ...decoded });
  }

  #decode(text: string, whole: string): DecodedLine {
    const decoded = this.#conversation.decode(text);
    if (decoded.kind !== 'unknown' || text === whole) return decoded;
    // A bare value may hold "//" itself: the whole line has the word when only that makes sense.
    const all = this.#conversation.decode(whole);
    return all.kind === 'unknown' ? decoded : all;
  }
}

const pieceOfLine: DecodedLine = { kind: 'unknown', note: 'part of a line that is too long' };

/** Without the controls of a port that wakes, and without blanks at the end. */
function cleaned(text: string): string {
  return text.replace(/^[\u0000-\u001f\u007f]+/, '').trim();
}

function factsOf(from: Speaker | undefined, time: LogTime | undefined): Pick<DecodedRow, 'at' | 'clock' | 'from'> {
  return { ...(time === undefined ? {} : time), ...(from === undefined ? {} : { from }) };
}
