import { defined } from '../../shared/defined.ts';
import type { LogKind } from '../../shared/log.ts';
import { remarkIn } from '../../shared/remarks.ts';
import type { LineClass, SessionDamage, SessionRow } from '../../shared/sessions.ts';
import type { JournalRecord, NoteLikeRecord } from '../journal/format.ts';
import { LineMaker } from '../journal/journalLines.ts';
import type { JournalLine, LinesRest } from '../journal/journalLines.ts';
import type { JournalPlace, JournalPosition } from '../journal/journalReader.ts';
import { aboutNothing, aboutOf } from '../log/aboutOf.ts';
import type { LineAbout } from '../log/aboutOf.ts';
import { Conversation } from '../log/conversation.ts';
import type { ConversationRest } from '../log/conversation.ts';

/** Where a maker stood that was at rest; plain data. */
export type RowsRest = LinesRest & ConversationRest;

/** The class of each kind of line. */
export const classOf: Readonly<Record<LogKind, Exclude<LineClass, 'problem'>>> = {
  person: 'command',
  engine: 'command',
  answer: 'answer',
  unasked: 'unasked',
  note: 'note',
};

/** Makes the rows of a session of the records of its journal, in their order: the lines of the live log, read with its rules. Pure. */
export class RowMaker {
  readonly #lines: LineMaker;
  readonly #conversation: Conversation;
  /** The command that left last: its answer is about the same. */
  #command: { readonly exchange: number | undefined; readonly about: LineAbout } | undefined;
  /** A command whose record was the last: what stands behind it may say that a person ordered it. */
  #sent: SessionRow | undefined;
  /** Unreadable lines in whose place the next row stands. */
  #damage: SessionDamage | undefined;

  /** @param resumed reads on where another one was at rest */
  constructor(resumed?: RowsRest) {
    this.#lines = new LineMaker(resumed);
    this.#conversation = new Conversation({ isWhole: true, ...defined({ resumed }) });
  }

  /** What another one has to know to read on from here; undefined while that depends on what was before. */
  rest(): RowsRest | undefined {
    const [lines, conversation] = [this.#lines.rest(), this.#conversation.rest()];
    return lines && conversation && !this.#damage && !this.#sent ? { ...lines, ...conversation } : undefined;
  }

  /** A line of the file that cannot be read; told before the records behind it. */
  damaged({ line, byte }: JournalPosition): void {
    this.#damage = this.#damage ? { ...this.#damage, count: this.#damage.count + 1 } : { count: 1, line, byte };
  }

  /** The rows that are complete with this record. */
  push(record: JournalRecord & JournalPlace): SessionRow[] {
    // What a module says to its platform is no line of it.
    if (record.kind === 'datagram') return [];
    const held = this.#held(record);
    this.#lines.push(record);
    const rows = this.#take();
    const last = rows.at(-1);
    if (record.kind === 'bytes' && record.direction === 'out' && last?.kind === 'engine') this.#sent = rows.pop();
    return held ? [held, ...rows] : rows;
  }

  /** What waits for an end that did not come. */
  end(): SessionRow[] {
    const held = this.#held();
    this.#lines.flush();
    return held ? [held, ...this.#take()] : this.#take();
  }

  /** The command that left before this record, as it was. */
  #held(record?: JournalRecord): SessionRow | undefined {
    const held = this.#sent;
    this.#sent = undefined;
    const isByHand = record?.kind === 'facts' && record.facts.some(isByHandFact);
    return held && isByHand ? { ...held, kind: 'person' } : held;
  }

  #take(): SessionRow[] {
    const lines = this.#lines.take();
    return lines.length === 0 ? [] : lines.map((line) => this.#withDamage(this.#rowOf(line)));
  }

  #withDamage(row: SessionRow): SessionRow {
    const damage = this.#damage;
    if (!damage) return row;
    this.#damage = undefined;
    return { ...row, damage };
  }

  #rowOf({ seq, line, atMs, sinceStartMs, text, direction, cut, record }: JournalLine): SessionRow {
    if (!cut) return { seq, line, atMs, sinceStartMs, kind: 'note', text, ...(record && noteOf(record)) };
    const row = this.#conversation.read(cut, direction === 'out' ? 'host' : 'module');
    const own = aboutOf(row.decoded);
    if (direction === 'out') this.#command = { exchange: row.exchange, about: own };
    const isAnswer = row.kind === 'answer' && row.exchange === this.#command?.exchange;
    const about = isAnswer ? this.#command?.about : undefined;
    const shown = { ...row, seq, line, atMs, sinceStartMs };
    // Most lines name nothing.
    if (own === aboutNothing && (about === undefined || about === aboutNothing)) return shown;
    return { ...shown, ...about, ...own };
  }
}

/** What a line of the journal says that is none of the wire. */
function noteOf(record: NoteLikeRecord): Pick<SessionRow, 'gap' | 'mark' | 'remark'> {
  switch (record.kind) {
    case 'gap':
      return { gap: { reason: record.reason, ...defined({ missingBytes: record.missingBytes }) } };
    case 'mark':
      return { mark: record.text };
    case 'note':
      return defined({ remark: remarkIn(record.data, record.text) });
    case 'identity':
      return {};
  }
}

function isByHandFact(fact: unknown): boolean {
  return (fact as { readonly fact?: unknown } | null)?.fact === 'byHand';
}
