import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import { CodedError } from '../../../shared/errors.ts';
import { parseAttributes } from '../../lwm2m/attributes.ts';
import type { CoapMessage } from '../coap/message.ts';
import { methods } from '../coap/message.ts';
import { accept, contentFormat, contentFormats, decodeText, observe, uriPath, uriQuery } from '../coap/options.ts';
import type { Personality } from '../profile.ts';
import { decodeTlv, TlvFormatError } from '../tlv.ts';
import type { TlvEntry } from '../tlv.ts';
import { isAcceptable } from './payloads.ts';

/** One resource of a write, as the URC shows it: its bytes, and whether they came as text or as binary. */
export interface WrittenValue {
  readonly resourceId: number;
  /** 1 text, 2 binary. */
  readonly valueType: 1 | 2;
  readonly bytes: Uint8Array;
}

/** A request of the platform as the host gets to see it. `msgId` is what the host answers with. */
export type PlatformRequest =
  | {
      readonly kind: 'read';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      /** Format the platform wants; CIS does not look at it. */
      readonly accepted: number | undefined;
    }
  | { readonly kind: 'discover'; readonly msgId: number; readonly path: Lwm2mPath }
  | {
      readonly kind: 'observe';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      readonly isCancel: boolean;
      readonly accepted: number | undefined;
    }
  | {
      readonly kind: 'write';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      readonly instanceId: number;
      readonly values: readonly WrittenValue[];
      /** Place of a piece of one long value. */
      readonly piece?: { readonly position: number; readonly count: number };
    }
  | {
      readonly kind: 'execute';
      readonly msgId: number;
      readonly path: Required<Lwm2mPath>;
      readonly argumentText: string;
    }
  | { readonly kind: 'parameter'; readonly msgId: number; readonly path: Lwm2mPath; readonly attributes: string };

/** What each kind of request leads to. */
export type RequestKind = PlatformRequest['kind'];

/** A request that is answered without the host, with this CoAP code. */
export class RequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}

const textFormats: readonly (number | undefined)[] = [undefined, contentFormats.text, contentFormats.draftText];
const tlvFormats: readonly (number | undefined)[] = [contentFormats.tlv, contentFormats.draftTlv];
const opaqueFormats: readonly (number | undefined)[] = [contentFormats.opaque, contentFormats.draftOpaque];
const jsonFormats: readonly (number | undefined)[] = [contentFormats.json, contentFormats.draftJson];

/** The path of a request; without one, or with anything but up to three ids, nothing is found. */
function readPath(message: CoapMessage): Lwm2mPath {
  const segments = uriPath(message);
  const ids = segments.map(Number);
  const isPath = ids.length >= 1 && ids.length <= 3 && segments.every((segment) => /^\d{1,5}$/.test(segment));
  const [objectId, instanceId, resourceId] = ids;
  if (!isPath || objectId === undefined || ids.some((id) => id > 65535)) throw new RequestError('4.04', 'no such path');
  return {
    objectId,
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}

/** Resources out of TLV, inside an object instance or bare; of a multiple resource the bytes of its instances. */
function resourcesOf(entries: readonly TlvEntry[], instanceId: number): WrittenValue[] {
  return entries.flatMap((entry): WrittenValue[] => {
    if (entry.kind === 'resource') return [{ resourceId: entry.id, valueType: 2, bytes: entry.value }];
    if (entry.kind === 'objectInstance') {
      if (entry.id !== instanceId) throw new RequestError('4.00', 'another instance than the path names');
      return resourcesOf(entry.children, instanceId);
    }
    throw new RequestError('4.00', 'multiple resources cannot be written');
  });
}

function readTlv(bytes: Uint8Array): TlvEntry[] {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvFormatError) throw new RequestError('4.00', error.message);
    throw error;
  }
}

