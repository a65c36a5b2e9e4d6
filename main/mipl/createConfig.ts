/**
 * The configuration of AT+MIPLCREATE=<size>,<config>,…: two layouts that differ in one byte (mipl-at.md §2). `plain`:
 * M5310, M5310-A, M5311, ME3616; `flags`: Xinyi and the CIS core from 2.3 on.
 */
export interface CreateConfig {
  readonly layout: 'plain' | 'flags';
  readonly mtu: number;
  /** Link type and band, a nibble each; 0x11 everywhere. */
  readonly link: number;
  /** Said by the blob: bit 12 of the host's length in `plain`, bit 7 of the flags in `flags`. See {@link isBootstrap}. */
  readonly isMarkedBootstrap: boolean;
  /** Layout `flags` only. */
  readonly isDtls: boolean;
  readonly apn: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  /** Absent where the blob names none: 5683 then. */
  readonly port?: number;
  /** `AuthCode:…;PSK:…;` in `flags`, a filler in `plain`. */
  readonly userData: string;
  /** Log level and switches, of no effect on the session. */
  readonly log: number;
  readonly logBuffer: number;
  readonly systemData: string;
}

/** Where a configuration without port leads. */
export const DEFAULT_PORT = 5683;

/** OneNET's bootstrap server; ME3616 blobs name it without the mark. */
const bootstrapHosts: readonly string[] = ['183.230.40.39', 'nbiotbt.heclouds.com'];

const VERSION_1_THREE_ITEMS = 0x13;
const [INIT, NET, SYSTEM] = [0xf1, 0xf2, 0xf3];
const ITEM_HEAD = 3;
const BOOTSTRAP_BIT = 0x1000;
const BOOTSTRAP_FLAG = 0x80;
const DTLS_FLAG = 0x40;
const MAX_TEXT = 0x0fff;

/** True for the addresses of OneNET's bootstrap server. */
export function isBootstrapHost(host: string): boolean {
  return bootstrapHosts.includes(host);
}

/** True when the server of the configuration tells where to register, by its mark or by its address. */
export function isBootstrap({ isMarkedBootstrap, host }: CreateConfig): boolean {
  return isMarkedBootstrap || isBootstrapHost(host);
}

/** A configuration for a server, all else as public drivers have it. */
export function createConfigFor(
  layout: CreateConfig['layout'],
  server: { readonly host: string; readonly port?: number; readonly isBootstrap: boolean },
): CreateConfig {
  return {
    layout,
    mtu: 1024,
    link: 0x11,
    isMarkedBootstrap: server.isBootstrap,
    isDtls: false,
    apn: layout === 'flags' ? 'CMIOT' : '',
    user: '',
    password: '',
    host: server.host,
    port: server.port ?? DEFAULT_PORT,
    userData: layout === 'flags' ? 'AuthCode:;PSK:;' : '1',
    log: 0,
    logBuffer: 0,
    systemData: '',
  };
}

/** The blob. Texts are ASCII of at most 4095 characters. */
export function encodeCreateConfig(config: CreateConfig): Uint8Array {
  const { layout, isMarkedBootstrap, isDtls, host, port } = config;
  const server = port === undefined ? host : `${host}:${port}`;
  const hasFlags = layout === 'flags';
  const flags = (isMarkedBootstrap ? BOOTSTRAP_FLAG : 0) | (isDtls ? DTLS_FLAG : 0);
  const mark = !hasFlags && isMarkedBootstrap ? BOOTSTRAP_BIT : 0;
  const net = [
    ...uint16(config.mtu),
    config.link,
    ...(hasFlags ? [flags] : []),
    ...[config.apn, config.user, config.password].flatMap((text) => textBytes(text)),
    ...textBytes(server, mark),
    ...textBytes(config.userData),
  ];
  const system = [config.log, ...uint16(config.logBuffer), ...textBytes(config.systemData)];
  const items = [...item(INIT, []), ...item(NET, net), ...item(SYSTEM, system)];
  return Uint8Array.from([VERSION_1_THREE_ITEMS, ...uint16(items.length + ITEM_HEAD), ...items]);
}

