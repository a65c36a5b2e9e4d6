/** Where a created module goes first. */
export interface ConfiguredServer {
  readonly host: string;
  readonly port: number;
  /** The host tells where to register; otherwise the module registers with it. */
  readonly isBootstrap: boolean;
  readonly authCode?: string;
}

const netItem = 0xf2;
/** MTU and link nibbles stand before the host; the plain layout has no flag byte. */
const linkBytes = 3;
const defaultPort = 5683;
/** Set in the length of a bootstrap host by China Mobile modules (mipl-at.md §2). */
const bootstrapBit = 0x1000;
/** The flag byte of CIS 2.3 says the same in its highest bit. */
const bootstrapFlag = 0x80;
/** OneNET's bootstrap server; ME3616 blobs name it without the bit. */
const knownBootstrapHosts: readonly string[] = ['183.230.40.39', 'nbiotbt.heclouds.com'];

/**
 * Server out of the blob of AT+MIPLCREATE=…, in the plain layout of China Mobile modules and the one with flags of
 * CIS 2.3 (mipl-at.md §2). Undefined when neither fits: the blob is then taken as it is, as real modules do.
 */
export function serverOfConfig(config: Uint8Array): ConfiguredServer | undefined {
  const net = itemOf(config, netItem);
  return net && (plainServer(net) ?? flaggedServer(net));
}

/** `host[:port]`; undefined when it is none. */
export function parseServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^([\w.-]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? defaultPort);
  return match?.[1] === undefined || port > 65535 ? undefined : { host: match[1], port };
}

/** True for the addresses of OneNET's bootstrap server. */
export function isBootstrapHost(host: string): boolean {
  return knownBootstrapHosts.includes(host);
}

function plainServer(net: Uint8Array): ConfiguredServer | undefined {
  const offset = skipTexts(net, linkBytes);
  const length = uint16(net, offset);
  const server = serverAt(net, offset, length & 0x0fff);
  return server && { ...server, isBootstrap: (length & bootstrapBit) !== 0 || isBootstrapHost(server.host) };
}

function flaggedServer(net: Uint8Array): ConfiguredServer | undefined {
  const offset = skipTexts(net, linkBytes + 1);
  const length = uint16(net, offset);
  const server = serverAt(net, offset, length);
  if (!server) return undefined;
  const authCode = /^AuthCode:([^;]+);/.exec(textAt(net, offset + 2 + length))?.[1];
  const isBootstrap = ((net[linkBytes] ?? 0) & bootstrapFlag) !== 0;
  return { ...server, isBootstrap, ...(authCode === undefined ? {} : { authCode }) };
}

/** Content of an item: tag byte, two bytes length with this head, content. The blob begins with three bytes of its own. */
function itemOf(config: Uint8Array, tag: number): Uint8Array | undefined {
  let offset = 3;
  while (offset + 3 <= config.length) {
    const length = uint16(config, offset + 1);
    if (length < 3) return undefined;
    if (config[offset] === tag) return config.subarray(offset + 3, offset + length);
    offset += length;
  }
  return undefined;
}

/** Where APN, user and password end, each two bytes length and text. */
function skipTexts(net: Uint8Array, start: number): number {
  let offset = start;
  for (let field = 0; field < 3; field++) offset += 2 + uint16(net, offset);
  return offset;
}

function serverAt(net: Uint8Array, offset: number, length: number): { host: string; port: number } | undefined {
  const text = new TextDecoder().decode(net.subarray(offset + 2, offset + 2 + length));
  return text.length === length ? parseServer(text) : undefined;
}

function textAt(net: Uint8Array, offset: number): string {
  return new TextDecoder().decode(net.subarray(offset + 2, offset + 2 + uint16(net, offset)));
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
