import type { Diagnosis } from '../../shared/diagnosis.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { Stage, StateChanges, SteadyTimeMs } from '../../shared/state.ts';
import type { StageName } from '../../shared/stageNames.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
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
 * until it goes on.
 */
export class Standstill {
  readonly #parts: StandstillParts;
  readonly #signs = new SignBook();
  readonly #stopListening: readonly (() => void)[];
  #timer: Timer | undefined;
  /** The standstill that the module was asked about: which stage, since when. */
  #askedOf: string | undefined;

  constructor(parts: StandstillParts) {
    this.#parts = parts;
    this.#stopListening = [
      parts.log.onEntry((entry) => this.#signs.add(entry)),
      parts.facts.holder.onChange((changes) => this.#onChange(changes)),
    ];
  }

  /** Why the module is not online, as far as is known now. */
  now(): Diagnosis {
    const { facts, clock } = this.#parts;
    return diagnose({ state: facts.holder.state, lines: this.#signs.signs, nowMs: clock.steadyMs() });
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
    if (!standing) {
      this.#timer?.stop();
      this.#timer = undefined;
      this.#askedOf = undefined;
      this.#tell(null);
      return;
    }
    const { clock, patienceMs = PATIENCE_MS } = this.#parts;
    const waitMs = Math.max(standing.sinceMs + patienceMs - clock.steadyMs(), this.#isTold ? JUDGE_AGAIN_MS : 0);
    // What stands is judged again when its time comes, however much changes meanwhile.
    if (this.#timer && this.#isTold) return;
    this.#timer?.stop();
    this.#timer = startTimer(() => this.#look(), waitMs);
  }

  #look(): void {
    this.#timer = undefined;
    const standing = this.#standing();
    if (!standing) return;
    this.#tell(this.now());
    const standstill = `${standing.stage} ${standing.sinceMs}`;
    if (this.#askedOf === standstill) return;
    this.#askedOf = standstill;
    void this.#ask(standing.stage);
  }

  async #ask(stage: StageName): Promise<void> {
    // A line that cannot be asked is silent: that is told already.
    await this.#parts.ask(stage).catch(() => undefined);
    this.#plan();
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
    return this.#parts.facts.holder.facts.diagnosis !== null;
  }

  #tell(diagnosis: Diagnosis | null): void {
    const { facts } = this.#parts;
    const before = facts.holder.facts.diagnosis;
    if (JSON.stringify(before) !== JSON.stringify(diagnosis)) facts.tell({ fact: 'diagnosis', diagnosis });
  }
}
