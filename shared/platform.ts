import type { Fault } from './errors.ts';
import { readHostPort, writeHostPort } from './hostPort.ts';
import { MAX_ID, notificationAttributes, parsePath, treePath } from './lwm2m.ts';
import { list, object, optional, text, truth, variant, whole, word } from './schema.ts';
import type { TextSchema, ValueOf } from './schema.ts';

/** Whose platform is asked: the simulated one of the virtual module, or a host on the network. */
export const platformModes = ['simulated', 'host'] as const;
export type PlatformMode = (typeof platformModes)[number];

/** Where OneNET's API is reached unless a person says otherwise. */
export const defaultPlatformHost = 'https://api.heclouds.com';

/** OneNET waits this long for the device when a call does not say, in seconds; callers may choose 5–40. */
export const defaultPlatformTimeoutSeconds = 25;
export const platformTimeoutRange = whole(5, 40);

const matching = (pattern: RegExp, must: string, example: string, counterexample: string): TextSchema =>
  text(100, { must, holds: (value) => pattern.test(value), example, counterexample });

/** What OneNET takes for the numbers of a new device (onenet-http, POST /devices): an IMEI, or four digits in its place. */
export const deviceFields = {
  imei: /^(?:\d{15}|\d{4})$/,
  imsi: /^[1-9]\d{0,14}$/,
  authCode: /^[A-Za-z0-9]{1,16}$/,
} as const;

/** A write or an execute carries at most this much (onenet-http, §2). */
const MAX_CONTENT = 2048;
const deviceId = matching(/^[A-Za-z0-9_-]{1,64}$/, 'must be an id of the platform', '501234567', '../5');
/** `2026-01-10T08:00:35`, Beijing time, as the platform keeps it. */
const platformTime = matching(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
  'must be a time such as 2026-01-10T08:00:35',
  '2026-01-10T08:00:35',
  'yesterday',
);
const onPath = object({ path: treePath });
const withAttributes = object({ path: treePath, attributes: notificationAttributes });

/** The calls of the API that the tool makes, as a person means them. Paths are `/3303`, `/3303/0`, `/3303/0/5700`. */
export const platformOperation = variant('kind', {
  // The first seven reach the device, the others are answered by the platform alone.
  read: onPath,
  write: object({
    /** The instance; what is written stands in `values`. */
    path: treePath,
    /** Replace leaves out what is not named, update changes only what is named. */
    mode: word(['replace', 'update']),
    values: list(object({ resourceId: whole(0, MAX_ID), value: text(MAX_CONTENT * 2) }), 100),
  }),
  execute: object({ path: treePath, args: text(MAX_CONTENT) }),
  /** Write-Attributes with at least one attribute; OneNET has one call for it and Observe, and does both. */
  writeAttributes: withAttributes,
  /** Write-Attributes where there are some, then Observe. */
  observe: withAttributes,
  cancel: onPath,
  /** Asks the device now; `resources` asks what the platform remembers of it. */
  discover: onPath,
  resources: onPath,
  /** The platform's own id of the module at hand, by its IMEI. */
  findDevice: object({}),
  /** By device id where it is known, else by IMEI as the document shows. */
  status: object({ deviceId: optional(deviceId) }),
  datapoints: object({
    deviceId,
    /** Resources; empty means every stream. */
    paths: list(treePath, 100),
    start: optional(platformTime),
    end: optional(platformTime),
    limit: optional(whole(1, 6000)),
  }),
  createDevice: object({
    title: text(64),
    imei: matching(deviceFields.imei, 'must be an IMEI, or four digits', '869334030000010', '12'),
    imsi: matching(deviceFields.imsi, 'must be an IMSI', '460040000000010', '046'),
    authCode: optional(matching(deviceFields.authCode, 'must be letters and digits', 'a1', '!')),
    /** Whether the platform observes every instance of its own accord. */
    isObserved: truth,
  }),
});
export type PlatformOperation = ValueOf<typeof platformOperation>;
export type PlatformOperationKind = PlatformOperation['kind'];
/** One operation of a kind. */
export type PlatformOperationOf<K extends PlatformOperationKind> = Extract<PlatformOperation, { readonly kind: K }>;

/** Operations with attributes. */
export type AttributeOperation = PlatformOperationOf<'writeAttributes' | 'observe'>;

/** Every kind. */
export const platformOperationKinds = Object.keys(platformOperation.cases) as readonly PlatformOperationKind[];

