import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, ResourceType } from '../../shared/lwm2m.ts';
import { attributeProblem, defaultPlatformTimeoutSeconds } from '../../shared/platform.ts';
import type {
  AttributeOperation,
  PlatformOperation,
  PlatformOperationKind,
  PlatformOperationOf,
} from '../../shared/platform.ts';
import { jsonValueOf, typeHintOf } from './jsonValue.ts';

/** One call of the HTTP API, below its host. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly body?: string;
  /** How long its answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a call needs to know beside the operation. */
export interface CallContext {
  /** The device; empty when nobody knows it, which only some calls can do without. */
  readonly imei: string;
  /** Types of resources decide how values are written; undefined for resources nobody knows. */
  readonly typeOf: (path: Lwm2mPath) => ResourceType | undefined;
  readonly timeoutSeconds?: number;
}

type Query = readonly (readonly [name: string, value: string | number | boolean | undefined])[];

interface Draft {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Query;
  readonly body?: string;
}

/** The platform's own time limit, and the way to it and back. */
const MARGIN_MS = 5000;
const MAX_TIMEOUT_MS = 45_000;

const bad = (detail: string): CodedError =>
  new CodedError('BAD_ARGUMENT', `The call lacks or misuses ${detail}`, detail);

type Level = 'object' | 'instance' | 'resource';

function levelOf({ instanceId, resourceId }: Lwm2mPath): Level {
  if (resourceId !== undefined) return 'resource';
  return instanceId === undefined ? 'object' : 'instance';
}

function pathOf(text: string, levels: readonly Level[]): Lwm2mPath {
  const path = parsePath(text);
  if (!path || !levels.includes(levelOf(path))) {
    throw new CodedError('LWM2M_BAD_PATH', `Not the path of ${levels.join(' or ')}`, text);
  }
  return path;
}

const imeiOf = ({ imei }: CallContext): string => {
  if (imei === '') throw bad('IMEI');
  return imei;
};

const idsOf = ({ objectId, instanceId, resourceId }: Lwm2mPath): Query => [
  ['obj_id', objectId],
  ['obj_inst_id', instanceId],
  ['res_id', resourceId],
];

const allLevels: readonly Level[] = ['object', 'instance', 'resource'];

/** `/3303/0/5700` as the platform names its stream. */
export function streamOf(text: string): string {
  const { objectId, instanceId, resourceId } = pathOf(text, ['resource']);
  return `${objectId}_${instanceId}_${resourceId}`;
}

function writeBody(operation: PlatformOperationOf<'write'>, instance: Lwm2mPath, context: CallContext): string {
  if (operation.values.length === 0) throw bad('values');
  const entries = operation.values.map(({ resourceId, value }) => {
    const type = context.typeOf({ ...instance, resourceId });
    const hint = typeHintOf(type);
    return `{"res_id":${resourceId},"val":${jsonValueOf(type, value)}${hint === undefined ? '' : `,"type":${hint}`}}`;
  });
  return `{"data":[${entries.join(',')}]}`;
}

function onePath(kind: 'read' | 'discover' | 'resources', path: string, levels: readonly Level[]) {
  return (operation: { readonly path: string }, context: CallContext): Draft => ({
    method: 'GET',
    path,
    query: [
      ['imei', imeiOf(context)],
      ...idsOf(pathOf(operation.path, levels)),
      ...(kind === 'resources' ? [] : timeout(context)),
    ],
  });
}

const timeout = ({ timeoutSeconds }: CallContext): Query => [['timeout', timeoutSeconds]];

/** One call for two operations of the document: attributes are written where there are some, then the path is observed. */
function observed(operation: AttributeOperation, context: CallContext): Draft {
  const path = pathOf(operation.path, allLevels);
  const problem = attributeProblem(operation);
  if (problem !== undefined) throw bad(`attributes: ${problem}`);
  const { pmin, pmax, gt, lt, st } = operation.attributes;
  const attributes: Query = Object.entries({ pmin, pmax, gt, lt, st });
  const query: Query = [['imei', imeiOf(context)], ['cancel', false], ...idsOf(path), ...attributes];
  return { method: 'POST', path: '/nbiot/observe', query: [...query, ...timeout(context)], body: '{}' };
}

