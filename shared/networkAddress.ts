import { readHostPort, writeHostPort } from './hostPort.ts';

/** Ways to reach a serial server: bytes as they are, RFC 854 telnet, telnet with RFC 2217 port control. */
export const networkSchemes = ['tcp', 'telnet', 'rfc2217'] as const;
export type NetworkScheme = (typeof networkSchemes)[number];

/** Where a serial server or the virtual module of another process listens. */
export interface NetworkAddress {
  readonly scheme: NetworkScheme;
  /** Name or address, IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** The scheme a text begins with, whether or not the rest can be read; undefined when it is none of ours. */
export function networkSchemeOf(text: string): NetworkScheme | undefined {
  const word = /^([a-z0-9]+):/i.exec(text)?.[1]?.toLowerCase();
  return networkSchemes.find((scheme) => scheme === word);
}

/**
 * Reads `tcp://host:port`, `telnet://host:port` or `rfc2217://host:port`, IPv6 addresses in brackets (RFC 3986 §3.2.2);
 * undefined when the text is not of that form. There is no default port: serial servers have none.
 */
export function parseNetworkAddress(text: string): NetworkAddress | undefined {
  const scheme = networkSchemeOf(text);
  const [, place] = /^\w+:\/\/(.+?)\/?$/.exec(text) ?? [];
  if (scheme === undefined || place === undefined) return undefined;
  const { host, port } = readHostPort(place) ?? {};
  return host !== undefined && port ? { scheme, host, port } : undefined;
}

/** The address as a person writes it. */
export function networkPath({ scheme, ...place }: NetworkAddress): string {
  return `${scheme}://${writeHostPort(place)}`;
}

/** False where the far end has a baud rate of its own that we neither know nor set. */
export function hasBaudRate(path: string): boolean {
  const scheme = networkSchemeOf(path);
  return scheme === undefined || scheme === 'rfc2217';
}
