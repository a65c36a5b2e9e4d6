import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { LineFrames } from './lineFrames.ts';
import { LineSplitter, valuePatienceNs } from './lineSplitter.ts';
import type { AtLine } from './lineSplitter.ts';

const idleFlushMs = 2000;
const valuePatienceMs = Number(valuePatienceNs) / 1e6;
/** A timer that rings this late was held up by ourselves. */
const stallMs = 50;
const graceMs = 200;

/** Cuts what arrives into lines; gives out a line whose end does not come. */
export class LineReceiver {
  readonly #splitter: LineSplitter;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #lastDataNs = 0n;
  #hasGrace = false;
  #isEnded = false;
  /** What waits until the bytes that came together are read. */
  #waiting: Set<() => void> | undefined;

  constructor(onLine: (line: AtLine) => void, clock: Clock, frames?: LineFrames) {
    this.#splitter = new LineSplitter(onLine, frames);
    this.#clock = clock;
  }

  /** When the last bytes came; monotonic clock, nanoseconds. */
  get lastDataNs(): bigint {
    return this.#lastDataNs;
  }

  /** Lines of bytes that came together are being given out. */
  get isReading(): boolean {
    return this.#waiting !== undefined;
  }

  /**
   * Does that once they are: a journal has bytes as they came, so what leaves because of one of their lines stands behind all
   * of them, in the log as there. The same action is done once, however often it is asked for.
   */
  afterwards(action: () => void): void {
    this.#waiting?.add(action);
  }

  push(bytes: Uint8Array): void {
    this.#lastDataNs = this.#clock.monotonicNs();
    // What comes while lines are given out, as at a link without a wire, came later than they did.
    if (this.#waiting) return this.#splitter.push(bytes, this.#lastDataNs);
    const waiting = (this.#waiting = new Set<() => void>());
    try {
      this.#splitter.push(bytes, this.#lastDataNs);
    } finally {
      // Whatever went wrong with a line: what waits must leave, and nothing may wait for ever.
      this.#waiting = undefined;
      for (const action of waiting) action();
    }
    if (this.#splitter.pendingBytes > 0 && !this.#isEnded) this.#timer ??= startTimer(this.#onIdle, this.#patienceMs);
  }

  /** Nothing more will come: gives out what waits for its end. */
  end(): void {
    this.#splitter.flush();
    this.#isEnded = true;
    this.#waiting?.clear();
    this.#timer?.stop();
  }

  /** How long the bytes that wait for more may stay; a look each second is enough for both. */
  get #patienceMs(): number {
    return this.#splitter.isHolding ? valuePatienceMs : idleFlushMs;
  }

  /** Armed at most once per spell: looks whether the last bytes are old enough, else waits for the rest of the time. */
  readonly #onIdle = (): void => {
    this.#timer = undefined;
    if (this.#splitter.pendingBytes === 0) return;
    const remainingMs = this.#patienceMs - Number(this.#clock.monotonicNs() - this.#lastDataNs) / 1e6;
    // Rung late: this process was busy, perhaps with the very chunk, and the rest of the line may lie unread.
    const isStalled = remainingMs < -stallMs && !this.#hasGrace;
    this.#hasGrace = isStalled;
    if (remainingMs > 0) this.#timer = startTimer(this.#onIdle, Math.ceil(remainingMs));
    else if (isStalled) this.#timer = startTimer(this.#onIdle, graceMs);
    else this.#splitter.flush();
  };
}
