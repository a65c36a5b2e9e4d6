import { LineSplitter, valuePatienceNs } from '../at/lineSplitter.ts';
import type { LineFrames } from '../at/lineFrames.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { urcFrames } from '../mipl/urcFrames.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import type { ByteRecord, Direction, GapRecord, JournalRecord, NoteLikeRecord } from './format.ts';
import { isForeignNote } from './format.ts';
import { readJournalBlocks } from './journalReader.ts';
import type { JournalPlace, JournalReadOptions } from './journalReader.ts';

/** A line of the log, made from the journal's bytes, or one of its notes, marks and gaps. */
export interface JournalLine {
  /** Counts from 1 without gaps. */
  readonly seq: number;
  /** Line of the file in which it begins; 0 where the records came from no file. */
  readonly line: number;
  /** Wall time of the line's first byte, milliseconds since 1970: for showing. */
  readonly atMs: number;
  /** Its place on a time line that does not jump, milliseconds since the journal began: for spans. */
  readonly sinceStartMs: number;
  /** `in` from the module, `out` to it, `note` for what is no line of the wire. */
  readonly direction: Direction | 'note';
  /** As on the wire, without its end; malformed UTF-8 is U+FFFD. */
  readonly text: string;
  /** A piece of an overlong line, or a line whose end did not come. */
  readonly isFragment: boolean;
  /** A note that came with the log of another tool. */
  readonly isForeign?: true;
  /** How it was cut from the wire; absent for a note. */
  readonly cut?: AtLine;
  /** What a note, mark or gap is made of. */
  readonly record?: NoteLikeRecord;
}

/** Where a maker stood that was at rest; plain data. */
export interface LinesRest {
  /** Lines so far. */
  readonly seq: number;
  /** How long the machine has slept. */
  readonly sleptMs: number;
}

/** The channel gives a line without end to the screen after this time; the file does the same. */
const IDLE_FLUSH_NS = 2_000_000_000;

/** One direction: the screen's splitter, and the wall time that belongs to the monotonic time of its lines. */
class Track {
  readonly #splitter: LineSplitter;
  #chunkNs = 0;
  #chunkWallMs = 0;
  /** Wall time of the chunk in which the line that waits for its end began. */
  #pendingWallMs = 0;
  /** Lines of the file in which the two stand. */
  #chunkPlace = 0;
  #pendingPlace = 0;
  #emitted = 0;

  constructor(onLine: (line: AtLine, atMs: number, place: number) => void, frames?: LineFrames) {
    this.#splitter = new LineSplitter((line) => {
      this.#emitted += 1;
      // A line began in the present chunk, or it is the one that was waiting.
      if (Number(line.startedNs) === this.#chunkNs) onLine(line, this.#chunkWallMs, this.#chunkPlace);
      else onLine(line, this.#pendingWallMs, this.#pendingPlace);
    }, frames);
  }

