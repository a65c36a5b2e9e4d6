import { formatPath } from '../../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../../shared/lwm2m.ts';

/** One path the platform watches. */
export interface Observation {
  /** `(counter << 16) | message id` of the request that began it (mipl-at.md §8). */
  readonly id: number;
  readonly path: Lwm2mPath;
  readonly token: Uint8Array;
  /** Observe value of the next notification. */
  sequence: number;
}

const isSameToken = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

/** Who watches what; one observation per path. */
export class Observations {
  readonly #byPath = new Map<string, Observation>();
  #counter = 0;

  /** The id the host will know a new observation by; a repeated one, same path and token, keeps its own. */
  idFor(path: Lwm2mPath, token: Uint8Array, messageId: number): number {
    const known = this.#byPath.get(formatPath(path));
    if (known && isSameToken(known.token, token)) return known.id;
    this.#counter = (this.#counter + 1) & 0xffff;
    return this.#counter * 0x10000 + messageId;
  }

  /** Begins an observation, in place of one on the same path. */
  begin(id: number, path: Lwm2mPath, token: Uint8Array): void {
    this.#byPath.set(formatPath(path), { id, path, token, sequence: 1 });
  }

  /** Ends the observation of a path. */
  end(path: Lwm2mPath): void {
    this.#byPath.delete(formatPath(path));
  }

  has(path: Lwm2mPath): boolean {
    return this.#byPath.has(formatPath(path));
  }

  find(id: number): Observation | undefined {
    return [...this.#byPath.values()].find((observation) => observation.id === id);
  }
}
