/** A place on the network that the window asks for. */
export interface HostTarget {
  /** A serial server, a platform's HTTP API, a list of releases, or the queue of many stations. */
  readonly purpose: 'port' | 'platform' | 'updates' | 'queue';
  /** `tcp://10.0.0.5:4001`, `https://api.heclouds.com`. */
  readonly address: string;
}

/** Which hosts may be reached at all. */
export interface HostGuard {
  /** True when a person has confirmed the place, or it needs no confirmation. */
  has(target: HostTarget): boolean;
  /** Asks where nobody has confirmed it yet. @throws CodedError `HOST_NOT_CONFIRMED`, `FILE_NOT_WRITTEN`. */
  require(target: HostTarget): Promise<void>;
}

/** For a program that a person starts with the address on its command line: what is typed there is confirmed. */
export const everyHost: HostGuard = { has: () => true, require: () => Promise.resolve() };
