import { CodedError } from '../../../shared/errors.ts';
import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import { formatFloat64 } from '../tlv.ts';
import { formatPlatformTime, parsePlatformTime } from './datapoints.ts';
import type { DeviceSession, WriteMode } from './deviceSession.ts';
import type { Json } from './jsonText.ts';
import type { Lwm2mServer } from './lwm2mServer.ts';
import type { Device, DeviceIdentity, DeviceRegistry } from './registry.ts';
import { bytesOfJson, resourceJson, type ReportedInstance, type TypeOf, type WriteTypeHint } from './values.ts';

/** A call refused by the platform itself, with OneNET's error number: 3, 2001, 5108. */
export class ApiError extends Error {
  readonly errno: number;

  constructor(errno: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.errno = errno;
  }
}

/** What the calls work on. */
export interface ApiContext {
  readonly registry: DeviceRegistry;
  readonly server: Lwm2mServer;
  readonly typeOf: TypeOf;
}

/** One call as it came. */
export interface ApiCallInput {
  readonly context: ApiContext;
  readonly query: URLSearchParams;
  /** Empty when there is none. */
  readonly body: string;
}

/** Does a call; resolves with its data, or undefined where the envelope has none. Rejects with ApiError or DeviceRefusal. */
export type ApiCall = (input: ApiCallInput) => Json | undefined | Promise<Json | undefined>;

const missing = (name: string): ApiError => new ApiError(3, `parameter missing: ${name}`);
const invalid = (name: string): ApiError => new ApiError(5108, `invalid parameter: ${name}`);

/** Longest content of a write or an execute, in bytes. */
const MAX_CONTENT_BYTES = 2048;
const MAX_DEVICE_IDS = 1000;
const MAX_LIMIT = 6000;

// Parameters

/** An empty parameter is an absent one: the document writes `&devIds=`. */
function text(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

function integer(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  if (!(value >= least && value <= most)) throw invalid(name);
  return value;
}

function decimal(query: URLSearchParams, name: string): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(given) ? Number(given) : NaN;
  if (!Number.isFinite(value)) throw invalid(name);
  return value;
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw missing(name);
  return value;
}

const MAX_ID = 65535;

/** Object, instance and resource of a call; a resource needs its instance. */
function pathOf(query: URLSearchParams): Lwm2mPath {
  const objectId = required(integer(query, 'obj_id', 0, MAX_ID), 'obj_id');
  const instanceId = integer(query, 'obj_inst_id', 0, MAX_ID);
  const resourceId = integer(query, 'res_id', 0, MAX_ID);
  if (instanceId === undefined) {
    if (resourceId !== undefined) throw missing('obj_inst_id');
    return { objectId };
  }
  return resourceId === undefined ? { objectId, instanceId } : { objectId, instanceId, resourceId };
}

/** Time limit of a call in milliseconds; OneNET lets callers choose 5–40 s. */
function timeoutMsOf(query: URLSearchParams): number | undefined {
  const seconds = integer(query, 'timeout', 5, 40);
  return seconds === undefined ? undefined : seconds * 1000;
}

function sessionOf({ context, query }: ApiCallInput): DeviceSession {
  const imei = required(text(query, 'imei'), 'imei');
  const device = context.registry.byImei(imei);
  const session = device && context.server.session(device);
  if (session === undefined) throw new ApiError(2001, 'device not online');
  return session;
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bodyOf(body: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalid('body');
  }
  if (!isObject(value)) throw invalid('body');
  return value;
}

// Calls on a device

function instanceJson({ instanceId, resources }: ReportedInstance): Json {
  return {
    res: resources.map((resource) => ({ val: resourceJson(resource), res_id: resource.resourceId })),
    obj_inst_id: instanceId,
  };
}

const read: ApiCall = async (input) => {
  const path = pathOf(input.query);
  const timeoutMs = timeoutMsOf(input.query);
  return (await sessionOf(input).read(path, timeoutMs)).map(instanceJson);
};

function writtenResources(body: JsonObject, instance: Lwm2mPath, typeOf: TypeOf): { id: number; value: Uint8Array }[] {
  const entries = required(body['data'], 'data');
  if (!Array.isArray(entries) || entries.length === 0) throw invalid('data');
  return entries.map((entry: unknown) => {
    if (!isObject(entry)) throw invalid('data');
    const { res_id: id, val, type } = entry;
    if (id === undefined) throw missing('res_id');
    if (val === undefined) throw missing('val');
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > MAX_ID) throw invalid('res_id');
    if (type !== undefined && type !== 1 && type !== 2) throw invalid('type');
    const hint: WriteTypeHint | undefined = type;
    try {
      return { id, value: bytesOfJson(val, hint, typeOf({ ...instance, resourceId: id })) };
    } catch (error) {
      throw error instanceof CodedError ? invalid('val') : error;
    }
  });
}

