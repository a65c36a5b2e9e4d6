import { isCovered } from '../../../shared/lwm2m.ts';
import type { CoapResponse } from '../coap/exchange.ts';
import type { CoapMessage } from '../coap/message.ts';
import { contentFormatOption, observeOption } from './cisOptions.ts';
import { discoverPayload, payloadFor } from './payloads.ts';
import type { Payload } from './payloads.ts';
import type { PlatformRequest } from './platformRequest.ts';
import type { StackParts } from './stackParts.ts';

const content = ({ format, bytes }: Payload): CoapResponse => ({
  code: '2.05',
  options: [contentFormatOption(format)],
  payload: bytes,
});

/**
 * What the module answers without the host: China Mobile firmware to observe, discover and write-attributes, all modules
 * for their standard objects. `needsValue` where the answer has to carry a value that only the host knows.
 */
export function answerItself(
  request: PlatformRequest,
  message: CoapMessage,
  parts: StackParts,
): CoapResponse | 'needsValue' {
  const { personality, objects, observations } = parts;
  const { path } = request;
  switch (request.kind) {
    case 'discover': {
      const own = ownValues(request, parts);
      if (own) return content(discoverPayload(path, [0], [...new Set(own.map(({ resourceId }) => `${resourceId}`))]));
      const instances = objects.get(path.objectId)?.instances ?? [];
      return content(discoverPayload(path, instances, objects.announced(path.objectId)));
    }
    case 'parameter':
      return { code: '2.04' };
    case 'observe': {
      const own = ownValues(request, parts);
      if (request.isCancel) observations.end(path);
      else if (own || personality.name === 'cis') {
        const { msgId: id, accepted } = request;
        observations.begin({ id, path, token: message.token, accepted });
      }
      if (personality.name === 'cis') return { code: '2.05', options: request.isCancel ? [] : [observeOption(0)] };
      if (!own) return 'needsValue';
      const answer = content(payloadFor(personality, path, own, request.accepted));
      return request.isCancel ? answer : { ...answer, options: [observeOption(0), ...(answer.options ?? [])] };
    }
    case 'read': {
      const values = ownValues(request, parts) ?? [];
      return values.length > 0 ? content(payloadFor(personality, path, values, request.accepted)) : { code: '4.04' };
    }
    default:
      return { code: '4.05' };
  }
}

/** Values of a standard object below the path asked for; undefined for an object of the host. */
function ownValues({ path }: PlatformRequest, { standard }: StackParts) {
  if (!standard.has(path.objectId)) return undefined;
  const { objectId } = path;
  return standard.valuesOf(objectId).filter((value) => isCovered({ objectId, ...value }, path));
}
