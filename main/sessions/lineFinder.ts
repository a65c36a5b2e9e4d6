import { defined } from '../../shared/defined.ts';
import type { LineKind } from '../../shared/log.ts';
import { concerns, parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';
import type { LineClass } from '../../shared/sessions.ts';
import type { Direction } from '../journal/format.ts';
import type { JournalLine } from '../journal/journalLines.ts';
import { aboutNothing, aboutOf } from '../log/aboutOf.ts';
import type { LineAbout } from '../log/aboutOf.ts';
import { Conversation } from '../log/conversation.ts';
import type { ConversationRest } from '../log/conversation.ts';
import type { LogRow } from '../log/logRow.ts';
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

/** A line that was read: nearly all are given to nobody, so how it is shown is put together for those that are. */
interface ReadLine {
  readonly line: JournalLine;
  /** Absent for a note. */
  readonly row: LogRow | undefined;
  readonly about: LineAbout;
  readonly isFound: boolean;
}

interface OpenBlock {
  readonly exchange: number | undefined;
  readonly lines: ReadLine[];
}

const nothing: readonly FoundBlock[] = [];

/**
 * Looks for lines of a journal, in their order, and gives each with the exchange that it belongs to. Memory is bounded: a block is
 * given out when its exchange is over. Pure.
 */
export class LineFinder {
  readonly #query: FindQuery;
  readonly #conversation: Conversation;
  /** What the command in flight names. */
  #asked = aboutNothing;
  /** The exchange that is not over. */
  #open: OpenBlock | undefined;
  /** Found, and waiting for the end of the exchange that was found before. */
  #waiting: OpenBlock[] = [];
  #lineCount = 0;
  readonly #foundByClass: Partial<Record<LineClass, number>> = {};
  #foundCount = 0;

  /** @param resumed reads on where another one was at rest */
  constructor(query: FindQuery, resumed?: ConversationRest) {
    this.#query = query;
    this.#conversation = new Conversation({ isWhole: true, ...defined({ resumed }) });
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
  push(line: JournalLine): readonly FoundBlock[] {
    this.#lineCount += 1;
    const read = this.#read(line);
    const { row, isFound } = read;
    const exchange = row?.exchange;
    let given = nothing;
    if (exchange !== undefined && exchange !== this.#open?.exchange) {
      given = this.#close();
      this.#open = { exchange, lines: [] };
    }
    // A line of no exchange is a block of its own.
    const block = exchange === undefined ? undefined : this.#open;
    block?.lines.push(read);
    if (isFound && !block) this.#waiting.push({ exchange, lines: [read] });
    else if (isFound && block && !this.#waiting.includes(block)) this.#waiting.push(block);
    const isEnd = exchange !== undefined && row?.decoded.kind === 'final';
    const isLong = this.#waiting.length >= LONGEST_BLOCK || (block?.lines.length ?? 0) >= LONGEST_BLOCK;
    // The end stays open for what belongs to it: a longer exchange goes on in a block of its own.
    if (isEnd || isLong) return joined(given, this.#close(isEnd ? undefined : exchange));
    return !this.#open || !this.#waiting.includes(this.#open) ? joined(given, this.#give()) : given;
  }

  /** What waits for an end that did not come. */
  end(): readonly FoundBlock[] {
    return this.#close();
  }

  #close(exchange?: number): readonly FoundBlock[] {
    this.#open = exchange === undefined ? undefined : { exchange, lines: [] };
    return this.#give();
  }

  #give(): readonly FoundBlock[] {
    if (this.#waiting.length === 0) return nothing;
    const given = this.#waiting.map(({ exchange, lines }) => ({ ...defined({ exchange }), lines: lines.map(shown) }));
    this.#waiting = [];
    return given;
  }

  #read(line: JournalLine): ReadLine {
    const { cut, direction } = line;
    const row = cut && this.#conversation.read(cut, direction === 'out' ? 'host' : 'module');
    const about = row ? this.#aboutOf(row, direction) : aboutNothing;
    const isFound = this.#isWanted(row, about) && this.#query.matches(line.text);
    if (isFound) this.#count(row);
    return { line, row, about, isFound };
  }

  /** Of an answer what its command names, too. */
  #aboutOf({ kind, decoded }: LogRow, direction: JournalLine['direction']): LineAbout {
    const own = aboutOf(decoded);
    if (direction === 'out') this.#asked = own;
    if (kind !== 'answer' || this.#asked === aboutNothing) return own;
    return own === aboutNothing ? this.#asked : { ...own, ...this.#asked };
  }

  #isWanted(row: LogRow | undefined, { msgId, path }: LineAbout): boolean {
    const { classes, msgId: wantedId, path: wantedPath } = this.#query;
    if (wantedId !== undefined && msgId !== wantedId) return false;
    if (wantedPath !== undefined && !isAbout(path, wantedPath)) return false;
    return (
      classes.length === 0 || classes.includes(lineClassOf(row)) || (isProblem(row) && classes.includes('problem'))
    );
  }

  #count(row: LogRow | undefined): void {
    const lineClass = lineClassOf(row);
    this.#foundCount += 1;
    this.#foundByClass[lineClass] = (this.#foundByClass[lineClass] ?? 0) + 1;
    if (isProblem(row)) this.#foundByClass.problem = (this.#foundByClass.problem ?? 0) + 1;
  }
}

function joined(some: readonly FoundBlock[], more: readonly FoundBlock[]): readonly FoundBlock[] {
  if (some.length === 0) return more;
  return more.length === 0 ? some : [...some, ...more];
}

function lineClassOf(row: LogRow | undefined): FoundLine['class'] {
  return row ? classOf[row.kind] : 'note';
}

function isProblem(row: LogRow | undefined): boolean {
  return row?.problem ?? false;
}

/** A line as it is given. */
function shown({ line: { seq, line, atMs, sinceStartMs, direction, text }, row, about, isFound }: ReadLine): FoundLine {
  const said = { seq, line, atMs, sinceStartMs, direction, class: lineClassOf(row), isProblem: isProblem(row), text };
  if (!row) return { ...said, isFound };
  const { kind, name } = row.decoded;
  return { ...said, kind, ...defined({ name }), ...about, isFound };
}

function isAbout(path: string | undefined, wanted: Lwm2mPath): boolean {
  const parsed = path === undefined ? undefined : parsePath(path);
  return parsed !== undefined && concerns(parsed, wanted);
}
