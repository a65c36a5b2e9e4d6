import { formatPath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, ResourceValue } from '../../shared/lwm2m.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { formatCommand } from '../at/codec.ts';
import type { ObjectStore, ResourceReading } from '../lwm2m/objectStore.ts';
import { RESULT_CONTENT } from './codes.ts';
import type { UnreadableUrc } from './decode.ts';
import type { Dialect } from './dialects.ts';
import type { AssembledMessage, AssembledWrite } from './messageAssembler.ts';
import { commands } from './messages.ts';
import type { Urc, UrcOf } from './messages.ts';
import { refusal, respond, respondToBlock, tellRead } from './responder.ts';
import type { Ask, OtherValues, Response } from './responder.ts';
import { sentValue, textOfCounted } from './valueTypes.ts';

/** URCs that are requests of the platform. */
export type RequestUrc = UrcOf<
  '+MIPLREAD' | '+MIPLWRITE' | '+MIPLEXECUTE' | '+MIPLOBSERVE' | '+MIPLDISCOVER' | '+MIPLPARAMETER'
>;

type ExecuteParams = UrcOf<'+MIPLEXECUTE'>['params'];

/** A request of the platform, whole: a write or execute has all its lines. */
export type WholeRequest =
  | Exclude<RequestUrc, { readonly name: '+MIPLWRITE' | '+MIPLEXECUTE' }>
  | { readonly name: '+MIPLWRITE'; readonly params: AssembledWrite }
  | { readonly name: '+MIPLEXECUTE'; readonly params: AssembledMessage<ExecuteParams> };

/** A response with the complete command lines that say it, in order. */
export interface Answer extends Response {
  readonly lines: readonly string[];
}

/** True for URCs that ask something of us. */
export function isRequest(urc: Urc): urc is RequestUrc {
  return Object.hasOwn(kinds, urc.name);
}

/** A request that cannot be read, save for what it takes to refuse it. */
export interface UnreadableRequest {
  readonly name: RequestUrc['name'];
  readonly ref: number;
  readonly msgId: number;
  readonly kind: RequestKind;
  /** As far as it can be read. */
  readonly path: string;
  readonly reason: string;
}

/**
 * The request in a line that cannot be read; undefined where that is none, or has no msgid to refuse. Modules have one instance:
 * where the line's cannot be read it is `ownRef`.
 */
export function unreadableRequest(
  { name, fault, params }: UnreadableUrc,
  ownRef: number,
): UnreadableRequest | undefined {
  const { msgId, flag, objectId, instanceId, resourceId } = params;
  if (!Object.hasOwn(kinds, name) || typeof msgId !== 'number') return undefined;
  const ref = typeof params['ref'] === 'number' ? params['ref'] : ownRef;
  const request = name as RequestUrc['name'];
  const kind = request === '+MIPLOBSERVE' && flag === 0 ? 'cancel' : kinds[request];
  const path = typeof objectId === 'number' ? formatPath(addressOf(idsOf(objectId, instanceId, resourceId))) : '/';
  return { name: request, ref, msgId, kind, path, reason: fault };
}

/** The request of a line that can be read and yet is not what the module meant to say: `reason` tells why. */
export function damagedRequest(urc: RequestUrc, reason: string): UnreadableRequest {
  const { ref, msgId } = urc.params;
  return { name: urc.name, ref, msgId, kind: kindOf(urc), path: formatPath(addressOf(urc.params)), reason };
}

function idsOf(objectId: number, instanceId: unknown, resourceId: unknown): Parameters<typeof addressOf>[0] {
  if (typeof instanceId !== 'number') return { objectId };
  return typeof resourceId === 'number' ? { objectId, instanceId, resourceId } : { objectId, instanceId };
}

const kinds: Readonly<Record<RequestUrc['name'], RequestKind>> = {
  '+MIPLREAD': 'read',
  '+MIPLWRITE': 'write',
  '+MIPLEXECUTE': 'execute',
  '+MIPLOBSERVE': 'observe',
  '+MIPLDISCOVER': 'discover',
  '+MIPLPARAMETER': 'parameter',
};

/** The ledger's word for a request; an observe with flag 0 is a cancel. */
export function kindOf(urc: RequestUrc): RequestKind {
  return urc.name === '+MIPLOBSERVE' && urc.params.flag === 0 ? 'cancel' : kinds[urc.name];
}

/** The address a request speaks of; -1 and absent parts mean everything below. */
export function addressOf(params: {
  readonly objectId: number;
  readonly instanceId?: number;
  readonly resourceId?: number;
}): Lwm2mPath {
  const { objectId, instanceId, resourceId } = params;
  if (instanceId === undefined || instanceId < 0) return { objectId };
  return resourceId === undefined || resourceId < 0 ? { objectId, instanceId } : { objectId, instanceId, resourceId };
}

/** What the request carried, as its line said: values written, arguments, attributes. */
export function payloadOf(urc: RequestUrc): string | undefined {
  if (urc.name === '+MIPLWRITE') return urc.params.value;
  if (urc.name === '+MIPLEXECUTE') return urc.params.arguments;
  return urc.name === '+MIPLPARAMETER' ? urc.params.attributes : undefined;
}

/** The arguments of an execute as the ledger shows them: of several lines as one text, or as they stand where they are none. */
export function argumentsOf(parts: readonly ExecuteParams[]): string | undefined {
  if (parts.length < 2) return parts[0]?.arguments;
  try {
    return parts.map(executeArguments).join('');
  } catch {
    return parts.map(({ arguments: text = '' }) => text).join('');
  }
}

