import { isIPv4 } from 'node:net';
import { defined } from '../../shared/defined.ts';
import { readHostPort } from '../../shared/hostPort.ts';
import { headFacts, masked } from './exportFormats.ts';
import type { ExportHead } from './exportFormats.ts';
import type { DatagramRecord, JournalHeader, JournalRecord } from './format.ts';
import { LineMaker } from './journalLines.ts';
import { readJournalBlocks } from './journalReader.ts';
import type { JournalReadOptions } from './journalReader.ts';
import type { Masker } from './masking.ts';

/** What a capture is made of, and where it goes. */
export interface PcapngParts {
  readonly file: string;
  readonly header: Pick<JournalHeader, 'startedMs'>;
  readonly head: ExportHead;
  /** Absent: nothing is hidden. */
  readonly masker: Masker | undefined;
  readonly reading: JournalReadOptions;
  readonly sink: (piece: Uint8Array) => Promise<void>;
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const NANOSECONDS = 9;

/** Link types of tcpdump.org: what a user defines, and IP without a frame around it. */
const linkTypes = { at: 147, ip: 101 } as const;
/** Interfaces in the order in which the file has them. */
const interfaces = { at: 0, ip: 1 } as const;

/** Options of the blocks: pcapng (draft-ietf-opsawg-pcapng) §3.5, §4. */
const option = { end: 0, comment: 1, name: 2, resolution: 9, flags: 2, application: 4 } as const;

/** A comment is read in a line of Wireshark. */
const MAX_COMMENT = 2000;

const COAP_PORT = 5683;

const padding = (length: number): number => (4 - (length % 4)) % 4;

function optionOf(code: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + value.length + padding(value.length));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  bytes.set(value, 4);
  return bytes;
}

function textOption(code: number, text: string): Buffer {
  return optionOf(code, Buffer.from(text.toWellFormed(), 'utf8'));
}

function blockOf(type: number, parts: readonly Uint8Array[], options: readonly Buffer[]): Buffer {
  const body = [...parts, ...options, ...(options.length > 0 ? [optionOf(option.end, Buffer.alloc(0))] : [])];
  const length = 12 + body.reduce((sum, part) => sum + part.length, 0);
  const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)];
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([head, ...body, tail]);
}

/** What stands before the packets: who wrote it, and the two interfaces. */
function beginning(head: ExportHead): Buffer {
  const section = Buffer.alloc(16, 0xff);
  section.writeUInt32LE(BYTE_ORDER, 0);
  section.writeUInt16LE(1, 4);
  section.writeUInt16LE(0, 6);
  const interfaceOf = (name: string, linkType: number): Buffer => {
    const fixed = Buffer.alloc(8);
    fixed.writeUInt16LE(linkType, 0);
    return blockOf(
      INTERFACE,
      [fixed],
      [textOption(option.name, name), optionOf(option.resolution, Uint8Array.of(NANOSECONDS))],
    );
  };
  return Buffer.concat([
    blockOf(
      SECTION_HEADER,
      [section],
      [
        textOption(option.comment, headFacts(head).join('\n')),
        textOption(option.application, `MIPL Field Tool ${head.app}`),
      ],
    ),
    interfaceOf('AT', linkTypes.at),
    interfaceOf('CoAP', linkTypes.ip),
  ]);
}

/** A message as a packet of a file. */
interface Packet {
  readonly interface: number;
  /** Nanoseconds since 1970. */
  readonly atNs: bigint;
  readonly bytes: Uint8Array;
  /** From the module, to it, or nobody knows. */
  readonly direction?: 'in' | 'out';
  readonly comments: readonly string[];
}

/** Bits of the flags option: which way it went. */
const directions = { in: 1, out: 2 } as const;

function packetBlock({ interface: place, atNs, bytes, direction, comments }: Packet): Buffer {
  const fixed = Buffer.alloc(20);
  fixed.writeUInt32LE(place, 0);
  fixed.writeUInt32LE(Number((atNs >> 32n) & 0xffff_ffffn), 4);
  fixed.writeUInt32LE(Number(atNs & 0xffff_ffffn), 8);
  fixed.writeUInt32LE(bytes.length, 12);
  fixed.writeUInt32LE(bytes.length, 16);
  const flags = Buffer.alloc(4);
  if (direction) flags.writeUInt32LE(directions[direction]);
  return blockOf(
    PACKET,
    [fixed, bytes, Buffer.alloc(padding(bytes.length))],
    [
      ...comments.map((text) => textOption(option.comment, text.slice(0, MAX_COMMENT))),
      ...(direction ? [optionOf(option.flags, flags)] : []),
    ],
  );
}

/** An IPv4 address and a port; undefined for what is none. */
function addressOf(text: string): { readonly host: readonly number[]; readonly port: number } | undefined {
  const { host = '', port } = readHostPort(text) ?? {};
  return port !== undefined && isIPv4(host) ? { host: host.split('.').map(Number), port } : undefined;
}

