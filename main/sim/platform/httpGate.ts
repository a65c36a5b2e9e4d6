import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';

/** Who calls, and where the call arrived. */
export interface Caller {
  readonly headers: IncomingHttpHeaders;
  /** Host the API was told to listen on. */
  readonly listenHost: string;
  /** Address of this computer at which the connection arrived. */
  readonly localAddress: string | undefined;
}

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/**
 * Why a call is not to be answered, or undefined. A page in a browser of this computer could call a platform that listens on
 * loopback only, with a name of its own that it makes point here (DNS rebinding), or across origins: both are told by
 * what the browser itself puts into the headers.
 */
export function refusalOfCaller({ headers, listenHost, localAddress }: Caller): string | undefined {
  const host = headers.host?.toLowerCase() ?? '';
  const name = withoutBrackets(host.replace(/:\d*$/, ''));
  const own = [withoutBrackets(listenHost.toLowerCase()), localAddress?.replace(/^::ffff:/, '')];
  if (!isLoopback(name) && !own.includes(name)) {
    const names = [...new Set(['localhost', '127.0.0.1', listenHost])].join(', ');
    return `Host: "${headers.host ?? ''}" is not this platform, which answers to ${names}`;
  }
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if ((origin !== undefined && origin.toLowerCase() !== `http://${host}`) || isForeignSite) {
    return `Origin: pages of other sites (${origin ?? site}) may not call this platform`;
  }
  return undefined;
}
