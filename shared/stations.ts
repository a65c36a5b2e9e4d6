import type { Verdict } from './acceptance.ts';
import type { Fault } from './errors.ts';
import { readHostPort, writeHostPort } from './hostPort.ts';
import { list, object, text } from './schema.ts';
import type { Rule, ValueOf } from './schema.ts';
import { isServerHost, portPath } from './places.ts';

/** Where NATS listens unless an address says otherwise. */
const usualPort = 4222;

/** Servers of one queue, as the client takes them. */
export interface QueueServers {
  /** `host:port` each. */
  readonly servers: readonly string[];
  /** One of them is reached by TLS, and then all are. */
  readonly isEncrypted: boolean;
  /** The same as a person writes it. */
  readonly address: string;
}

/** As it stands in its brackets. */
const ipv6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;
const oneServer = /^(nats|tls):\/\/(.+?)\/?$/i;

/**
 * Reads `nats://host[:port]` or `tls://host[:port]`, several of one cluster with commas between them; undefined for what is none.
 * A user and a password have no place in it: addresses are shown and kept as they are.
 */
export function readQueueAddress(given: string): QueueServers | undefined {
  const read = given.split(',').map((part) => {
    const [, scheme = '', place = ''] = oneServer.exec(part.trim()) ?? [];
    const { host = '', port } = readHostPort(place) ?? {};
    const isHost = isServerHost(host) || ipv6.test(host);
    return isHost && port !== 0 ? { scheme: scheme.toLowerCase(), host, port } : undefined;
  });
  const found = read.flatMap((one) => (one ? [one] : []));
  if (found.length < read.length) return undefined;
  return {
    servers: found.map(({ host, port = usualPort }) => writeHostPort({ host, port })),
    isEncrypted: found.some(({ scheme }) => scheme === 'tls'),
    address: found
      .map(
        ({ scheme, host, port }) => `${scheme}://${writeHostPort({ host, ...(port === undefined ? {} : { port }) })}`,
      )
      .join(','),
  };
}

/** Names that become parts of subjects, keys and files: of nothing that any of the three reads as more than a letter. */
export const plainName: Rule<string> = {
  must: 'must be of letters, digits, "-" and "_", at most 64',
  holds: (name) => /^[A-Za-z0-9_-]{1,64}$/.test(name),
  example: 'site-7_0001',
  counterexample: 'work.*',
};

/** A name of a piece of work, an attempt or a station. */
export const workName = text(64, plainName);

/** Where work belongs; stands in the report. */
export const siteName = text(200);

/** The queue that the window looks at, and the station that it is. */
export const stationSettings = object({
  /** Empty: no queue. */
  address: text(1000, {
    must: 'must be nats://host[:port] or tls://host[:port]',
    holds: (address) => address === '' || readQueueAddress(address)?.address === address,
    example: 'nats://10.0.0.5:4222',
    counterexample: 'http://10.0.0.5',
  }),
  /** Of this station; empty: the name of this machine. */
  name: text(64, { ...plainName, holds: (name) => name === '' || plainName.holds(name) }),
  /** Certificate of the authority, where the system does not know it; empty: none. */
  authorityFile: text(4096),
  /** Where this station works. */
  ports: list(portPath, 64),
});
export type StationSettings = ValueOf<typeof stationSettings>;

/** Settings of a first start: no queue. */
export const noStation: StationSettings = { address: '', name: '', authorityFile: '', ports: [] };

/** Where a piece of work ended. `setAside`: stations ended in the middle of it, more than once; `notRun`: it could not be begun. */
export const workOutcomes = ['passed', 'failed', 'notRun', 'setAside', 'cancelled'] as const;
export type WorkOutcome = (typeof workOutcomes)[number];

/** A station as it tells of itself; everything in it is a stranger's. */
export interface ShownStation {
  readonly station: string;
  readonly version: string;
  readonly ports: readonly {
    readonly port: string;
    readonly phase: string;
    readonly work: string;
    readonly site: string;
    readonly imei: string;
  }[];
  /** Results that wait there for the server. */
  readonly waiting: number;
  /** Of main's steady clock. */
  readonly heardMs: number;
  /** See {@link clockOffMs}. */
  readonly clockOffMs?: number;
}

