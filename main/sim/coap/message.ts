import type { CoapOption } from './options.ts';

/** Message types of RFC 7252 §4: confirmable, non-confirmable, acknowledgement, reset. */
export type CoapType = 'CON' | 'NON' | 'ACK' | 'RST';

/** A CoAP message. Decoded ones have their options in ascending order; for encoding any order will do. */
export interface CoapMessage {
  readonly type: CoapType;
  /** `class.detail` with two digits: `0.01` GET, `0.02` POST, `2.05` Content; `0.00` is the empty message. */
  readonly code: string;
  /** 0–65535. */
  readonly messageId: number;
  /** 0–8 bytes. */
  readonly token: Uint8Array;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

/** Method codes by name. */
export const methods = { get: '0.01', post: '0.02', put: '0.03', delete: '0.04' } as const;

/** Code of the empty message: a bare acknowledgement, a reset, or a ping. */
export const EMPTY_CODE = '0.00';

/** What can be wrong with a datagram; `version` asks for silence (RFC 7252 §3), the others may be reset. */
export type CoapFormatReason = 'short' | 'version' | 'token' | 'code' | 'option' | 'payload' | 'empty';

/** Bytes that are no CoAP message, or a message that cannot be put into bytes. */
export class CoapFormatError extends Error {
  readonly reason: CoapFormatReason;
  /** Type and id, when the header could be read: enough to reject a malformed confirmable message (§4.2). */
  readonly header: { readonly type: CoapType; readonly messageId: number } | undefined;

