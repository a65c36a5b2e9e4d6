import type { PlatformRequest } from '../lwm2mClient/platformRequest.ts';
import { Refusal } from '../refusal.ts';

/** Most requests kept for a host that fetches them (mipl-at.md §10, MIPLNMI). */
const capacity = 40;

/** What the module does with a request of the platform: shows it, only hints at it, or keeps it in silence. */
export const indication = { direct: 0, hint: 1, silent: 2 } as const;

/** Requests the host fetches with AT+MIPLMGR, one at a time (dialect cmcc). */
export class RequestCache {
  /** See {@link indication}; back to direct with every creation. */
  mode: number = indication.direct;
  /** +MIPLNSMI after each notification. */
  tellsSent = false;
  #waiting: PlatformRequest[] = [];
  #dropped = 0;
  /** The one the host has fetched and not answered yet. */
  #fetched: number | undefined;

  /** Keeps a request where the mode says so; false when it has to be shown at once. */
  keep(request: PlatformRequest): boolean {
    const { kind, msgId } = request;
    if (this.mode === indication.direct || kind === 'observe' || kind === 'discover') return false;
    if (msgId === this.#fetched || this.#waiting.some((one) => one.msgId === msgId)) return true;
    this.#waiting.push(request);
    if (this.#waiting.length > capacity) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    return true;
  }

  /** The next request; undefined when there is none. Throws {@link Refusal} while the one before has no answer. */
  fetch(): PlatformRequest | undefined {
    if (this.#fetched !== undefined) throw new Refusal('state', 'the request before is not answered');
    const next = this.#waiting.shift();
    this.#fetched = next?.msgId;
    return next;
  }

  /** The host has answered. */
  answered(msgId: number): void {
    if (this.#fetched === msgId) this.#fetched = undefined;
  }

  /** What AT+MIPLQMGR tells. */
  get state(): string {
    return `QUEUES=${this.#waiting.length},DROPPED=${this.#dropped},BUFFERS=${capacity - this.#waiting.length}`;
  }
}