/** Reads a blob; undefined when it has neither layout: every length must add up. Never throws. */
export function decodeCreateConfig(blob: Uint8Array): CreateConfig | undefined {
  const reader = new Reader(blob);
  if (reader.byte() !== VERSION_1_THREE_ITEMS || reader.uint16() !== blob.length) return undefined;
  const init = reader.item(INIT);
  const net = reader.item(NET);
  const system = reader.item(SYSTEM);
  if (!init || init.length > 0 || !net || !system || !reader.isAtEnd) return undefined;
  const logs = systemOf(new Reader(system));
  const found = netOf(new Reader(net), 'plain') ?? netOf(new Reader(net), 'flags');
  return logs && found && { ...found, ...logs };
}

/**
 * The configuration in one line that needs no translation: `bootstrap 183.230.40.39:5683 · layout plain · MTU 1024`. Auth
 * code and PSK are masked.
 */
export function describeCreateConfig(config: CreateConfig): string {
  const { layout, host, port, mtu, isDtls, apn, userData } = config;
  const keys = ['AuthCode', 'PSK'].flatMap((name) =>
    new RegExp(`${name}:[^;]+`).test(userData) ? [`${name} ***`] : [],
  );
  return [
    `${isBootstrap(config) ? 'bootstrap' : 'direct'} ${host}:${port ?? DEFAULT_PORT}`,
    ...(isDtls ? ['DTLS'] : []),
    `layout ${layout}`,
    `MTU ${mtu}`,
    ...(apn === '' ? [] : [`APN ${apn}`]),
    ...keys,
  ].join(' · ');
}

/** `host[:port]`; undefined when it is none. */
function serverOf(text: string): { readonly host: string; readonly port?: number } | undefined {
  const match = /^([\w.-]+)(?::([1-9]\d{0,4}))?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  if (match[2] === undefined) return { host: match[1] };
  return Number(match[2]) > 0xffff ? undefined : { host: match[1], port: Number(match[2]) };
}

type NetPart = Omit<CreateConfig, 'log' | 'logBuffer' | 'systemData'>;

function netOf(reader: Reader, layout: CreateConfig['layout']): NetPart | undefined {
  const hasFlags = layout === 'flags';
  const [mtu, link] = [reader.uint16(), reader.byte()];
  const flags = hasFlags ? reader.byte() : 0;
  const [apn, user, password] = [reader.text(), reader.text(), reader.text()];
  const mark = hasFlags ? 0 : reader.peek16() & BOOTSTRAP_BIT;
  const server = serverOf(reader.text(mark));
  const userData = reader.text();
  // Other flags are not known, and a blob that is not used up has the other layout.
  if (!server || !reader.isAtEnd || (flags & ~(BOOTSTRAP_FLAG | DTLS_FLAG)) !== 0) return undefined;
  const isMarkedBootstrap = mark !== 0 || (flags & BOOTSTRAP_FLAG) !== 0;
  const isDtls = (flags & DTLS_FLAG) !== 0;
  return { layout, mtu, link, isMarkedBootstrap, isDtls, apn, user, password, ...server, userData };
}

function systemOf(reader: Reader): Pick<CreateConfig, 'log' | 'logBuffer' | 'systemData'> | undefined {
  const found = { log: reader.byte(), logBuffer: reader.uint16(), systemData: reader.text() };
  return reader.isAtEnd ? found : undefined;
}

/** Reads on and on; what lies beyond the end is 0, and then it is not {@link isAtEnd}. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Exactly used up, neither less nor more. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  uint16(): number {
    return (this.byte() << 8) | this.byte();
  }

  peek16(): number {
    const value = this.uint16();
    this.#at -= 2;
    return value;
  }

  /** Two bytes length without `mark`, then so many characters. */
  text(mark = 0): string {
    const length = this.uint16() & ~mark;
    return String.fromCharCode(...this.#take(length));
  }

  /** The content of the next item; undefined when it has another tag or reaches beyond the end. */
  item(tag: number): Uint8Array | undefined {
    const isTag = this.byte() === tag;
    const length = this.uint16() - ITEM_HEAD;
    if (!isTag || length < 0) return undefined;
    const content = this.#take(length);
    return content.length === length ? content : undefined;
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}

function uint16(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function textBytes(text: string, mark = 0): number[] {
  const bytes = [...text.slice(0, MAX_TEXT)].map((character) => character.charCodeAt(0) & 0xff);
  return [...uint16(bytes.length | mark), ...bytes];
}

function item(tag: number, content: readonly number[]): number[] {
  return [tag, ...uint16(content.length + ITEM_HEAD), ...content];
}
