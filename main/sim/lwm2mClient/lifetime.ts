import { systemClock } from '../../time/clock.ts';
import { startTimer } from '../../time/timers.ts';
import type { Timer } from '../../time/timers.ts';
/** CIS warns ack timeout × 31 × 1.5 before the end, 93 s for 2 s (mipl-at.md §4). */
const warningSeconds = 93;

/** Who hears of a lifetime. */
export interface LifetimeListener {
  /** An update is due; whole seconds that are left. */
  onUpdateNeeded(secondsLeft: number): void;
  onOver(): void;
}

/** The time a registration stays good: warns 93 s before its end, or half-way when it is shorter, then ends. */
export class Lifetime {
  readonly #listener: LifetimeListener;
  #timers: Timer[] = [];
  #endsMs = 0;

  constructor(listener: LifetimeListener) {
    this.#listener = listener;
  }

  /** Whole seconds that are left; 0 where nothing runs. */
  get secondsLeft(): number {
    return this.#timers.length === 0 ? 0 : Math.max(0, Math.ceil((this.#endsMs - systemClock.steadyMs()) / 1000));
  }

  /** Begins anew. */
  start(seconds: number): void {
    this.stop();
    this.#endsMs = systemClock.steadyMs() + seconds * 1000;
    const secondsLeft = Math.min(warningSeconds, Math.floor(seconds / 2));
    this.#after(seconds - secondsLeft, () => this.#listener.onUpdateNeeded(secondsLeft));
    this.#after(seconds, () => this.#listener.onOver());
  }

  stop(): void {
    for (const timer of this.#timers) timer.stop();
    this.#timers = [];
  }

  #after(seconds: number, action: () => void): void {
    this.#timers.push(startTimer(action, seconds * 1000));
  }
}
