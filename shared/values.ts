import { MAX_ID } from './lwm2m.ts';
import type { Lwm2mPath, ResourceType, ResourceValue } from './lwm2m.ts';

/**
 * The one rule for values: what a resource of each type may hold, how many bytes of it a line counts, and what may leave.
 * Used where a value is typed, stored, driven, read from a device model, and sent.
 */

/** The OneNET document, notes of 3.5: a CoAP message of the M5310 stays under 512 bytes, which leaves 480 for data. */
export const MAX_PAYLOAD_BYTES = 480;

/** The rule a text breaks. `outOfRange`: well-formed, and too large for the type. */
export type ValueRule = 'noValue' | 'empty' | 'wrongType' | 'outOfRange' | 'tooLong';

/** A value with the bytes its line counts; or the rule that is broken, in English, and the bytes where there are too many. */
export type ValueCheck =
  | { readonly ok: true; readonly value: ResourceValue; readonly bytes: number }
  | { readonly ok: false; readonly rule: ValueRule; readonly message: string; readonly bytes?: number };

/** A value of a message with its place. */
export interface PlacedValue {
  readonly instanceId: number;
  readonly resourceId: number;
  readonly type: ResourceType;
  /** As {@link checkValue} gave it back. */
  readonly value: ResourceValue;
}

const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 63n - 1n;
const beyondAscii = /[^\u0000-\u007f]/;

const broken = (rule: ValueRule, message: string): ValueCheck => ({ ok: false, rule, message });

/** Bytes of a text in UTF-8; a lone half of a surrogate pair counts as the replacement character it would become. */
export function utf8Length(text: string): number {
  if (!beyondAscii.test(text)) return text.length;
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) length += 1;
    else if (code < 0x800) length += 2;
    else length += code < 0x10000 ? 3 : 4;
  }
  return length;
}

/**
 * Brings a text into the lexical form of its type, see {@link ResourceValue}: integers and times without leading zeros
 * and plus, floats as typed, booleans `0`/`1`, opaque as upper-case hex. Blanks around it are dropped, except in strings,
 * which may hold anything. LwM2M 1.0 Appendix C.
 */
export function checkValue(type: ResourceType, text: string): ValueCheck {
  switch (type) {
    case 'string':
      return held(type, text);
    case 'none':
      return broken('noValue', 'an executable resource has no value');
    case 'opaque':
      return checkOpaque(text.trim());
    default:
      return text.trim() === '' ? broken('empty', 'a value is expected') : checkers[type](text.trim());
  }
}

/**
 * Checks a value that is to leave: {@link checkValue}, and no more bytes than the module carries. Text may hold control
 * characters; what no command line takes goes in hex.
 */
export function checkOutgoing(type: ResourceType, text: string): ValueCheck {
  const checked = checkValue(type, text);
  return checked.ok && checked.bytes > MAX_PAYLOAD_BYTES ? tooLong(checked.bytes) : checked;
}

/**
 * The bytes a value takes, as MIPL counts them: string and object link the octets of the text in UTF-8 (for ASCII the
 * characters), opaque its bytes, integer and time 4 or, beyond 32 bits, 8, float 4 or 8 where single precision would
 * not give all digits back, boolean 1. The value is one that {@link checkValue} gave back.
 */
export function byteLengthOf(type: ResourceType, value: ResourceValue): number {
  switch (type) {
    case 'string':
    case 'objlnk':
      return utf8Length(value);
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

/**
 * Bytes of the data part that the module makes of these values for `path`, what was read or is observed. One resource
 * goes as text, or as its bytes where it is opaque, without any head (cis-on-the-wire: text/plain always). All else goes
 * as TLV (LwM2M 1.0 §6.4.3), resources with the widths MIPL announces, below their object instances. Modules with the CIS
 * core wrap one instance too, which is counted, so the figure may be 3 bytes above the truth and never below it.
 */
export function payloadBytes(path: Lwm2mPath, values: readonly PlacedValue[]): number {
  if (path.resourceId !== undefined) {
    return values.reduce((total, { type, value }) => total + byteLengthOf(type, value), 0);
  }
  const ofInstance = new Map<number, number>();
  for (const { instanceId, resourceId, type, value } of values) {
    const size = entrySize(resourceId, byteLengthOf(type, value));
    ofInstance.set(instanceId, (ofInstance.get(instanceId) ?? 0) + size);
  }
  let total = 0;
  for (const [instanceId, size] of ofInstance) total += entrySize(instanceId, size);
  return total;
}

/** The refusal of that many bytes. */
export function tooLong(bytes: number): ValueCheck & { readonly ok: false } {
  return { ok: false, rule: 'tooLong', message: `${bytes} bytes, the module takes ${MAX_PAYLOAD_BYTES}`, bytes };
}

/** Type byte, identifier of one or two bytes, length of none to three bytes (LwM2M 1.0 §6.4.3). */
function entrySize(id: number, length: number): number {
  const idBytes = id > 0xff ? 2 : 1;
  return 1 + idBytes + lengthBytes(length) + length;
}

function lengthBytes(length: number): number {
  if (length < 8) return 0;
  if (length <= 0xff) return 1;
  return length <= 0xffff ? 2 : 3;
}

function held(type: ResourceType, value: ResourceValue): ValueCheck {
  return { ok: true, value, bytes: byteLengthOf(type, value) };
}

function checkOpaque(text: string): ValueCheck {
  return /^(?:[0-9A-Fa-f]{2})*$/.test(text)
    ? held('opaque', text.toUpperCase())
    : broken('wrongType', 'an even number of hex digits is expected');
}

const checkers: Readonly<Record<Exclude<ResourceType, 'string' | 'none' | 'opaque'>, (text: string) => ValueCheck>> = {
  integer: (text) => checkInteger('integer', text),
  time: (text) => checkInteger('time', text),
  float: checkFloat,
  boolean: checkBoolean,
  objlnk: checkObjectLink,
};

function checkInteger(type: 'integer' | 'time', text: string): ValueCheck {
  if (!/^[+-]?\d+$/.test(text)) return broken('wrongType', 'a whole decimal number is expected');
  // More digits than any 64-bit number: refuse before BigInt spends time on them.
  const value = text.length > 40 ? undefined : BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value === undefined || value < INTEGER_MIN || value > INTEGER_MAX) return broken('outOfRange', 'outside 64 bits');
  return held(type, value.toString());
}

function checkFloat(text: string): ValueCheck {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    return broken('wrongType', 'a decimal number is expected');
  }
  if (!Number.isFinite(Number(text))) return broken('outOfRange', 'outside double precision');
  // The line carries the digits as they stand, whatever width it announces.
  return text.length > MAX_PAYLOAD_BYTES ? tooLong(text.length) : held('float', text);
}

function checkBoolean(text: string): ValueCheck {
  switch (text.toLowerCase()) {
    case '1':
    case 'true':
      return held('boolean', '1');
    case '0':
    case 'false':
      return held('boolean', '0');
    default:
      return broken('wrongType', '0, 1, true or false is expected');
  }
}

function checkObjectLink(text: string): ValueCheck {
  const match = /^(\d+):(\d+)$/.exec(text);
  if (!match) return broken('wrongType', 'two ids with a colon between are expected');
  const ids = [Number(match[1]), Number(match[2])];
  if (ids.some((id) => id > MAX_ID)) return broken('outOfRange', 'ids are 0 to 65535');
  return held('objlnk', ids.join(':'));
}
