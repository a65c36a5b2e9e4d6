import { defined } from '../../shared/defined.ts';
import type { LineKind } from '../../shared/log.ts';
import { concerns, parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';
import type { LineClass } from '../../shared/sessions.ts';
import type { Direction } from '../journal/format.ts';
import type { JournalLine } from '../journal/journalLines.ts';
import { aboutOf } from '../log/aboutOf.ts';
import type { LineAbout } from '../log/aboutOf.ts';
import { Conversation } from '../log/conversation.ts';
import { compileLinePattern } from '../log/linePattern.ts';
import { classOf } from './rowMaker.ts';

/** What is looked for. */
export interface FindQuery {
  readonly matches: (text: string) => boolean;
  /** One of these; empty: any. */
  readonly classes: readonly LineClass[];
  /** Only lines that name this message, and what answers them. */
  readonly msgId?: number;
  /** Only lines about this path, something below it, or something that contains it, and what answers them. */
  readonly path?: Lwm2mPath;
}

/** A line of a journal as it is shown. */
export interface FoundLine {
  /** Counts all lines of the journal from 1, as exports do. */
  readonly seq: number;
  /** Line of the file in which it begins. */
  readonly line: number;
  readonly atMs: number;
  readonly sinceStartMs: number;
  readonly direction: Direction | 'note';
  readonly class: Exclude<LineClass, 'problem'>;
  readonly isProblem: boolean;
  readonly text: string;
  readonly kind?: LineKind;
  /** As the table of messages has it. */
  readonly name?: string;
  /** That the line names, or the command that it answers. */
  readonly msgId?: number;
  readonly path?: string;
  /** Looked for, and not only beside it. */
  readonly isFound: boolean;
}

/** Lines of one exchange, some of them found, or one that was found and belongs to none. */
export interface FoundBlock {
  readonly exchange?: number;
  readonly lines: readonly FoundLine[];
}

/** A longer exchange comes in blocks of so many lines. */
const LONGEST_BLOCK = 200;

/** Text anywhere in the line, capitals or not, as in the window. */
export function textQuery(text: string): FindQuery['matches'] {
  const wanted = text.toLowerCase();
  return (line) => line.toLowerCase().includes(wanted);
}

/** A regular expression of RE2, in time linear in the line. @throws Error that says what is wrong with it. */
export function patternQuery(source: string): FindQuery['matches'] {
  const pattern = compileLinePattern(source);
  return (line) => pattern.match(line) !== undefined;
}

interface OpenBlock {
  readonly exchange?: number;
  readonly lines: FoundLine[];
}

/**
 * Looks for lines of a journal, in their order, and gives each with the exchange that it belongs to. Memory is bounded: a block is
 * given out when its exchange is over. Pure.
 */
export class LineFinder {
  readonly #query: FindQuery;
  readonly #conversation = new Conversation({ isWhole: true });
  /** What the command in flight names. */
  #asked: LineAbout = {};
  /** The exchange that is not over. */
  #open: OpenBlock | undefined;
  /** Found, and waiting for the end of the exchange that was found before. */
  #waiting: OpenBlock[] = [];
  #lineCount = 0;
  readonly #foundByClass: Partial<Record<LineClass, number>> = {};
  #foundCount = 0;

  constructor(query: FindQuery) {
    this.#query = query;
  }

  /** Lines that were looked at. */
  get lineCount(): number {
    return this.#lineCount;
  }

  get foundCount(): number {
    return this.#foundCount;
  }

  get foundByClass(): Readonly<Partial<Record<LineClass, number>>> {
    return this.#foundByClass;
  }

  /** The blocks that are complete with this line. */
  push(line: JournalLine): FoundBlock[] {
    this.#lineCount += 1;
    const { shown, exchange, isEnd } = this.#read(line);
    const given: FoundBlock[] = [];
    if (exchange !== undefined && exchange !== this.#open?.exchange) {
      given.push(...this.#close());
      this.#open = { exchange, lines: [] };
    }
    const block = exchange === undefined ? { lines: [] } : this.#open;
    if (!block) return given;
    block.lines.push(shown);
    if (shown.isFound && !this.#waiting.includes(block)) this.#waiting.push(block);
    const isLong = this.#waiting.length >= LONGEST_BLOCK || block.lines.length >= LONGEST_BLOCK;
    // The end stays open for what belongs to it: a longer exchange goes on in a block of its own.
    if (isEnd || isLong) given.push(...this.#close(isEnd ? undefined : exchange));
    else if (!this.#open || !this.#waiting.includes(this.#open)) given.push(...this.#give());
    return given;
  }

  /** What waits for an end that did not come. */
  end(): FoundBlock[] {
    return this.#close();
  }

  #close(exchange?: number): FoundBlock[] {
    this.#open = exchange === undefined ? undefined : { exchange, lines: [] };
    return this.#give();
  }

  #give(): FoundBlock[] {
    const given = this.#waiting;
    if (given.length > 0) this.#waiting = [];
    return given;
  }

  #read(line: JournalLine): { readonly shown: FoundLine; readonly exchange?: number; readonly isEnd: boolean } {
    const { cut, seq, line: place, atMs, sinceStartMs, direction, text } = line;
    const where = { seq, line: place, atMs, sinceStartMs, direction };
    if (!cut) return { shown: this.#shown({ ...where, class: 'note', isProblem: false, text }), isEnd: false };
    const row = this.#conversation.read({ ...cut, text }, direction === 'out' ? 'host' : 'module');
    const { kind, name } = row.decoded;
    const own = aboutOf(row.decoded);
    if (direction === 'out') this.#asked = own;
    const about = row.kind === 'answer' ? { ...own, ...this.#asked } : own;
    const lineClass = classOf[row.kind];
    const shown = {
      ...where,
      class: lineClass,
      isProblem: row.problem ?? false,
      text,
      kind,
      ...defined({ name }),
      ...about,
    };
    const isEnd = row.exchange !== undefined && kind === 'final';
    return { shown: this.#shown(shown), isEnd, ...defined({ exchange: row.exchange }) };
  }

  /** Says whether it was looked for, and counts it. */
  #shown(line: Omit<FoundLine, 'isFound'>): FoundLine {
    const isFound = this.#isWanted(line) && this.#query.matches(line.text);
    if (isFound) this.#count(line);
    return { ...line, isFound };
  }

  #isWanted({ class: lineClass, isProblem, msgId, path }: Omit<FoundLine, 'isFound'>): boolean {
    const { classes, msgId: wantedId, path: wantedPath } = this.#query;
    if (wantedId !== undefined && msgId !== wantedId) return false;
    if (wantedPath !== undefined && !isAbout(path, wantedPath)) return false;
    return classes.length === 0 || classes.includes(lineClass) || (isProblem && classes.includes('problem'));
  }

  #count({ class: lineClass, isProblem }: Omit<FoundLine, 'isFound'>): void {
    this.#foundCount += 1;
    this.#foundByClass[lineClass] = (this.#foundByClass[lineClass] ?? 0) + 1;
    if (isProblem) this.#foundByClass.problem = (this.#foundByClass.problem ?? 0) + 1;
  }
}

function isAbout(path: string | undefined, wanted: Lwm2mPath): boolean {
  const parsed = path === undefined ? undefined : parsePath(path);
  return parsed !== undefined && concerns(parsed, wanted);
}
