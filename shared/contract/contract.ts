import type { Fault } from '../errors.ts';
import type { LogEntry } from '../log.ts';
import type { DeviceId, ProgramPatch } from '../programState.ts';
import type { OpenedSession, SessionFindTold, SessionsTold } from '../sessions.ts';
import type { Patch } from '../statePatch.ts';
import { acceptanceRequests } from './acceptance.ts';
import { antennaRequests } from './antenna.ts';
import { logRequests } from './log.ts';
import { macroRequests } from './macros.ts';
import { modelRequests } from './models.ts';
import { networkRequests } from './network.ts';
import { keptSessionRequests } from './sessions.ts';
import { objectRequests } from './objects.ts';
import { platformRequests } from './platform.ts';
import { programRequests } from './program.ts';
import { registrationRequests } from './registration.ts';
import { holdRequests } from './requestsOnHold.ts';
import type { ArgumentsOf, ReplyOf, RequestRow, Scope } from './row.ts';
import { sessionRequests } from './session.ts';
import { siteBatchRequests } from './siteBatch.ts';
import { stationRequests } from './stations.ts';
import { udpRequests } from './udp.ts';

/** Everything the screen may ask of main, a row a request. Verbs; each becomes `window.api.<name>`. */
export const requestRows = {
  ...programRequests,
  ...sessionRequests,
  ...registrationRequests,
  ...networkRequests,
  ...antennaRequests,
  ...modelRequests,
  ...macroRequests,
  ...objectRequests,
  ...holdRequests,
  ...logRequests,
  ...platformRequests,
  ...udpRequests,
  ...keptSessionRequests,
  ...acceptanceRequests,
  ...siteBatchRequests,
  ...stationRequests,
};

type RequestRows = typeof requestRows;
export type RequestName = keyof RequestRows;
type NameOf<S extends Scope> = { [N in RequestName]: RequestRows[N]['scope'] extends S ? N : never }[RequestName];
/** Requests that are about the program as a whole. */
export type ProgramRequestName = NameOf<'program'>;
/** Requests that are about one device, which is named before their argument. */
export type DeviceRequestName = NameOf<'device'>;

/** Every request as a function from its argument to its reply. */
export type Requests = {
  readonly [N in RequestName]: (...args: ArgumentsOf<RequestRows[N]>) => ReplyOf<RequestRows[N]>;
};

/**
 * Something stood still. The `window` hears again: what it missed meanwhile is told by what came before this. The system has held
 * the `program` up by so much; the `clock` of the machine was set by so much, back with a minus.
 */
export interface HeldUp {
  readonly what: 'window' | 'program' | 'clock';
  readonly milliseconds: number;
}

/** Everything main tells the screen unasked. Nouns. */
export interface Events {
  program: ProgramPatch;
  patch: { readonly device: DeviceId; readonly patch: Patch };
  /** `hasMissed`: lines before these were never told; they can be read. */
  log: { readonly device: DeviceId; readonly entries: LogEntry[]; readonly hasMissed?: true };
  sessions: SessionsTold;
  session: OpenedSession;
  sessionFind: SessionFindTold;
  heldUp: HeldUp;
}

/** Errors cross as data, since Electron strips an Error to its text. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Fault };

/** Main's side: one function per request; those of one device do not hear which. */
export type Handlers = {
  readonly [N in RequestName]: (
    ...args: Parameters<Requests[N]>
  ) => ReturnType<Requests[N]> | Promise<ReturnType<Requests[N]>>;
};

export type ProgramHandlers = Pick<Handlers, ProgramRequestName>;
export type DeviceHandlers = Pick<Handlers, DeviceRequestName>;

/** The renderer's side, as the preload builds it. */
export type Api = {
  readonly [N in ProgramRequestName]: (...args: Parameters<Requests[N]>) => Promise<Result<ReturnType<Requests[N]>>>;
} & {
  readonly [N in DeviceRequestName]: (
    device: DeviceId,
    ...args: Parameters<Requests[N]>
  ) => Promise<Result<ReturnType<Requests[N]>>>;
} & {
  /** Subscribes; the returned function ends it. */
  readonly on: <E extends keyof Events>(event: E, listener: (payload: Events[E]) => void) => () => void;
};

/** The row of a request, whichever it is. */
export const rowOf = (name: RequestName): RequestRow => requestRows[name];
