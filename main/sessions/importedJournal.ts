import { counted } from '../../shared/plural.ts';
import { defined } from '../../shared/defined.ts';
import { cardNumber, identityNumber } from '../../shared/identity.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import type { DecodedRow, ExactRow } from '../capture/decodedLog.ts';
import { JOURNAL_VERSION, MAX_RECORD_BYTES, byteLine, foreignNote, headerLine, recordLine } from '../journal/format.ts';
import type { Direction } from '../journal/format.ts';
import { isoWithZone, localTime } from '../../shared/localTime.ts';
import { ImportClock } from './importClock.ts';
import type { Assumption, Moment } from './importClock.ts';

/** What is known of a log before it is read. */
export interface ImportedLog {
  /** Of its file. */
  readonly name: string;
  /** When it may have begun, as the file says: milliseconds since 1970. */
  readonly fileMs: number;
  /** Version of this program. */
  readonly app: string;
}

/** Something that could not be read as it stands. */
export interface ImportProblem {
  /** Row of the log, from 1. */
  readonly line: number;
  /** Byte of the file at which the row begins. */
  readonly byte: number;
  readonly message: string;
}

/** What an import came to. */
export interface ImportCounts {
  /** Lines of the wire. */
  readonly lines: number;
  /** Of these, lines that the table of messages does not know. */
  readonly unknown: number;
  /** Bytes to the module. */
  readonly out: number;
  /** Bytes from the module. */
  readonly in: number;
  /** Of the lines, those of which the log does not tell who spoke. */
  readonly withoutDirection: number;
  /** Of the lines, those of which the log does not tell when. */
  readonly withoutTime: number;
}

/** A bare answer that is the number it was asked for, and where it belongs. */
const identityAnswers: Readonly<Record<string, { readonly field: keyof ModuleIdentity; readonly shape: RegExp }>> = {
  '+CGMI': { field: 'manufacturer', shape: /./ },
  '+CGMM': { field: 'model', shape: /./ },
  '+CGMR': { field: 'firmware', shape: /./ },
  '+CGSN': { field: 'imei', shape: identityNumber },
  '+GSN': { field: 'imei', shape: identityNumber },
  '+CIMI': { field: 'imsi', shape: identityNumber },
  '+NCCID': { field: 'iccid', shape: cardNumber },
  '+ICCID': { field: 'iccid', shape: cardNumber },
};
const inQuotes = /^"(.*)"$/;

/** A tool's saying is told as far as this. */
const LONGEST_NOTE = 4096;
/** A line of one speaker may begin before one of the other that ends first: a clock that runs back by less was not set back. */
const LONGEST_LINE_MS = 10_000;
const MILLISECOND_NS = 1_000_000;

/** A line that is about to be written. */
interface HeldBytes {
  readonly direction: Direction;
  readonly pieces: Uint8Array[];
  readonly sinceStartNs: number;
  readonly wallMs: number;
}

/**
 * Makes a journal of the rows of another tool's log: bytes with their times and directions, the tool's own sayings as notes, and
 * at the end notes that say what the log did not tell and what was assumed instead. Rows go in, text of the journal comes out;
 * memory is bounded. Rows must have been read exactly.
 */
export class ImportedJournal {
  readonly #log: ImportedLog;
  readonly #clock: ImportClock;
  readonly #onProblem: (problem: ImportProblem) => void;
  #startedMs: number | undefined;
  #startNs = 0;
  #now: Moment;
  #sinceStartNs = 0;
  /** What was added where the log's clock was set back. */
  #shiftNs = 0;
  #lastDirection: Direction = 'in';
  #held: HeldBytes | undefined;
  #identity: ModuleIdentity = {};
  /** The line that is about to be written told something of it. */
  #hasLearnt = false;
  #hasTimes = false;
  #hasTimedMarks = false;
  #unreadableTimes = 0;
  #stepsBack = 0;
  #readable = 0;
  #text = '';
  readonly #counts = { lines: 0, unknown: 0, out: 0, in: 0, withoutDirection: 0, withoutTime: 0 };

  constructor(log: ImportedLog, onProblem: (problem: ImportProblem) => void) {
    this.#log = log;
    this.#clock = new ImportClock(log.fileMs);
    this.#onProblem = onProblem;
    this.#now = { wallMs: Math.floor(log.fileMs), nanoseconds: 0 };
  }

  get counts(): ImportCounts {
    return this.#counts;
  }

