import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { AttributeChanges, Lwm2mPath, ResourceValue } from '../../shared/lwm2m.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { utf8Length } from '../../shared/values.ts';
import { formatCommand } from '../at/codec.ts';
import { parseAttributes } from '../lwm2m/attributes.ts';
import type { ObjectStore, ResourceReading } from '../lwm2m/objectStore.ts';
import { checkOutgoing, requireFitting } from '../lwm2m/values.ts';
import { RESULT_CHANGED, RESULT_CONTENT, resultOf } from './codes.ts';
import type { Dialect } from './dialects.ts';
import { commands } from './messages.ts';
import type { UnreadableUrc } from './decode.ts';
import type { Urc, UrcOf } from './messages.ts';
import { sentValue, textOfCounted, writtenValue } from './valueTypes.ts';
import type { AssembledWrite } from './messageAssembler.ts';

/** URCs that are requests of the platform. */
export type RequestUrc = UrcOf<
  '+MIPLREAD' | '+MIPLWRITE' | '+MIPLEXECUTE' | '+MIPLOBSERVE' | '+MIPLDISCOVER' | '+MIPLPARAMETER'
>;

/** A request of the platform, whole: a write has all its lines. */
export type PlatformCall =
  | Exclude<RequestUrc, { readonly name: '+MIPLWRITE' }>
  | { readonly name: '+MIPLWRITE'; readonly params: AssembledWrite };

/** What to send, and what became of it. `lines` are complete command lines in order. */
export interface Answer {
  readonly lines: readonly string[];
  readonly result: number;
  readonly fault?: Fault;
  /** Paths whose values the answer carries (read) or changed (write). */
  readonly paths: readonly string[];
  /** Write-Attributes: what it changes at the path. */
  readonly attributes?: AttributeChanges;
}

type ExecuteParams = UrcOf<'+MIPLEXECUTE'>['params'];

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

/** By path, what a read is told in place of the store's values: a person's choice. */
type OtherValues = Readonly<Record<string, ResourceValue>>;

type AnswerTable = {
  readonly [N in PlatformCall['name']]: (
    params: Extract<PlatformCall, { readonly name: N }>['params'],
    store: ObjectStore,
    dialect: Dialect,
    values: OtherValues | undefined,
  ) => Answer;
};

/** What we do when the platform asks. One row a request; a CodedError of the store becomes a result number. */
const answers: AnswerTable = {
  '+MIPLREAD': (params, store, dialect, values) => {
    return answerRead(params, store, dialect, values);
  },

  '+MIPLWRITE': ({ ref, msgId, parts }, store) => {
    const changes = parts.map((part) => {
      const path = formatPath(oneResource(part));
      return { path, value: writtenValue(store.typeOf(path), part) };
    });
    store.writeAll(changes, { by: 'platform' });
    return {
      lines: [formatCommand(commands.writeRsp, { ref, msgId, result: RESULT_CHANGED })],
      result: RESULT_CHANGED,
      paths: changes.map((change) => change.path),
    };
  },

  '+MIPLEXECUTE': (params, store) => {
    const { ref, msgId } = params;
    store.execute(oneResource(params), executeArguments(params));
    return {
      lines: [formatCommand(commands.executeRsp, { ref, msgId, result: RESULT_CHANGED })],
      result: RESULT_CHANGED,
      paths: [formatPath(params)],
    };
  },

  '+MIPLOBSERVE': (params, store) => {
    const { ref, msgId } = params;
    // A cancel is granted even when the path is gone: the platform only wants to hear no more of it.
    if (params.flag === 1) requireExisting(store, addressOf(params));
    return {
      lines: [formatCommand(commands.observeRsp, { ref, msgId, result: RESULT_CONTENT })],
      result: RESULT_CONTENT,
      paths: [],
    };
  },

  '+MIPLDISCOVER': ({ ref, msgId, objectId }, store) => {
    const resources = store.resourceIdsOf(objectId).join(';');
    return {
      lines: [
        formatCommand(commands.discoverRsp, {
          ref,
          msgId,
          result: RESULT_CONTENT,
          length: resources.length,
          resources,
        }),
      ],
      result: RESULT_CONTENT,
      paths: [],
    };
  },

  '+MIPLPARAMETER': (params, store) => {
    const { ref, msgId } = params;
    requireExisting(store, addressOf(params));
    const attributes = parseAttributes(params.attributes);
    return {
      lines: [formatCommand(commands.parameterRsp, { ref, msgId, result: RESULT_CHANGED })],
      result: RESULT_CHANGED,
      paths: [],
      attributes,
    };
  },
};

/**
 * The path of a write or execute, which name one resource. @throws CodedError `LWM2M_NOT_ALLOWED` for all instances or
 * resources (-1): LwM2M 1.0 §5.4.3 and §5.4.5 know neither.
 */
function oneResource<P extends Required<Lwm2mPath>>(params: P): P {
  if (params.instanceId >= 0 && params.resourceId >= 0) return params;
  throw new CodedError('LWM2M_NOT_ALLOWED', 'This names one resource, not all', formatPath(addressOf(params)));
}

/** The lines of one execute as one: their arguments in their order. */
export function joinedExecute(parts: readonly ExecuteParams[]): ExecuteParams {
  const last = parts.at(-1) as ExecuteParams;
  if (parts.length === 1) return last;
  const text = parts.map(executeArguments).join('');
  return { ...last, arguments: text, length: utf8Length(text) };
}

