import { hexOf } from '../../../shared/hex.ts';
import { CodedError } from '../../../shared/errors.ts';
import { formatPath, type Lwm2mPath, type ResourceType, type ResourceValue } from '../../../shared/lwm2m.ts';
import { contentFormats, decodeText, strictText } from '../coap/options.ts';
import { decodeTlv, decodeValue, formatFloat32, formatFloat64, type TlvEntry } from '../tlv.ts';
import type { Json } from './jsonText.ts';

/** Tells the type of a resource, or undefined when no definition is at hand; then the bytes decide. */
export type TypeOf = (path: Lwm2mPath) => ResourceType | undefined;

/** The text a module has printed of a resource when it was read by itself, or undefined when it never was. */
export type PrintedOf = (path: Lwm2mPath) => string | undefined;

/** A value with the type it was read as. */
export interface TypedValue {
  readonly type: ResourceType;
  readonly value: ResourceValue;
  /** True for bytes that nobody could tell the type of for certain. */
  readonly isUnsure?: true;
}

/** A resource as a module told it; several values when it is a multiple resource. */
export interface ReportedResource {
  readonly resourceId: number;
  readonly values: readonly TypedValue[];
}

/** The resources of one object instance, in the order they came. */
export interface ReportedInstance {
  readonly instanceId: number;
  readonly resources: readonly ReportedResource[];
}

/** True for the TLV of the standard and for that of the drafts, which CIS modules speak. */
export function isTlvFormat(format: number | undefined): boolean {
  return format === contentFormats.tlv || format === contentFormats.draftTlv;
}

const integerWidths: readonly number[] = [1, 2, 4, 8];
const floatWidths: readonly number[] = [4, 8];
const numericTypes: readonly (ResourceType | undefined)[] = ['float', 'integer', 'time', 'boolean'];

const isIntegerText = (text: string): boolean => /^[+-]?\d{1,19}$/.test(text);
const isNumberText = (text: string): boolean => /^[+-]?(\d+\.\d*|\.\d+|\d+)(e[+-]?\d{1,3})?$/i.test(text);
const isTruthText = (text: string): boolean => /^(0|1|true|false)$/i.test(text);

/** Text in bytes; undefined where there are control characters, or what is no UTF-8. */
function plainTextOf(bytes: Uint8Array): string | undefined {
  const text = strictText(bytes);
  return text === undefined || /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? undefined : text;
}

const isOfNumberWidth = ({ length }: Uint8Array): boolean => integerWidths.includes(length);

/** True where a text says the number of a float of 4 or 8 bytes, as exactly as the bytes can. */
function saysFloat(bytes: Uint8Array, text: string): boolean {
  if (!floatWidths.includes(bytes.length) || !isNumberText(text)) return false;
  const value = Number(decodeValue('float', bytes));
  return bytes.length === 4 ? Math.fround(value) === Math.fround(Number(text)) : value === Number(text);
}

/** True where a text and bytes are of the same value, whatever its type. */
function saysTheSame(bytes: Uint8Array, text: string): boolean {
  if (plainTextOf(bytes) === text || saysFloat(bytes, text)) return true;
  if (integerWidths.includes(bytes.length) && isIntegerText(text)) {
    return decodeValue('integer', bytes) === BigInt(text.replace('+', '')).toString();
  }
  return bytes.length === 1 && /^(true|false)$/i.test(text) && bytes[0] === Number(text.toLowerCase() === 'true');
}

/** Bytes by the shape of a text that was printed of the resource before its value changed. */
function byShape(bytes: Uint8Array, printed: string): TypedValue | undefined {
  const text = plainTextOf(bytes);
  if (!isNumberText(printed)) return text === undefined ? undefined : readText(text, undefined);
  if (isIntegerText(printed) && integerWidths.includes(bytes.length)) {
    return { type: 'integer', value: decodeValue('integer', bytes) };
  }
  if (floatWidths.includes(bytes.length)) return { type: 'float', value: decodeValue('float', bytes) };
  return undefined;
}

/**
 * Reads bytes nobody has a definition for: `31323334` may be "1234", 825373492 or 2.6e-9. How the module printed the
 * resource as text decides, and the value is that of the text. Without one, text of a length that no number has is sure;
 * everything else is the bytes in hex.
 */