const write: ApiCall = async (input) => {
  const { query, context, body } = input;
  const path = pathOf(query);
  const { objectId, instanceId } = path;
  const mode = required(integer(query, 'mode', 1, 2), 'mode') as WriteMode;
  const timeoutMs = timeoutMsOf(query);
  const instance = { objectId, instanceId: required(instanceId, 'obj_inst_id') };
  const resources = writtenResources(bodyOf(body), instance, context.typeOf);
  if (resources.reduce((sum, { value }) => sum + value.length, 0) > MAX_CONTENT_BYTES) throw invalid('data');
  await sessionOf(input).write(instance, mode, resources, timeoutMs);
  return undefined;
};

const execute: ApiCall = async (input) => {
  const path = pathOf(input.query);
  if (path.instanceId === undefined) throw missing('obj_inst_id');
  if (path.resourceId === undefined) throw missing('res_id');
  const timeoutMs = timeoutMsOf(input.query);
  const { args = '' } = input.body.trim() === '' ? {} : bodyOf(input.body);
  if (typeof args !== 'string' || Buffer.byteLength(args) > MAX_CONTENT_BYTES) throw invalid('args');
  await sessionOf(input).execute(path, args, timeoutMs);
  return undefined;
};

/** Attributes as Write-Attributes carries them, in OneNET's order; thresholds always with a point (`gt=50.0`). */
function attributesOf(query: URLSearchParams, path: Lwm2mPath): string[] {
  const pmin = integer(query, 'pmin', 0, 0xffffffff);
  const pmax = integer(query, 'pmax', 0, 0xffffffff);
  const [gt, lt, st] = [decimal(query, 'gt'), decimal(query, 'lt'), decimal(query, 'st')];
  if (pmin !== undefined && pmax !== undefined && !(pmin > 0 && pmax >= pmin)) throw invalid('pmax');
  if ((gt ?? lt ?? st) !== undefined && path.resourceId === undefined) throw missing('res_id');
  if (st !== undefined && st < 0) throw invalid('st');
  // LwM2M 1.0 §5.1.2: the thresholds must leave room for two steps between them.
  if (gt !== undefined && lt !== undefined && !(lt < gt && lt + 2 * (st ?? 0) < gt)) throw invalid('lt');
  const periods = Object.entries({ pmin, pmax }).map(([name, value]) => ({ name, value, print: String }));
  const thresholds = Object.entries({ gt, lt, st }).map(([name, value]) => ({ name, value, print: formatFloat64 }));
  return [...periods, ...thresholds].flatMap(({ name, value, print }) =>
    value === undefined ? [] : [`${name}=${print(value)}`],
  );
}

const observe: ApiCall = async (input) => {
  const { query } = input;
  const path = pathOf(query);
  const timeoutMs = timeoutMsOf(query);
  // Anything but true counts as false.
  if (query.get('cancel') === 'true') {
    await sessionOf(input).cancelObservation(path, timeoutMs);
    return undefined;
  }
  const attributes = attributesOf(query, path);
  const session = sessionOf(input);
  if (attributes.length > 0) await session.writeAttributes(path, attributes, timeoutMs);
  await session.observe(path, timeoutMs);
  return undefined;
};

const discover: ApiCall = async (input) => {
  const path = pathOf(input.query);
  const timeoutMs = timeoutMsOf(input.query);
  const found = await sessionOf(input).discover(path, timeoutMs);
  return resourcesByInstance(found).map(([instanceId, resources]) => ({ obj_inst_id: instanceId, res_id: resources }));
};

// Calls on what the platform knows

/** Resource ids by instance, in the order they were told; an instance without resources has an empty list. */
function resourcesByInstance(paths: readonly Lwm2mPath[]): [number, number[]][] {
  const instances = new Map<number, number[]>();
  for (const { instanceId, resourceId } of paths) {
    if (instanceId === undefined) continue;
    const resources = instances.get(instanceId) ?? [];
    instances.set(instanceId, resources);
    if (resourceId !== undefined) resources.push(resourceId);
  }
  return [...instances];
}

const resources: ApiCall = ({ context, query }) => {
  const device = context.registry.byImei(required(text(query, 'imei'), 'imei'));
  const objectId = integer(query, 'obj_id', 0, MAX_ID);
  const instanceId = integer(query, 'obj_inst_id', 0, MAX_ID);
  if (device === undefined) throw new ApiError(2001, 'device not online');
  const item = [...device.resources]
    .filter(([id]) => objectId === undefined || id === objectId)
    .map(([id, paths]) => ({
      obj_id: id,
      instances: resourcesByInstance(paths)
        .filter(([instance]) => instanceId === undefined || instance === instanceId)
        .map(([instance, ids]) => ({ inst_id: instance, resources: ids })),
    }));
  return { total_count: item.length, item };
};

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

