import type { Lwm2mPath, ResourceType } from '../../../shared/lwm2m.ts';
import { CodedError } from '../../../shared/errors.ts';
import { contentFormats, encodeText } from '../coap/options.ts';
import type { Personality } from '../profile.ts';
import { rawBytes } from '../rawText.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { encodeTlv, encodeValue } from '../tlv.ts';
import type { TlvEntry } from '../tlv.ts';

/** One value as the host's NOTIFY or READRSP line carries it. */
export interface HostValue {
  readonly instanceId: number;
  readonly resourceId: number;
  /** 1 string, 2 opaque, 3 integer, 4 float, 5 boolean, 6 hex that is kept as a string (OneMO). */
  readonly valueType: number;
  readonly text: string;
  /** The only instance of a multiple resource; standard objects have such. */
  readonly isMultiple?: boolean;
}

/** One value line of the host, with its place in the message: `isLast` completes it. */
export interface HostValueLine extends HostValue {
  readonly objectId: number;
  readonly isLast: boolean;
}

/** A payload and what it is. */
export interface CoapPayload {
  /** Undefined where nothing is told: the CIS core sends an empty text without saying that it is one. */
  readonly format: number | undefined;
  readonly bytes: Uint8Array;
}

const typesByNumber: Readonly<Record<number, ResourceType>> = {
  1: 'string',
  2: 'opaque',
  3: 'integer',
  4: 'float',
  5: 'boolean',
};

/** The type behind a value type of the host; undefined for a number that is none. */
export function resourceTypeOf(valueType: number): ResourceType | undefined {
  return typesByNumber[valueType];
}

const opaqueType = 2;

/** Decimals of a float sent as text: CIS prints with `%.15lf` (cis-on-the-wire.md, read resource). */
const textDecimals = 15;

function bytesOf({ valueType, text }: HostValue): Uint8Array {
  const type = typesByNumber[valueType];
  if (type === undefined) throw new CommandRefusal('parameter', `value type ${valueType} is not 1 to 5`);
  try {
    return encodeValue(type, text);
  } catch (error) {
    if (error instanceof CodedError) throw new CommandRefusal('parameter', error.message);
    throw error;
  }
}

/** Refuses a value whose text is not one of its type, before anything is kept. */
export function checkHostValue(value: HostValue): void {
  bytesOf(value);
}

function resourceEntry(value: HostValue): TlvEntry {
  const { resourceId: id, isMultiple = false } = value;
  const bytes = bytesOf(value);
  if (!isMultiple) return { kind: 'resource', id, value: bytes };
  return { kind: 'multipleResource', id, children: [{ kind: 'resourceInstance', id: 0, value: bytes }] };
}

/** Instances of an object, each in an object instance element. */
function instanceEntries(values: readonly HostValue[]): TlvEntry[] {
  const instanceIds = [...new Set(values.map(({ instanceId }) => instanceId))];
  return instanceIds.map((id) => ({
    kind: 'objectInstance' as const,
    id,
    children: values.filter(({ instanceId }) => instanceId === id).map(resourceEntry),
  }));
}

/** A single resource in the manner of CIS: text/plain, floats with 15 decimals; opaque bytes have no text. */
function cisResource(value: HostValue): CoapPayload {
  if (value.valueType === opaqueType) return { format: contentFormats.opaque, bytes: bytesOf(value) };
  const text = value.valueType === 4 ? Number(value.text).toFixed(textDecimals) : value.text;
  return { format: text === '' ? undefined : contentFormats.text, bytes: rawBytes(text) };
}

/** LwM2M 1.0 §6.4.1: opaque values are Base64 in text. */
function specText(value: HostValue, format: number = contentFormats.text): CoapPayload {
  const text = value.valueType === opaqueType ? Buffer.from(bytesOf(value)).toString('base64') : value.text;
  return { format, bytes: encodeText(text) };
}

