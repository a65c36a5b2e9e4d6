import { CodedError } from '../../shared/errors.ts';
import type { ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { fromBigEndianBytes, shortestFloat32 } from '../lwm2m/values.ts';
import { concatBytes } from './coap/message.ts';
import { rawBytes } from './rawText.ts';

/**
 * One element of the TLV format, LwM2M 1.0 §6.4.3: an object instance holds resources, a multiple resource holds resource
 * instances, the two others hold bytes. CIS modules wrap the answer to an instance read in an object instance; the
 * standard has the resources alone there.
 */
export type TlvEntry =
  | {
      readonly kind: 'objectInstance' | 'multipleResource';
      readonly id: number;
      readonly children: readonly TlvEntry[];
    }
  | { readonly kind: 'resource' | 'resourceInstance'; readonly id: number; readonly value: Uint8Array };

/** Bytes that are no TLV, or an element that cannot be one. */
export class TlvFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TlvFormatError';
  }
}

const kinds = ['objectInstance', 'resourceInstance', 'multipleResource', 'resource'] as const;
type TlvKind = (typeof kinds)[number];

/** What may stand inside what; the outermost level takes everything but resource instances. */
const allowedInside: Record<'top' | 'objectInstance' | 'multipleResource', readonly TlvKind[]> = {
  // A read of one multiple resource may be answered with its instances alone (§6.4.3.2).
  top: kinds,
  objectInstance: ['multipleResource', 'resource'],
  multipleResource: ['resourceInstance'],
};

const MAX_LENGTH = 0xffffff;

/** Of the field that tells the length; up to seven bytes the type itself tells it. */
function lengthBytesOf(length: number): number {
  if (length < 8) return 0;
  if (length <= 0xff) return 1;
  return length <= 0xffff ? 2 : 3;
}

function encodeEntry(entry: TlvEntry, container: keyof typeof allowedInside): Uint8Array {
  if (!allowedInside[container].includes(entry.kind)) {
    throw new TlvFormatError(`${entry.kind} inside ${container}`);
  }
  if (!Number.isInteger(entry.id) || entry.id < 0 || entry.id > 0xffff) {
    throw new TlvFormatError(`Identifier ${entry.id} is not 16 bits`);
  }
  const content =
    'children' in entry ? concatBytes(entry.children.map((child) => encodeEntry(child, entry.kind))) : entry.value;
  const length = content.length;
  if (length > MAX_LENGTH) throw new TlvFormatError(`${length} bytes are more than 24 bits can tell`);

  const isWideId = entry.id > 0xff;
  const lengthBytes = lengthBytesOf(length);
  const head =
    (kinds.indexOf(entry.kind) << 6) | (isWideId ? 0x20 : 0) | (lengthBytes << 3) | (lengthBytes === 0 ? length : 0);
  const lengthField = [length >> 16, (length >> 8) & 0xff, length & 0xff].slice(3 - lengthBytes);
  return concatBytes([
    Uint8Array.of(head, ...(isWideId ? [entry.id >> 8, entry.id & 0xff] : [entry.id]), ...lengthField),
    content,
  ]);
}

/** Puts elements into bytes, each with the shortest id and length. Throws {@link TlvFormatError} on a wrong nesting. */
export function encodeTlv(entries: readonly TlvEntry[]): Uint8Array {
  return concatBytes(entries.map((entry) => encodeEntry(entry, 'top')));
}

function decodeLevel(bytes: Uint8Array, container: keyof typeof allowedInside): TlvEntry[] {
  const entries: TlvEntry[] = [];
  let offset = 0;
  const take = (count: number): Uint8Array => {
    if (offset + count > bytes.length) throw new TlvFormatError('Element runs past the end');
    offset += count;
    return bytes.subarray(offset - count, offset);
  };
  const takeUint = (count: number): number => take(count).reduce((value, byte) => value * 256 + byte, 0);

  while (offset < bytes.length) {
    const head = takeUint(1);
    const kind = kinds[head >> 6] ?? 'resource';
    const id = takeUint((head & 0x20) === 0 ? 1 : 2);
    const lengthBytes = (head >> 3) & 3;
    const content = take(lengthBytes === 0 ? head & 7 : takeUint(lengthBytes));
    if (!allowedInside[container].includes(kind)) throw new TlvFormatError(`${kind} inside ${container}`);
    entries.push(
      kind === 'objectInstance' || kind === 'multipleResource'
        ? { kind, id, children: decodeLevel(content, kind) }
        : { kind, id, value: Uint8Array.from(content) },
    );
  }
  return entries;
}

/** Reads TLV bytes. Throws {@link TlvFormatError}, and nothing else, on truncated or wrongly nested elements. */
export function decodeTlv(bytes: Uint8Array): TlvEntry[] {
  return decodeLevel(bytes, 'top');
}

/** Bytes a number takes: floats 4 or 8, integers and times 1, 2, 4 or 8. */
export type NumberWidth = 1 | 2 | 4 | 8;

