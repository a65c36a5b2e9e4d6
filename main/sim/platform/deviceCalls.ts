import { defined } from '../../../shared/defined.ts';
import { isJsonObject } from '../../../shared/jsonObject.ts';
import type { JsonObject } from '../../../shared/jsonObject.ts';
import { deviceFields } from '../../../shared/platform.ts';
import {
  ApiError,
  bodyOf,
  integerParameter,
  invalidParameter,
  missingParameter,
  required,
  textParameter,
} from './apiParameters.ts';
import type { ApiCall } from './apiParameters.ts';
import { formatPlatformTime, parsePlatformTime } from './datapoints.ts';
import type { Json } from './jsonText.ts';
import { maximumDevices } from './registry.ts';
import type { PlatformDevice, DeviceIdentity, DeviceRegistry } from './registry.ts';

const MAX_DEVICE_IDS = 1000;
const MAX_LIMIT = 6000;

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

/** By `devIds` as the API has it, or by `imei` as the document for the M5310 shows. */
export const status: ApiCall = ({ context: { registry }, query }) => {
  const ids = textParameter(query, 'devIds')?.split(',');
  const imei = textParameter(query, 'imei');
  if (ids === undefined && imei === undefined) throw missingParameter('devIds');
  if (ids !== undefined && ids.length > MAX_DEVICE_IDS) throw invalidParameter('devIds');
  const found = ids?.map((id) => registry.byId(id)) ?? [registry.byImei(imei ?? '')];
  const devices = found.filter(isDefined).map((device) => ({
    id: { numberText: device.id },
    title: device.identity.title,
    online: registry.isOnline(device),
  }));
  return { total_count: devices.length, devices };
};

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const given = textParameter(query, name);
  if (given === undefined) return undefined;
  const atMs = parsePlatformTime(given);
  if (atMs === undefined) throw invalidParameter(name);
  return atMs;
}

/** GET /devices/<id>/datapoints: what the device has reported. */
export const datapoints =
  (deviceId: string): ApiCall =>
  ({ context: { registry }, query }) => {
    const device: PlatformDevice | undefined =
      registry.byId(deviceId) ?? registry.byImei(textParameter(query, 'imei') ?? '');
    if (device === undefined) throw invalidParameter('device_id');
    const streams = textParameter(query, 'datastream_id')?.split(',');
    const startMs = timeOf(query, 'start');
    const endMs = timeOf(query, 'end');
    const limit = integerParameter(query, 'limit', 1, MAX_LIMIT);
    const offset = integerParameter(query, 'cursor', 0, 0xffffffff);
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
  const [entry, ...others] = isJsonObject(info) ? Object.entries(info) : [];
  const [imei, imsi] = entry ?? ['', ''];
  if (typeof title !== 'string') throw invalidParameter('title');
  if (protocol !== 'LWM2M' && protocol !== 'LwM2M') throw invalidParameter('protocol');
  if (others.length > 0 || !deviceFields.imei.test(imei)) throw invalidParameter('auth_info');
  if (typeof imsi !== 'string' || !deviceFields.imsi.test(imsi)) throw invalidParameter('auth_info');
  const { auth, obsv } = body;
  if (auth !== undefined && !(typeof auth === 'string' && deviceFields.authCode.test(auth)))
    throw invalidParameter('auth');
  return {
    imei,
    imsi,
    title,
    ...defined({ authCode: auth }),
    ...(obsv === false ? { isAutoObserved: false } : {}),
  };
}

/** POST /devices. */
export const createDevice: ApiCall = ({ context, body }) => {
  const identity = identityOf(bodyOf(body));
  if (context.registry.byImei(identity.imei)) throw invalidParameter('auth_info is taken');
  const device = context.registry.create(identity);
  // 5006 is OneNET's number for a limit of its own (onenet-http, error numbers).
  if (device === undefined) throw new ApiError(5006, `device limit reached: ${maximumDevices} devices`);
  return { device_id: device.id };
};

/** What the platform knows of a device. */
function details(device: PlatformDevice, registry: DeviceRegistry): Json {
  const { imei, imsi, title, isAutoObserved } = device.identity;
  return {
    id: device.id,
    title,
    protocol: 'LWM2M',
    auth_info: { [imei]: imsi },
    online: registry.isOnline(device),
    obsv: isAutoObserved !== false,
    create_time: formatPlatformTime(device.createdMs).slice(0, 'YYYY-MM-DD hh:mm:ss'.length),
  };
}

/** GET /devices/<id>. */
export const deviceDetails =
  (deviceId: string): ApiCall =>
  ({ context: { registry } }) => {
    const device = registry.byId(deviceId);
    if (device === undefined) throw invalidParameter('device_id');
    return details(device, registry);
  };

/** GET /devices/getbyimei. */
export const deviceByImei: ApiCall = ({ context: { registry }, query }) => {
  const device = registry.byImei(required(textParameter(query, 'imei'), 'imei'));
  if (device === undefined) throw invalidParameter('imei');
  return details(device, registry);
};

/** DELETE /devices/<id>: the device is told, and gone. */
export const deleteDevice =
  (deviceId: string): ApiCall =>
  async ({ context: { registry, server } }) => {
    const device = registry.byId(deviceId);
    if (device === undefined) throw invalidParameter('device_id');
    await server.remove(device);
    return undefined;
  };