  /** Lines that the table of messages knows: where there are none it was no log of a module. */
  get readable(): number {
    return this.#readable;
  }

  get identity(): ModuleIdentity {
    return this.#identity;
  }

  /** When the journal begins: with the first time in the first rows, else with the date of the file. */
  get startedMs(): number {
    return this.#startedMs ?? Math.floor(this.#log.fileMs);
  }

  /** The text of the journal for these rows. The first call makes the header. */
  push(rows: readonly DecodedRow[]): string {
    if (this.#startedMs === undefined) this.#begin(rows);
    for (const row of rows) if (row.exact) this.#take(row, row.exact);
    return this.#taken();
  }

  /** What is to be said of the whole, as the last notes of the journal: what was not in the log, and what was assumed instead. */
  end(): { readonly text: string; readonly findings: readonly string[] } {
    if (this.#startedMs === undefined) this.#begin([]);
    const findings = this.#findings();
    for (const finding of findings) this.#note(finding);
    return { text: this.#taken(), findings };
  }

  #taken(): string {
    this.#release();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #begin(rows: readonly DecodedRow[]): void {
    const { name, fileMs, app } = this.#log;
    const first = rows.find(({ kind, at }) => kind !== 'mark' && at !== undefined);
    // Asked of a clock of its own: the times come again, in their order.
    const moment = first && new ImportClock(fileMs).read({ at: first.at ?? '', clock: first.clock ?? 'day' });
    const isCounted = first?.clock === 'start';
    const startedMs = isCounted || !moment ? Math.floor(fileMs) : moment.wallMs;
    this.#startedMs = startedMs;
    this.#startNs = isCounted || !moment ? 0 : moment.nanoseconds;
    this.#now = { wallMs: startedMs, nanoseconds: this.#startNs };
    const started = isoWithZone(startedMs);
    const header = { version: JOURNAL_VERSION, app, started, startedMs, monotonicNs: 0n, port: '', baudRate: 0 };
    this.#text += `${headerLine({ ...header, importedFrom: name })}\n`;
    this.#note('imported from the log of another tool');
  }

  #take(row: DecodedRow, exact: ExactRow): void {
    const { line, kind } = row;
    if (kind === 'mark') {
      if (exact.isFrame) return;
      this.#goTo(row, exact, undefined);
      return this.#note(row.raw.trim(), foreignNote);
    }
    const direction = this.#directionOf(row);
    // What stands between lines belongs to the one before.
    if (kind === 'blank' && this.#held?.direction === direction) return void this.#held.pieces.push(exact.bytes);
    this.#goTo(row, exact, direction);
    this.#bytes(direction, exact.bytes);
    if (kind === 'blank') return;
    this.#counts.lines += 1;
    if (row.from === undefined) this.#counts.withoutDirection += 1;
    if (row.at === undefined) this.#counts.withoutTime += 1;
    if (kind === 'unknown') this.#counts.unknown += 1;
    else if (kind !== 'data') this.#readable += 1;
    if (exact.remark !== undefined) this.#note(exact.remark, foreignNote);
    this.#learn(row);
    const say = (message: string): void => this.#onProblem({ line, byte: exact.offset, message });
    if (exact.isPiece) say('the row is too long to be read: kept as it is');
    if (exact.isDamaged) say('bytes that are no text: kept as they are');
    if (row.raw.includes('\ufffd')) say('bytes that are no text: each stands as U+FFFD');
    if (exact.isOpen && !exact.isPiece) say('the last row has no end: more of it may have been lost');
  }

  /** Where the log does not say who spoke: a command is the host's, also one that nobody knows, all else the module's. */
  #directionOf({ from, kind, form }: DecodedRow): Direction {
    if (from !== undefined) this.#lastDirection = from === 'host' ? 'out' : 'in';
    else if (kind !== 'blank') this.#lastDirection = form === undefined ? 'in' : 'out';
    return this.#lastDirection;
  }

  #goTo({ at, clock, line }: DecodedRow, { offset }: ExactRow, direction: Direction | undefined): void {
    if (at === undefined || clock === undefined) return;
    if (direction === undefined) this.#hasTimedMarks = true;
    else this.#hasTimes = true;
    const moment = this.#clock.read({ at, clock });
    if (!moment) {
      this.#unreadableTimes += 1;
      if (this.#unreadableTimes === 1) this.#onProblem({ line, byte: offset, message: `there is no such time: ${at}` });
      return;
    }
    if (direction !== undefined) this.#watchBack(moment, line, offset);
    this.#now = moment;
    const sinceStartNs =
      (moment.wallMs - this.startedMs) * MILLISECOND_NS + moment.nanoseconds - this.#startNs + this.#shiftNs;
    this.#sinceStartNs = Math.min(Number.MAX_SAFE_INTEGER, Math.max(this.#sinceStartNs, sinceStartNs));
  }

  /** The wall clock may be set back; the time line of a journal goes on. */
  #watchBack({ wallMs }: Moment, line: number, byte: number): void {
    const backMs = this.#now.wallMs - wallMs;
    if (backMs <= LONGEST_LINE_MS) return;
    this.#shiftNs += backMs * MILLISECOND_NS;
    this.#stepsBack += 1;
    if (this.#stepsBack === 1) this.#onProblem({ line, byte, message: `the time runs back by ${backMs / 1000} s` });
  }

  #bytes(direction: Direction, bytes: Uint8Array): void {
    this.#release();
    this.#held = { direction, pieces: [bytes], sinceStartNs: this.#sinceStartNs, wallMs: this.#now.wallMs };
  }

