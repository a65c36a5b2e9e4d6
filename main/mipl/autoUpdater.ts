import { faultOf } from '../../shared/errors.ts';
import type { RegistrationState } from '../../shared/state.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
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

/** A module that registers by itself does so within 40 ms (CIS core, captured); the air adds some seconds. */
const OWN_REGISTRATION_MS = 10_000;
/** One that has said that it connects is let go on: a registration may be repeated for half a minute. */
const OWN_CONNECTION_MS = 40_000;
const LAST_PAUSE_MS = 300_000;

/**
 * Whether the platform does not know the registration any more: it has refused the update (event 12, as after its restart),
 * or the lifetime is over (event 9).
 */
export function isLost({ phase, fault }: RegistrationState): boolean {
  if (fault?.code !== 'MIPL_REFUSED') return false;
  return phase === 'registered'
    ? fault.detail === String(event.updateFailed)
    : phase === 'failed' && fault.detail === String(event.lifetimeOver);
}

/** How long to wait before registering anew: for the module to do so by itself, then after each failure. Milliseconds. */
export function pauseBeforeRegistering({ lastEvent }: RegistrationState, failures: number): number {
  if (failures > 0) return Math.min(RETRY_MS * 2 ** (failures - 1), LAST_PAUSE_MS);
  return lastEvent === event.connected ? OWN_CONNECTION_MS : OWN_REGISTRATION_MS;
}

/** What the updater looks at and what it does. */
export interface AutoUpdaterParts {
  readonly isOn: () => boolean;
  readonly registration: () => RegistrationState;
  /** Renews the registration; rejects when that failed. */
  readonly update: () => Promise<void>;
  /** Registers anew: ends what the module still holds, then opens; rejects when that failed. */
  readonly registerAnew: () => Promise<void>;
  readonly onRemark: (remark: Remark) => void;
  readonly clock: Clock;
}

/**
 * Renews the registration before its lifetime is over, and when the module asks for it (event 14). A registration the platform
 * has forgotten is made anew: some modules do so by themselves (12, then 4 and 6), the others are told to.
 */
export class AutoUpdater {
  readonly #parts: AutoUpdaterParts;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #isBusy = false;
  #isStopped = false;
  /** A failed update is tried again, but not at once. */
  #notBeforeMs = 0;
  /** A registration that is lost: since when, or since the last attempt, and how many of those failed. */
  #lost: { readonly sinceMs: number; readonly failures: number } | undefined;

  constructor(parts: AutoUpdaterParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
  }

  /** The session or the setting has changed. */
  wake(): void {
    this.#timer?.stop();
    if (this.#isStopped || this.#isBusy) return;
    const registration = this.#parts.registration();
    this.#noteLoss(registration);
    const dueMs = this.#lost ? this.#registerDueMs(registration) : this.#updateDueMs(registration);
    if (dueMs === undefined || !this.#parts.isOn()) return;
    const delayMs = dueMs - this.#clock.steadyMs();
    if (delayMs > 0) this.#timer = startTimer(() => this.wake(), delayMs);
    else void (this.#lost ? this.#registerAnew(this.#lost.failures + 1) : this.#update());
  }

  /** Ends the timer; the link is gone. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.stop();
  }

  #noteLoss(registration: RegistrationState): void {
    if (isLost(registration)) this.#lost ??= { sinceMs: this.#clock.steadyMs(), failures: 0 };
    // An attempt of ours that failed leaves it lost; whatever else became of it, it is not ours to mend.
    else if (registration.phase !== 'failed' && !isUnderWay(registration)) this.#lost = undefined;
  }

  #registerDueMs(registration: RegistrationState): number | undefined {
    if (!this.#lost || isUnderWay(registration)) return undefined;
    return this.#lost.sinceMs + pauseBeforeRegistering(registration, this.#lost.failures);
  }

  #updateDueMs(registration: RegistrationState): number | undefined {
    const dueMs = updateDueMs(registration);
    return dueMs === undefined ? undefined : Math.max(dueMs, this.#notBeforeMs);
  }

  async #registerAnew(failures: number): Promise<void> {
    this.#isBusy = true;
    this.#parts.onRemark(remark('registeringAnew', {}));
    try {
      await this.#parts.registerAnew();
      this.#lost = undefined;
    } catch (error) {
      this.#lost = { sinceMs: this.#clock.steadyMs(), failures };
      const { code, message } = faultOf(error);
      this.#parts.onRemark(remark('renewFailed', { code, reason: message }));
    }
    this.#isBusy = false;
    this.wake();
  }

  async #update(): Promise<void> {
    this.#isBusy = true;
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
    this.#isBusy = false;
    this.wake();
  }
}

/** On its way to a session, whoever began it. */
function isUnderWay({ phase }: RegistrationState): boolean {
  return phase === 'opening' || phase === 'bootstrapping' || phase === 'connecting' || phase === 'closing';
}
