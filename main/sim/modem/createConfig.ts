/** Where a configuration blob sends the module. */
export interface ConfiguredServer {
  readonly host: string;
  readonly port: number;
}

const netItem = 0xf2;
/** MTU and link nibbles stand before the host; the plain layout has no flag byte. */
const linkBytes = 3;
const defaultPort = 5683;

/**
 * Host and port out of the blob of AT+MIPLCREATE=…, in the plain layout of China Mobile modules and the one with flags
 * of CIS 2.3 (mipl-at.md §2). Undefined when neither fits: the blob is then taken as it is, as real modules do.
 */
export function serverOfConfig(config: Uint8Array): ConfiguredServer | undefined {
  const net = itemOf(config, netItem);
  if (!net) return undefined;
  return [linkBytes, linkBytes + 1].map((start) => hostAt(net, start)).find((server) => server !== undefined);
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

/** Skips APN, user and password, each two bytes length and text; bit 12 of the host's length marks a bootstrap host. */
function hostAt(net: Uint8Array, start: number): ConfiguredServer | undefined {
  let offset = start;
  for (let field = 0; field < 3; field++) offset += 2 + uint16(net, offset);
  const length = uint16(net, offset) & 0x0fff;
  const text = new TextDecoder().decode(net.subarray(offset + 2, offset + 2 + length));
  const match = /^([\w.-]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match?.[1] || text.length !== length) return undefined;
  return { host: match[1], port: match[2] === undefined ? defaultPort : Number(match[2]) };
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
