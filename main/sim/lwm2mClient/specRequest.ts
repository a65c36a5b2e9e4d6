import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import type { CoapMessage } from '../coap/message.ts';
import { methods } from '../coap/message.ts';
import { accept, contentFormat, contentFormats, observe, strictText, uriPath, uriQuery } from '../coap/options.ts';
import type { TlvEntry } from '../tlv.ts';
import { isAcceptable } from './payloads.ts';
import { formatFamilies, pathOf, readParameter, tlvOf } from './serverRequest.ts';
import type { ServerRequest, WrittenValue } from './serverRequest.ts';
import { RequestError } from './requestError.ts';

/** The path of a request; without one, or with anything but up to three ids, nothing is found. */
function readPath(message: CoapMessage): Lwm2mPath {
  const path = pathOf(uriPath(message), /^\d{1,5}$/);
  if (!path) throw new RequestError('4.04', 'no such path');
  return path;
}

/** Resources out of TLV, inside an object instance or bare; multiple resources the module has none. */
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

/** Text, which is UTF-8 (LwM2M 1.0 §6.4.1). */
function textOf(bytes: Uint8Array): string {
  const text = strictText(bytes);
  if (text === undefined) throw new RequestError('4.00', 'the text is no UTF-8');
  return text;
}

function readWrite(message: CoapMessage, path: Lwm2mPath, msgId: number): ServerRequest {
  const { instanceId, resourceId } = path;
  if (instanceId === undefined) throw new RequestError('4.05', 'an object cannot be written');
  const write = (values: readonly WrittenValue[]): ServerRequest => ({
    kind: 'write',
    msgId,
    path,
    instanceId,
    values,
  });

  const format = contentFormat(message);
  if (formatFamilies.tlv.includes(format)) {
    const values = resourcesOf(tlvOf(message.payload, '4.00'), instanceId);
    const isMeant = resourceId === undefined ? values.length > 0 : values.length === 1;
    if (!isMeant || (resourceId !== undefined && values[0]?.resourceId !== resourceId)) {
      throw new RequestError('4.00', 'the payload does not hold what the path names');
    }
    return write(values);
  }
  const isOpaque = formatFamilies.opaque.includes(format);
  if (!isOpaque && !formatFamilies.text.includes(format)) throw new RequestError('4.15', 'unknown format');
  if (resourceId === undefined) throw new RequestError('4.15', 'an instance is written as TLV');
  if (!isOpaque) textOf(message.payload);
  return write([{ resourceId, valueType: isOpaque ? 2 : 1, bytes: message.payload }]);
}

function readGet(message: CoapMessage, path: Lwm2mPath, msgId: number): ServerRequest {
  const observed = observe(message);
  const accepted = accept(message);
  // RFC 7641 §2: 0 registers, 1 deregisters; what else it may say is ignored.
  const isObserve = observed === 0 || observed === 1;
  if (!isObserve && accepted === contentFormats.linkFormat) return { kind: 'discover', msgId, path };
  if (!isAcceptable(path, accepted)) throw new RequestError('4.06', `format ${accepted}`);
  if (!isObserve) return { kind: 'read', msgId, path, accepted };
  return { kind: 'observe', msgId, path, accepted, isCancel: observed === 1 };
}

/** Reads a CoAP request as LwM2M 1.0 §5.4–5.5 means it. Throws {@link RequestError}. */
export function readSpecRequest(message: CoapMessage): ServerRequest {
  const path = readPath(message);
  const { objectId, instanceId, resourceId } = path;
  const msgId = message.messageId;
  switch (message.code) {
    case methods.get:
      return readGet(message, path, msgId);
    case methods.put: {
      const queries = uriQuery(message);
      if (queries.length > 0 && message.payload.length === 0) return readParameter(path, msgId, queries);
      return readWrite(message, path, msgId);
    }
    case methods.post: {
      if (instanceId === undefined) throw new RequestError('4.05', 'instances cannot be created');
      if (resourceId === undefined) return readWrite(message, path, msgId);
      if (!formatFamilies.text.includes(contentFormat(message))) throw new RequestError('4.15', 'arguments are text');
      const executed = { objectId, instanceId, resourceId };
      return { kind: 'execute', msgId, path: executed, argumentText: textOf(message.payload) };
    }
    default:
      throw new RequestError('4.05', 'instances cannot be deleted');
  }
}
