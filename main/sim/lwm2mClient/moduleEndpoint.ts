import { isIPv6 } from 'node:net';
import { CoapEndpoint } from '../coap/endpoint.ts';
import type { CoapEndpointOptions } from '../coap/endpoint.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import type { Personality } from '../profile.ts';
import { cisManners } from './cisManners.ts';

/** What an endpoint of a module is opened with, beside its personality. */
export interface ModuleEndpointOptions extends Pick<
  CoapEndpointOptions,
  'airMs' | 'random' | 'firstMessageId' | 'nextToken'
> {
  /** Whom it will speak to. */
  readonly peer: CoapPeer;
}

/** Opens a socket on a free port that behaves as the module's stack does. Rejects with CoapError `NETWORK`. */
export function openModuleEndpoint(
  { name }: Personality,
  { peer, ...options }: ModuleEndpointOptions,
): Promise<CoapEndpoint> {
  // A host may think for many seconds: the standard's stack acknowledges first, CIS lets the platform repeat.
  const habits = name === 'spec' ? {} : { emptyAckAfterMs: Infinity, manners: cisManners };
  return CoapEndpoint.open({ ...options, ...habits, host: ownAddressFor(peer), port: 0 });
}

/** A module under test on one machine must not be reachable from another; a real server needs a real address. */
function ownAddressFor({ host }: CoapPeer): string {
  if (isIPv6(host)) return host === '::1' ? '::1' : '::';
  return host.startsWith('127.') ? '127.0.0.1' : '0.0.0.0';
}
