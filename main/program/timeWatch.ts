import type { Clock } from '../time/clock.ts';
import { startTicks } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

const LOOK_MS = 500;
/** A timer so late, or a clock set by so much, is worth a word; less happens on any machine that is busy. */
const SAID_MS = 2000;

/** What the system has done with the time of this program: it ran late, or the clock of the machine was set. */
export interface TimeTrouble {
  readonly what: 'program' | 'clock';
  /** How late; how far the clock was set, back with a minus. */
  readonly milliseconds: number;
}

/** What a watch goes by. */
export interface TimeWatchParts {
  readonly clock: Clock;
  /** Whether there is anything that has to be in time: else nothing is said. */
  readonly matters: () => boolean;
  readonly tell: (trouble: TimeTrouble) => void;
}

/** Where time stood when it was looked at. */
interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

/** Notices by its own ticks that the system holds this program up, and that somebody sets the clock. */
export class TimeWatch {
  readonly #parts: TimeWatchParts;
  #last: Moment;
  #ticks: Timer | undefined;

  constructor(parts: TimeWatchParts) {
    this.#parts = parts;
    this.#last = this.#now();
    this.resume();
  }

  /** The machine goes to sleep, which is neither. */
  suspend(): void {
    this.#ticks?.stop();
    this.#ticks = undefined;
  }

  /** The machine is awake. */
  resume(): void {
    this.#last = this.#now();
    this.#ticks ??= startTicks(() => this.#look(), LOOK_MS);
  }

  #now(): Moment {
    const { clock } = this.#parts;
    return { steadyMs: clock.steadyMs(), wallMs: clock.wallMs() };
  }

  #look(): void {
    const { matters, tell } = this.#parts;
    const [now, last] = [this.#now(), this.#last];
    this.#last = now;
    if (!matters()) return;
    const passedMs = now.steadyMs - last.steadyMs;
    const lateMs = Math.round(passedMs - LOOK_MS);
    const setMs = Math.round(now.wallMs - last.wallMs - passedMs);
    if (lateMs >= SAID_MS) tell({ what: 'program', milliseconds: lateMs });
    if (Math.abs(setMs) >= SAID_MS) tell({ what: 'clock', milliseconds: setMs });
  }
}