/** What the screen asks for. */
export const platformAsk = object({
  mode: word(platformModes),
  operation: platformOperation,
  /** How long the platform waits for the device. */
  timeoutSeconds: optional(platformTimeoutRange),
});
export type PlatformAsk = ValueOf<typeof platformAsk>;

/** One call with its answer. Carries no key, neither in its address nor in its text. */
export interface PlatformCall {
  readonly id: string;
  readonly mode: PlatformMode;
  readonly operation: PlatformOperation;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly requestBody?: string;
  /** The same call for a command line, with a placeholder for the key. */
  readonly curl: string;
  /** Wall clock. */
  readonly startedMs: number;
  readonly durationMs?: number;
  readonly status: 'waiting' | 'done' | 'failed';
  readonly httpStatus?: number;
  readonly errno?: number;
  /** The answer as text, at most 64 KB of it. */
  readonly body?: string;
  /** Length of the whole answer where the text was cut. */
  readonly cutFromBytes?: number;
  /** Requests at the module that this call caused, by their ids. */
  readonly requestIds: readonly string[];
  readonly fault?: Fault;
}

/** What the screen may know beside the settings. The key itself never leaves main. */
export interface PlatformState {
  /** A key for the chosen host is there. */
  readonly hasKey: boolean;
  /** It lies in the operating system's key store and is there again after a restart. */
  readonly isKeyKept: boolean;
  /** Device id as the platform last told it, by target. */
  readonly deviceIds: { readonly [M in PlatformMode]?: string };
}

/** What the member `data` of an answer to `status` says of the one device asked about; undefined when it says nothing. */
export function onlineIn(data: unknown): boolean | undefined {
  const { devices } = (data ?? {}) as { readonly devices?: unknown };
  const [device] = Array.isArray(devices) ? (devices as readonly unknown[]) : [];
  const { online } = (device ?? {}) as { readonly online?: unknown };
  return typeof online === 'boolean' ? online : undefined;
}

/** An address of a platform, taken apart. */
export interface PlatformHost {
  /** `https://api.heclouds.com`, lower case, no slash at the end. */
  readonly origin: string;
  readonly isLoopback: boolean;
  /** The key would be readable to everyone on the way. */
  readonly isOpen: boolean;
}

const MAX_HOST_LENGTH = 253;

const hostName = /^(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|[0-9a-f:]{2,39})$/;

/** Reads `https://host` or `http://host:port`; undefined when it is anything else, user names and paths included. */
export function parsePlatformHost(text: string): PlatformHost | undefined {
  const [, scheme, rest = ''] = /^(https?):\/\/(.+?)\/?$/.exec(text.trim().toLowerCase()) ?? [];
  const place = readHostPort(rest);
  if (place === undefined || place.port === 0) return undefined;
  const { host } = place;
  if (host.length > MAX_HOST_LENGTH || !hostName.test(host)) return undefined;
  const isLoopback = host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
  return { origin: `${scheme}://${writeHostPort(place)}`, isLoopback, isOpen: scheme === 'http' && !isLoopback };
}

/** Which rule attributes break: of the API, or that there must be some to be written. */
export type AttributeProblem = 'none' | 'period' | 'pmaxBelowPmin' | 'needsResource' | 'step' | 'order';

/**
 * Which rule the attributes of an operation break, undefined when they may be sent; as OneNET checks (onenet-http, POST /nbiot/observe; LwM2M 1.0 §5.1.2): whole seconds; both periods
 * above zero and pmax ≥ pmin when both are given; thresholds of resources only; lt < gt with room for two steps between.
 */
export function attributeProblem({ kind, path, attributes }: AttributeOperation): AttributeProblem | undefined {
  if (kind === 'writeAttributes' && Object.keys(attributes).length === 0) return 'none';
  const { pmin, pmax, gt, lt, st } = attributes;
  for (const period of [pmin, pmax]) {
    if (period !== undefined && !(Number.isInteger(period) && period >= 0 && period <= 0xffffffff)) return 'period';
  }
  if (pmin !== undefined && pmax !== undefined) {
    if (pmin === 0 || pmax === 0) return 'period';
    if (pmax < pmin) return 'pmaxBelowPmin';
  }
  const hasThreshold = gt !== undefined || lt !== undefined || st !== undefined;
  if (hasThreshold && parsePath(path)?.resourceId === undefined) return 'needsResource';
  if (st !== undefined && st < 0) return 'step';
  if (gt !== undefined && lt !== undefined && !(lt < gt && lt + 2 * (st ?? 0) < gt)) return 'order';
  return undefined;
}
