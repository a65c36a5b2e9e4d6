/** One CoAP option as it stands in a message; repeatable options occur several times. */
export interface CoapOption {
  readonly number: number;
  readonly value: Uint8Array;
}

/** Option numbers by name: RFC 7252 §12.2, RFC 7641, RFC 7959, and China Mobile's Auth_Code. */
export const optionNumbers = {
  ifMatch: 1,
  uriHost: 3,
  etag: 4,
  ifNoneMatch: 5,
  observe: 6,
  uriPort: 7,
  locationPath: 8,
  uriPath: 11,
  contentFormat: 12,
  maxAge: 14,
  uriQuery: 15,
  accept: 17,
  locationQuery: 20,
  block2: 23,
  block1: 27,
  size2: 28,
  proxyUri: 35,
  proxyScheme: 39,
  size1: 60,
  /** What a CIS module sends on /bs and /rd when a device has an Auth_Code; odd, hence critical. */
  authCode: 63,
} as const;

/**
 * Content formats of LwM2M 1.0. The drafts, and OneNET's table with them, number text, TLV, JSON and opaque from 1541
 * on; both families occur in the field.
 */
export const contentFormats = {
  text: 0,
  linkFormat: 40,
  opaque: 42,
  draftText: 1541,
  draftTlv: 1542,
  draftJson: 1543,
  draftOpaque: 1544,
  tlv: 11542,
  json: 11543,
} as const;

interface OptionRule {
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly repeatable: boolean;
}

const rule = (minimumLength: number, maximumLength: number, repeatable = false): OptionRule => ({
  minimumLength,
  maximumLength,
  repeatable,
});

/**
 * What we understand, with the lengths the RFCs allow. If-Match, If-None-Match and the proxy options are left out on
 * purpose: we do not act on them, so as critical options they have to be refused.
 */
const rules: ReadonlyMap<number, OptionRule> = new Map([
  [optionNumbers.uriHost, rule(1, 255)],
  [optionNumbers.etag, rule(1, 8, true)],
  [optionNumbers.observe, rule(0, 3)],
  [optionNumbers.uriPort, rule(0, 2)],
  [optionNumbers.locationPath, rule(0, 255, true)],
  [optionNumbers.uriPath, rule(0, 255, true)],
  [optionNumbers.contentFormat, rule(0, 2)],
  [optionNumbers.maxAge, rule(0, 4)],
  [optionNumbers.uriQuery, rule(0, 255, true)],
  [optionNumbers.accept, rule(0, 2)],
  [optionNumbers.locationQuery, rule(0, 255, true)],
  [optionNumbers.block2, rule(0, 3)],
  [optionNumbers.block1, rule(0, 3)],
  [optionNumbers.size2, rule(0, 4)],
  [optionNumbers.size1, rule(0, 4)],
  [optionNumbers.authCode, rule(0, 255)],
]);

/** What carries options: a message, or the outline of one. */
export interface HasOptions {
  readonly options: readonly CoapOption[];
}

const utf8 = new TextEncoder();
const utf8Reader = new TextDecoder();
const strictReader = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a text as CoAP carries it (UTF-8). */
export function encodeText(text: string): Uint8Array {
  return utf8.encode(text);
}

