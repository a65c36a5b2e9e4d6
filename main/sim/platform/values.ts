import { CodedError } from '../../../shared/errors.ts';
import { formatPath, type Lwm2mPath, type ResourceType, type ResourceValue } from '../../../shared/lwm2m.ts';
import { contentFormats, decodeText } from '../coap/options.ts';
import { decodeTlv, decodeValue, encodeValue, formatFloat32, formatFloat64, type TlvEntry } from '../tlv.ts';
import type { Json } from './jsonText.ts';

/** Tells the type of a resource, or undefined when no definition is at hand; then the bytes decide. */
export type TypeOf = (path: Lwm2mPath) => ResourceType | undefined;

/** A value with the type it was read as. */
export interface TypedValue {
  readonly type: ResourceType;
  readonly value: ResourceValue;
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

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Reads bytes nobody has a definition for: numbers by their length, else text, else opaque. */
function guessValue(bytes: Uint8Array): TypedValue {
  const isText = bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  // Four or eight letters are more likely a word than a float that happens to look like one.
  const isWord = isText && bytes.every((byte) => /[A-Za-z]/.test(String.fromCharCode(byte)));
  if (isWord && bytes.length > 2) return { type: 'string', value: decodeText(bytes) };
  if (bytes.length === 4 || bytes.length === 8) return { type: 'float', value: decodeValue('float', bytes) };
  if (bytes.length === 1 || bytes.length === 2) return { type: 'integer', value: decodeValue('integer', bytes) };
  try {
    return { type: 'string', value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { type: 'opaque', value: hexOf(bytes) };
  }
}

/** By definition where it fits; a module that was told another type than the definition's is read by its bytes. */
function readBytes(bytes: Uint8Array, type: ResourceType | undefined): TypedValue {
  if (type === undefined) return guessValue(bytes);
  try {
    return { type, value: decodeValue(type, bytes) };
  } catch {
    return guessValue(bytes);
  }
}

/**
 * A float as text says it. CIS modules print single precision with fifteen decimals (`20.122999191284180`): where the
 * number is exactly a float32, its shortest text is meant, otherwise that of the double (`20.123000000000001`).
 */
function readFloatText(text: string): ResourceValue {
  const value = Number(text);
  return Math.fround(value) === value ? formatFloat32(value) : formatFloat64(value);
}

/** Reads the text form of a value (LwM2M 1.0 §6.4.1). */
function readText(text: string, type: ResourceType | undefined): TypedValue {
  const isInteger = /^[+-]?\d{1,19}$/.test(text);
  const isNumber = isInteger || /^[+-]?(\d+\.\d*|\.\d+|\d+)(e[+-]?\d{1,3})?$/i.test(text);
  if (type === 'float' && isNumber) return { type, value: readFloatText(text) };
  if ((type === 'integer' || type === 'time') && isInteger)
    return { type, value: BigInt(text.replace('+', '')).toString() };
  if (type === 'boolean' && /^(0|1|true|false)$/i.test(text)) {
    return { type, value: text === '1' || text.toLowerCase() === 'true' ? '1' : '0' };
  }
  if (type === 'string' || type === 'objlnk' || type === 'opaque') return { type, value: text };
  if (isInteger) return { type: 'integer', value: BigInt(text.replace('+', '')).toString() };
  if (isNumber) return { type: 'float', value: readFloatText(text) };
  return { type: 'string', value: text };
}

/** Resources of one instance; `instances` are those of a multiple resource that came alone (§6.4.3.2). */
function readResources(entries: readonly TlvEntry[], instance: Lwm2mPath, typeOf: TypeOf): ReportedResource[] {
  return entries.flatMap((entry) => {
    const type = typeOf({ ...instance, resourceId: entry.id });
    if (entry.kind === 'resource') return [{ resourceId: entry.id, values: [readBytes(entry.value, type)] }];
    if (entry.kind !== 'multipleResource') return [];
    const values = entry.children.flatMap((child) => ('value' in child ? [readBytes(child.value, type)] : []));
    return [{ resourceId: entry.id, values }];
  });
}

/** Takes the resources as they are (the standard for /object/instance) or out of object instances (CIS, and /object). */
function readTlv(path: Lwm2mPath, payload: Uint8Array, typeOf: TypeOf): ReportedInstance[] {
  const entries = decodeTlv(payload);
  const { objectId, resourceId } = path;
  const instances = entries.flatMap((entry): ReportedInstance[] =>
    entry.kind === 'objectInstance'
      ? [
          {
            instanceId: entry.id,
            resources: readResources(entry.children, { objectId, instanceId: entry.id }, typeOf),
          },
        ]
      : [],
  );
  const instanceId = path.instanceId ?? 0;
  const alone = entries.filter((entry) => entry.kind === 'resourceInstance');
  const resources =
    resourceId !== undefined && alone.length > 0
      ? readResources([{ kind: 'multipleResource', id: resourceId, children: alone }], { objectId, instanceId }, typeOf)
      : readResources(entries, { objectId, instanceId }, typeOf);
  return resources.length > 0 ? [{ instanceId, resources }, ...instances] : instances;
}

/**
 * Reads what a module answered or notified for `path`. Without a content format it is text (RFC 7252 §5.5.2 leaves it to
 * the receiver; CIS means text). Throws CodedError `LWM2M_BAD_VALUE`, or TlvFormatError, when it cannot be understood.
 */
export function readContent(
  path: Lwm2mPath,
  format: number | undefined,
  payload: Uint8Array,
  typeOf: TypeOf,
): ReportedInstance[] {
  if (isTlvFormat(format)) return readTlv(path, payload, typeOf);
  const { instanceId, resourceId } = path;
  const single = (value: TypedValue): ReportedInstance[] => [
    { instanceId: instanceId ?? 0, resources: [{ resourceId: resourceId ?? 0, values: [value] }] },
  ];
  if (resourceId !== undefined) {
    switch (format ?? contentFormats.text) {
      case contentFormats.text:
      case contentFormats.draftText:
        return single(readText(decodeText(payload), typeOf(path)));
      case contentFormats.opaque:
      case contentFormats.draftOpaque:
        return single({ type: 'opaque', value: hexOf(payload) });
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

/** `type` of an entry in the body of a write: 1 opaque in hex, 2 time in seconds. */
export type WriteTypeHint = 1 | 2;

/** Four bytes where they give the number again, else eight. */
function encodeShortestFloat(text: string): Uint8Array {
  const isSingle = Number(formatFloat32(Number(text))) === Number(text);
  return encodeValue('float', text, isSingle ? 4 : 8);
}

/**
 * Bytes of a value that came by HTTP. The definition decides where there is one; otherwise whole numbers go as the fewest
 * bytes (the document's 22 arrives at the module as `16`), other numbers as a float, truth values as one byte, text as
 * text. Throws CodedError `LWM2M_BAD_VALUE` when it fits neither the hint nor the definition.
 */
export function bytesOfJson(
  value: unknown,
  hint: WriteTypeHint | undefined,
  type: ResourceType | undefined,
): Uint8Array {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new CodedError('LWM2M_BAD_VALUE', 'A value is a number, a text, true or false');
  }
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  const isWhole = Number.isSafeInteger(value);
  if (hint === 1) return encodeValue('opaque', text);
  if (hint === 2) return encodeValue('time', text);
  if (type === 'float') return encodeShortestFloat(text);
  if (type === 'string') return encodeValue('string', String(value));
  if (type !== undefined && type !== 'none' && !(type === 'integer' && typeof value === 'number' && !isWhole)) {
    return encodeValue(type, text);
  }
  if (typeof value === 'number') return isWhole ? encodeValue('integer', text) : encodeShortestFloat(text);
  return typeof value === 'boolean' ? encodeValue('boolean', text) : encodeValue('string', value);
}