const tlvFormats: readonly number[] = [contentFormats.tlv, contentFormats.draftTlv];
const textFormats: readonly number[] = [contentFormats.text, contentFormats.draftText];
const opaqueFormats: readonly number[] = [contentFormats.opaque, contentFormats.draftOpaque];

/** True when a stack that keeps to the standard can answer for this path in the format asked for (§6.4, 4.06 otherwise). */
export function isAcceptable(path: Lwm2mPath, accepted: number | undefined): boolean {
  if (accepted === undefined || tlvFormats.includes(accepted)) return true;
  return path.resourceId !== undefined && [...textFormats, ...opaqueFormats].includes(accepted);
}

/** Undefined where the format asked for cannot hold the values: bytes for what is not opaque, text for several values. */
function specPayload(
  path: Lwm2mPath,
  values: readonly HostValue[],
  accepted: number | undefined,
): CoapPayload | undefined {
  const [first] = values;
  const isScalar = path.resourceId !== undefined && first !== undefined && first.isMultiple !== true;
  if (isScalar && (accepted === undefined || textFormats.includes(accepted))) return specText(first, accepted);
  if (accepted !== undefined && opaqueFormats.includes(accepted)) {
    return isScalar && first.valueType === opaqueType ? { format: accepted, bytes: bytesOf(first) } : undefined;
  }
  if (accepted !== undefined && !tlvFormats.includes(accepted)) return undefined;
  const entries = path.instanceId === undefined ? instanceEntries(values) : values.map(resourceEntry);
  return { format: accepted ?? contentFormats.tlv, bytes: encodeTlv(entries) };
}

/**
 * Payload for values under a path. CIS: one resource as text, everything above as TLV 1542, wrapped in object instances
 * even when only one was asked for. The standard: what Accept asks for, TLV 11542 where nothing says otherwise; undefined
 * where it cannot be had in that format (4.06).
 */
export function payloadFor(
  personality: Personality,
  path: Lwm2mPath,
  values: readonly HostValue[],
  accepted: number | undefined,
): CoapPayload | undefined {
  if (personality.name === 'spec') return specPayload(path, values, accepted);
  const [first] = values;
  if (path.resourceId !== undefined && first !== undefined) return cisResource(first);
  return { format: contentFormats.draftTlv, bytes: encodeTlv(instanceEntries(values)) };
}

/**
 * The links a discover is answered with: what is asked for, and under each instance the resources the host named.
 * `attributesOf` gives what stands behind a link, such as `;pmin=10`.
 */
export function discoverPayload(
  { objectId, instanceId, resourceId }: Lwm2mPath,
  instances: readonly number[],
  resources: readonly string[],
  attributesOf: (path: string) => string = () => '',
): CoapPayload {
  const object = `/${objectId}`;
  const below = instances
    .filter((instance) => instanceId === undefined || instance === instanceId)
    .flatMap((instance) => {
      const named = resources.filter((id) => resourceId === undefined || Number(id) === resourceId);
      const links = named.map((id) => `${object}/${instance}/${id}`);
      return resourceId === undefined ? [`${object}/${instance}`, ...links] : links;
    });
  const links = instanceId === undefined ? [object, ...below] : below;
  return {
    format: contentFormats.linkFormat,
    bytes: encodeText(links.map((path) => `<${path}>${attributesOf(path)}`).join(',')),
  };
}

/** What is registered; CIS also names the security object, which the standard leaves out (cis-on-the-wire.md). */
export function registrationPayload(
  personality: Personality,
  instances: readonly { objectId: number; instanceId: number }[],
): CoapPayload {
  const links = instances.map(({ objectId, instanceId }) => `,</${objectId}/${instanceId}>`).join('');
  const security = personality.name === 'cis' ? ',</0/0>' : '';
  return { format: contentFormats.linkFormat, bytes: encodeText(`</>;rt="oma.lwm2m"${security}${links}`) };
}
