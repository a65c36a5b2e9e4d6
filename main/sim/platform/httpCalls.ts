import { CodedError } from '../../../shared/errors.ts';
import { isJsonObject } from '../../../shared/jsonObject.ts';
import type { JsonObject } from '../../../shared/jsonObject.ts';
import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import { formatFloat64 } from '../tlv.ts';
import {
  ApiError,
  bodyOf,
  decimalParameter,
  integerParameter,
  invalidParameter,
  missingParameter,
  required,
  textParameter,
} from './apiParameters.ts';
import type { ApiCall, ApiCallInput, ApiContext } from './apiParameters.ts';
import { createDevice, datapoints, deleteDevice, deviceByImei, deviceDetails, status } from './deviceCalls.ts';
import type { DeviceSession, WriteMode } from './deviceSession.ts';
import type { Json } from './jsonText.ts';
import { resourceJson, type ReportedInstance, type TypeOf } from './values.ts';
import { bytesOfJson, type WriteTypeHint } from './writtenValues.ts';

const MAX_ID = 65535;

/** Object, instance and resource of a call; a resource needs its instance. */
function pathOf(query: URLSearchParams): Lwm2mPath {
  const objectId = required(integerParameter(query, 'obj_id', 0, MAX_ID), 'obj_id');
  const instanceId = integerParameter(query, 'obj_inst_id', 0, MAX_ID);
  const resourceId = integerParameter(query, 'res_id', 0, MAX_ID);
  if (instanceId === undefined) {
    if (resourceId !== undefined) throw missingParameter('obj_inst_id');
    return { objectId };
  }
  return resourceId === undefined ? { objectId, instanceId } : { objectId, instanceId, resourceId };
}

/** Time limit of a call in milliseconds; OneNET lets callers choose 5–40 s. */
function timeoutMsOf(query: URLSearchParams): number | undefined {
  const seconds = integerParameter(query, 'timeout', 5, 40);
  return seconds === undefined ? undefined : seconds * 1000;
}

function sessionOf({ context, query }: ApiCallInput): DeviceSession {
  const imei = required(textParameter(query, 'imei'), 'imei');
  const device = context.registry.byImei(imei);
  const session = device && context.server.session(device);
  if (session === undefined) throw new ApiError(2001, 'device not online');
  return session;
}

/** The document, 3.5 (3) and (4): the data of a write and an execute are limited, for what a module takes in one message. */
function checkContentLength(name: string, bytes: number, { maximumContentBytes }: ApiContext): void {
  if (bytes > maximumContentBytes) throw invalidParameter(`${name} of ${bytes} bytes, at most ${maximumContentBytes}`);
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
  if (!Array.isArray(entries) || entries.length === 0) throw invalidParameter('data');
  return entries.map((entry: unknown) => {
    if (!isJsonObject(entry)) throw invalidParameter('data');
    const { res_id: id, val, type } = entry;
    if (id === undefined) throw missingParameter('res_id');
    if (val === undefined) throw missingParameter('val');
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > MAX_ID) throw invalidParameter('res_id');
    if (type !== undefined && type !== 1 && type !== 2) throw invalidParameter('type');
    const hint: WriteTypeHint | undefined = type;
    try {
      return { id, value: bytesOfJson(val, hint, typeOf({ ...instance, resourceId: id })) };
    } catch (error) {
      throw error instanceof CodedError ? invalidParameter('val') : error;
    }
  });
}

const write: ApiCall = async (input) => {
  const { query, context, body } = input;
  const path = pathOf(query);
  const { objectId, instanceId } = path;
  const mode = required(integerParameter(query, 'mode', 1, 2), 'mode') as WriteMode;
  const timeoutMs = timeoutMsOf(query);
  const instance = { objectId, instanceId: required(instanceId, 'obj_inst_id') };
  const resources = writtenResources(bodyOf(body, 'val'), instance, context.typeOf);
  const bytes = resources.reduce((sum, { value }) => sum + value.length, 0);
  checkContentLength('data', bytes, context);
  await sessionOf(input).write(instance, mode, resources, timeoutMs);
  return undefined;
};

const execute: ApiCall = async (input) => {
  const path = pathOf(input.query);
  if (path.instanceId === undefined) throw missingParameter('obj_inst_id');
  if (path.resourceId === undefined) throw missingParameter('res_id');
  const timeoutMs = timeoutMsOf(input.query);
  const { args = '' } = input.body.trim() === '' ? {} : bodyOf(input.body);
  if (typeof args !== 'string') throw invalidParameter('args');
  checkContentLength('args', Buffer.byteLength(args), input.context);
  await sessionOf(input).execute(path, args, timeoutMs);
  return undefined;
};

/** Attributes as Write-Attributes carries them, in OneNET's order; thresholds always with a point (`gt=50.0`). */
function attributesOf(query: URLSearchParams, path: Lwm2mPath): string[] {
  const pmin = integerParameter(query, 'pmin', 0, 0xffffffff);
  const pmax = integerParameter(query, 'pmax', 0, 0xffffffff);
  const [gt, lt, st] = [decimalParameter(query, 'gt'), decimalParameter(query, 'lt'), decimalParameter(query, 'st')];
  if (pmin !== undefined && pmax !== undefined && !(pmin > 0 && pmax >= pmin)) throw invalidParameter('pmax');
  if ((gt ?? lt ?? st) !== undefined && path.resourceId === undefined) throw missingParameter('res_id');
  if (st !== undefined && st < 0) throw invalidParameter('st');
  // LwM2M 1.0 §5.1.2: the thresholds must leave room for two steps between them.
  if (gt !== undefined && lt !== undefined && !(lt < gt && lt + 2 * (st ?? 0) < gt)) throw invalidParameter('lt');
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
  if (textParameter(query, 'cancel') === 'true') {
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
  const device = context.registry.byImei(required(textParameter(query, 'imei'), 'imei'));
  const objectId = integerParameter(query, 'obj_id', 0, MAX_ID);
  const instanceId = integerParameter(query, 'obj_inst_id', 0, MAX_ID);
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
  ['GET /devices/getbyimei', deviceByImei],
  ['POST /devices', createDevice],
]);

/** Calls that carry the device in their path. */
const deviceCalls: ReadonlyMap<string, (deviceId: string) => ApiCall> = new Map([
  ['GET datapoints', datapoints],
  ['GET ', deviceDetails],
  ['DELETE ', deleteDevice],
]);

/** The call of a method and a path, or undefined when the platform has no such call. */
export function findCall(method: string, path: string): ApiCall | undefined {
  const known = calls.get(`${method} ${path}`);
  const [, deviceId, rest = ''] = /^\/devices\/(\d+)(?:\/([^/]+))?$/.exec(path) ?? [];
  return known ?? (deviceId === undefined ? undefined : deviceCalls.get(`${method} ${rest}`)?.(deviceId));
}

/** Methods that a path has calls for. */
export function methodsOf(path: string): string[] {
  return ['GET', 'POST', 'DELETE'].filter((method) => findCall(method, path) !== undefined);
}