/** A station that has said nothing for so long is shown no more, by the server's clock. */
export const stationShownMs = 30_000;

/**
 * By how much the clock of a station is ahead of one's own (below nought: behind), by what it said the time was. Undefined where
 * the two agree as far as can be told: what is shown may be as old as {@link stationShownMs}.
 */
export function clockOffMs(saidMs: number, nowMs: number): number | undefined {
  const off = saidMs - nowMs;
  return Math.abs(off) > stationShownMs ? off : undefined;
}

/** A piece of work that a station is at, or that was given back. */
export interface RunningWork {
  readonly id: string;
  readonly site: string;
  /** Absent: nobody is at it any more. */
  readonly station?: string;
  readonly port?: string;
  readonly done: number;
  readonly count: number;
  readonly failed: number;
}

/** What waits; `problem`: nobody can read it. */
export interface WaitingWork {
  readonly id: string;
  readonly site: string;
  readonly addedMs?: number;
  readonly problem?: string;
}

/** A result as the list shows it. */
export interface ShownResult {
  readonly id: string;
  readonly site: string;
  readonly outcome: WorkOutcome;
  readonly isPractice: boolean;
  readonly station: string;
  readonly port: string;
  readonly finishedMs: number;
  readonly imei?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly notPassed: readonly string[];
  readonly problem?: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** How many ended how. What was real and what was practice are told apart: 31 of 32 passed never means both. */
export interface OutcomeCounts {
  readonly real: Readonly<Record<WorkOutcome, number>>;
  readonly practice: Readonly<Record<WorkOutcome, number>>;
}

/** As much of a queue as the screen shows; the lists are cut where they are longer, the counts are not. */
export interface QueueView {
  readonly stations: readonly ShownStation[];
  readonly running: readonly RunningWork[];
  readonly runningCount: number;
  readonly waiting: readonly WaitingWork[];
  readonly waitingCount: number;
  readonly counts: OutcomeCounts;
  /** The newest first. */
  readonly results: readonly ShownResult[];
  /** Those of them, and of all before, that did not pass. */
  readonly failures: readonly ShownResult[];
}

/** So many rows of each list reach the screen. */
export const mostRows = 200;

/** What the station of the window does at one of its ports, or has just done. */
export interface OwnStationEvent {
  /** Of main's steady clock. */
  readonly at: number;
  readonly text: string;
}

/** The window as a station. `waiting`: it begins as soon as the queue is there. */
export interface OwnStation {
  readonly phase: 'off' | 'waiting' | 'running' | 'ending';
  /** Its name, also where the settings leave it to the machine. */
  readonly name: string;
  readonly ports: readonly string[];
  /** What it told last, in English as on the command line; the newest first. */
  readonly events: readonly OwnStationEvent[];
  /** A call that a person has to make, by port. */
  readonly prompts: Readonly<Record<string, string>>;
}

/** All that the screen knows of the queue. */
export interface StationsState {
  /** `lost`: it was there and will be again. */
  readonly phase: 'off' | 'connecting' | 'connected' | 'lost';
  /** Why it is off or lost. */
  readonly fault?: Fault;
  /** What is kept for this address: nothing, a user with password, or a file of credentials. */
  readonly credentials: 'none' | 'user' | 'file';
  /** They are there again after a restart. */
  readonly areCredentialsKept: boolean;
  /** Absent until it was read. */
  readonly view?: QueueView;
  readonly own: OwnStation;
}

/** Before anything was asked. */
export const noStations: StationsState = {
  phase: 'off',
  credentials: 'none',
  areCredentialsKept: false,
  own: { phase: 'off', name: '', ports: [], events: [], prompts: {} },
};

/** Share of real runs that passed, of those that came to a verdict; undefined while none has. */
export function passRate({ passed, failed }: Readonly<Record<WorkOutcome, number>>): number | undefined {
  return passed + failed === 0 ? undefined : passed / (passed + failed);
}
