import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportToFile } from '../../main/journal/exporters.ts';
import { main } from '../../main/cli/mipl.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { baseNs, openSample, say, startedMs } from './samples.ts';
import type { JournalWriter } from '../../main/journal/journalWriter.ts';

interface Packet {
  readonly place: number;
  readonly atNs: bigint;
  readonly bytes: Buffer;
  readonly comments: readonly string[];
  readonly direction: number | undefined;
}

/** Reads a capture as the standard has it; whatever does not fit throws. */
function packetsOf(capture: Buffer): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < capture.length;) {
    const [type, length] = [capture.readUInt32LE(at), capture.readUInt32LE(at + 4)];
    expect(length % 4).toBe(0);
    expect(capture.readUInt32LE(at + length - 4)).toBe(length);
    if (type === 6) packets.push(packetIn(capture.subarray(at + 8, at + length - 4)));
    at += length;
  }
  return packets;
}

function packetIn(body: Buffer): Packet {
  const size = body.readUInt32LE(12);
  expect(body.readUInt32LE(16)).toBe(size);
  const atNs = (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8));
  const comments: string[] = [];
  let direction: number | undefined;
  for (let at = 20 + Math.ceil(size / 4) * 4; at < body.length;) {
    const [code, length] = [body.readUInt16LE(at), body.readUInt16LE(at + 2)];
    if (code === 1) comments.push(body.toString('utf8', at + 4, at + 4 + length));
    if (code === 2) direction = body.readUInt32LE(at + 4);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { place: body.readUInt32LE(0), atNs, bytes: body.subarray(20, 20 + size), comments, direction };
}

async function captured(tell: (journal: JournalWriter) => void, mask = false): Promise<Packet[]> {
  const folder = await tempDirectory();
  const journal = await openSample(folder);
  tell(journal);
  await journal.close();
  const target = join(folder, 'session.pcapng');
  await exportToFile(journal.file, target, { format: 'pcapng', mask });
  return packetsOf(await readFile(target));
}

describe('a capture for Wireshark', () => {
  it('has each line of the wire with its time and direction, and notes as comments of what follows', async () => {
    const packets = await captured((journal) => {
      say(journal, 'out', 'AT\r', 1);
      journal.mark('here <b>it</b> stood');
      say(journal, 'in', '\r\nOK\r\n', 2);
      journal.note('the end');
    });
    expect(packets.map(({ bytes, comments, direction }) => [bytes.toString(), direction, comments])).toEqual([
      ['AT', 2, []],
      ['OK', 1, ['mark: here <b>it</b> stood']],
      ['', undefined, ['the end']],
    ]);
    expect(packets[1]?.atNs).toBe((BigInt(startedMs) + 2n) * 1_000_000n);
  });

  it('has CoAP as UDP over IPv4 whose header adds up, at the port by which CoAP is known', async () => {
    const bytes = Buffer.from('40010001', 'hex');
    const packets = await captured((journal) => {
      journal.datagram({ from: '127.0.0.1:40000', to: '127.0.0.2:41234', bytes });
      journal.datagram({ from: '127.0.0.2:41234', to: '127.0.0.1:40000', bytes });
      for (const from of ['::1:5683', '<b>', '127.0.0.1:70000', '127.0.0.1'])
        journal.datagram({ from, to: '127.0.0.1:5683', bytes });
    });
    expect(packets).toHaveLength(2);
    const ports = packets.map((packet) => [packet.bytes.readUInt16BE(20), packet.bytes.readUInt16BE(22)]);
    expect(ports).toEqual([
      [40000, 5683],
      [5683, 40000],
    ]);
    expect(packets[0]?.comments).toEqual(['127.0.0.2:41234 is written as port 5683, by which CoAP is known']);
    for (const packet of packets) {
      const header = packet.bytes.subarray(0, 20);
      const sum = Array.from({ length: 10 }, (_, word) => header.readUInt16BE(2 * word)).reduce((a, b) => a + b);
      expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
      expect(packet.bytes.readUInt16BE(2)).toBe(packet.bytes.length);
      expect(packet.bytes.subarray(28)).toEqual(bytes);
    }
  });

  it('hides in datagrams what it hides in lines, and their length stays', async () => {
    const imei = '863703031234567';
    const message = Buffer.concat([Buffer.from([0x48, 0xff, 0x00]), Buffer.from(`ep=${imei};460041234567890`)]);
    const packets = await captured((journal) => {
      say(journal, 'in', `\r\n${imei}\r\n`, 1);
      journal.datagram({ from: '127.0.0.1:40000', to: '127.0.0.1:5683', bytes: message });
    }, true);
    const hidden = packets[1]?.bytes.subarray(28) ?? Buffer.alloc(0);
    expect(hidden).toHaveLength(message.length);
    expect(hidden.subarray(0, 6)).toEqual(message.subarray(0, 6));
    expect(packets.map(({ bytes }) => bytes.toString('latin1')).join()).not.toMatch(/863703031234567|460041234567890/);
  });

  it('is whole whatever bytes a line has, and gives back every readable one', async () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((text) => /^[^\r\n\0]+$/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
        const packets = await captured((journal) =>
          lines.forEach((text, place) => journal.onBytes('in', Buffer.from(`${text}\r\n`), baseNs + BigInt(place), 1)),
        );
        const texts = packets.filter(({ direction }) => direction === 1).map(({ bytes }) => bytes.toString());
        // What a port says before its first line may fall away as stray bytes.
        expect(lines.join('\n')).toContain(texts.slice(1).join('\n'));
        expect(texts.length).toBeLessThanOrEqual(lines.length);
      }),
      { numRuns: 40 },
    );
  });

  it('is not written to a terminal', async () => {
    const journal = await openSample(await tempDirectory());
    await journal.close();
    const [stdout, stderr] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];
    const io = { stdin: new PassThrough(), stdout, stderr, signal: new AbortController().signal };
    expect(await main(['export', journal.file, '--format', 'pcapng'], io)).toBe(2);
    expect(String(stderr.read())).toContain('-o FILE');
    expect(stdout.read()).toBeNull();
  });
});