/** Arguments printed as hex are the text that the hex stands for: the length counts its bytes. */
function executeArguments(params: ExecuteParams): string {
  const { length, arguments: text = '' } = params;
  return length === undefined ? text : textOfCounted(text, length);
}

/** The answer to a read. @throws CodedError `MIPL_TOO_LONG`, `AT_BAD_LINE`. */
function tell(params: UrcOf<'+MIPLREAD'>['params'], readings: readonly ResourceReading[], dialect: Dialect): Answer {
  const { ref, msgId } = params;
  requireFitting(addressOf(params), readings);
  const last = readings.length - 1;
  const lines = readings.map((reading, position) =>
    formatCommand(commands.readRsp, {
      ref,
      msgId,
      result: RESULT_CONTENT,
      objectId: reading.objectId,
      instanceId: reading.instanceId,
      resourceId: reading.resourceId,
      ...sentValue(reading.type, reading.value, dialect),
      index: last - position,
      flag: flagAt(position, last, dialect),
    }),
  );
  return { lines, result: RESULT_CONTENT, paths: readings.map((reading) => reading.path) };
}

const refusals = {
  '+MIPLREAD': commands.readRsp,
  '+MIPLWRITE': commands.writeRsp,
  '+MIPLEXECUTE': commands.executeRsp,
  '+MIPLOBSERVE': commands.observeRsp,
  '+MIPLDISCOVER': commands.discoverRsp,
  '+MIPLPARAMETER': commands.parameterRsp,
} as const;

/**
 * The answer to a request: command lines ready to send. A write or execute takes effect in the store here, all or
 * nothing. A read is told `values` where they are given. What the store refuses becomes result 11, 13 or 14; only a programming error throws.
 */
export function respond(call: PlatformCall, store: ObjectStore, dialect: Dialect, values?: OtherValues): Answer {
  try {
    const answer = answers[call.name] as (...of: [unknown, ObjectStore, Dialect, OtherValues | undefined]) => Answer;
    return answer(call.params, store, dialect, values);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { ...refuse(call, resultOf(error.code)), fault: faultOf(error) };
  }
}

/**
 * The answer to a block of a long value: taken, while the whole is still to come, or refused because nothing there can be
 * written.
 */
export function respondToBlock(call: UrcOf<'+MIPLWRITE'>, store: ObjectStore): Answer {
  const { ref, msgId } = call.params;
  try {
    store.requireWritable(formatPath(oneResource(call.params)));
  } catch (error) {
    return { ...refuse(call, resultOf((error as CodedError).code)), fault: faultOf(error) };
  }
  const lines = [formatCommand(commands.writeRsp, { ref, msgId, result: RESULT_CHANGED })];
  return { lines, result: RESULT_CHANGED, paths: [] };
}

/** The answer that a request is refused with `result`; nothing else happens. */
export function refuse(
  call: { readonly name: RequestUrc['name']; readonly params: { readonly ref: number; readonly msgId: number } },
  result: number,
): Answer {
  const { ref, msgId } = call.params;
  return { lines: [formatCommand(refusals[call.name], { ref, msgId, result })], result, paths: [] };
}

/**
 * What a read is answered with, `values` in place of the store's; what is not named is told as it stands.
 * @throws CodedError `LWM2M_NOT_FOUND` (also a value for what was not asked), `LWM2M_NOT_ALLOWED`, `LWM2M_BAD_VALUE`,
 *   `MIPL_TOO_LONG`.
 */
export function answerRead(
  params: UrcOf<'+MIPLREAD'>['params'],
  store: ObjectStore,
  dialect: Dialect,
  values: OtherValues = {},
): Answer {
  const readings = store.read(addressOf(params));
  const stray = Object.keys(values).find((path) => readings.every((reading) => reading.path !== path));
  if (stray !== undefined) throw new CodedError('LWM2M_NOT_FOUND', 'The request does not ask for this', stray);
  const told = readings.map((reading) => {
    const value = values[reading.path];
    return value === undefined ? reading : { ...reading, value: checkOutgoing(reading.type, value).value };
  });
  const answer = tell(params, told, dialect);
  // A value that only the answer carries has not been read from the device.
  return { ...answer, paths: answer.paths.filter((path) => values[path] === undefined) };
}

/** cis looks at the index alone and wants flag 0; cmcc wants 1 first, 2 middle, 0 last (mipl-at.md §5). */
function flagAt(position: number, last: number, dialect: Dialect): string {
  if (dialect.multiLineFlag === 'zero' || position === last) return '0';
  return position === 0 ? '1' : '2';
}

/** @throws CodedError `LWM2M_NOT_FOUND`. An object or instance of executables alone exists too, so read() will not do. */
/** Nothing happens where the model has the path. @throws CodedError `LWM2M_NOT_FOUND`. */
export function requireExisting(store: ObjectStore, path: Lwm2mPath): void {
  if (path.resourceId !== undefined) {
    store.typeOf(path);
    return;
  }
  const instances = store.instanceIds(path.objectId);
  if (path.instanceId !== undefined && !instances.includes(path.instanceId)) {
    throw new CodedError('LWM2M_NOT_FOUND', 'There is no such instance', formatPath(path));
  }
}

/** The announcement of an object's resources that cmcc firmware wants before OPEN (mipl-at.md §3). */
export function announceResources(ref: number, objectId: number, store: ObjectStore): string {
  const resources = store.resourceIdsOf(objectId).join(';');
  return formatCommand(commands.discoverRsp, {
    ref,
    msgId: objectId,
    result: RESULT_CONTENT,
    length: resources.length,
    resources,
  });
}
