import { CodedError } from '../../shared/errors.ts';
import type { ResourceType, ResourceValue } from '../../shared/lwm2m.ts';

const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 63n - 1n;
const MAX_ID = 65535;
const MAX_INTEGER_BYTES = 8;

function badValue(type: ResourceType, text: string, rule: string): CodedError {
  // A value may be a firmware image: the detail is for a message, not for keeping.
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new CodedError('LWM2M_BAD_VALUE', `Not a value of type ${type}: ${rule}`, shown);
}

function checkInteger(type: ResourceType, text: string): ResourceValue {
  // More digits than any 64-bit number: refuse before BigInt spends time on them.
  if (!/^[+-]?\d{1,40}$/.test(text)) throw badValue(type, text, 'a whole decimal number is expected');
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value < INTEGER_MIN || value > INTEGER_MAX) throw badValue(type, text, 'outside 64 bits');
  return value.toString();
}

function checkFloat(text: string): ResourceValue {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text))
    throw badValue('float', text, 'a decimal number is expected');
  if (!Number.isFinite(Number(text))) throw badValue('float', text, 'outside double precision');
  return text;
}

function checkBoolean(text: string): ResourceValue {
  switch (text.toLowerCase()) {
    case '1':
    case 'true':
      return '1';
    case '0':
    case 'false':
      return '0';
    default:
      throw badValue('boolean', text, '0, 1, true or false is expected');
  }
}

function checkOpaque(text: string): ResourceValue {
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(text)) throw badValue('opaque', text, 'an even number of hex digits is expected');
  return text.toUpperCase();
}

function checkObjectLink(text: string): ResourceValue {
  const match = /^(\d{1,5}):(\d{1,5})$/.exec(text);
  const ids = match === null ? [] : [Number(match[1]), Number(match[2])];
  if (ids.length === 0 || ids.some((id) => id > MAX_ID)) {
    throw badValue('objlnk', text, 'two ids from 0 to 65535 with a colon between are expected');
  }
  return ids.join(':');
}

/**
 * Brings a typed value into its lexical form, see {@link ResourceValue}: integers and times without leading zeros,
 * floats as typed, booleans `0`/`1`, opaque as upper-case hex. Blanks around it are dropped, except in strings, which
 * may hold anything. LwM2M 1.0 Appendix C. Throws `LWM2M_BAD_VALUE` with the rule that was broken.
 */
export function checkValue(type: ResourceType, text: string): ResourceValue {
  switch (type) {
    case 'string':
      return text;
    case 'integer':
    case 'time':
      return checkInteger(type, text.trim());
    case 'float':
      return checkFloat(text.trim());
    case 'boolean':
      return checkBoolean(text.trim());
    case 'opaque':
      return checkOpaque(text.trim());
    case 'objlnk':
      return checkObjectLink(text.trim());
    case 'none':
      throw badValue(type, text, 'an executable resource has no value');
  }
}

/**
 * The bytes a value takes, as MIPL counts them: string and object link the octets of the text in UTF-8 (for ASCII the
 * characters), opaque its bytes, integer and time 4 or, beyond 32 bits, 8, float 4 or 8 where single precision would
 * not give all digits back, boolean 1. The value is one that {@link checkValue} returned.
 */
export function byteLengthOf(type: ResourceType, value: ResourceValue): number {
  switch (type) {
    case 'string':
    case 'objlnk':
      return new TextEncoder().encode(value).length;
    case 'opaque':
      return value.length / 2;
    case 'integer':
    case 'time':
      return BigInt.asIntN(32, BigInt(value)) === BigInt(value) ? 4 : 8;
    case 'float':
      return Number(Math.fround(Number(value)).toPrecision(7)) === Number(value) ? 4 : 8;
    case 'boolean':
      return 1;
    case 'none':
      return 0;
  }
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

function integerOf(type: ResourceType, bytes: Uint8Array): bigint {
  if (bytes.length === 0 || bytes.length > MAX_INTEGER_BYTES)
    throw badValue(type, hexOf(bytes), '1 to 8 bytes are expected');
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hexOf(bytes)}`));
}

/** The number with the fewest digits that single precision turns into this one: 20.123 for 20.12299919128418. */
export function shortestFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  // Nine digits tell every float32 apart.
  return Number(value.toPrecision(9));
}

function floatOf(bytes: Uint8Array): ResourceValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length !== 4 && bytes.length !== 8) throw badValue('float', hexOf(bytes), '4 or 8 bytes are expected');
  const value = bytes.length === 4 ? view.getFloat32(0) : view.getFloat64(0);
  if (!Number.isFinite(value)) throw badValue('float', hexOf(bytes), 'not a finite number');
  // String() drops the sign of -0, which is a value of its own.
  if (Object.is(value, -0)) return '-0';
  return String(bytes.length === 4 ? shortestFloat32(value) : value);
}

/**
 * Reads a value the platform wrote in binary: integers and times as signed big-endian of 1–8 bytes (22 arrives as
 * `16`), floats as IEEE 754 of 4 or 8 bytes, strings as UTF-8, object links as two 16-bit ids; LwM2M 1.0 §6.4.3 and
 * Appendix C. Throws `LWM2M_BAD_VALUE`.
 */
export function fromBigEndianBytes(type: ResourceType, bytes: Uint8Array): ResourceValue {
  switch (type) {
    case 'string':
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        throw badValue(type, hexOf(bytes), 'the bytes are not UTF-8');
      }
    case 'integer':
    case 'time':
      return integerOf(type, bytes).toString();
    case 'float':
      return floatOf(bytes);
    case 'boolean':
      return checkBoolean(integerOf(type, bytes).toString());
    case 'opaque':
      return hexOf(bytes);
    case 'objlnk':
      if (bytes.length !== 4) throw badValue(type, hexOf(bytes), '4 bytes are expected');
      return checkObjectLink(
        `${Number(integerOf(type, Uint8Array.of(0, ...bytes.subarray(0, 2))))}:${Number(integerOf(type, Uint8Array.of(0, ...bytes.subarray(2))))}`,
      );
    case 'none':
      throw badValue(type, hexOf(bytes), 'an executable resource has no value');
  }
}

/**
 * Reads a value the platform wrote as text (CoAP text/plain, or a module that prints values instead of bytes). The same
 * as {@link checkValue}, but opaque text that is not hex is taken as base64, its text form in LwM2M 1.0 §6.4.1.
 * Throws `LWM2M_BAD_VALUE`.
 */
export function fromText(type: ResourceType, text: string): ResourceValue {
  if (type === 'opaque' && !/^(?:[0-9A-Fa-f]{2})*$/.test(text)) {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
      throw badValue(type, text, 'neither hex nor base64');
    }
    return hexOf(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  }
  return checkValue(type, text);
}