/**
 * How each operation is called (OneNET API; where the document for the M5310 differs, the API is followed: observe is
 * POST, ids come in the order object, instance, resource).
 */
const drafts: {
  readonly [K in PlatformOperationKind]: (operation: PlatformOperationOf<K>, context: CallContext) => Draft;
} = {
  read: onePath('read', '/nbiot', allLevels),
  discover: onePath('discover', '/nbiot/discover', ['object', 'instance']),
  resources: onePath('resources', '/nbiot/resources', ['object', 'instance']),
  write(operation, context) {
    const instance = pathOf(operation.path, ['instance']);
    const mode = operation.mode === 'replace' ? 1 : 2;
    return {
      method: 'POST',
      path: '/nbiot',
      query: [['imei', imeiOf(context)], ...idsOf(instance), ['mode', mode], ...timeout(context)],
      body: writeBody(operation, instance, context),
    };
  },
  execute: (operation, context) => ({
    method: 'POST',
    path: '/nbiot/execute',
    query: [['imei', imeiOf(context)], ...idsOf(pathOf(operation.path, ['resource'])), ...timeout(context)],
    body: JSON.stringify({ args: operation.args }),
  }),
  writeAttributes: observed,
  observe: observed,
  cancel: (operation, context) => ({
    method: 'POST',
    path: '/nbiot/observe',
    query: [
      ['imei', imeiOf(context)],
      ['cancel', true],
      ...idsOf(pathOf(operation.path, allLevels)),
      ...timeout(context),
    ],
    body: '{}',
  }),
  findDevice: (_operation, context) => ({
    method: 'GET',
    path: '/devices/getbyimei',
    query: [['imei', imeiOf(context)]],
  }),
  // The API knows device ids only; the document asks by IMEI with an empty list of ids.
  status: ({ deviceId }, context) => ({
    method: 'GET',
    path: '/devices/status',
    query:
      deviceId === undefined
        ? [
            ['imei', imeiOf(context)],
            ['devIds', ''],
          ]
        : [['devIds', deviceId]],
  }),
  datapoints({ deviceId, paths, start, end, limit }) {
    if (deviceId === '') throw bad('device id');
    return {
      method: 'GET',
      path: `/devices/${encoded(deviceId)}/datapoints`,
      query: [
        ['datastream_id', paths.length === 0 ? undefined : paths.map(streamOf).join(',')],
        ['start', start],
        ['end', end],
        ['limit', limit],
      ],
    };
  },
  createDevice: ({ title, imei, imsi, authCode, isObserved }) => ({
    method: 'POST',
    path: '/devices',
    query: [],
    body: JSON.stringify({
      title,
      protocol: 'LWM2M',
      auth_info: { [imei]: imsi },
      ...defined({ auth: authCode }),
      obsv: isObserved,
    }),
  }),
};

/** Percent-encoded, but for the signs that OneNET's own addresses leave as they are. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/'/g, '%27');
}

function limitOf(
  operation: PlatformOperation,
  { timeoutSeconds = defaultPlatformTimeoutSeconds }: CallContext,
): number {
  // Attributes are written first, then the observation begins: two requests to the device, each with its own time.
  const exchanges = 'attributes' in operation && Object.keys(operation.attributes).length > 0 ? 2 : 1;
  return Math.min(MAX_TIMEOUT_MS, exchanges * timeoutSeconds * 1000 + MARGIN_MS);
}

/** The HTTP call of an operation. @throws CodedError `LWM2M_BAD_PATH`, `BAD_ARGUMENT` with what is wrong as detail. */
export function httpCallOf(operation: PlatformOperation, context: CallContext): HttpCall {
  const draft = (drafts[operation.kind] as (one: PlatformOperation, context: CallContext) => Draft)(operation, context);
  const query = draft.query
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encoded(String(value))}`)
    .join('&');
  return {
    method: draft.method,
    path: query === '' ? draft.path : `${draft.path}?${query}`,
    ...defined({ body: draft.body }),
    timeoutMs: limitOf(operation, context),
  };
}