/**
 * Arguments printed as hex are the text that the hex stands for: the length counts its bytes.
 * @throws CodedError `LWM2M_BAD_VALUE` where they stand for no text.
 */
function executeArguments(params: ExecuteParams): string {
  const { length, arguments: text = '' } = params;
  return length === undefined ? text : textOfCounted(text, length);
}

/** What the line asks, without its words. @throws CodedError `LWM2M_BAD_VALUE` for arguments that are no text. */
function askOf(call: WholeRequest): Ask {
  switch (call.name) {
    case '+MIPLWRITE':
      return { kind: 'write', parts: call.params.parts.map((part) => ({ address: addressOf(part), written: part })) };
    case '+MIPLEXECUTE': {
      const { parts } = call.params;
      const address = addressOf(parts[0] as ExecuteParams);
      return { kind: 'execute', address, arguments: parts.map(executeArguments).join('') };
    }
    case '+MIPLPARAMETER':
      return { kind: 'parameter', address: addressOf(call.params), attributes: call.params.attributes };
    case '+MIPLOBSERVE':
      return { kind: call.params.flag === 1 ? 'observe' : 'cancel', address: addressOf(call.params) };
    case '+MIPLREAD':
      return { kind: 'read', address: addressOf(call.params) };
    case '+MIPLDISCOVER':
      return { kind: 'discover', address: addressOf(call.params) };
  }
}

/** Of a request, what its answer must say again. */
interface Asked {
  readonly name: RequestUrc['name'];
  readonly params: { readonly ref: number; readonly msgId: number };
}

const answering = {
  '+MIPLREAD': commands.readRsp,
  '+MIPLWRITE': commands.writeRsp,
  '+MIPLEXECUTE': commands.executeRsp,
  '+MIPLOBSERVE': commands.observeRsp,
  '+MIPLDISCOVER': commands.discoverRsp,
  '+MIPLPARAMETER': commands.parameterRsp,
} as const;

/** The lines of a response. @throws CodedError `AT_BAD_LINE` for a reading that no line can carry. */
function linesOf({ name, params: { ref, msgId } }: Asked, response: Response, dialect: Dialect): readonly string[] {
  const { result, readings, resourceIds } = response;
  if (readings) return readings.map((_, position) => readingLine(ref, msgId, readings, position, dialect));
  if (resourceIds) return [resourcesLine(ref, msgId, resourceIds)];
  return [formatCommand(answering[name], { ref, msgId, result })];
}

function readingLine(
  ref: number,
  msgId: number,
  readings: readonly ResourceReading[],
  position: number,
  dialect: Dialect,
): string {
  const { objectId, instanceId, resourceId, type, value } = readings[position] as ResourceReading;
  const last = readings.length - 1;
  return formatCommand(commands.readRsp, {
    ref,
    msgId,
    result: RESULT_CONTENT,
    objectId,
    instanceId,
    resourceId,
    ...sentValue(type, value, dialect),
    index: last - position,
    flag: flagAt(position, last, dialect),
  });
}

function resourcesLine(ref: number, msgId: number, resourceIds: readonly number[]): string {
  const resources = resourceIds.join(';');
  const length = resources.length;
  return formatCommand(commands.discoverRsp, { ref, msgId, result: RESULT_CONTENT, length, resources });
}

/** cis looks at the index alone and wants flag 0; cmcc wants 1 first, 2 middle, 0 last (mipl-at.md §5). */
function flagAt(position: number, last: number, dialect: Dialect): string {
  if (dialect.multiLineFlag === 'zero' || position === last) return '0';
  return position === 0 ? '1' : '2';
}

/** A refusal needs nothing of a dialect. */
function refusedWith(call: Asked, response: Response): Answer {
  const { ref, msgId } = call.params;
  return { ...response, lines: [formatCommand(answering[call.name], { ref, msgId, result: response.result })] };
}

/** The answer that a request is refused with `result`; nothing else happens. */
export function refuse(call: Asked, result: number): Answer {
  return refusedWith(call, { result, paths: [] });
}

/**
 * The answer to a request: what responder.ts makes of it, as command lines ready to send. A write or execute takes effect
 * in the store here, all or nothing. A read is told `values` where they are given. What the store refuses becomes result
 * 11, 13 or 14, what no line can carry 15; only a programming error throws.
 */
export function answerTo(call: WholeRequest, store: ObjectStore, dialect: Dialect, values?: OtherValues): Answer {
  try {
    const response = respond(askOf(call), store, values);
    return { ...response, lines: linesOf(call, response, dialect) };
  } catch (error) {
    return refusedWith(call, refusal(error));
  }
}

/** The answer to a block of a long value: taken, while the whole is still to come, or refused. */
export function answerToBlock(call: UrcOf<'+MIPLWRITE'>, store: ObjectStore): Answer {
  return refusedWith(call, respondToBlock(addressOf(call.params), store));
}

/**
 * Whether a read can be answered so, `values` in place of the store's.
 * @throws CodedError as {@link tellRead}, and `AT_BAD_LINE`.
 */
export function checkAnswer(
  call: Extract<WholeRequest, { readonly name: '+MIPLREAD' }>,
  store: ObjectStore,
  dialect: Dialect,
  values: Readonly<Record<string, ResourceValue>>,
): void {
  linesOf(call, tellRead(addressOf(call.params), store, values), dialect);
}

/** The announcement of an object's resources that cmcc firmware wants before OPEN (mipl-at.md §3). */
export function announceResources(ref: number, objectId: number, store: ObjectStore): string {
  return resourcesLine(ref, objectId, store.resourceIdsOf(objectId));
}
