import type { Lwm2mPath, ResourceType } from '../../../shared/lwm2m.ts';
import { CodedError } from '../../../shared/errors.ts';
import { contentFormats, encodeText } from '../coap/options.ts';
import { Refusal } from '../refusal.ts';
import { encodeTlv, encodeValue } from '../tlv.ts';

/** One value as the host's NOTIFY or READRSP line carries it. */
export interface HostValue {
  readonly instanceId: number;
  readonly resourceId: number;
  /** 1 string, 2 opaque, 3 integer, 4 float, 5 boolean. */
  readonly valueType: number;
  readonly text: string;
}

/** One value line of the host, with its place in the message: `index` counts down to 0. */
export interface HostValueLine extends HostValue {
  readonly objectId: number;
  readonly index: number;
}

/** A payload and what it is. */
export interface Payload {
  readonly format: number;
  readonly bytes: Uint8Array;
}

const typesByNumber: Readonly<Record<number, ResourceType>> = {
  1: 'string',
  2: 'opaque',
  3: 'integer',
  4: 'float',
  5: 'boolean',
};

/** Decimals of a float sent as text: CIS prints with `%.15lf` (cis-on-the-wire.md, read resource). */
const textDecimals = 15;

function bytesOf({ valueType, text }: HostValue): Uint8Array {
  const type = typesByNumber[valueType];
  if (type === undefined) throw new Refusal('parameter', `value type ${valueType} is not 1 to 5`);
  try {
    return encodeValue(type, text);
  } catch (error) {
    if (error instanceof CodedError) throw new Refusal('parameter', error.message);
    throw error;
  }
}

/** Refuses a value whose text is not one of its type, before anything is kept. */
export function checkHostValue(value: HostValue): void {
  bytesOf(value);
}

/** A single resource: text/plain, floats with 15 decimals; opaque bytes have no text and go as they are. */
function resourcePayload(value: HostValue): Payload {
  if (value.valueType === 2) return { format: contentFormats.opaque, bytes: bytesOf(value) };
  const text = value.valueType === 4 ? Number(value.text).toFixed(textDecimals) : value.text;
  return { format: contentFormats.text, bytes: encodeText(text) };
}

/** Instances of an object, each wrapped in an object instance element even when it is the only one. */
function instancesPayload(values: readonly HostValue[]): Payload {
  const instanceIds = [...new Set(values.map(({ instanceId }) => instanceId))];
  const entries = instanceIds.map((id) => ({
    kind: 'objectInstance' as const,
    id,
    children: values
      .filter(({ instanceId }) => instanceId === id)
      .map((value) => ({ kind: 'resource' as const, id: value.resourceId, value: bytesOf(value) })),
  }));
  return { format: contentFormats.draftTlv, bytes: encodeTlv(entries) };
}

/** The links a discover is answered with: the object, and under each instance the resources the host named. */
export function discoverPayload(objectId: number, instances: readonly number[], resources: readonly string[]): Payload {
  const links = instances.flatMap((instanceId) => {
    const instance = `/${objectId}/${instanceId}`;
    return [instance, ...resources.map((resourceId) => `${instance}/${resourceId}`)];
  });
  const text = [`/${objectId}`, ...links].map((path) => `<${path}>`).join(',');
  return { format: contentFormats.linkFormat, bytes: encodeText(text) };
}

/** What is registered: also the security object, which the standard would leave out (cis-on-the-wire.md). */
export function registrationPayload(instances: readonly { objectId: number; instanceId: number }[]): Payload {
  const links = instances.map(({ objectId, instanceId }) => `,</${objectId}/${instanceId}>`).join('');
  return { format: contentFormats.linkFormat, bytes: encodeText(`</>;rt="oma.lwm2m",</0/0>${links}`) };
}

/** Payload for values under a path: one resource as text, everything above as TLV. */
export function payloadFor(path: Lwm2mPath, values: readonly HostValue[]): Payload {
  const [first] = values;
  return path.resourceId !== undefined && first !== undefined ? resourcePayload(first) : instancesPayload(values);
}