/** By `devIds` as the API has it, or by `imei` as the document for the M5310 shows. */
const status: ApiCall = ({ context: { registry }, query }) => {
  const ids = text(query, 'devIds')?.split(',');
  const imei = text(query, 'imei');
  if (ids === undefined && imei === undefined) throw missing('devIds');
  if (ids !== undefined && ids.length > MAX_DEVICE_IDS) throw invalid('devIds');
  const found = ids?.map((id) => registry.byId(id)) ?? [registry.byImei(imei ?? '')];
  const devices = found.filter(isDefined).map((device) => ({
    id: { numberText: device.id },
    title: device.identity.title,
    online: registry.isOnline(device),
  }));
  return { total_count: devices.length, devices };
};

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const atMs = parsePlatformTime(given);
  if (atMs === undefined) throw invalid(name);
  return atMs;
}

const datapoints =
  (deviceId: string): ApiCall =>
  ({ context: { registry }, query }) => {
    const device: Device | undefined = registry.byId(deviceId) ?? registry.byImei(text(query, 'imei') ?? '');
    if (device === undefined) throw invalid('device_id');
    const streams = text(query, 'datastream_id')?.split(',');
    const startMs = timeOf(query, 'start');
    const endMs = timeOf(query, 'end');
    const limit = integer(query, 'limit', 1, MAX_LIMIT);
    const offset = integer(query, 'cursor', 0, 0xffffffff);
    const page = device.datapoints.find({
      ...(streams && { streams }),
      ...(startMs !== undefined && { startMs }),
      ...(endMs !== undefined && { endMs }),
      ...(limit !== undefined && { limit }),
      ...(offset !== undefined && { offset }),
    });
    return {
      count: page.count,
      ...(page.nextOffset !== undefined && { cursor: String(page.nextOffset) }),
      datastreams: page.streams.map((stream) => ({
        id: stream.id,
        datapoints: stream.datapoints.map(({ atMs, value }) => ({ at: formatPlatformTime(atMs), value })),
      })),
    };
  };

/** IMEI and IMSI out of `auth_info`: `{"<imei>":"<imsi>"}`. Test devices have an IMEI of four digits. */
function identityOf(body: JsonObject): DeviceIdentity {
  const title = required(body['title'], 'title');
  const protocol = required(body['protocol'], 'protocol');
  const info = required(body['auth_info'], 'auth_info');
  const [entry, ...others] = isObject(info) ? Object.entries(info) : [];
  const [imei, imsi] = entry ?? ['', ''];
  if (typeof title !== 'string') throw invalid('title');
  if (protocol !== 'LWM2M' && protocol !== 'LwM2M') throw invalid('protocol');
  if (others.length > 0 || !/^(\d{15}|\d{4})$/.test(imei)) throw invalid('auth_info');
  if (typeof imsi !== 'string' || !/^[1-9]\d{0,14}$/.test(imsi)) throw invalid('auth_info');
  const { auth, obsv } = body;
  if (auth !== undefined && !(typeof auth === 'string' && /^[A-Za-z0-9]{1,16}$/.test(auth))) throw invalid('auth');
  return {
    imei,
    imsi,
    title,
    ...(auth === undefined ? {} : { authCode: auth }),
    ...(obsv === false ? { isAutoObserved: false } : {}),
  };
}

const createDevice: ApiCall = ({ context, body }) => {
  const device = context.registry.create(identityOf(bodyOf(body)));
  if (device === undefined) throw invalid('auth_info is taken');
  return { device_id: device.id };
};

const calls: ReadonlyMap<string, ApiCall> = new Map([
  ['GET /nbiot', read],
  ['POST /nbiot', write],
  ['POST /nbiot/execute', execute],
  // The API has POST; the document for the M5310 shows GET as well.
  ['POST /nbiot/observe', observe],
  ['GET /nbiot/observe', observe],
  ['GET /nbiot/discover', discover],
  ['GET /nbiot/resources', resources],
  ['GET /devices/status', status],
  ['POST /devices', createDevice],
]);

/** The call of a method and a path, or undefined when the platform has no such call. */
export function findCall(method: string, path: string): ApiCall | undefined {
  const deviceId = method === 'GET' ? /^\/devices\/([^/]+)\/datapoints$/.exec(path)?.[1] : undefined;
  return deviceId === undefined ? calls.get(`${method} ${path}`) : datapoints(deviceId);
}
