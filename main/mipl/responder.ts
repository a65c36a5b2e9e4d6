import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { AttributeChanges, Lwm2mPath, ResourceValue } from '../../shared/lwm2m.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { parseAttributes } from '../lwm2m/attributes.ts';
import type { ObjectStore, ResourceReading } from '../lwm2m/objectStore.ts';
import { requireOutgoing, requireFitting } from '../lwm2m/values.ts';
import { RESULT_CHANGED, RESULT_CONTENT, resultOf } from './codes.ts';
import type { PathValue } from './requestValue.ts';
import { writtenValue } from './valueTypes.ts';

/** A value of a write with its address, as the platform has sent it. */
export interface WritePart {
  readonly address: Lwm2mPath;
  readonly written: Parameters<typeof writtenValue>[1];
}

/** What the platform asks, whole. An address without instance or resource means everything below. */
export type Ask =
  | { readonly kind: 'read' | 'observe' | 'cancel' | 'discover'; readonly address: Lwm2mPath }
  | { readonly kind: 'write'; readonly parts: readonly WritePart[] }
  | { readonly kind: 'execute'; readonly address: Lwm2mPath; readonly arguments: string }
  | { readonly kind: 'parameter'; readonly address: Lwm2mPath; readonly attributes: string };

/** What the platform is told, and what became of its request. */
export interface Response {
  /** Of MIPL: 1 content, 2 changed, from 11 on a refusal. */
  readonly result: number;
  /** Why it is refused. */
  readonly fault?: Fault;
  /** A read: the values, in their order. */
  readonly readings?: readonly ResourceReading[];
  /** A discover: what the object has. */
  readonly resourceIds?: readonly number[];
  /** Paths whose values the response carries (read) or the request changed (write). */
  readonly paths: readonly string[];
  /** What a read tells and a write has set, in their order. */
  readonly values?: readonly PathValue[];
  /** Write-Attributes: what it changes at the path. */
  readonly attributes?: AttributeChanges;
}

/** By path, what a read is told in place of the store's values: a person's choice. */
export type OtherValues = Readonly<Record<string, ResourceValue>>;

type Responses = {
  readonly [K in RequestKind]: (
    ask: Ask & { readonly kind: K },
    store: ObjectStore,
    values: OtherValues | undefined,
  ) => Response;
};

/** What we do when the platform asks. One row a kind of request; a CodedError of the store becomes a result number. */
const responses: Responses = {
  read: ({ address }, store, values) => tellRead(address, store, values),

  write: ({ parts }, store) => {
    const changes = parts.map(({ address, written }) => {
      const path = formatPath(oneResource(address));
      return { path, value: writtenValue(store.typeOf(path), written) };
    });
    store.writeAll(changes, { by: 'platform' });
    return { result: RESULT_CHANGED, values: changes, paths: changes.map((change) => change.path) };
  },

  execute: ({ address, arguments: text }, store) => {
    store.execute(oneResource(address), text);
    return { result: RESULT_CHANGED, paths: [formatPath(address)] };
  },

  observe: ({ address }, store) => {
    requireExisting(store, address);
    return { result: RESULT_CONTENT, paths: [] };
  },

  // Granted even when the path is gone: the platform only wants to hear no more of it.
  cancel: () => ({ result: RESULT_CONTENT, paths: [] }),

  discover: ({ address }, store) => {
    return { result: RESULT_CONTENT, resourceIds: store.resourceIdsOf(address.objectId), paths: [] };
  },

  parameter: ({ address, attributes }, store) => {
    requireExisting(store, address);
    return { result: RESULT_CHANGED, paths: [], attributes: parseAttributes(attributes) };
  },
};

/**
 * The path of a write or execute, which name one resource. @throws CodedError `LWM2M_NOT_ALLOWED` for all instances or
 * resources: LwM2M 1.0 §5.4.3 and §5.4.5 know neither.
 */
function oneResource(address: Lwm2mPath): Lwm2mPath {
  if (address.resourceId !== undefined) return address;
  throw new CodedError('LWM2M_NOT_ALLOWED', 'This names one resource, not all', formatPath(address));
}

/**
 * The response to a request. A write or execute takes effect in the store here, all or nothing. A read is told `values`
 * where they are given. @throws CodedError what the store refuses; {@link refusal} makes a response of it.
 */
export function respond(ask: Ask, store: ObjectStore, values?: OtherValues): Response {
  const answer = responses[ask.kind] as (...of: [Ask, ObjectStore, OtherValues | undefined]) => Response;
  return answer(ask, store, values);
}

/** The response that says why a request was refused: result 11, 13, 14 or 15. Only a programming error throws. */
export function refusal(error: unknown): Response {
  if (!(error instanceof CodedError)) throw error;
  return { result: resultOf(error.code), fault: faultOf(error), paths: [] };
}

/**
 * The response to a block of a long value: taken, while the whole is still to come, or refused because nothing there can be
 * written.
 */
export function respondToBlock(address: Lwm2mPath, store: ObjectStore): Response {
  try {
    store.requireWritable(formatPath(oneResource(address)));
  } catch (error) {
    return refusal(error);
  }
  return { result: RESULT_CHANGED, paths: [] };
}

/**
 * What a read is told, `values` in place of the store's; what is not named is told as it stands.
 * @throws CodedError `LWM2M_NOT_FOUND` (also a value for what was not asked), `LWM2M_NOT_ALLOWED`, `LWM2M_BAD_VALUE`,
 *   `MIPL_TOO_LONG`.
 */
export function tellRead(address: Lwm2mPath, store: ObjectStore, values: OtherValues = {}): Response {
  const readings = store.read(address);
  const stray = Object.keys(values).find((path) => readings.every((reading) => reading.path !== path));
  if (stray !== undefined) throw new CodedError('LWM2M_NOT_FOUND', 'The request does not ask for this', stray);
  const told = readings.map((reading) => {
    const value = values[reading.path];
    return value === undefined ? reading : { ...reading, value: requireOutgoing(reading.type, value).value };
  });
  requireFitting(address, told);
  // A value that only the answer carries has not been read from the device.
  const paths = told.map(({ path }) => path).filter((path) => values[path] === undefined);
  return { result: RESULT_CONTENT, readings: told, values: told, paths };
}

/** Nothing happens where the model has the path; one of executables alone exists, too. @throws CodedError `LWM2M_NOT_FOUND`. */
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
