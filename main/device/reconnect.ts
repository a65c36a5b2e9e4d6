import type { Fault } from '../../shared/errors.ts';
import type { Clock } from '../time/clock.ts';

/** No pause between two tries is longer. */
export const longestPauseMs = 60_000;
/** A connection that held as long as this is no more in question; longer than the longest pause of another client. */
export const steadyMs = 2 * longestPauseMs;

/** What the pause depends on. */
export interface ReconnectOptions {
  readonly firstPauseMs: number;
  /** A serial server, which a client may not knock at without end; else a device of this machine. */
  readonly isNetwork: boolean;
  readonly clock: Pick<Clock, 'steadyMs'>;
}

/**
 * When to try a lost port again. An adapter that is not there is looked for at an even pace: it costs nothing and a person
 * waits. Whoever says no, or ends what was just begun, is asked after pauses that double up to {@link longestPauseMs}: two
 * clients that push each other out of a serial server come to rest instead of taking turns each second.
 */
export class Reconnect {
  readonly #options: ReconnectOptions;
  #openedMs: number | undefined;
  #failures = 0;
  #shortLives = 0;
  #isAbsent = false;

  constructor(options: ReconnectOptions) {
    this.#options = options;
  }

  /** How long to wait before the next try, milliseconds. */
  get pauseMs(): number {
    const { firstPauseMs, isNetwork } = this.#options;
    if (!isNetwork && this.#isAbsent) return firstPauseMs;
    const doublings = Math.min(this.#failures + this.#shortLives, 16);
    return Math.max(firstPauseMs, Math.min(firstPauseMs * 2 ** doublings, longestPauseMs));
  }

  /** The port is open. */
  opened(): void {
    this.#openedMs = this.#options.clock.steadyMs();
    this.#failures = 0;
    this.#isAbsent = false;
  }

  /** A try to open failed. */
  failed({ code }: Fault): void {
    this.#failures++;
    this.#isAbsent = code === 'PORT_NOT_FOUND';
    // A server that was away was started anew: what it ended before says nothing.
    if (this.#isAbsent) this.#shortLives = 0;
  }

  /**
   * The far end is gone. Gives the fault as it has to be understood: a server that is there and ends one connection after
   * the other, each soon after it began, has another client (`PORT_TAKEN`).
   */
  lost(fault: Fault): Fault {
    const { clock, isNetwork } = this.#options;
    const lifeMs = clock.steadyMs() - (this.#openedMs ?? 0);
    if (!isNetwork || lifeMs >= steadyMs) {
      this.#shortLives = 0;
      return fault;
    }
    this.#shortLives++;
    if (fault.code !== 'PORT_LOST' || this.#shortLives < 2) return fault;
    return { ...fault, code: 'PORT_TAKEN', message: `${fault.message}; another client takes this connection` };
  }
}
