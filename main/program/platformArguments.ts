import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import { deviceFields, platformModes, platformOperationKinds, platformTimeoutRange } from '../../shared/platform.ts';
import type { PlatformAsk, PlatformOperation, PlatformOperationKind } from '../../shared/platform.ts';
import { record, text, truth, whole, word } from './arguments.ts';

/** A write or an execute carries at most this much (onenet-http, §2). */
const MAX_CONTENT = 2048;
const MAX_VALUES = 100;
const MAX_ID = 65535;
const MAX_LIMIT = 6000;

type Fields = Readonly<Record<string, unknown>>;

const bad = (name: string): CodedError => new CodedError('BAD_ARGUMENT', `${name} has no such value`, name);

function path(value: unknown): string {
  const given = text(value, 'path', 20);
  if (!parsePath(given)) throw new CodedError('LWM2M_BAD_PATH', 'Not a path of the object tree', given);
  return given;
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > MAX_VALUES) throw bad(name);
  return value;
}

function matching(value: unknown, name: string, pattern: RegExp): string {
  const given = text(value, name, 100);
  if (!pattern.test(given)) throw bad(name);
  return given;
}

const ifGiven = <K extends string, T>(name: K, value: unknown, read: (value: unknown) => T): { [N in K]?: T } =>
  value === undefined ? {} : ({ [name]: read(value) } as { [N in K]?: T });

const attributeNames = ['pmin', 'pmax', 'gt', 'lt', 'st'] as const;

function attributesOf(value: unknown): NotificationAttributes {
  const given = record(value, attributeNames);
  for (const name of attributeNames) {
    if (given[name] !== undefined && !Number.isFinite(given[name])) throw bad(name);
  }
  return given;
}

const deviceId = (value: unknown): string => matching(value, 'deviceId', /^[A-Za-z0-9_-]{1,64}$/);
const time = (name: string) => (value: unknown) => matching(value, name, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);

const withAttributes = (of: Fields) => ({ path: path(of['path']), attributes: attributesOf(of['attributes']) });

/** The fields of each kind beside `kind`, and how they are read. */
const readers: { readonly [K in PlatformOperationKind]: readonly [names: readonly string[], (of: Fields) => unknown] } =
  {
    read: [['path'], (of) => ({ path: path(of['path']) })],
    cancel: [['path'], (of) => ({ path: path(of['path']) })],
    discover: [['path'], (of) => ({ path: path(of['path']) })],
    resources: [['path'], (of) => ({ path: path(of['path']) })],
    execute: [['path', 'args'], (of) => ({ path: path(of['path']), args: text(of['args'], 'args', MAX_CONTENT) })],
    writeAttributes: [['path', 'attributes'], withAttributes],
    observe: [['path', 'attributes'], withAttributes],
    write: [
      ['path', 'mode', 'values'],
      (of) => ({
        path: path(of['path']),
        mode: word(of['mode'], 'mode', ['replace', 'update']),
        values: list(of['values'], 'values').map((entry) => {
          const { resourceId, value } = record(entry, ['resourceId', 'value']);
          return {
            resourceId: whole(resourceId, 'resourceId', 0, MAX_ID),
            value: text(value, 'value', MAX_CONTENT * 2),
          };
        }),
      }),
    ],
    findDevice: [[], () => ({})],
    status: [['deviceId'], (of) => ifGiven('deviceId', of['deviceId'], deviceId)],
    datapoints: [
      ['deviceId', 'paths', 'start', 'end', 'limit'],
      (of) => ({
        deviceId: deviceId(of['deviceId']),
        paths: list(of['paths'], 'paths').map(path),
        ...ifGiven('start', of['start'], time('start')),
        ...ifGiven('end', of['end'], time('end')),
        ...ifGiven('limit', of['limit'], (value) => whole(value, 'limit', 1, MAX_LIMIT)),
      }),
    ],
    createDevice: [
      ['title', 'imei', 'imsi', 'authCode', 'isObserved'],
      (of) => ({
        title: text(of['title'], 'title', 64),
        imei: matching(of['imei'], 'imei', deviceFields.imei),
        imsi: matching(of['imsi'], 'imsi', deviceFields.imsi),
        ...ifGiven('authCode', of['authCode'], (value) => matching(value, 'authCode', deviceFields.authCode)),
        isObserved: truth(of['isObserved'], 'isObserved'),
      }),
    ],
  };

/** Checks what the screen asks of the platform. @throws CodedError `BAD_ARGUMENT`, `LWM2M_BAD_PATH`. */
export function platformAskOf(value: unknown): PlatformAsk {
  const { mode, operation, timeoutSeconds } = record(value, ['mode', 'operation', 'timeoutSeconds']);
  const given = record(operation, Object.keys(Object(operation) as object));
  const kind = word(given['kind'], 'kind', platformOperationKinds);
  const [names, read] = readers[kind];
  const fields = record(given, ['kind', ...names]);
  const { min, max } = platformTimeoutRange;
  return {
    mode: word(mode, 'mode', platformModes),
    operation: { kind, ...(read(fields) as object) } as PlatformOperation,
    ...ifGiven('timeoutSeconds', timeoutSeconds, (seconds) => whole(seconds, 'timeoutSeconds', min, max)),
  };
}
