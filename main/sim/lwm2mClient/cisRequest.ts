import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import type { CoapMessage } from '../coap/message.ts';
import { methods } from '../coap/message.ts';
import {
  accept,
  contentFormat,
  contentFormats,
  decodeText,
  decodeUint,
  observe,
  optionNumbers,
  optionValues,
  uriPath,
  uriQuery,
} from '../coap/options.ts';
import { encodeTlv } from '../tlv.ts';
import type { TlvEntry } from '../tlv.ts';
import { formatFamilies, pathOf, readParameter, tlvOf } from './serverRequest.ts';
import type { ServerRequest, WrittenValue } from './serverRequest.ts';
import { RequestError } from './requestError.ts';

/** Paths of the bootstrap and the registration interface; a module with an account answers nothing there. */
const silentPaths: readonly string[] = ['bs', 'rd'];

function readPath(message: CoapMessage): Lwm2mPath {
  const segments = uriPath(message);
  if (silentPaths.includes(segments[0] ?? '')) throw new RequestError(undefined, 'not a path of a registered module');
  // Zeros in front of a number are read over: 03303 is 3303.
  const path = pathOf(segments, /^\d+$/);
  if (!path) throw new RequestError('4.00', 'no path of the device');
  return path;
}

/** Resources out of TLV, inside the instance or bare; of a multiple resource the elements of its instances, as they are. */
function resourcesOf(entries: readonly TlvEntry[], { instanceId, resourceId }: Lwm2mPath): WrittenValue[] {
  return entries.flatMap((entry): WrittenValue[] => {
    if (entry.kind === 'objectInstance') {
      return entry.id === instanceId ? resourcesOf(entry.children, { objectId: 0, instanceId: entry.id }) : [];
    }
    if ('children' in entry) return [{ resourceId: entry.id, valueType: 2, bytes: encodeTlv(entry.children) }];
    const id = entry.kind === 'resource' ? entry.id : (resourceId ?? entry.id);
    return [{ resourceId: id, valueType: 2, bytes: entry.value }];
  });
}

/**
 * What the payload holds, whatever the path names. 4.06 is what the core says of a payload it cannot take apart: broken or
 * empty TLV, JSON, or text for a whole instance. A format that is none it knows is text.
 */
function writtenValues(message: CoapMessage, path: Lwm2mPath): WrittenValue[] {
  const format = contentFormat(message);
  if (formatFamilies.tlv.includes(format)) {
    const values = resourcesOf(tlvOf(message.payload, '4.06'), path);
    // The elements of another instance are nothing to it, and it has no code for that: the answer keeps 0.00.
    if (values.length === 0) throw new RequestError('0.00', 'another instance than the path names');
    return values;
  }
  const { resourceId } = path;
  if (resourceId === undefined || formatFamilies.json.includes(format)) throw new RequestError('4.06', 'not TLV');
  return [{ resourceId, valueType: formatFamilies.opaque.includes(format) ? 2 : 1, bytes: message.payload }];
}

function readGet(message: CoapMessage, path: Lwm2mPath, msgId: number): ServerRequest {
  const accepted = accept(message);
  if (observe(message) !== undefined) {
    // One Observe of 0 begins; whatever else it says ends an observation, or finds none to end.
    const [value, ...others] = optionValues(message, optionNumbers.observe).map(decodeUint);
    return { kind: 'observe', msgId, path, accepted, isCancel: value !== 0 || others.length > 0 };
  }
  const isDiscover = accepted === contentFormats.linkFormat && optionValues(message, optionNumbers.accept).length === 1;
  if (!isDiscover) return { kind: 'read', msgId, path, accepted };
  // The core asks its host for the resources of an object and knows no other discover (cis-on-the-wire.md).
  if (path.instanceId !== undefined) throw new RequestError('4.05', 'only objects are discovered');
  return { kind: 'discover', msgId, path };
}

/**
 * Reads a CoAP request as China Mobile's CIS core 2.2 takes it: as in the answers of the real core to 110 odd requests
 * (test/sim/cisOddRequests.ts). Throws {@link RequestError}.
 */
export function readCisRequest(message: CoapMessage): ServerRequest {
  const path = readPath(message);
  const { objectId, instanceId, resourceId } = path;
  const msgId = message.messageId;
  const write = (missing: string): ServerRequest => {
    if (instanceId === undefined) throw new RequestError(missing, 'an object cannot be written');
    return { kind: 'write', msgId, path, instanceId, values: writtenValues(message, path) };
  };
  switch (message.code) {
    case methods.get:
      return readGet(message, path, msgId);
    case methods.put: {
      const queries = uriQuery(message);
      const isParameter = queries.length > 0 && message.payload.length === 0;
      // The core takes an empty value for no number.
      if (isParameter && queries.some((query) => !/=./.test(query))) throw new RequestError('4.00', 'no value');
      return isParameter ? readParameter(path, msgId, queries) : write('4.00');
    }
    case methods.post: {
      if (instanceId === undefined || resourceId === undefined) return write('4.05');
      const executed = { objectId, instanceId, resourceId };
      return { kind: 'execute', msgId, path: executed, argumentText: decodeText(message.payload) };
    }
    default:
      throw new RequestError('4.05', 'instances cannot be deleted');
  }
}
