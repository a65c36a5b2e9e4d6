import { isInRange } from './wholeRange.ts';

/** A place on the network; `port` is absent where none was written. */
export interface HostPort {
  /** A name or an address, IPv6 without its brackets. */
  readonly host: string;
  readonly port?: number;
}

/** 0 means any port, where one is to be opened. */
const ports = { min: 0, max: 65_535 };

/**
 * Reads `host` or `host:port`, IPv6 addresses in brackets (RFC 3986 §3.2.2); undefined when it is neither, or the port is beyond
 * 65535. What a host may be called is not judged here.
 */
export function readHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]\s]*:[^\]\s]*)\]|([^:/[\]\s]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const host = match[1] ?? String(match[2]);
  if (match[3] === undefined) return { host };
  const port = Number(match[3]);
  return isInRange(port, ports) ? { host, port } : undefined;
}

/** The place as a person writes it. */
export function writeHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
}
