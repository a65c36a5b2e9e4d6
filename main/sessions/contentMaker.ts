import { defined } from '../../shared/defined.ts';
import type {
  ClassCounts,
  Landmark,
  LandmarkKind,
  LineClass,
  SessionContent,
  SessionDamage,
  SessionRow,
  SessionVerdict,
} from '../../shared/sessions.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import { LineFacts } from '../facts/lineFacts.ts';
import { Replay } from '../facts/replay.ts';
import { hasFacts } from '../journal/format.ts';
import type { JournalHeader, JournalRecord } from '../journal/format.ts';
import type { JournalPlace, JournalProblem } from '../journal/journalReader.ts';
import { classOf } from './rowMaker.ts';

/** More would fill a screen many times over; the rest is counted. */
const MOST_LANDMARKS = 500;
/** A landmark says no more than fits its place. */
const LANDMARK_LENGTH = 200;
/** Cases that are kept in mind. */
const MOST_CASES = 1000;

/** No line of any class. */
export const noCounts: ClassCounts = { command: 0, answer: 0, unasked: 0, note: 0, problem: 0 };

/** Adds a line to the counts. */
export function countRow(counts: Record<LineClass, number>, { kind, problem }: SessionRow): void {
  counts[classOf[kind]] += 1;
  if (problem) counts.problem += 1;
}

/** Collects what a session holds while all of it is read. Pure. */
export class ContentMaker {
  readonly #counts = { ...noCounts };
  readonly #landmarks: Landmark[] = [];
  readonly #replay: Replay;
  readonly #lineFacts: LineFacts | undefined;
  readonly #late = new Set<string>();
  readonly #cases = new Map<string, keyof SessionVerdict>();
  #identity: ModuleIdentity = {};
  #isRegistered = false;
  #lines = 0;
  #durationNs = 0;
  #gapCount = 0;
  #lateCount = 0;
  #damageCount = 0;
  #firstDamage: SessionDamage | undefined;
  #isTorn = false;
  #wasRepaired = false;
  #last: Pick<Landmark, 'atMs' | 'sinceStartMs'>;

  constructor(header: JournalHeader) {
    this.#last = { atMs: header.startedMs, sinceStartMs: 0 };
    this.#identity = header.identity ?? {};
    // What cannot be folded is told by the proof of the journal; here the rest counts.
    this.#replay = new Replay(
      () => undefined,
      (changes, happened) => happened && this.#see(changes),
    );
    this.#lineFacts = hasFacts(header) ? undefined : new LineFacts(header);
    for (const fact of this.#lineFacts?.begin() ?? []) this.#replay.fold(fact);
  }

  /** A line of the file that cannot be read. */
  damaged({ line, byte, message, isTorn }: JournalProblem): void {
    this.#damageCount += 1;
    this.#isTorn ||= isTorn;
    this.#firstDamage ??= { count: 1, line, byte };
    this.#landmark('damage', `${line}, ${byte}: ${message}`);
  }

  /** A record, and the rows that are complete with it. */
  push(record: JournalRecord & JournalPlace, rows: readonly SessionRow[]): void {
    this.#durationNs = Math.max(this.#durationNs, record.sinceStartNs);
    for (const row of rows) this.#count(row);
    if (record.kind === 'identity') this.#identity = { ...this.#identity, ...record.identity };
    if (this.#lineFacts) for (const fact of this.#lineFacts.push(record)) this.#replay.fold(fact);
    else this.#replay.push(record);
  }

  /** Rows that waited for an end, and what all comes to. */
  end(rows: readonly SessionRow[]): SessionContent {
    for (const row of rows) this.#count(row);
    const { imei, model, firmware } = this.#identity;
    return {
      lines: this.#lines,
      counts: { ...this.#counts },
      durationMs: this.#durationNs / 1e6,
      ...defined({ imei, model, firmware, verdict: this.#verdict(), firstDamage: this.#firstDamage }),
      ...(this.#lineFacts ? {} : { isRegistered: this.#isRegistered }),
      lateCount: this.#lateCount,
      gapCount: this.#gapCount,
      damageCount: this.#damageCount,
      isTorn: this.#isTorn,
      wasRepaired: this.#wasRepaired,
      landmarks: this.#landmarks,
    };
  }

  #count(row: SessionRow): void {
    const { seq, atMs, sinceStartMs, gap, mark, problem, text } = row;
    this.#lines = seq;
    this.#last = { atMs, sinceStartMs };
    countRow(this.#counts, row);
    // `closed` is how every session ends.
    if (gap && gap.reason !== 'closed') {
      this.#gapCount += 1;
      this.#landmark('gap', gap.reason);
    } else if (mark !== undefined) this.#landmark('mark', mark);
    else if (problem) this.#landmark('problem', text);
    this.#wasRepaired ||= row.kind === 'note' && repairNote.test(text);
  }

  #see({ registration, requests, acceptanceCases }: StateChanges): void {
    if (registration?.phase === 'registered' && !this.#isRegistered) {
      this.#isRegistered = true;
      this.#landmark('registered', '');
    }
    // Nearly all changes are of neither.
    if (requests) this.#seeRequests(requests);
    if (acceptanceCases) this.#seeCases(acceptanceCases);
  }

  #seeRequests(requests: NonNullable<StateChanges['requests']>): void {
    for (const [id, request] of Object.entries(requests)) {
      if (!request?.late || request.deliberate || this.#late.has(id)) continue;
      this.#late.add(id);
      this.#lateCount += 1;
      this.#landmark('late', `${request.kind} ${request.path}`);
      const [oldest] = this.#late;
      if (this.#late.size > MOST_CASES && oldest !== undefined) this.#late.delete(oldest);
    }
  }

  #seeCases(acceptanceCases: NonNullable<StateChanges['acceptanceCases']>): void {
    for (const [id, one] of Object.entries(acceptanceCases)) {
      const status = one?.status;
      if (status !== 'passed' && status !== 'failed' && status !== 'inconclusive' && status !== 'skipped') {
        this.#cases.delete(id);
      } else if (this.#cases.size < MOST_CASES || this.#cases.has(id)) {
        if (status === 'failed' && this.#cases.get(id) !== 'failed')
          this.#landmark('caseFailed', String(one?.info.id ?? id));
        this.#cases.set(id, status);
      }
    }
  }

  #verdict(): SessionVerdict | undefined {
    if (this.#cases.size === 0) return undefined;
    const verdict = { passed: 0, failed: 0, inconclusive: 0, skipped: 0 };
    for (const status of this.#cases.values()) verdict[status] += 1;
    return verdict;
  }

  #landmark(kind: LandmarkKind, text: string): void {
    if (this.#landmarks.length >= MOST_LANDMARKS) return;
    this.#landmarks.push({ kind, seq: Math.max(1, this.#lines), ...this.#last, text: text.slice(0, LANDMARK_LENGTH) });
  }
}

/** What the repair of a journal writes: {@link repairJournal}. */
const repairNote = /^A torn last line of \d+ bytes was removed$/;
