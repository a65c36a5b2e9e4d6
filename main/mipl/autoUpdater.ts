import { faultOf } from '../../shared/errors.ts';
import type { RegistrationState } from '../../shared/state.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { event } from './codes.ts';

/** Firmware warns with event 14 93 to 186 s before the end (mipl-at.md §4); we are there before it where we may be. */
const MARGIN_MS = 240_000;
const RETRY_MS = 30_000;

/** When the registration is to be renewed; undefined while there is none, or its end is not known. */
export function updateDueMs({ phase, expiresMs, lifetimeSeconds, lastEvent }: RegistrationState): number | undefined {
  if (phase !== 'registered') return undefined;
  if (lastEvent === event.updateNeeded) return 0;
  if (expiresMs === undefined || lifetimeSeconds === undefined) return undefined;
  return expiresMs - Math.min((lifetimeSeconds * 1000) / 2, MARGIN_MS);
}

/** What the updater looks at and what it does. */
export interface AutoUpdaterParts {
  readonly isOn: () => boolean;
  readonly registration: () => RegistrationState;
  /** Renews the registration; rejects when that failed. */
  readonly update: () => Promise<void>;
  readonly onRemark: (remark: Remark) => void;
  readonly clock?: Clock;
}

/** Renews the registration before its lifetime is over, and when the module asks for it (event 14). */
export class AutoUpdater {
  readonly #parts: AutoUpdaterParts;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #isUpdating = false;
  #isStopped = false;
  /** A failed update is tried again, but not at once. */
  #notBeforeMs = 0;

  constructor(parts: AutoUpdaterParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  /** The session or the setting has changed. */
  wake(): void {
    this.#timer?.stop();
    const dueMs = updateDueMs(this.#parts.registration());
    if (dueMs === undefined || this.#isStopped || this.#isUpdating || !this.#parts.isOn()) return;
    const delayMs = Math.max(dueMs, this.#notBeforeMs) - this.#clock.steadyMs();
    if (delayMs <= 0) void this.#update();
    else this.#timer = startTimer(() => this.wake(), delayMs);
  }

  /** Ends the timer; the link is gone. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.stop();
  }

  async #update(): Promise<void> {
    this.#isUpdating = true;
    this.#parts.onRemark(remark('renewing', {}));
    try {
      await this.#parts.update();
    } catch (error) {
      // A short lifetime leaves no half minute.
      const { lifetimeSeconds = Infinity } = this.#parts.registration();
      this.#notBeforeMs = this.#clock.steadyMs() + Math.min(RETRY_MS, (lifetimeSeconds * 1000) / 8);
      const { code, message } = faultOf(error);
      this.#parts.onRemark(remark('renewFailed', { code, reason: message }));
    }
    this.#isUpdating = false;
    this.wake();
  }
}
