import { CodedError } from '../../../shared/errors.ts';
import type { ResourceType } from '../../../shared/lwm2m.ts';
import { encodeValue, formatFloat32 } from '../tlv.ts';
import { ExactNumber } from './exactNumber.ts';

/** `type` of an entry in the body of a write: 1 opaque in hex, 2 time in seconds. */
export type WriteTypeHint = 1 | 2;

function badValue(rule: string, text: string): CodedError {
  return new CodedError('LWM2M_BAD_VALUE', `Not a value: ${rule}`, text.slice(0, 80));
}

/** Four bytes where they give the number again, else eight. */
function encodeShortestFloat(text: string): Uint8Array {
  if (!Number.isFinite(Number(text))) throw badValue('outside double precision', text);
  const isSingle = Number(formatFloat32(Number(text))) === Number(text);
  return encodeValue('float', text, isSingle ? 4 : 8);
}

/** A number without a definition: whole ones of 64 bits in as few bytes as they take, all others as a float. */
function encodeNumber(number: ExactNumber): Uint8Array {
  const { whole } = number;
  const isLong = whole !== undefined && BigInt.asIntN(64, whole) !== whole;
  return whole === undefined || isLong ? encodeShortestFloat(number.text) : encodeValue('integer', whole.toString());
}

/** A whole number, exactly; refused where it has a fraction or more than 64 bits. */
function encodeWhole(value: string | ExactNumber, type: 'integer' | 'time'): Uint8Array {
  const { whole } = typeof value === 'string' ? new ExactNumber(value) : value;
  if (whole === undefined) throw badValue('no whole number', String(value));
  return encodeValue(type, whole.toString());
}

/**
 * Bytes of a value that came by HTTP. The definition decides where there is one; otherwise whole numbers go as the fewest
 * bytes (the document's 22 arrives at the module as `16`), other numbers as a float, truth values as one byte, text as
 * text. Numbers are taken digit for digit, see {@link ExactNumber}. Throws CodedError `LWM2M_BAD_VALUE` when the value fits
 * neither the hint nor the definition.
 */
export function bytesOfJson(
  value: unknown,
  hint: WriteTypeHint | undefined,
  type: ResourceType | undefined,
): Uint8Array {
  const given = typeof value === 'number' ? new ExactNumber(String(value)) : value;
  if (typeof given !== 'string' && typeof given !== 'boolean' && !(given instanceof ExactNumber)) {
    throw badValue('a value is a number, a text, true or false', '');
  }
  const known = hint === undefined ? type : hintedTypes[hint];
  if (known === undefined || known === 'none') {
    if (given instanceof ExactNumber) return encodeNumber(given);
    return typeof given === 'boolean' ? encodeValue('boolean', String(Number(given))) : encodeValue('string', given);
  }
  if (known === 'string') return encodeValue('string', String(given));
  const plain = typeof given === 'boolean' ? String(Number(given)) : given;
  if (known === 'integer' || known === 'time') return encodeWhole(plain, known);
  return known === 'float' ? encodeShortestFloat(String(plain)) : encodeValue(known, String(plain));
}

const hintedTypes: Readonly<Record<WriteTypeHint, ResourceType>> = { 1: 'opaque', 2: 'time' };
