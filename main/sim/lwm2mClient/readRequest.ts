import type { CoapMessage } from '../coap/message.ts';
import type { Personality } from '../profile.ts';
import { readCisRequest } from './cisRequest.ts';
import type { ServerRequest } from './serverRequest.ts';
import { readSpecRequest } from './specRequest.ts';

/**
 * Reads a CoAP request as the module's stack takes it: method, Accept, Observe, query and payload tell the operations of
 * LwM2M 1.0 §5.4–5.5 apart. The message id becomes the msgId. Throws
 * {@link import('./requestError.ts').RequestError} with the code to answer.
 */
export function readRequest(message: CoapMessage, personality: Personality): ServerRequest {
  return personality.name === 'cis' ? readCisRequest(message) : readSpecRequest(message);
}
