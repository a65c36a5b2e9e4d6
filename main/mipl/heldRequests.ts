import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { WholeRequest, RequestUrc } from './wire.ts';

/** A request that waits for a person. */
export interface HeldRequest {
  readonly id: string;
  readonly urc: RequestUrc;
  readonly call: WholeRequest;
  /** Of its first line. */
  readonly arrivedMonotonicMs: number;
  timer?: Timer;
}

/**
 * Requests put on hold, until a person answers or drops them, or the link ends. Nothing here answers by itself: a request
 * held for the fun of it turns red and stays.
 */
export class HeldRequests {
  readonly #held = new Map<string, HeldRequest>();

  add(request: HeldRequest): void {
    this.#held.set(request.id, request);
  }

  /** @throws CodedError `MIPL_NOT_HELD`. */
  get(id: string): HeldRequest {
    const held = this.#held.get(id);
    if (!held) throw new CodedError('MIPL_NOT_HELD', 'The request waits for no answer by hand', id);
    return held;
  }

  /** The request waits no more. */
  remove(held: HeldRequest): void {
    held.timer?.stop();
    this.#held.delete(held.id);
  }

  /** Runs `answer` after a while; what was planned for the request before counts no more. */
  plan(held: HeldRequest, afterMs: number, answer: () => void): void {
    held.timer?.stop();
    const run = (): void => {
      this.remove(held);
      answer();
    };
    if (afterMs === 0) run();
    else held.timer = startTimer(run, afterMs);
  }

  /** Gives back all that waited, and forgets it. */
  drain(): readonly HeldRequest[] {
    const all = [...this.#held.values()];
    for (const { timer } of all) timer?.stop();
    this.#held.clear();
    return all;
  }
}

/** Why a held request was dropped, as the ledger shows it. */
export function droppedBy(code: ErrorCode): { readonly code: ErrorCode; readonly message: string } {
  return { code, message: 'The session ended before a person had answered' };
}