  /** Writes the line that waited for what stands between it and the next. */
  #release(): void {
    if (!this.#held) return;
    const { direction, pieces, sinceStartNs, wallMs } = this.#held;
    this.#held = undefined;
    const bytes = Buffer.concat(pieces);
    this.#counts[direction] += bytes.length;
    for (let from = 0; from < bytes.length; from += MAX_RECORD_BYTES) {
      const piece = bytes.subarray(from, from + MAX_RECORD_BYTES);
      this.#text += `${byteLine(direction, piece, sinceStartNs, wallMs)}\n`;
    }
    if (!this.#hasLearnt) return;
    this.#hasLearnt = false;
    this.#text += `${recordLine('identity', sinceStartNs, wallMs, { identity: this.#identity })}\n`;
  }

  #note(whole: string, data?: typeof foreignNote): void {
    this.#release();
    const text = whole.slice(0, LONGEST_NOTE).toWellFormed();
    this.#text += `${recordLine('note', this.#sinceStartNs, this.#now.wallMs, defined({ text, data }))}\n`;
  }

  /** Who the module is, where it was asked. */
  #learn({ kind, name = '', params = {} }: DecodedRow): void {
    const answer = kind === 'response' && Object.hasOwn(identityAnswers, name) ? identityAnswers[name] : undefined;
    if (!answer) return;
    const { field, shape } = answer;
    const value = String(params[field] ?? params['text'] ?? '').replace(inQuotes, '$1');
    if (!shape.test(value) || this.#identity[field] === value) return;
    this.#identity = { ...this.#identity, [field]: value };
    this.#hasLearnt = true;
  }

  #findings(): string[] {
    const { lines, unknown, withoutDirection, withoutTime } = this.#counts;
    const { date, time, zone } = localTime(this.#log.fileMs);
    const file = `${date} ${time.slice(0, 8)} ${zone}`;
    const has = (assumption: Assumption): boolean => this.#clock.assumed.has(assumption);
    const findings: (string | false)[] = [
      withoutDirection > 0 &&
        `the log does not say who spoke in ${withoutDirection} of ${counted(lines, 'line')}: commands count as sent, all others as received`,
      !this.#hasTimes &&
        `the lines have no times: ${this.#hasTimedMarks ? 'they stand at that of the mark of the tool before them' : `all stand at the date of the file, ${file}`}`,
      this.#hasTimes &&
        withoutTime > 0 &&
        `${withoutTime} of ${counted(lines, 'line')} without a time of its own: at the time of the line before`,
      has('start') && `times are counted from the beginning, which is taken from the date of the file, ${file}`,
      has('date') && `times have no date: it is taken from the file's, ${file}`,
      has('year') && `times have no year: it is taken from the file's date, ${file}`,
      has('half') &&
        "times do not say which half of the day they mean: from where they pass one o'clock it is taken for the afternoon",
      has('zone') && `times have no zone: they are taken for those of this machine, ${zone}`,
      this.#unreadableTimes > 1 && `${this.#unreadableTimes} times could not be read`,
      this.#stepsBack > 1 && `the time runs back ${this.#stepsBack} times`,
      unknown > 0 && `${unknown} of ${counted(lines, 'line')} not known; kept as in the log`,
    ];
    return findings.filter((finding) => finding !== false);
  }
}
