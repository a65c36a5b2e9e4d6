import { formatPath, isCovered } from '../../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import type { Personality } from '../profile.ts';

/** One path the platform watches. */
export interface Observation {
  /** What the host knows it by; see {@link Personality.observeIds}. */
  readonly id: number;
  readonly path: Lwm2mPath;
  readonly token: Uint8Array;
  /** Format the platform asked for. */
  readonly accepted: number | undefined;
  /** Observe value of the next notification. */
  sequence: number;
}

const isSameToken = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

/** How many ids a path names: the more, the nearer it is to one resource. */
const depthOf = ({ objectId, instanceId, resourceId }: Lwm2mPath): number =>
  [objectId, instanceId, resourceId].filter((id) => id !== undefined).length;

/** Who watches what; one observation per path. */
export class Observations {
  readonly #byPath = new Map<string, Observation>();
  readonly #ids: Personality['observeIds'];
  #counter = 0;

  constructor(ids: Personality['observeIds']) {
    this.#ids = ids;
  }

  /** The id the host will know a new observation by; a repeated one, same path and token, keeps its own. */
  idFor(path: Lwm2mPath, token: Uint8Array, messageId: number): number {
    const known = this.#byPath.get(formatPath(path));
    if (known && isSameToken(known.token, token)) return known.id;
    if (this.#ids === 'plain') return messageId;
    this.#counter = (this.#counter + 1) & 0xffff;
    return this.#counter * 0x10000 + messageId;
  }

  /** Begins an observation, in place of one on the same path. */
  begin(observation: Omit<Observation, 'sequence'>): void {
    this.#byPath.set(formatPath(observation.path), { ...observation, sequence: 1 });
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

  /** The nearest observation that covers a resource: of itself, its instance, its object (mipl-at.md §5, BC260). */
  covering(path: Lwm2mPath): Observation | undefined {
    return [...this.#byPath.values()]
      .filter((observation) => isCovered(path, observation.path))
      .sort((one, other) => depthOf(other.path) - depthOf(one.path))[0];
  }
}