const badValue = (type: ResourceType, text: string): CodedError =>
  new CodedError('LWM2M_BAD_VALUE', `Not a value of type ${type}: ${text}`, text);

const integerWidths: readonly NumberWidth[] = [1, 2, 4, 8];

/** A signed integer in 1, 2, 4 or 8 bytes, the fewest unless a width is given (LwM2M 1.0 Appendix C). */
function encodeInteger(type: ResourceType, text: string, width?: NumberWidth): Uint8Array {
  if (!/^[+-]?\d{1,20}$/.test(text)) throw badValue(type, text);
  const value = BigInt(text.replace('+', ''));
  const fits = (bytes: NumberWidth): boolean => BigInt.asIntN(bytes * 8, value) === value;
  const bytes = width ?? integerWidths.find(fits);
  if (bytes === undefined || !fits(bytes)) throw badValue(type, text);
  return Uint8Array.from({ length: bytes }, (_, index) => Number((value >> BigInt(8 * (bytes - 1 - index))) & 0xffn));
}

/** Appendix C knows four widths of integers, and one byte for a boolean. */
function checkWidth(type: 'integer' | 'time' | 'boolean', bytes: Uint8Array): void {
  const widths = type === 'boolean' ? [1] : integerWidths;
  if (!widths.some((width) => width === bytes.length)) throw badValue(type, Buffer.from(bytes).toString('hex'));
}

function encodeFloat(text: string, width: NumberWidth): Uint8Array {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw badValue('float', text);
  const bytes = new Uint8Array(width === 8 ? 8 : 4);
  const view = new DataView(bytes.buffer);
  if (width === 8) view.setFloat64(0, Number(text));
  else view.setFloat32(0, Number(text));
  return bytes;
}

function decodeFloat(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return formatFloat32(view.getFloat32(0));
  if (bytes.length === 8) return formatFloat64(view.getFloat64(0));
  throw badValue('float', Buffer.from(bytes).toString('hex'));
}

/** Shifts the point of `1.5e-7` where it belongs: the AT commands know no exponents. */
function plainDecimal(value: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value));
  if (!match) return Object.is(value, -0) ? '-0' : String(value);
  const [, sign = '', whole = '', fraction = '', exponentText] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  // The shortest form has one digit before the point and never more digits than a large exponent moves it by.
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${sign}${digits}${'0'.repeat(exponent - fraction.length)}`;
}

/** Shortest plain decimal text of a double, always with a point: `99.0`, `0.1`; `NaN` and `Infinity` as they are. */
export function formatFloat64(value: number): string {
  const text = plainDecimal(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Shortest plain decimal text that gives this float32 again: `20.123`, not `20.12299919128418`. */
export function formatFloat32(value: number): string {
  const single = Math.fround(value);
  return formatFloat64(Object.is(single, -0) ? -0 : shortestFloat32(single));
}

/**
 * Bytes of a value, LwM2M 1.0 Appendix C. `width` sets the size of a number: by default integers and times take as few
 * bytes as they can, floats four as in CIS modules. Throws CodedError `LWM2M_BAD_VALUE` when the text is no such value.
 */
export function encodeValue(type: ResourceType, value: ResourceValue, width?: NumberWidth): Uint8Array {
  switch (type) {
    case 'string':
      return rawBytes(value);
    case 'integer':
    case 'time':
      return encodeInteger(type, value, width);
    case 'float':
      return encodeFloat(value, width ?? 4);
    case 'boolean':
      if (value !== '0' && value !== '1') throw badValue(type, value);
      return Uint8Array.of(Number(value));
    case 'opaque':
      if (!/^([0-9a-f]{2})*$/i.test(value)) throw badValue(type, value);
      return Uint8Array.from(Buffer.from(value, 'hex'));
    case 'objlnk': {
      const match = /^(\d{1,5}):(\d{1,5})$/.exec(value);
      const [objectId, instanceId] = [Number(match?.[1]), Number(match?.[2])];
      if (!(objectId <= 0xffff && instanceId <= 0xffff)) throw badValue(type, value);
      return Uint8Array.of(objectId >> 8, objectId & 0xff, instanceId >> 8, instanceId & 0xff);
    }
    case 'none':
      return new Uint8Array();
  }
}

/**
 * Text of a value as the AT lines write it: floats as the shortest decimal with a point, booleans `0` and `1`, opaque as
 * upper-case hex, an object link as `3303:0`. Throws CodedError `LWM2M_BAD_VALUE` when the length does not fit the type.
 */
export function decodeValue(type: ResourceType, bytes: Uint8Array): ResourceValue {
  switch (type) {
    case 'string':
      return new TextDecoder().decode(bytes);
    case 'integer':
    case 'time':
    case 'boolean':
      checkWidth(type, bytes);
      return fromBigEndianBytes(type, bytes);
    case 'float':
      return decodeFloat(bytes);
    case 'opaque':
    case 'objlnk':
      return fromBigEndianBytes(type, bytes);
    case 'none':
      return '';
  }
}