/** The sum of RFC 1071 over 16-bit words. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let place = 0; place < bytes.length; place += 2) sum += bytes.readUInt16BE(place);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const [IP_HEADER, UDP_HEADER, UDP] = [20, 8, 17];
const MAX_PAYLOAD = 0xffff - IP_HEADER - UDP_HEADER;

/** A datagram with the headers of IPv4 (RFC 791) and UDP (RFC 768, no checksum); undefined where the addresses are none. */
function packetOf(
  { from, to, bytes }: Pick<DatagramRecord, 'from' | 'to' | 'bytes'>,
  ports: Ports,
): Buffer | undefined {
  const [source, destination] = [addressOf(from), addressOf(to)];
  if (!source || !destination || bytes.length > MAX_PAYLOAD) return undefined;
  const packet = Buffer.alloc(IP_HEADER + UDP_HEADER + bytes.length);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt8(64, 8);
  packet.writeUInt8(UDP, 9);
  packet.set(source.host, 12);
  packet.set(destination.host, 16);
  packet.writeUInt16BE(internetChecksum(packet.subarray(0, IP_HEADER)), 10);
  packet.writeUInt16BE(ports.of(from, source.port), IP_HEADER);
  packet.writeUInt16BE(ports.of(to, destination.port), IP_HEADER + 2);
  packet.writeUInt16BE(UDP_HEADER + bytes.length, IP_HEADER + 4);
  packet.set(bytes, IP_HEADER + UDP_HEADER);
  return packet;
}

/**
 * A simulated server has any free port, and Wireshark knows CoAP by its port: the far end of the first datagram that went out from a
 * module, and every other that a module asks, gets that one. A comment tells the real port.
 */
class Ports {
  readonly #servers = new Set<string>();

  /** A module asks first: whoever is spoken to before it has spoken is a server. */
  see(from: string, to: string): string | undefined {
    if (this.#servers.has(from) || this.#servers.has(to)) return undefined;
    this.#servers.add(to);
    return to.endsWith(`:${COAP_PORT}`) ? undefined : `${to} is written as port ${COAP_PORT}, by which CoAP is known`;
  }

  of(address: string, port: number): number {
    return this.#servers.has(address) ? COAP_PORT : port;
  }
}

/** Makes the packets of a session of its records, in their order. */
class PacketMaker {
  readonly #parts: Pick<PcapngParts, 'header' | 'masker'>;
  readonly #maker = new LineMaker();
  readonly #ports = new Ports();
  /** Notes, bookmarks and gaps: of the next packet. */
  #comments: string[] = [];
  #lastMs = 0;
  #lines = 0;

  constructor(parts: Pick<PcapngParts, 'header' | 'masker'>) {
    this.#parts = parts;
  }

  get lines(): number {
    return this.#lines;
  }

  push(record: JournalRecord): Buffer[] {
    this.#maker.push(record);
    const packets = this.#ofLines();
    if (record.kind === 'datagram') packets.push(...this.#ofDatagram(record));
    return packets;
  }

  /** What waited for an end; comments behind the last packet get an empty one. */
  end(): Buffer[] {
    this.#maker.flush();
    const packets = this.#ofLines();
    if (this.#comments.length > 0) packets.push(this.#packet(interfaces.at, this.#lastMs, new Uint8Array()));
    return packets;
  }

  #ofLines(): Buffer[] {
    const { masker } = this.#parts;
    return this.#maker.take().flatMap((line) => {
      this.#lines += 1;
      const { direction, text, sinceStartMs } = masker ? masked(line, masker) : line;
      this.#lastMs = sinceStartMs;
      if (direction !== 'note')
        return [this.#packet(interfaces.at, sinceStartMs, Buffer.from(text, 'utf8'), direction)];
      this.#comments.push(text);
      return [];
    });
  }

  #ofDatagram(record: DatagramRecord): Buffer[] {
    const { masker } = this.#parts;
    const told = this.#ports.see(record.from, record.to);
    const bytes = packetOf(masker ? { ...record, bytes: hidden(record.bytes, masker) } : record, this.#ports);
    if (!bytes) return [];
    if (told !== undefined) this.#comments.push(told);
    return [this.#packet(interfaces.ip, this.#maker.sinceStartMsOf(record), bytes)];
  }

  #packet(place: number, sinceStartMs: number, bytes: Uint8Array, direction?: 'in' | 'out'): Buffer {
    const comments = this.#comments;
    this.#comments = [];
    // Microseconds still fit a number.
    const atNs = BigInt(Math.round((this.#parts.header.startedMs + sinceStartMs) * 1000)) * 1000n;
    return packetBlock({ interface: place, atNs, bytes, comments, ...defined({ direction }) });
  }
}

/** Stand-ins have the length of what they stand for, so a message stays whole. */
function hidden(bytes: Uint8Array, masker: Masker): Uint8Array {
  return Buffer.from(masker.mask(Buffer.from(bytes).toString('latin1')), 'latin1');
}

/**
 * Writes a session as a capture for Wireshark (pcapng): the lines of the wire as packets of link type USER0, the datagrams of virtual
 * module and simulated platform as UDP over IPv4. Notes, bookmarks and gaps are comments of the packet behind them. Gives the count
 * of the lines, notes among them. @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`, and as the sink does.
 */
export async function writePcapng({ file, header, head, masker, reading, sink }: PcapngParts): Promise<number> {
  await sink(beginning(head));
  const maker = new PacketMaker({ header, masker });
  for await (const records of readJournalBlocks(file, reading)) {
    const packets = records.flatMap((record) => maker.push(record));
    if (packets.length > 0) await sink(Buffer.concat(packets));
  }
  const rest = maker.end();
  if (rest.length > 0) await sink(Buffer.concat(rest));
  return maker.lines;
}
