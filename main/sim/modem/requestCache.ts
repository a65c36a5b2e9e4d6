import type { ServerRequest } from '../lwm2mClient/serverRequest.ts';

/** Most requests kept for a host that fetches them (mipl-at.md §10, MIPLNMI). */
const capacity = 40;

/** Kind, msgid and path: what a kept request takes beside its values, in bytes. */
const requestHeadBytes = 12;

/** What the module does with a request of the platform: shows it, only hints at it, or keeps it in silence. */
export const indication = { direct: 0, hint: 1, silent: 2 } as const;

/** What a request takes in the cache: what the platform sent along, and its head. */
function heldBytes(request: ServerRequest): number {
  if (request.kind === 'write') return request.values.reduce((sum, { bytes }) => sum + bytes.length, requestHeadBytes);
  if (request.kind === 'execute') return requestHeadBytes + Buffer.byteLength(request.argumentText);
  return requestHeadBytes;
}

/** Requests the host fetches with AT+MIPLMGR, one at a time (dialect cmcc). */
export class RequestCache {
  /** See {@link indication}; back to direct with every creation. */
  mode: number = indication.direct;
  /** +MIPLNSMI after each notification. */
  tellsSent = false;
  #waiting: ServerRequest[] = [];
  #dropped = 0;
  /** The one the host has fetched and not answered yet. */
  #fetched: ServerRequest | undefined;

  /** Keeps a request where the mode says so; false when it has to be shown at once. */
  keep(request: ServerRequest): boolean {
    const { kind, msgId } = request;
    if (this.mode === indication.direct || kind === 'observe' || kind === 'discover') return false;
    if (msgId === this.#fetched?.msgId || this.#waiting.some((one) => one.msgId === msgId)) return true;
    this.#waiting.push(request);
    if (this.#waiting.length > capacity) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    return true;
  }

  /**
   * The request to be answered next: the same one until that has happened (OneMO manual §4.3). Undefined when there is
   * none, and where requests are shown at once.
   */
  fetch(): ServerRequest | undefined {
    if (this.mode === indication.direct) return undefined;
    this.#fetched ??= this.#waiting.shift();
    return this.#fetched;
  }

  /** The host has answered. */
  answered(msgId: number): void {
    if (this.#fetched?.msgId === msgId) this.#fetched = undefined;
    else this.#waiting = this.#waiting.filter((request) => request.msgId !== msgId);
  }

  /** What AT+MIPLQMGR tells: requests without an answer, those that were lost, bytes held (OneMO manual §4.4). */
  get state(): string {
    const held = this.#fetched ? [this.#fetched, ...this.#waiting] : this.#waiting;
    const bytes = held.reduce((sum, request) => sum + heldBytes(request), 0);
    return `QUEUES=${held.length},DROPPED=${this.#dropped},BUFFERS=${bytes}`;
  }
}
