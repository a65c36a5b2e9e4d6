/** CIS warns ack timeout × 31 × 1.5 before the end, 93 s for 2 s (mipl-at.md §4). */
const warningSeconds = 93;
/** A timer cannot wait longer, milliseconds. */
const longestWaitMs = 0x7fffffff;

/** Who hears of a lifetime. */
export interface LifetimeListener {
  /** An update is due; whole seconds that are left. */
  onUpdateNeeded(secondsLeft: number): void;
  onOver(): void;
}

/** The time a registration stays good: warns 93 s before its end, or half-way when it is shorter, then ends. */
export class Lifetime {
  readonly #listener: LifetimeListener;
  #timers: NodeJS.Timeout[] = [];

  constructor(listener: LifetimeListener) {
    this.#listener = listener;
  }

  /** Begins anew. */
  start(seconds: number): void {
    this.stop();
    const secondsLeft = Math.min(warningSeconds, Math.floor(seconds / 2));
    this.#after(seconds - secondsLeft, () => this.#listener.onUpdateNeeded(secondsLeft));
    this.#after(seconds, () => this.#listener.onOver());
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  /** Beyond 24 days nothing is planned: no virtual module runs that long. */
  #after(seconds: number, action: () => void): void {
    if (seconds * 1000 <= longestWaitMs) this.#timers.push(setTimeout(action, seconds * 1000));
  }
}
