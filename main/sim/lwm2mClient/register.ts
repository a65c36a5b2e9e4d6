import type { CoapEndpoint } from '../coap/endpoint.ts';
import { CoapError } from '../coap/exchange.ts';
import { methods } from '../coap/message.ts';
import { contentFormatOption, contentFormats, locationPath, uriPathOptions, uriQueryOptions } from '../coap/options.ts';
import type { CoapOption } from '../coap/options.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import type { Personality } from '../profile.ts';
import { registrationPayload } from './payloads.ts';

/** OPEN takes a timeout of up to 65535 s (mipl-at.md §4). */
const longestTimeoutMs = 65_535_000;

/** What a module registers with (LwM2M 1.0 §5.3.1). */
export interface Enrolment {
  readonly personality: Personality;
  readonly endpointName: string;
  readonly lifetimeSeconds: number;
  readonly instances: readonly { objectId: number; instanceId: number }[];
  /** Auth_Code option, or nothing. */
  readonly authorization: readonly CoapOption[];
  /** Knows the time limit of OPEN as a whole. */
  readonly signal: AbortSignal;
}

/** Registers; resolves with the path the platform gave, without leading slash. Rejects with {@link CoapError}. */
export async function register(endpoint: CoapEndpoint, peer: CoapPeer, enrolment: Enrolment): Promise<string> {
  const { personality, endpointName, lifetimeSeconds, instances, authorization, signal } = enrolment;
  const payload = registrationPayload(personality, instances);
  // The core of the capture does not tell its version (cis-on-the-wire.md, register).
  const version = personality.name === 'spec' ? ['lwm2m=1.0'] : [];
  const registered = await endpoint.request(
    peer,
    {
      code: methods.post,
      options: [
        ...uriPathOptions('rd'),
        contentFormatOption(contentFormats.linkFormat),
        ...uriQueryOptions([`ep=${endpointName}`, ...version, 'b=U', `lt=${lifetimeSeconds}`]),
        ...authorization,
      ],
      payload: payload.bytes,
    },
    { timeoutMs: longestTimeoutMs, signal },
  );
  const location = locationPath(registered).join('/');
  if (registered.code !== '2.01' || location === '') {
    throw new CoapError('BAD_RESPONSE', `The platform answered ${registered.code}`);
  }
  return location;
}