/** Text of bytes; undefined when they are no UTF-8, which text must be (RFC 7252 §5.10.3, LwM2M 1.0 §6.4.1). */
export function strictText(bytes: Uint8Array): string | undefined {
  try {
    return strictReader.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text of bytes; malformed UTF-8 becomes U+FFFD, never an exception. */
export function decodeText(bytes: Uint8Array): string {
  return utf8Reader.decode(bytes);
}

/** An unsigned integer in as few big-endian bytes as it needs, zero in none (RFC 7252 §3.2). Up to 2^53 - 1. */
export function encodeUint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Not an unsigned integer: ${value}`);
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

/** Reads an unsigned integer; leading zeros are allowed (RFC 7252 §3.2). */
export function decodeUint(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** An option with a number as value. */
export function uintOption(number: number, value: number): CoapOption {
  return { number, value: encodeUint(value) };
}

/** An option with text as value. */
export function textOption(number: number, text: string): CoapOption {
  return { number, value: encodeText(text) };
}

const segments = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** Uri-Path options of a path: `/3303/0` gives two. */
export function uriPathOptions(path: string): CoapOption[] {
  return segments(path).map((segment) => textOption(optionNumbers.uriPath, segment));
}

/** Location-Path options of a path, for a 2.01 answer. */
export function locationPathOptions(path: string): CoapOption[] {
  return segments(path).map((segment) => textOption(optionNumbers.locationPath, segment));
}

/** Uri-Query options, one per argument (`lt=3600`). */
export function uriQueryOptions(queries: readonly string[]): CoapOption[] {
  return queries.map((query) => textOption(optionNumbers.uriQuery, query));
}

/** Content-Format option. */
export function contentFormatOption(format: number): CoapOption {
  return uintOption(optionNumbers.contentFormat, format);
}

/** Accept option. */
export function acceptOption(format: number): CoapOption {
  return uintOption(optionNumbers.accept, format);
}

/** Observe option: 0 register and 1 cancel in a request, the sequence number (24 bits) in a notification. */
export function observeOption(value: number): CoapOption {
  return uintOption(optionNumbers.observe, value % 0x1000000);
}

/** All values of one option, in order. */
export function optionValues(message: HasOptions, number: number): Uint8Array[] {
  return message.options.filter((option) => option.number === number).map((option) => option.value);
}

const texts = (message: HasOptions, number: number): string[] => optionValues(message, number).map(decodeText);

/** A number option; undefined when absent or longer than the RFC allows, which means "not understood" (§5.4.3). */
function uint(message: HasOptions, number: number): number | undefined {
  const value = optionValues(message, number)[0];
  if (value === undefined || value.length > (rules.get(number)?.maximumLength ?? 4)) return undefined;
  return decodeUint(value);
}

/** Segments of the request path; `[]` for the root. */
export function uriPath(message: HasOptions): string[] {
  return texts(message, optionNumbers.uriPath);
}

/** Arguments of the request. */
export function uriQuery(message: HasOptions): string[] {
  return texts(message, optionNumbers.uriQuery);
}

/** Segments of the place a 2.01 answer speaks of. */
export function locationPath(message: HasOptions): string[] {
  return texts(message, optionNumbers.locationPath);
}

/** Format of the payload. */
export function contentFormat(message: HasOptions): number | undefined {
  return uint(message, optionNumbers.contentFormat);
}

/** Format the requester wants. */
export function accept(message: HasOptions): number | undefined {
  return uint(message, optionNumbers.accept);
}

/** Observe value: 0 or 1 in a request, a sequence number in a notification. */
export function observe(message: HasOptions): number | undefined {
  return uint(message, optionNumbers.observe);
}

/** Auth_Code as text. */
export function authCode(message: HasOptions): string | undefined {
  return texts(message, optionNumbers.authCode)[0];
}

/** Value of a Block1 or Block2 option (RFC 7959 §2.2). */
export interface BlockOption {
  /** Number of the block, counted in blocks of `size`. */
  readonly number: number;
  /** True when more blocks follow (or, in a request for Block2, always false). */
  readonly more: boolean;
  /** Bytes per block: a power of two, 16–1024. */
  readonly size: number;
}

const RESERVED_EXPONENT = 7;

/** Block option of either kind; throws RangeError when size or number cannot be expressed. */
export function blockOption(kind: 'block1' | 'block2', block: BlockOption): CoapOption {
  const exponent = Math.log2(block.size) - 4;
  if (!Number.isInteger(exponent) || exponent < 0 || exponent >= RESERVED_EXPONENT) {
    throw new RangeError(`Not a block size: ${block.size}`);
  }
  if (block.number < 0 || block.number > 0xfffff) throw new RangeError(`Not a block number: ${block.number}`);
  return uintOption(optionNumbers[kind], block.number * 16 + (block.more ? 8 : 0) + exponent);
}

/** A block option as it stands, with whatever size exponent: 7 is reserved, and real peers send it. */
export interface RawBlock {
  readonly number: number;
  readonly more: boolean;
  /** 0–7; the block has 2^(exponent + 4) bytes. */
  readonly exponent: number;
}

/** A block option of either kind as it stands; undefined when absent or longer than three bytes. */
export function rawBlock(message: HasOptions, kind: 'block1' | 'block2'): RawBlock | undefined {
  const value = uint(message, optionNumbers[kind]);
  if (value === undefined) return undefined;
  return { number: Math.floor(value / 16), more: (value & 8) !== 0, exponent: value % 8 };
}

/** True where a block option of either kind has the reserved size (RFC 7959 §2.2). */
export function hasReservedBlockSize(message: HasOptions): boolean {
  return (['block1', 'block2'] as const).some((kind) => rawBlock(message, kind)?.exponent === RESERVED_EXPONENT);
}

function block(message: HasOptions, kind: 'block1' | 'block2'): BlockOption | undefined {
  const raw = rawBlock(message, kind);
  if (raw === undefined || raw.exponent === RESERVED_EXPONENT) return undefined;
  return { number: raw.number, more: raw.more, size: 2 ** (raw.exponent + 4) };
}

/** Block1 of a message: describes the payload of a request. Undefined when absent or with the reserved size 7. */
export function block1(message: HasOptions): BlockOption | undefined {
  return block(message, 'block1');
}

/** Block2 of a message: describes, or asks for, a piece of a response. Undefined as in {@link block1}. */
export function block2(message: HasOptions): BlockOption | undefined {
  return block(message, 'block2');
}

/** True for options that must be understood (odd numbers, RFC 7252 §5.4.6). */
export function isCritical(number: number): boolean {
  return (number & 1) === 1;
}

/**
 * Numbers of the critical options nobody here understands: unknown ones, known ones with an impossible length (§5.4.3),
 * and repetitions of what may stand only once (§5.4.5). A request with any of them is answered 4.02.
 */
export function unrecognizedCriticalOptions(message: HasOptions): number[] {
  const seen = new Set<number>();
  return message.options.flatMap(({ number, value }) => {
    const known = rules.get(number);
    const fits = known !== undefined && value.length >= known.minimumLength && value.length <= known.maximumLength;
    const repeats = seen.has(number) && known?.repeatable !== true;
    seen.add(number);
    return isCritical(number) && (!fits || repeats) ? [number] : [];
  });
}