  constructor(reason: CoapFormatReason, message: string, header?: { type: CoapType; messageId: number }) {
    super(message);
    this.name = 'CoapFormatError';
    this.reason = reason;
    this.header = header;
  }
}

const types: readonly CoapType[] = ['CON', 'NON', 'ACK', 'RST'];
const VERSION = 1;
const HEADER_LENGTH = 4;
const MAX_TOKEN_LENGTH = 8;
const MAX_OPTION_NUMBER = 65535;
const PAYLOAD_MARKER = 0xff;
/** Class 0 is a method, 2 success, 4 client error, 5 server error; 1, 3, 6 and 7 are reserved (§3). */
const codeClasses = new Set([0, 2, 4, 5]);

/** True for a method code (0.01–0.31). */
export function isRequestCode(code: string): boolean {
  return code.startsWith('0.') && code !== EMPTY_CODE;
}

/** True for a response code (2.xx, 4.xx, 5.xx). */
export function isResponseCode(code: string): boolean {
  return !code.startsWith('0.');
}

/** An empty message: ACK or RST for a message id, or — as CON — a ping. */
export function emptyMessage(type: CoapType, messageId: number): CoapMessage {
  return { type, code: EMPTY_CODE, messageId, token: new Uint8Array(), options: [], payload: new Uint8Array() };
}

function encodeCode(code: string): number {
  const match = /^([0-7])\.(\d\d)$/.exec(code);
  const codeClass = Number(match?.[1]);
  const detail = Number(match?.[2]);
  if (!codeClasses.has(codeClass) || !(detail <= 31)) throw new CoapFormatError('code', `No CoAP code: ${code}`);
  return codeClass * 32 + detail;
}

/** Nibble and extension bytes of an option delta or length (§3.1). */
function encodeNibble(value: number): { nibble: number; extension: number[] } {
  if (value < 13) return { nibble: value, extension: [] };
  if (value < 269) return { nibble: 13, extension: [value - 13] };
  return { nibble: 14, extension: [(value - 269) >> 8, (value - 269) & 0xff] };
}

function encodeOptions(options: readonly CoapOption[]): Uint8Array[] {
  let previous = 0;
  // The sort is stable: repeated options stay in the order given, which is their meaning (path segments).
  return options
    .toSorted((one, other) => one.number - other.number)
    .flatMap(({ number, value }) => {
      if (!Number.isInteger(number) || number < 0 || number > MAX_OPTION_NUMBER || value.length > MAX_OPTION_NUMBER) {
        throw new CoapFormatError('option', `Option ${number} with ${value.length} bytes cannot be encoded`);
      }
      const delta = encodeNibble(number - previous);
      const length = encodeNibble(value.length);
      previous = number;
      return [Uint8Array.of(delta.nibble * 16 + length.nibble, ...delta.extension, ...length.extension), value];
    });
}

/** Puts a message into bytes (RFC 7252 §3). Throws {@link CoapFormatError} when it cannot be expressed. */
export function encodeMessage(message: CoapMessage): Uint8Array {
  const { code, token, options, payload } = message;
  if (code === EMPTY_CODE && (token.length > 0 || options.length > 0 || payload.length > 0)) {
    throw new CoapFormatError('empty', 'An empty message carries nothing');
  }
  return encodeFrame(message);
}

/** As {@link encodeMessage}, but for the rule that an empty message is empty, which real cores break. */
export function encodeFrame(message: CoapMessage): Uint8Array {
  const { token, payload, messageId } = message;
  if (token.length > MAX_TOKEN_LENGTH) throw new CoapFormatError('token', `Token of ${token.length} bytes`);
  if (!Number.isInteger(messageId) || messageId < 0 || messageId > 0xffff) {
    throw new CoapFormatError('short', `Message id ${messageId} is not 16 bits`);
  }
  const code = encodeCode(message.code);
  const firstByte = VERSION * 64 + types.indexOf(message.type) * 16 + token.length;
  const parts = [
    Uint8Array.of(firstByte, code, messageId >> 8, messageId & 0xff),
    token,
    ...encodeOptions(message.options),
    ...(payload.length > 0 ? [Uint8Array.of(PAYLOAD_MARKER), payload] : []),
  ];
  return concatBytes(parts);
}

/** Joins byte arrays. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Reads the options and the payload that follow the token. */
function decodeBody(bytes: Uint8Array, start: number): { options: CoapOption[]; payload: Uint8Array } {
  const options: CoapOption[] = [];
  let number = 0;
  let offset = start;

  const take = (count: number): Uint8Array => {
    if (offset + count > bytes.length) throw new CoapFormatError('option', 'Option runs past the end');
    offset += count;
    return bytes.slice(offset - count, offset);
  };
  const extended = (nibble: number): number => {
    if (nibble === 15) throw new CoapFormatError('option', 'Option delta or length 15 is reserved');
    if (nibble < 13) return nibble;
    const [high = 0, low = 0] = take(nibble - 12);
    return nibble === 13 ? high + 13 : high * 256 + low + 269;
  };

  while (offset < bytes.length) {
    const head = bytes[offset] ?? 0;
    offset += 1;
    if (head === PAYLOAD_MARKER) {
      if (offset === bytes.length) throw new CoapFormatError('payload', 'Payload marker without payload');
      return { options, payload: bytes.slice(offset) };
    }
    number += extended(head >> 4);
    const value = take(extended(head & 0x0f));
    if (number > MAX_OPTION_NUMBER) throw new CoapFormatError('option', `Option number ${number} is too large`);
    options.push({ number, value });
  }
  return { options, payload: new Uint8Array() };
}

/**
 * Reads a datagram (RFC 7252 §3). Throws {@link CoapFormatError}, and nothing else, on what is not well-formed: wrong
 * version, token length 9–15, reserved code class, truncated or overlong options, a payload marker without payload,
 * and an empty message that is not empty.
 */
export function decodeMessage(datagram: Uint8Array): CoapMessage {
  // A copy: what came in a Buffer must not leave as one, since Buffer.slice shares its memory.
  const bytes = Uint8Array.from(datagram);
  const [first, code, idHigh, idLow] = bytes;
  if (first === undefined || code === undefined || idHigh === undefined || idLow === undefined) {
    throw new CoapFormatError('short', `${bytes.length} bytes are less than a header`);
  }
  if (first >> 6 !== VERSION) throw new CoapFormatError('version', `CoAP version ${first >> 6}`);
  const type = types[(first >> 4) & 3] ?? 'CON';
  const messageId = idHigh * 256 + idLow;
  const tokenLength = first & 0x0f;
  const fail = (reason: CoapFormatReason, message: string): never => {
    throw new CoapFormatError(reason, message, { type, messageId });
  };

  if (tokenLength > MAX_TOKEN_LENGTH) fail('token', `Token length ${tokenLength} is reserved`);
  if (!codeClasses.has(code >> 5)) fail('code', `Code class ${code >> 5} is reserved`);
  if (code === 0 && bytes.length > HEADER_LENGTH) fail('empty', 'Bytes after an empty message');
  const bodyStart = HEADER_LENGTH + tokenLength;
  if (bytes.length < bodyStart) fail('token', 'Token runs past the end');

  try {
    return {
      type,
      code: `${code >> 5}.${String(code & 31).padStart(2, '0')}`,
      messageId,
      token: bytes.slice(HEADER_LENGTH, bodyStart),
      ...decodeBody(bytes, bodyStart),
    };
  } catch (error) {
    // The body reader does not know the header; whoever has to reject the message needs it.
    if (error instanceof CoapFormatError) return fail(error.reason, error.message);
    throw error;
  }
}