function guessValue(bytes: Uint8Array, printed: string | undefined): TypedValue {
  const raw: TypedValue = { type: 'opaque', value: hexOf(bytes), isUnsure: true };
  if (printed === undefined) {
    const text = isOfNumberWidth(bytes) ? undefined : plainTextOf(bytes);
    return text === undefined ? raw : readText(text, undefined);
  }
  if (saysTheSame(bytes, printed)) return readText(printed, /^(true|false)$/i.test(printed) ? 'boolean' : undefined);
  const changed = byShape(bytes, printed);
  return changed ? { ...changed, isUnsure: true } : raw;
}

/** The value of a definition where it fits the bytes, and the text that the module printed of the resource. */
function byDefinition(
  bytes: Uint8Array,
  type: ResourceType | undefined,
  printed: string | undefined,
): TypedValue | undefined {
  // An executable resource that carries a value all the same says nothing about it.
  if (type === undefined || type === 'none') return undefined;
  if (printed !== undefined && readText(printed, type).type !== type) return undefined;
  // Fifteen decimals say more than four bytes.
  if (type === 'float' && printed !== undefined && saysFloat(bytes, printed)) return readText(printed, type);
  if (type === 'string') {
    const text = isOfNumberWidth(bytes) ? plainTextOf(bytes) : strictText(bytes);
    if (text !== undefined) return { type, value: text };
    return printed !== undefined && strictText(bytes) === printed ? { type, value: printed } : undefined;
  }
  try {
    return { type, value: decodeValue(type, bytes) };
  } catch {
    // What has one or two bytes and is a number is a whole one.
    const isWhole = numericTypes.includes(type) && bytes.length > 0 && bytes.length <= 2;
    return isWhole ? { type: 'integer', value: decodeValue('integer', bytes) } : undefined;
  }
}

/** Bytes by the definition of their resource where it fits, else as they seem. */
function readBytes(bytes: Uint8Array, type: ResourceType | undefined, printed: string | undefined): TypedValue {
  return byDefinition(bytes, type, printed) ?? guessValue(bytes, printed);
}

/**
 * A float as text says it. CIS modules print single precision with fifteen decimals (`20.122999191284180`): where the
 * number is exactly a float32, its shortest text is meant, otherwise that of the double (`20.123000000000001`).
 */
function readFloatText(text: string): ResourceValue {
  const value = Number(text);
  return Math.fround(value) === value ? formatFloat32(value) : formatFloat64(value);
}

/** The bytes of Base64, as hex; undefined when it is none. */
function hexOfBase64(text: string): string | undefined {
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text);
  return isBase64 ? hexOf(Buffer.from(text, 'base64')) : undefined;
}

/** Reads the text form of a value (LwM2M 1.0 §6.4.1); opaque bytes are Base64 there. */
function readText(text: string, type: ResourceType | undefined): TypedValue {
  const isInteger = isIntegerText(text);
  const isNumber = isNumberText(text);
  if (type === 'float' && isNumber) return { type, value: readFloatText(text) };
  if ((type === 'integer' || type === 'time') && isInteger)
    return { type, value: BigInt(text.replace('+', '')).toString() };
  if (type === 'boolean' && isTruthText(text)) {
    return { type, value: text === '1' || text.toLowerCase() === 'true' ? '1' : '0' };
  }
  if (type === 'string' || type === 'objlnk') return { type, value: text };
  if (type === 'opaque') {
    const hex = hexOfBase64(text);
    return hex === undefined ? { type: 'string', value: text } : { type, value: hex };
  }
  if (isInteger) return { type: 'integer', value: BigInt(text.replace('+', '')).toString() };
  if (isNumber) return { type: 'float', value: readFloatText(text) };
  return { type: 'string', value: text };
}

/** What is known of the resources that are read. */
interface Lore {
  readonly typeOf: TypeOf;
  readonly printedOf: PrintedOf;
}

