import type { Fault } from '../../../shared/errors.ts';
import { requestIdOf } from '../../../shared/log.ts';
import type { LogEntry } from '../../../shared/log.ts';
import { isCovered, parsePath } from '../../../shared/lwm2m.ts';
import type { NotificationAttributes, ResourceValue } from '../../../shared/lwm2m.ts';
import type { PlatformCall, PlatformOperationKind } from '../../../shared/platform.ts';
import type {
  DialectState,
  ObjectView,
  ObservationState,
  OutgoingNotification,
  PlatformRequest,
} from '../../../shared/state.ts';
import type { RequestKind } from '../../../shared/requestKinds.ts';
import { isAboutDevice } from '../../platform/answers.ts';

/** Why a case ended before its steps did. */
export type Interruption = 'restarted' | 'portLost' | 'stopped';

/** What was seen in a case; the verdict is read from nothing else. */
export interface Evidence {
  /** Lines of the AT log, in their order. */
  readonly lines: readonly LogEntry[];
  /** Requests that arrived, as they stand at the end. */
  readonly requests: readonly PlatformRequest[];
  readonly notifications: readonly OutgoingNotification[];
  readonly calls: readonly PlatformCall[];
  /** Steps that went wrong, by their number. */
  readonly faults: readonly { readonly step: number; readonly fault: Fault }[];
  /** How many steps were done. */
  readonly stepsDone: number;
  readonly interruption?: Interruption;
  /** The time limit ended the case. */
  readonly isOverdue: boolean;
  readonly platform: 'simulated' | 'host' | 'operator';
  readonly dialect: DialectState['name'];
  readonly objects: readonly ObjectView[];
  /** At the end, by path. */
  readonly values: Readonly<Record<string, ResourceValue>>;
  readonly attributes: Readonly<Record<string, NotificationAttributes>>;
  readonly observations: readonly ObservationState[];
  /** Texts that were remembered: the socket, named groups, what the plan declares. */
  readonly memory: Readonly<Record<string, string>>;
}

/** An exchange: the command line, what it was answered, and its final result. */
export interface SeenExchange {
  readonly command: LogEntry;
  readonly lines: readonly LogEntry[];
  /** Absent: nothing final came. */
  readonly final?: LogEntry;
}

/** The exchanges of a command, oldest first. */
export function exchangesOf({ lines }: Evidence, name: string, form?: string): readonly SeenExchange[] {
  return lines
    .filter(
      ({ kind, decoded }) =>
        (kind === 'person' || kind === 'engine') &&
        decoded?.name === name &&
        (form === undefined || decoded.form === form),
    )
    .map((command) => {
      const answers = lines.filter((line) => line.kind === 'answer' && line.exchange === command.exchange);
      const final = answers.find(({ decoded }) => decoded?.kind === 'final');
      return { command, lines: answers.filter((line) => line !== final), ...(final ? { final } : {}) };
    });
}

export const isOk = ({ final }: SeenExchange): boolean => final?.decoded?.name === 'OK';

/** The lines of a request: its own, the commands that answer it, and what those were answered. */
export function requestLinesOf({ lines }: Evidence, { id }: Pick<PlatformRequest, 'id'>): LogEntry[] {
  return lines.filter((line) => requestIdOf(line) === id);
}

/** Lines the module printed unasked under a name. */
export function urcsOf({ lines }: Evidence, name: string): readonly LogEntry[] {
  return lines.filter(({ kind, decoded }) => kind === 'unasked' && decoded?.name === name);
}

/** A number among the values of a decoded line. */
export function numberIn(line: LogEntry, name: string): number | undefined {
  const value = line.decoded?.params?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** +MIPLEVENT lines with one of the numbers. */
export function eventsOf(evidence: Evidence, ...numbers: readonly number[]): readonly LogEntry[] {
  return urcsOf(evidence, '+MIPLEVENT').filter((line) => numbers.includes(numberIn(line, 'event') ?? -1));
}

/**
 * No answer that says anything about the device: the platform is away or silent, refuses us, talks nonsense, or has troubles
 * of its own.
 */
export function isNoAnswer({ status, fault, errno }: PlatformCall): boolean {
  if (status !== 'failed') return status === 'waiting';
  return errno === undefined || !isAboutDevice(errno, fault?.detail);
}

/** Whether what a call causes at the module may still be on its way. */
export const mayReachDevice = (call: PlatformCall): boolean =>
  !isNoAnswer(call) && call.fault?.code !== 'PLATFORM_OFFLINE';

/** Requests of a kind about a path; a write of several resources shows its instance, one of a single one that resource. */
export function requestsAbout(
  { requests }: Pick<Evidence, 'requests'>,
  kind: RequestKind,
  path: string,
): readonly PlatformRequest[] {
  const asked = parsePath(path);
  return requests.filter((request) => {
    if (request.kind !== kind) return false;
    const arrived = parsePath(request.path);
    if (kind === 'write') return asked !== undefined && arrived !== undefined && isCovered(arrived, asked);
    if (kind === 'discover') return arrived?.objectId === asked?.objectId;
    return request.path === path;
  });
}

/** Calls of a kind, about a path where one is given; oldest first. */
export function callsOf({ calls }: Evidence, kind: PlatformOperationKind, path?: string): readonly PlatformCall[] {
  return calls.filter(
    ({ operation }) =>
      operation.kind === kind && (path === undefined || ('path' in operation && operation.path === path)),
  );
}

/** The member `data` of a call's answer. */
export function dataOf(call: PlatformCall | undefined): unknown {
  try {
    return (JSON.parse(call?.body ?? '') as { data?: unknown }).data;
  } catch {
    return undefined;
  }
}

/** A value of the device and one of the platform are the same; floats travel in 32 bits, booleans as 1. */
export function isSameValue(local: ResourceValue, remote: unknown): boolean {
  if (typeof remote === 'boolean') return local === (remote ? '1' : '0');
  if (typeof remote !== 'string' && typeof remote !== 'number') return false;
  if (String(remote) === local) return true;
  if (local.trim() === '' || String(remote).trim() === '') return false;
  const [one, other] = [Number(local), Number(remote)];
  return Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));
}
