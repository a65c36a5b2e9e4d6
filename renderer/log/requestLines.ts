import { parsePath } from '../../shared/lwm2m.ts';
import type { PlatformRequest, RequestKind } from '../../shared/state.ts';
import type { HeldEntry } from './logBuffer.ts';

/** The line that begins a request of each kind; its answers are named after it. */
const urcNames: Readonly<Record<RequestKind, string>> = {
  read: '+MIPLREAD',
  write: '+MIPLWRITE',
  execute: '+MIPLEXECUTE',
  discover: '+MIPLDISCOVER',
  observe: '+MIPLOBSERVE',
  cancel: '+MIPLOBSERVE',
  parameter: '+MIPLPARAMETER',
};

function isNamedFor({ kind }: PlatformRequest, { answers, decoded }: HeldEntry): boolean {
  const name = answers ?? decoded?.name;
  return name === urcNames[kind] || name === `${urcNames[kind]}RSP`;
}

/** Most answers name no object, and then the msgid must do. */
function isSameObject(request: PlatformRequest, { path }: HeldEntry): boolean {
  return path === undefined || parsePath(path)?.objectId === parsePath(request.path)?.objectId;
}

/** Observe and cancel share msgid and name; only the flag of the line tells them apart. */
function contradicts({ kind }: PlatformRequest, { decoded }: HeldEntry): boolean {
  if (decoded?.kind !== 'urc' || decoded.name !== urcNames.observe) return false;
  return (kind === 'cancel') !== (decoded.params?.['flag'] === 0);
}

/**
 * The request a line belongs to: its URC with all repeats, the commands that answer it, and what the module said to those.
 * A msgid comes again: an observation keeps its own whenever it is asked anew or cancelled, and every notification carries
 * it. So a line belongs to the newest request that has its msgid and its name and began before it, and a notification to none.
 */
export function requestOfLine(entry: HeldEntry, requests: readonly PlatformRequest[]): PlatformRequest | undefined {
  if (entry.msgId === undefined) return undefined;
  const begunBefore = requests.filter(
    (request) =>
      request.msgId === entry.msgId &&
      (request.seq ?? Infinity) <= entry.seq &&
      isNamedFor(request, entry) &&
      isSameObject(request, entry),
  );
  const newest = begunBefore.reduce<PlatformRequest | undefined>(
    (last, request) => ((last?.seq ?? 0) > (request.seq ?? 0) ? last : request),
    undefined,
  );
  return newest === undefined || contradicts(newest, entry) ? undefined : newest;
}

/** A test for the lines of one request among all that are known; the request itself may be known no longer. */
export function lineTest(
  request: PlatformRequest,
  requests: readonly PlatformRequest[],
): (entry: HeldEntry) => boolean {
  const namesakes = requests.filter(({ id, msgId }) => msgId === request.msgId && id !== request.id);
  const all = [...namesakes, request];
  return (entry) => entry.msgId === request.msgId && requestOfLine(entry, all)?.id === request.id;
}