function readWrite(message: CoapMessage, path: Lwm2mPath, msgId: number, { name }: Personality): PlatformRequest {
  const { instanceId, resourceId } = path;
  if (instanceId === undefined) throw new RequestError('4.05', 'an object cannot be written');
  const format = contentFormat(message);
  const write = (values: readonly WrittenValue[]): PlatformRequest => ({
    kind: 'write',
    msgId,
    path,
    instanceId,
    values,
  });

  if (tlvFormats.includes(format)) {
    const values = resourcesOf(readTlv(message.payload), instanceId);
    const isMeant = resourceId === undefined ? values.length > 0 : values.length === 1;
    if (!isMeant || (resourceId !== undefined && values[0]?.resourceId !== resourceId)) {
      throw new RequestError('4.00', 'the payload does not hold what the path names');
    }
    return write(values);
  }
  if (jsonFormats.includes(format)) throw new RequestError('4.15', 'JSON is not supported');
  if (resourceId === undefined) throw new RequestError('4.15', 'an instance is written as TLV');
  const isOpaque = opaqueFormats.includes(format);
  // What is no format CIS knows, it takes for text (cis-on-the-wire.md, content formats).
  if (name === 'spec' && !isOpaque && !textFormats.includes(format)) throw new RequestError('4.15', 'unknown format');
  const valueType = isOpaque ? 2 : 1;
  return write([{ resourceId, valueType, bytes: message.payload }]);
}

/**
 * `pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0`: this order, periods whole, the others with one decimal. What is unset stands
 * without a value, `pmin=` (LwM2M 1.0.2 §8.2.5); the CIS core knows no unsetting and answers 4.00 by itself (captured).
 */
function attributesText(queries: readonly string[], { name: core }: Personality): string {
  let attributes;
  try {
    attributes = parseAttributes(queries.join(';'));
  } catch (error) {
    if (error instanceof CodedError) throw new RequestError('4.00', error.message);
    throw error;
  }
  if (core === 'cis' && Object.values(attributes).includes(null)) throw new RequestError('4.00', 'nothing is unset');
  const { pmin, pmax, lt, gt, st } = attributes;
  const text = (value: number | null | undefined, digits: number): string | undefined =>
    value === null ? '' : value?.toFixed(digits);
  const periods = Object.entries({ pmin, pmax }).map(([name, value]) => [name, text(value, 0)]);
  const limits = Object.entries({ lt, gt, st }).map(([name, value]) => [name, text(value, 1)]);
  return [...periods, ...limits]
    .flatMap(([name, shown]) => (shown === undefined ? [] : [`${name}=${shown}`]))
    .join(';');
}

function readGet(message: CoapMessage, path: Lwm2mPath, msgId: number, { name }: Personality): PlatformRequest {
  const observed = observe(message);
  const accepted = accept(message);
  if (observed === undefined && accepted === contentFormats.linkFormat) {
    // CIS asks the host for the resources of an object and knows no other discover (cis-on-the-wire.md).
    if (name === 'cis' && path.instanceId !== undefined) throw new RequestError('4.05', 'only objects are discovered');
    return { kind: 'discover', msgId, path };
  }
  if (name === 'spec' && !isAcceptable(path, accepted)) throw new RequestError('4.06', `format ${accepted}`);
  if (observed === undefined) return { kind: 'read', msgId, path, accepted };
  return { kind: 'observe', msgId, path, accepted, isCancel: observed === 1 };
}

/**
 * Reads a CoAP request as LwM2M 1.0 §5.4–5.5 means it and as CIS takes it: method, Accept, Observe, query and payload
 * tell the operations apart. The message id becomes the msgId. Throws {@link RequestError} with the code to answer.
 */
export function readRequest(message: CoapMessage, personality: Personality): PlatformRequest {
  const path = readPath(message);
  const { instanceId, resourceId } = path;
  const msgId = message.messageId;
  switch (message.code) {
    case methods.get:
      return readGet(message, path, msgId, personality);
    case methods.put: {
      const queries = uriQuery(message);
      if (queries.length > 0 && message.payload.length === 0) {
        return { kind: 'parameter', msgId, path, attributes: attributesText(queries, personality) };
      }
      return readWrite(message, path, msgId, personality);
    }
    case methods.post:
      if (instanceId !== undefined && resourceId !== undefined) {
        const isText = textFormats.includes(contentFormat(message));
        if (!isText) throw new RequestError('4.15', 'arguments are text');
        const executed = { objectId: path.objectId, instanceId, resourceId };
        return { kind: 'execute', msgId, path: executed, argumentText: decodeText(message.payload) };
      }
      if (instanceId === undefined) throw new RequestError('4.05', 'instances cannot be created');
      return readWrite(message, path, msgId, personality);
    default:
      throw new RequestError('4.05', 'instances cannot be deleted');
  }
}