  push({ bytes, sinceStartNs, wallMs }: ByteRecord, place: number): void {
    const wasPending = this.#splitter.pendingBytes > 0;
    const emittedBefore = this.#emitted;
    this.#chunkNs = sinceStartNs;
    this.#chunkWallMs = wallMs;
    this.#chunkPlace = place;
    this.#splitter.push(bytes, BigInt(sinceStartNs));
    if (wasPending && this.#emitted === emittedBefore) return;
    this.#pendingWallMs = wallMs;
    this.#pendingPlace = place;
  }

  flushIdle(nowNs: number): void {
    const patienceNs = this.#splitter.isHolding ? Number(valuePatienceNs) : IDLE_FLUSH_NS;
    if (this.#splitter.pendingBytes > 0 && nowNs - this.#chunkNs >= patienceNs) this.#splitter.flush();
  }

  get isAtRest(): boolean {
    return this.#splitter.isAtRest;
  }

  flush(): void {
    this.#splitter.flush();
  }
}

/** Name and value of what is known, as one line. */
export function identityText(identity: ModuleIdentity): string {
  return Object.entries(identity)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

/** What a record that holds neither bytes nor facts says, as one line. */
function noteText(record: NoteLikeRecord): string {
  switch (record.kind) {
    case 'gap': {
      const missing = record.missingBytes === undefined ? '' : `, ${record.missingBytes} bytes missing`;
      return `gap: ${record.reason}${missing}${record.text === undefined ? '' : ` (${record.text})`}`;
    }
    case 'note':
      return record.text;
    case 'mark':
      return `mark: ${record.text}`;
    case 'identity':
      return `identity: ${identityText(record.identity)}`;
  }
}

/** Turns records into lines with the splitter the screen's lines come from, so both cannot differ. */
export class LineMaker {
  readonly #tracks: Readonly<Record<Direction, Track>>;
  #lines: JournalLine[] = [];
  #seq = 0;
  /** When the machine went to sleep, and how long it has slept in all: the clock of `n` may stand still meanwhile. */
  #asleep: Pick<GapRecord, 'sinceStartNs' | 'wallMs'> | undefined;
  #sleptMs = 0;

  /** @param resumed reads on where another one was at rest */
  constructor(resumed: LinesRest = { seq: 0, sleptMs: 0 }) {
    this.#seq = resumed.seq;
    this.#sleptMs = resumed.sleptMs;
    const track = (direction: Direction, frames?: LineFrames): Track =>
      new Track((cut, atMs, line) => {
        const { text, startedNs } = cut;
        const sinceStartMs = this.#sinceStartMs(Number(startedNs));
        const isFragment = cut.cut || cut.partial;
        this.#lines.push({ seq: ++this.#seq, line, atMs, sinceStartMs, direction, text, isFragment, cut });
      }, frames);
    this.#tracks = { in: track('in', urcFrames), out: track('out') };
  }

  /** What another one has to know to read on from here; undefined while a line or the sleep of the machine is under way. */
  rest(): LinesRest | undefined {
    const isAtRest = this.#tracks.in.isAtRest && this.#tracks.out.isAtRest && !this.#asleep;
    return isAtRest ? { seq: this.#seq, sleptMs: this.#sleptMs } : undefined;
  }

  /** Takes a record; its lines come with the next {@link take}. Facts are no lines: notes say what is worth reading; nor are datagrams. */
  push(record: JournalRecord & Partial<JournalPlace>): void {
    if (record.kind === 'facts' || record.kind === 'datagram') return;
    const { line = 0 } = record;
    this.#tracks.in.flushIdle(record.sinceStartNs);
    this.#tracks.out.flushIdle(record.sinceStartNs);
    if (record.kind === 'bytes') {
      this.#tracks[record.direction].push(record, line);
      return;
    }
    // After a gap nothing continues a line from before it.
    if (record.kind === 'gap') {
      this.flush();
      this.#countSleep(record);
    }
    const text = noteText(record);
    const { wallMs: atMs, sinceStartNs } = record;
    const sinceStartMs = this.#sinceStartMs(sinceStartNs);
    const foreign = record.kind === 'note' && isForeignNote(record) ? ({ isForeign: true } as const) : {};
    const where = { seq: ++this.#seq, line, atMs, sinceStartMs };
    this.#lines.push({ ...where, direction: 'note', text, isFragment: false, record, ...foreign });
  }

  /** When a record is on the time line that does not jump, milliseconds since the journal began. */
  sinceStartMsOf({ sinceStartNs }: Pick<JournalRecord, 'sinceStartNs'>): number {
    return this.#sinceStartMs(sinceStartNs);
  }

  #sinceStartMs(sinceStartNs: number): number {
    return sinceStartNs / 1e6 + this.#sleptMs;
  }

  /** As the program's own clock does (main/time/clock.ts): how much further the wall clock went than the monotonic one. */
  #countSleep({ reason, sinceStartNs, wallMs }: GapRecord): void {
    if (reason === 'sleep') this.#asleep = { sinceStartNs, wallMs };
    if (reason !== 'resumed' || !this.#asleep) return;
    const countedMs = (sinceStartNs - this.#asleep.sinceStartNs) / 1e6;
    this.#sleptMs += Math.max(0, wallMs - this.#asleep.wallMs - countedMs);
    this.#asleep = undefined;
  }

  /** Gives out what waits for its end: at the end of the journal. */
  flush(): void {
    this.#tracks.in.flush();
    this.#tracks.out.flush();
  }

  /** The lines since the last call. */
  take(): readonly JournalLine[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}

/** Where the lines of a journal are read from, and who hears of it. */
export interface JournalLinesOptions extends JournalReadOptions {
  /** Where a maker stood at the place `from`; absent: the beginning. */
  readonly resumed?: LinesRest;
}

/**
 * The lines of a journal in the order they were complete, a block at a time; blocks are never empty. Throws as
 * {@link readJournalBlocks} does.
 */
export async function* readJournalLines(
  file: string,
  { resumed, ...options }: JournalLinesOptions = {},
): AsyncGenerator<readonly JournalLine[]> {
  const maker = new LineMaker(resumed);
  for await (const records of readJournalBlocks(file, options)) {
    for (const record of records) maker.push(record);
    const lines = maker.take();
    if (lines.length > 0) yield lines;
  }
  maker.flush();
  const lines = maker.take();
  if (lines.length > 0) yield lines;
}
