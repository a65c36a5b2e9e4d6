import { hexOf } from '../../shared/hex.ts';
import { CodedError } from '../../shared/errors.ts';
import type { ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { utf8Length } from '../../shared/values.ts';
import { hasControlCharacter } from '../at/codec.ts';
import { byteLengthOf, fromBigEndianBytes, fromText } from '../lwm2m/values.ts';
import type { Dialect } from './dialects.ts';

/** `valueType` of NOTIFY, READRSP and WRITE: 1 string, 2 opaque, 3 integer, 4 float, 5 boolean (6 hex string: OneMO). */
const numbers: Readonly<Record<ResourceType, number>> = {
  string: 1,
  opaque: 2,
  integer: 3,
  float: 4,
  boolean: 5,
  time: 3,
  objlnk: 1,
  none: 1,
};

const STRING = 1;
const OPAQUE = 2;
const HEX_STRING = 6;

/** The MIPL number of a resource type; a time travels as integer, an object link as string. */
export function valueTypeOf(type: ResourceType): number {
  return numbers[type];
}

/** How a value stands in a READRSP or NOTIFY. */
export interface SentValue {
  readonly valueType: number;
  /** Bytes, of a number those it has in memory. */
  readonly length: number;
  readonly value: string;
}

/**
 * A value as a command line carries it. Text stands between plain quotes, as the host has it: firmware takes `length`
 * bytes and undoes no escapes. A line break or another control character would end the command, so such text goes in hex:
 * as a hex string, type 6, which OneMO's firmware keeps as text, elsewhere as opaque, whose bytes the CIS core puts into
 * the answer as they are (docs/decisions/text-on-the-line.md).
 */
export function sentValue(type: ResourceType, value: ResourceValue, dialect: Dialect): SentValue {
  const valueType = valueTypeOf(type);
  const length = byteLengthOf(type, value);
  if (valueType !== STRING || !hasControlCharacter(value)) return { valueType, length, value };
  return {
    valueType: dialect.controlCharacters === 'hexString' ? HEX_STRING : OPAQUE,
    length,
    value: hexOf(new TextEncoder().encode(value)),
  };
}

function bytesOfHex(hex: string): Uint8Array {
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(hex)) {
    throw new CodedError('LWM2M_BAD_VALUE', `"${hex}" is not an even number of hex digits`, hex);
  }
  return Uint8Array.from({ length: hex.length / 2 }, (_, position) =>
    parseInt(hex.slice(position * 2, position * 2 + 2), 16),
  );
}

/**
 * The value in a +MIPLWRITE. Opaque comes as hex of the shortest big-endian bytes (22 is `16`), or raw. Text (type 1) comes
 * plain from China Mobile firmware and as hex from the captured CIS core (`1,1,31` is "1"): the length tells which, it
 * counts bytes in both. Numbers of types 3 to 5 are decimal text.
 * @throws CodedError `LWM2M_BAD_VALUE`.
 */
export function writtenValue(
  type: ResourceType,
  written: { readonly valueType: number; readonly length?: number; readonly value: string; readonly index?: number },
): ResourceValue {
  const { valueType, length, value } = written;
  if (valueType === OPAQUE && !isRaw(value, length)) return fromHexBytes(type, value);
  if (valueType === OPAQUE) return fromCharacters(type, value, written.index === undefined);
  if (valueType === HEX_STRING) return fromText(type, textOfHex(value));
  return fromText(type, valueType === STRING && length !== undefined ? textOfCounted(value, length) : value);
}

/** Of how many bytes values are that have sizes (LwM2M 1.0.2 §6.4.3 and Appendix C). */
const sizes: Partial<Readonly<Record<ResourceType, readonly number[]>>> = {
  integer: [1, 2, 4, 8],
  time: [1, 2, 4, 8],
  float: [4, 8],
  objlnk: [4],
  // A boolean is one byte, 0 or 1, which no letter is.
  boolean: [],
};
/** A whole number as text. */
const numeral = /^[+-]?\d+$/;
/** Letters, digits and signs of ASCII as bytes in hex. */
const printable = /^(?:[2-7][0-9A-F])+$/i;

/**
 * Binary, or the text a platform wrote: Xinyi prints the bytes of either in hex, with type 2 (`onet_on_write_cb`). Text counts where the
 * bytes can be nothing else: `31` is no boolean, three bytes are no float, and no integer where they read as one
 * (docs/decisions/text-on-the-line.md).
 */
function fromHexBytes(type: ResourceType, hex: string): ResourceValue {
  const bytes = bytesOfHex(hex);
  const isText = sizes[type]?.includes(bytes.length) === false && printable.test(hex);
  return isText && isNumeral(type, hex) ? fromText(type, textOfHex(hex)) : fromBigEndianBytes(type, bytes);
}

/** Integers of three bytes exist: some servers send the fewest that will do. Those that read as a number are none of them. */
function isNumeral(type: ResourceType, hex: string): boolean {
  return (type !== 'integer' && type !== 'time') || numeral.test(textOfHex(hex));
}

/** Xinyi prints type 2 raw where AT+MIPLCONFIG=6,1 wants it: as many bytes as the length says, not two digits for each. */
function isRaw(value: string, length: number | undefined): boolean {
  return length !== undefined && length > 0 && utf8Length(value) === length;
}

/**
 * As many characters as the length says may be the bytes as they are (Xinyi), or hex whose digits are counted: OneMO's and OneNET's own
 * examples have `2,16,050D0000050D0016,0`, NB73's `2,2,01,0,0`. Without an index, as China Mobile's firmware prints it, and for
 * bytes that are nothing else, hex is likelier; the other way is taken where this one makes no value.
 */
function fromCharacters(type: ResourceType, value: string, hasNoIndex: boolean): ResourceValue {
  if (!/^(?:[0-9A-F]{2})+$/i.test(value)) return fromRaw(type, value);
  const ways = [fromRaw, fromHexBytes] as const;
  const [likely, other] = hasNoIndex || type === 'opaque' ? ways.toReversed() : ways;
  try {
    return (likely as typeof fromRaw)(type, value);
  } catch {
    return (other as typeof fromRaw)(type, value);
  }
}

function fromRaw(type: ResourceType, value: string): ResourceValue {
  return type === 'opaque' ? fromBigEndianBytes(type, new TextEncoder().encode(value)) : fromText(type, value);
}

/** Text that stands on a line as `length` bytes says: as it is, or as hex, two digits a byte. @throws as writtenValue. */
export function textOfCounted(text: string, length: number): string {
  const isHex = length > 0 && text.length === length * 2 && /^[0-9A-Fa-f]+$/.test(text);
  return isHex ? textOfHex(text) : text;
}

function textOfHex(hex: string): string {
  return fromBigEndianBytes('string', bytesOfHex(hex));
}
