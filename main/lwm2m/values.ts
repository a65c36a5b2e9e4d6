import { hexOf } from '../../shared/hex.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Lwm2mPath, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import {
  MAX_PAYLOAD_BYTES,
  checkOutgoing as checkSending,
  checkValue as check,
  payloadBytes,
  tooLong,
} from '../../shared/values.ts';
import type { PlacedValue } from '../../shared/values.ts';

const MAX_INTEGER_BYTES = 8;

export { byteLengthOf } from '../../shared/values.ts';

function badValue(type: ResourceType, text: string, rule: string): CodedError {
  // A value may be a firmware image: the detail is for a message, not for keeping.
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new CodedError('LWM2M_BAD_VALUE', `Not a value of type ${type}: ${rule}`, shown);
}

/** As the shared rule has it. @throws CodedError `LWM2M_BAD_VALUE` with the rule that was broken. */
export function requireValue(type: ResourceType, text: string): ResourceValue {
  const checked = check(type, text);
  if (checked.ok) return checked.value;
  throw badValue(type, text, checked.message);
}

/**
 * A value that is to leave, with the bytes its line counts. @throws CodedError `LWM2M_BAD_VALUE`, `MIPL_TOO_LONG` with
 * the bytes as detail.
 */
export function requireOutgoing(
  type: ResourceType,
  text: string,
): { readonly value: ResourceValue; readonly bytes: number } {
  const checked = checkSending(type, text);
  if (checked.ok) return checked;
  if (checked.rule === 'tooLong') throw new CodedError('MIPL_TOO_LONG', checked.message, String(checked.bytes));
  throw badValue(type, text, checked.message);
}

/** Nothing happens where the module can carry these values for the path. @throws CodedError `MIPL_TOO_LONG`. */
export function requireFitting(path: Lwm2mPath, values: readonly PlacedValue[]): void {
  const bytes = payloadBytes(path, values);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new CodedError('MIPL_TOO_LONG', tooLong(bytes).message, String(bytes));
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
      return requireValue(type, integerOf(type, bytes).toString());
    case 'opaque':
      return hexOf(bytes);
    case 'objlnk':
      if (bytes.length !== 4) throw badValue(type, hexOf(bytes), '4 bytes are expected');
      return requireValue(
        type,
        `${Number(integerOf(type, Uint8Array.of(0, ...bytes.subarray(0, 2))))}:${Number(integerOf(type, Uint8Array.of(0, ...bytes.subarray(2))))}`,
      );
    case 'none':
      throw badValue(type, hexOf(bytes), 'an executable resource has no value');
  }
}

/**
 * Reads a value the platform wrote as text (CoAP text/plain, or a module that prints values instead of bytes). The same
 * as {@link requireValue}, but opaque text that is not hex is taken as base64, its text form in LwM2M 1.0 §6.4.1.
 * Throws `LWM2M_BAD_VALUE`.
 */
export function fromText(type: ResourceType, text: string): ResourceValue {
  if (type === 'opaque' && !/^(?:[0-9A-Fa-f]{2})*$/.test(text)) {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
      throw badValue(type, text, 'neither hex nor base64');
    }
    return hexOf(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  }
  return requireValue(type, text);
}
