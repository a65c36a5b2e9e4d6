import { defined } from '../../shared/defined.ts';
import type { Fault } from '../../shared/errors.ts';
import { isShallowJson, maximumJsonDepth } from '../../shared/jsonDepth.ts';
import { isJsonObject } from '../../shared/jsonObject.ts';

/** An answer of the API, read. */
export interface ReadAnswer {
  readonly errno?: number;
  /** The member `data`; undefined where the envelope has none. */
  readonly data?: unknown;
  /** Absent: it was done. */
  readonly fault?: Fault;
}

/** Names OneNET prints with error number 5106. */
const reasons = [
  'METHOD_NOT_ALLOWED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INTERNAL_SERVER_ERROR',
  'TIME_OUT',
  'REQ_PARAM_ERROR',
  'RESP_ERROR',
  'UNAUTHORIZED',
  'BAD_REQUEST',
  'NOT_ACCEPTABLE',
  'UNSUPPORTED_CONTENT_FORMAT',
  'OFFLINE',
  'ADDR_OCCUPIED',
] as const;

const MAX_TEXT = 300;

function fault(code: Fault['code'], message: string, detail: string): Fault {
  return { code, message: message.slice(0, MAX_TEXT), detail: detail.slice(0, MAX_TEXT) };
}

function refusal(error: string, message: string): Fault {
  const reason = reasons.find((known) => new RegExp(`\\b${known.replaceAll('_', '[_ -]?')}\\b`, 'i').test(error));
  if (reason === 'TIME_OUT') return fault('PLATFORM_TIMEOUT', message, 'TIME_OUT');
  if (reason === 'OFFLINE') return fault('PLATFORM_OFFLINE', message, 'OFFLINE');
  return fault('PLATFORM_REFUSED', message, reason ?? error);
}

/** What an error number means to the one who asked (onenet-http, error numbers). */
function faultOfNumber(errno: number, error: string): Fault | undefined {
  const message = `errno ${errno} ${error}`;
  switch (errno) {
    case 0:
      return undefined;
    case 1:
      return fault('PLATFORM_KEY', message, error);
    case 3:
    case 5108:
      return fault('PLATFORM_BAD_REQUEST', message, error);
    case 2001:
      return fault('PLATFORM_OFFLINE', message, error);
    case 5106:
      return refusal(error, message);
    default:
      return fault('PLATFORM_REFUSED', message, `${errno} ${error}`.trim());
  }
}

/** Names under 5106 that tell of the platform itself: it gave the address to somebody else. */
const ownTroubles: readonly (string | undefined)[] = ['ADDR_OCCUPIED'];

/**
 * Whether an error number tells of the device: 0 that it did what was asked, 2001 says that it is not online, 5106 what it answered. All others are about
 * the call or the platform itself: 1 key, 3 and 5108 parameters, 7 internal error, 5006 a limit of the platform, 5117 its
 * remote calls (OneNET's page of error codes), and what it may still have. `detail` is that of the fault.
 */
export function isAboutDevice(errno: number, detail: string | undefined): boolean {
  return errno === 0 || errno === 2001 || (errno === 5106 && !ownTroubles.includes(detail));
}

function strange(status: number, what: string): Fault {
  // Gateways in front of the platform answer these themselves, with a page.
  if (status === 401 || status === 403) return fault('PLATFORM_KEY', `HTTP ${status}, ${what}`, `HTTP ${status}`);
  if (status === 408 || status === 504) return fault('PLATFORM_TIMEOUT', `HTTP ${status}, ${what}`, `HTTP ${status}`);
  return fault('PLATFORM_ANSWER', `HTTP ${status}, ${what}`, `HTTP ${status}, ${what}`);
}

/** Reads status and text of an answer. Everything in it may be hostile; nothing here throws. */
export function readPlatformAnswer(status: number, text: string): ReadAnswer {
  if (status >= 300 && status < 400) return { fault: strange(status, 'a redirect, not followed') };
  if (!isShallowJson(text)) return { fault: strange(status, `JSON of more than ${maximumJsonDepth} levels`) };
  let envelope: unknown;
  try {
    // Some gateways put a byte order mark before what they send (RFC 8259 §8.1 lets a reader ignore it).
    envelope = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { fault: strange(status, 'no JSON') };
  }
  if (!isJsonObject(envelope)) return { fault: strange(status, 'no JSON object') };
  const { errno, error, data } = envelope;
  if (typeof errno !== 'number' || !Number.isInteger(errno)) return { fault: strange(status, 'no errno') };
  // Whoever answers for a server that failed has not done what was asked.
  if (errno === 0 && status >= 400) return { fault: strange(status, 'errno 0 all the same') };
  const found = faultOfNumber(errno, typeof error === 'string' ? error : '');
  return { errno, ...defined({ data }), ...(found ? { fault: found } : {}) };
}

/** The device id in the data of `devices/status` about one device, of `devices/getbyimei`, or of the creation of a device. */
export function deviceIdIn(data: unknown): string | undefined {
  if (!isJsonObject(data)) return undefined;
  const { devices, device_id: created, id: found } = data;
  const [first, ...others] = Array.isArray(devices) ? (devices as unknown[]) : [];
  const id = isJsonObject(first) && others.length === 0 ? first['id'] : (created ?? found);
  // Printed as a number in places where the documentation has a string.
  return (typeof id === 'string' || typeof id === 'number') && /^[A-Za-z0-9_-]{1,64}$/.test(String(id))
    ? String(id)
    : undefined;
}
