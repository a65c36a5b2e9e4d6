import { CodedError } from '../../shared/errors.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { eventMeanings } from './codes.ts';

interface Waiter {
  readonly numbers: readonly number[];
  readonly settle: (outcome: number | CodedError) => void;
}

/** What is waited for: events that mean success and events that mean failure. */
export interface AwaitedEvents {
  readonly success: readonly number[];
  readonly failure: readonly number[];
  /** From the OK of the command on. */
  readonly timeoutMs: number;
}

/** Joins a command with the event that says it is done. OK means accepted, the event means done. */
export class EventWaiters {
  readonly #waiters = new Set<Waiter>();

  /**
   * Runs the command and waits for one of the events. The waiter exists before the command leaves: an event may
   * overtake the OK.
   * @throws what the command throws; CodedError `MIPL_REFUSED` (detail: event number), `MIPL_EVENT_TIMEOUT`.
   */
  async run({ success, failure, timeoutMs }: AwaitedEvents, command: () => Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<number | CodedError>();
    const waiter: Waiter = { numbers: [...success, ...failure], settle: resolve };
    this.#waiters.add(waiter);
    let timer: Timer | undefined;
    try {
      await command();
      const missing = `No event ${success.join(' or ')} within ${timeoutMs} ms`;
      timer = startTimer(() => resolve(new CodedError('MIPL_EVENT_TIMEOUT', missing, success.join())), timeoutMs);
      const outcome = await promise;
      if (outcome instanceof CodedError) throw outcome;
      if (failure.includes(outcome)) {
        throw new CodedError(
          'MIPL_REFUSED',
          `+MIPLEVENT ${outcome}: ${eventMeanings[outcome]?.meaning}`,
          String(outcome),
        );
      }
    } finally {
      timer?.stop();
      this.#waiters.delete(waiter);
    }
  }

  /** An event has come. */
  tell(number: number): void {
    for (const waiter of this.#waiters) if (waiter.numbers.includes(number)) waiter.settle(number);
  }

  /** Nothing will come any more. */
  refuseAll(error: CodedError): void {
    for (const waiter of this.#waiters) waiter.settle(error);
  }
}
