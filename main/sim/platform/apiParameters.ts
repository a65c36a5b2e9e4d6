import { isShallowJson } from '../../../shared/jsonDepth.ts';
import { isJsonObject } from '../../../shared/jsonObject.ts';
import type { JsonObject } from '../../../shared/jsonObject.ts';
import { parseWithExactNumbers } from './exactNumber.ts';
import type { Json } from './jsonText.ts';
import type { Lwm2mServer } from './lwm2mServer.ts';
import type { DeviceRegistry } from './registry.ts';
import type { TypeOf } from './values.ts';

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
  /** Longest content of a write or an execute, in bytes. */
  readonly maximumContentBytes: number;
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

/** A parameter that is not there. */
export const missingParameter = (name: string): ApiError => new ApiError(3, `parameter missing: ${name}`);
/** A parameter that cannot be. */
export const invalidParameter = (name: string): ApiError => new ApiError(5108, `invalid parameter: ${name}`);

/** An empty parameter is an absent one: the document writes `&devIds=`. One that stands twice says nothing for certain. */
export function textParameter(query: URLSearchParams, name: string): string | undefined {
  const [first, second] = query.getAll(name);
  if (second !== undefined) throw invalidParameter(`${name} stands twice`);
  return first || undefined;
}

/** A whole number; undefined when it is absent. */
export function integerParameter(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const given = textParameter(query, name);
  if (given === undefined) return undefined;
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  if (!(value >= least && value <= most)) throw invalidParameter(name);
  return value;
}

/** A decimal number; undefined when it is absent. */
export function decimalParameter(query: URLSearchParams, name: string): number | undefined {
  const given = textParameter(query, name);
  if (given === undefined) return undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(given) ? Number(given) : NaN;
  if (!Number.isFinite(value)) throw invalidParameter(name);
  return value;
}

/** The value, which must be there. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw missingParameter(name);
  return value;
}

/** The body, which must be an object; numbers of members called `exact` as they are written, see {@link parseWithExactNumbers}. */
export function bodyOf(body: string, exact = ''): JsonObject {
  if (!isShallowJson(body)) throw invalidParameter('body');
  let value: unknown;
  try {
    value = parseWithExactNumbers(body, exact);
  } catch {
    throw invalidParameter('body');
  }
  if (!isJsonObject(value)) throw invalidParameter('body');
  return value;
}
