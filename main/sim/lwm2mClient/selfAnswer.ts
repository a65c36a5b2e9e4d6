import { isCovered } from '../../../shared/lwm2m.ts';
import type { CoapResponse } from '../coap/response.ts';
import type { CoapMessage } from '../coap/message.ts';
import { discoverPayload, payloadFor } from './payloads.ts';
import type { ServerRequest } from './serverRequest.ts';
import { contentOf } from './requestContent.ts';
import type { StackParts } from './stackParts.ts';
import { writtenObserve } from './writtenOptions.ts';

/**
 * What the module answers without the host: China Mobile firmware to observe, discover and write-attributes, all modules
 * for their standard objects. `needsValue` where the answer has to carry a value that only the host knows.
 */
export function answerItself(
  request: ServerRequest,
  message: CoapMessage,
  parts: StackParts,
): CoapResponse | 'needsValue' {
  const { personality, objects, observations, attributes } = parts;
  const { path } = request;
  switch (request.kind) {
    case 'discover': {
      const own = ownValues(request, parts);
      const behind = (link: string): string => attributes.behind(link, path);
      const instances = own ? [0] : (objects.get(path.objectId)?.instances ?? []);
      const resources = own
        ? [...new Set(own.map(({ resourceId }) => `${resourceId}`))]
        : objects.announced(path.objectId);
      return contentOf(personality, discoverPayload(path, instances, resources, behind));
    }
    case 'parameter':
      if (personality.name === 'spec') attributes.write(path, request.changes);
      return { code: '2.04' };
    case 'observe': {
      const own = ownValues(request, parts);
      if (request.isCancel) observations.end(path);
      else if (own || personality.name === 'cis') {
        const { msgId: id, accepted } = request;
        observations.begin({ id, path, token: message.token, accepted });
      }
      if (personality.name === 'cis')
        return { code: '2.05', options: request.isCancel ? [] : [writtenObserve(personality, 0)] };
      if (!own) return 'needsValue';
      const answer = contentOf(personality, payloadFor(personality, path, own, request.accepted));
      const isBegun = !request.isCancel && answer.code === '2.05';
      return isBegun ? { ...answer, options: [writtenObserve(personality, 0), ...(answer.options ?? [])] } : answer;
    }
    case 'read': {
      const values = ownValues(request, parts) ?? [];
      if (values.length === 0) return { code: '4.04' };
      return contentOf(personality, payloadFor(personality, path, values, request.accepted));
    }
    default:
      return { code: '4.05' };
  }
}

/** Values of a standard object below the path asked for; undefined for an object of the host. */
function ownValues({ path }: ServerRequest, { standard }: StackParts) {
  if (!standard.has(path.objectId)) return undefined;
  const { objectId } = path;
  return standard.valuesOf(objectId).filter((value) => isCovered({ objectId, ...value }, path));
}
