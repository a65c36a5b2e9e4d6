import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** So often at most it is said how many requests were given up. */
const TELL_MS = 5000;

/**
 * Says when requests come faster than they can be answered: that the newest are answered first, that the line has caught
 * up again, and how many were given up, each once for a spell and not once for a request.
 */
export class Backlog {
  readonly #onRemark: (remark: Remark) => void;
  #isBehind = false;
  #givenUp = 0;
  #timer: Timer | undefined;

  constructor(onRemark: (remark: Remark) => void) {
    this.#onRemark = onRemark;
  }

  /** An answer leaves; `passedBy` older ones go on waiting. */
  answering(passedBy: number): void {
    const isBehind = passedBy > 0;
    if (isBehind === this.#isBehind) return;
    this.#isBehind = isBehind;
    if (!isBehind) this.#tell();
    this.#onRemark(isBehind ? remark('newestFirst', { waiting: passedBy }) : remark('caughtUp', {}));
  }

  /** A request was given up: nobody waits for its answer any more. */
  givenUp(): void {
    this.#givenUp += 1;
    this.#timer ??= startTimer(() => this.#tell(), TELL_MS);
  }

  /** The session is over: what was not said yet is said now. */
  end(): void {
    this.#tell();
    this.#isBehind = false;
  }

  #tell(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    const count = this.#givenUp;
    this.#givenUp = 0;
    if (count > 0) this.#onRemark(remark('requestsGivenUp', { count }));
  }
}
