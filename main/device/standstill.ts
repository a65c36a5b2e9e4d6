import type { Diagnosis } from '../../shared/diagnosis.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { Stage, SteadyTimeMs } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import type { StageName } from '../../shared/stageNames.ts';
import { diagnose, solved } from '../diagnosis/diagnose.ts';
import type { Signs } from '../diagnosis/rules.ts';
import { SignBook } from '../diagnosis/signBook.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import type { LogBook } from '../log/logBook.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** What a standstill is noticed by. */
export interface StandstillParts {
  readonly facts: FactRecord;
  readonly log: LogBook;
  readonly clock: Clock;
  /** Asks the module what helps to judge this stage; its answers come by the log. May fail. */
  readonly ask: (stage: StageName) => Promise<void>;
  /** Before a stage that does not move on is looked into. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
/** What is told is judged again at most this often. */
const JUDGE_AGAIN_MS = 500;
/** Parts of the state that a diagnosis looks at. */
const looked: readonly (keyof StateChanges)[] = [
  'connection',
  'stages',
  'network',
  'registration',
  'observations',
  'platformCalls',
];

/**
 * Notices when the way to the platform stands still, asks the module what is missing to say why, and tells the diagnosis
 * until it goes on, and then that it did; also whenever a person wants to know, until that person has seen enough.
 */
export class Standstill {
  readonly #parts: StandstillParts;
  readonly #signs = new SignBook();
  readonly #stopListening: readonly (() => void)[];
  #timer: Timer | undefined;
  /** The standstill that the module was asked about: which stage, since when, and whether it has failed. */
  #askedOf: string | undefined;
  #isWanted = false;
  /** The newest diagnosis of what stands still, and the newest line of the log when that began. */
  #blamed: { readonly diagnosis: Diagnosis; readonly since: number } | undefined;

  constructor(parts: StandstillParts) {
    this.#parts = parts;
    this.#stopListening = [
      parts.log.onEntry((entry) => this.#signs.add(entry)),
      parts.facts.holder.onChange((changes) => this.#onChange(changes)),
    ];
  }

  /** Why the module is not online, as far as is known now. */
  now(): Diagnosis {
    return diagnose(this.#everySign);
  }

  /** A person wants to know: it is told from now on, whatever stands, and what is missing is asked for. */
  want(): Diagnosis {
    this.#isWanted = true;
    // What waits for the patience to end is due now.
    this.#timer?.stop();
    this.#timer = undefined;
    const diagnosis = this.now();
    this.#tell(diagnosis);
    if (diagnosis.stage !== undefined && diagnosis.verdict !== 'closed') void this.#ask(diagnosis.stage);
    return diagnosis;
  }

  /** Nobody wants to know any more: told is what stands still. */
  unwant(): void {
    this.#isWanted = false;
    if (!this.#standing()) this.#tell(null);
  }

  get #everySign(): Signs {
    const { facts, clock } = this.#parts;
    return { state: facts.holder.state, lines: this.#signs.signs, nowMs: clock.steadyMs() };
  }

  stop(): void {
    this.#timer?.stop();
    for (const stop of this.#stopListening) stop();
  }

  #onChange(changes: StateChanges): void {
    if (changes.connection?.phase === 'opening') this.#signs.clear();
    if (looked.some((part) => part in changes)) this.#plan();
  }

  /** Looks when the patience with the stage is over, or soon where a diagnosis stands already. */
  #plan(): void {
    const standing = this.#standing();
    this.#noticeEnd(standing?.stage);
    if (!standing && !this.#isWanted) {
      this.#timer?.stop();
      this.#timer = undefined;
      this.#askedOf = undefined;
      return;
    }
    const { clock, patienceMs = PATIENCE_MS } = this.#parts;
    const dueMs = standing && !this.#isWanted ? standing.sinceMs + patienceMs - clock.steadyMs() : 0;
    const waitMs = Math.max(dueMs, this.#isTold ? JUDGE_AGAIN_MS : 0);
    // What stands is judged again when its time comes, however much changes meanwhile.
    if (this.#timer && this.#isTold) return;
    this.#timer?.stop();
    this.#timer = startTimer(() => this.#look(), waitMs);
  }

  #look(): void {
    this.#timer = undefined;
    const standing = this.#standing();
    if (standing || this.#isWanted) this.#tell(this.now());
    if (!standing) return;
    const { status } = this.#parts.facts.holder.facts.stages[standing.stage];
    const standstill = `${standing.stage} ${standing.sinceMs} ${status}`;
    if (this.#askedOf === standstill) return;
    this.#askedOf = standstill;
    void this.#ask(standing.stage);
  }

  async #ask(stage: StageName): Promise<void> {
    // A line that cannot be asked is silent: that is told already.
    await this.#parts.ask(stage).catch(() => undefined);
    this.#plan();
  }

  /** What stood still goes on, or nobody wants it to. */
  #noticeEnd(stage: StageName | undefined): void {
    const { diagnosis, stages, connection } = this.#parts.facts.holder.facts;
    const held = this.#blamed?.diagnosis.stage;
    if (this.#blamed && held !== undefined && stages[held].status === 'done') {
      const { diagnosis: blamed, since } = this.#blamed;
      this.#isWanted = false;
      this.#tell(solved(blamed, this.#everySign, since));
      return;
    }
    const isClosed = connection.phase === 'closed' && !connection.fault;
    if (this.#isWanted || stage !== undefined || (diagnosis?.verdict === 'solved' && !isClosed)) return;
    this.#tell(null);
  }

  /** The stage at which it stands, while somebody wants it to go on. */
  #standing(): { readonly stage: StageName; readonly sinceMs: SteadyTimeMs } | undefined {
    const { stages, connection } = this.#parts.facts.holder.facts;
    if (connection.phase === 'closed' && !connection.fault) return undefined;
    const stage = stageNames.find((name) => stages[name].status !== 'done');
    const { startedMs, status }: Stage = stage === undefined ? { status: 'done' } : stages[stage];
    const isStanding = status === 'running' || status === 'failed';
    return stage !== undefined && isStanding && startedMs !== undefined ? { stage, sinceMs: startedMs } : undefined;
  }

  get #isTold(): boolean {
    const { diagnosis } = this.#parts.facts.holder.facts;
    return diagnosis !== null && diagnosis.verdict !== 'solved';
  }

  #tell(diagnosis: Diagnosis | null): void {
    const { facts } = this.#parts;
    const before = facts.holder.facts.diagnosis;
    this.#blame(diagnosis);
    if (JSON.stringify(before) !== JSON.stringify(diagnosis)) facts.tell({ fact: 'diagnosis', diagnosis });
  }

  /** Who looks on while it goes well sees the next stage, not the end of a fault. */
  #blame(diagnosis: Diagnosis | null): void {
    const since = this.#blamed?.since ?? this.#parts.log.lastSeq;
    const isBlamed = diagnosis?.verdict === 'causes' || (diagnosis?.verdict === 'unknown' && !this.#isWanted);
    if (diagnosis && isBlamed) this.#blamed = { diagnosis, since };
    else if (diagnosis?.verdict !== 'unknown') this.#blamed = undefined;
  }
}