/** Resources of one instance; `instances` are those of a multiple resource that came alone (§6.4.3.2). */
function readResources(entries: readonly TlvEntry[], instance: Lwm2mPath, lore: Lore): ReportedResource[] {
  return entries.flatMap((entry) => {
    const path = { ...instance, resourceId: entry.id };
    const read = (bytes: Uint8Array, printed: string | undefined): TypedValue =>
      readBytes(bytes, lore.typeOf(path), printed);
    if (entry.kind === 'resource') return [{ resourceId: entry.id, values: [read(entry.value, lore.printedOf(path))] }];
    if (entry.kind !== 'multipleResource') return [];
    const values = entry.children.flatMap((child) => ('value' in child ? [read(child.value, undefined)] : []));
    return [{ resourceId: entry.id, values }];
  });
}

/** Takes the resources as they are (the standard for /object/instance) or out of object instances (CIS, and /object). */
function readTlv(path: Lwm2mPath, payload: Uint8Array, lore: Lore): ReportedInstance[] {
  const entries = decodeTlv(payload);
  const { objectId, resourceId } = path;
  const instances = entries.flatMap((entry): ReportedInstance[] =>
    entry.kind === 'objectInstance'
      ? [
          {
            instanceId: entry.id,
            resources: readResources(entry.children, { objectId, instanceId: entry.id }, lore),
          },
        ]
      : [],
  );
  const instanceId = path.instanceId ?? 0;
  const alone = entries.filter((entry) => entry.kind === 'resourceInstance');
  const resources =
    resourceId !== undefined && alone.length > 0
      ? readResources([{ kind: 'multipleResource', id: resourceId, children: alone }], { objectId, instanceId }, lore)
      : readResources(entries, { objectId, instanceId }, lore);
  return resources.length > 0 ? [{ instanceId, resources }, ...instances] : instances;
}

/** True for the text of the standard and that of the drafts, and where nothing is said, which CIS modules mean text by. */
export function isTextFormat(format: number | undefined): boolean {
  return format === undefined || format === contentFormats.text || format === contentFormats.draftText;
}

/**
 * True for the text of a resource without a definition that may be bytes in Base64 (LwM2M 1.0 §6.4.1): only the bytes themselves
 * tell. Numbers and words of odd length are none.
 */
export function mayBeBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && !isNumberText(text) && hexOfBase64(text) !== undefined;
}

/**
 * Reads what a module answered or notified for `path`. Without a content format it is text (RFC 7252 §5.5.2 leaves it to
 * the receiver; CIS means text). `printedOf` tells how the module prints a resource as text, which decides about bytes that
 * no definition fits. Throws CodedError `LWM2M_BAD_VALUE`, or TlvFormatError, when it cannot be understood.
 */
export function readContent(
  path: Lwm2mPath,
  format: number | undefined,
  payload: Uint8Array,
  typeOf: TypeOf,
  printedOf: PrintedOf = () => undefined,
): ReportedInstance[] {
  if (isTlvFormat(format)) return readTlv(path, payload, { typeOf, printedOf });
  const { instanceId, resourceId } = path;
  const single = (value: TypedValue): ReportedInstance[] => [
    { instanceId: instanceId ?? 0, resources: [{ resourceId: resourceId ?? 0, values: [value] }] },
  ];
  if (resourceId !== undefined) {
    if (isTextFormat(format)) return single(readText(decodeText(payload), typeOf(path)));
    if (format === contentFormats.opaque || format === contentFormats.draftOpaque) {
      // As in the TLV of its instance: a host sends what no command line can carry as bytes, also where it is text.
      const { type, value } = readBytes(payload, typeOf(path), printedOf(path));
      return single({ type, value });
    }
  }
  throw new CodedError('LWM2M_BAD_VALUE', `Content format ${format} cannot be read for ${formatPath(path)}`);
}

const jsonOf = ({ type, value }: TypedValue): Json => {
  const isNumber = type === 'float' || type === 'integer' || type === 'time';
  if (type === 'boolean') return value === '1';
  // JSON has no word for NaN and infinity.
  return isNumber && /\d/.test(value) ? { numberText: value } : value;
};

/** A resource's value as OneNET prints it: number, true or false, text; a list for a multiple resource. */
export function resourceJson({ values }: ReportedResource): Json {
  const [first] = values;
  return first !== undefined && values.length === 1 ? jsonOf(first) : values.map(jsonOf);
}
