import { figuresOf, isMeasuredFull, positionMs } from '../../shared/antenna.ts';
import type { AntennaLetter, AntennaPosition, AntennaState } from '../../shared/antenna.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** What the survey works with. */
export interface AntennaSurveyParts {
  readonly facts: FactRecord;
  readonly clock: Clock;
}

/** Compares places of the antenna: says when one has been measured and freezes what came out. */
export class AntennaSurvey {
  readonly #parts: AntennaSurveyParts;
  #timer: Timer | undefined;

  constructor(parts: AntennaSurveyParts) {
    this.#parts = parts;
    parts.facts.holder.onChange(({ connection }) => {
      if (connection?.phase === 'opening') this.stop();
    });
  }

  /** Begins to measure a place; one that is being measured ends unfinished. */
  measure(letter: AntennaLetter, name: string): void {
    this.#finish();
    const startedMs = this.#parts.clock.steadyMs();
    this.#tell({ measuring: letter, positions: { ...this.#state.positions, [letter]: { name, startedMs } } });
    this.#timer = startTimer(() => this.#finish(true), positionMs);
  }

  /** What a person calls a place that was measured; nothing happens where it was not. */
  rename(letter: AntennaLetter, name: string): void {
    const position = this.#state.positions[letter];
    if (position) this.#tell({ positions: { ...this.#state.positions, [letter]: { ...position, name } } });
  }

  /** Whether the places stand in the report. */
  report(isInReport: boolean): void {
    this.#tell({ isInReport });
  }

  /** No place is measured any more; what was begun is unfinished. */
  stop(): void {
    this.#timer?.stop();
    this.#timer = undefined;
  }

  get #state(): AntennaState {
    return this.#parts.facts.holder.facts.antenna;
  }

  #tell(change: Partial<AntennaState>): void {
    this.#parts.facts.tell({ fact: 'antenna', antenna: { ...this.#state, ...change } });
  }

  /** `isOver`: the timer says that its time is over. By the clock it may be a fraction of a millisecond early. */
  #finish(isOver = false): void {
    this.stop();
    const { measuring, ...others } = this.#state;
    const position = measuring && others.positions[measuring];
    if (!measuring || !position) return;
    const antenna = { ...others, positions: { ...others.positions, [measuring]: this.#measured(position, isOver) } };
    this.#parts.facts.tell({ fact: 'antenna', antenna });
  }

  #measured({ name, startedMs }: AntennaPosition, isOver: boolean): AntennaPosition {
    const { facts, clock } = this.#parts;
    const samples = Object.values(facts.holder.state.signalSamples);
    const wholeMs = startedMs + positionMs;
    const endMs = isOver ? wholeMs : Math.min(clock.steadyMs(), wholeMs);
    const figures = figuresOf(samples, startedMs, endMs);
    const isFull = endMs === wholeMs && isMeasuredFull(samples, startedMs);
    return { name, startedMs, isFull, ...(figures ? { figures } : {}) };
  }
}
