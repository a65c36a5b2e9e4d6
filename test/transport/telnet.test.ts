import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  TelnetReader,
  beginsWithTelnet,
  escapeTelnet,
  longestSubnegotiation,
  negotiation,
  negotiationVerbs,
  subnegotiationOf,
  withoutTelnet,
} from '../../main/transport/telnet.ts';
import type { TelnetEvent } from '../../main/transport/telnet.ts';

const bytes = (...values: (number | string)[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => (typeof value === 'number' ? [value] : [...Buffer.from(value, 'latin1')])));
const read = (input: Uint8Array, isBinary = false): TelnetEvent[] => {
  const reader = new TelnetReader();
  reader.isBinary = isBinary;
  return [...reader.push(input)];
};
const textOf = (events: readonly TelnetEvent[]): string =>
  events.map((event) => (event.type === 'data' ? Buffer.from(event.bytes).toString('latin1') : '')).join('');

/** Adjacent data is one: where it was cut says nothing. */
function joined(events: Iterable<TelnetEvent>): unknown[] {
  const out: unknown[] = [];
  for (const event of events) {
    const last = out.at(-1);
    if (event.type === 'data' && last instanceof Array) last.push(...event.bytes);
    else out.push(event.type === 'data' ? [...event.bytes] : event);
  }
  return out;
}

/** Splits at the given shares of the length. */
function pieces(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * whole.length)).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((end, index) => whole.subarray(places[index], end));
}
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
const anyBytes = fc.uint8Array({ maxLength: 200 });
/** Streams in which telnet's own bytes are frequent. */
const telnetLike = fc
  .array(fc.oneof(fc.constantFrom(255, 250, 240, 251, 252, 253, 254, 13, 0, 44), fc.integer({ min: 0, max: 255 })), {
    maxLength: 300,
  })
  .map((values) => Uint8Array.from(values));

describe('a telnet stream', () => {
  it('begins with the options of ser2net 4.3.11, before its data', () => {
    // As ser2net 4.3.11 with accepter telnet(rfc2217) sends it on connecting.
    const greeting = bytes(255, 251, 3, 255, 253, 3, 255, 251, 1, 255, 254, 1, 255, 253, 0, 255, 251, 0, 255, 253, 44);
    expect(read(bytes(...greeting, 'OK\r\n'))).toEqual([
      { type: 'negotiation', verb: 'will', option: 3 },
      { type: 'negotiation', verb: 'do', option: 3 },
      { type: 'negotiation', verb: 'will', option: 1 },
      { type: 'negotiation', verb: 'dont', option: 1 },
      { type: 'negotiation', verb: 'do', option: 0 },
      { type: 'negotiation', verb: 'will', option: 0 },
      { type: 'negotiation', verb: 'do', option: 44 },
      { type: 'data', bytes: bytes('OK\r\n') },
    ]);
  });

  it('has 255 as data when it is sent twice', () => {
    expect(read(bytes('a', 255, 255, 'b'), true)).toEqual([{ type: 'data', bytes: bytes('a', 255, 'b') }]);
  });

  it('loses commands without a parameter, such as NOP and go ahead', () => {
    expect(textOf(read(bytes('a', 255, 241, 'b', 255, 249, 'c', 255, 243)))).toBe('abc');
  });

  it('loses the NUL after CR until both agreed to binary', () => {
    const input = bytes('a\r', 0, 'b', 0, '\r\n', 0);
    expect(textOf(read(input))).toBe('a\rb\0\r\n\0');
    expect(textOf(read(input, true))).toBe('a\r\0b\0\r\n\0');
    expect(textOf(read(bytes('\r', 255, 255, 0)))).toBe('\r\xff\0');
  });

  it('is binary from the very byte on at which its reader says so', () => {
    const reader = new TelnetReader();
    const heard: number[] = [];
    for (const event of reader.push(bytes('\r', 0, 255, 251, 0, '\r', 0))) {
      if (event.type === 'negotiation') reader.isBinary = true;
      if (event.type === 'data') heard.push(...event.bytes);
    }
    expect(heard).toEqual([13, 13, 0]);
  });

  it('gives a subnegotiation with its content unescaped, and an empty one not at all', () => {
    expect(read(bytes(255, 250, 44, 101, 0, 0, 255, 255, 0, 255, 240))).toEqual([
      { type: 'subnegotiation', option: 44, bytes: bytes(101, 0, 0, 255, 0) },
    ]);
    expect(read(bytes(255, 250, 255, 240, 'x'))).toEqual([{ type: 'data', bytes: bytes('x') }]);
  });

  it('gives up a subnegotiation that another command interrupts, and takes the command', () => {
    expect(read(bytes(255, 250, 44, 1, 2, 255, 253, 1, 'x'))).toEqual([
      { type: 'negotiation', verb: 'do', option: 1 },
      { type: 'data', bytes: bytes('x') },
    ]);
    expect(read(bytes(255, 250, 44, 255, 250, 44, 101, 255, 240))).toEqual([
      { type: 'subnegotiation', option: 44, bytes: bytes(101) },
    ]);
  });

  it('is told to be endless when a subnegotiation does not end', () => {
    const begin = bytes(255, 250, 44);
    expect(read(bytes(...begin, ...new Uint8Array(longestSubnegotiation - 1)))).toEqual([]);
    expect(read(bytes(...begin, ...new Uint8Array(longestSubnegotiation)))).toEqual([{ type: 'endless' }]);
    const escaped = bytes(...begin, ...new Uint8Array(2 * longestSubnegotiation).fill(255));
    expect(read(escaped)[0]).toEqual({ type: 'endless' });
  });

  it('means the same wherever it is cut', () => {
    fc.assert(
      fc.property(telnetLike, cuts, fc.boolean(), (input, places, isBinary) => {
        const reader = new TelnetReader();
        reader.isBinary = isBinary;
        const inPieces = pieces(input, places).flatMap((piece) => [...reader.push(piece)]);
        expect(joined(inPieces)).toEqual(joined(read(input, isBinary)));
      }),
    );
  });

  it('carries any bytes unchanged, with negotiation in between, in binary and otherwise', () => {
    const between = fc.oneof(
      fc.record({ verb: fc.constantFrom(...negotiationVerbs), option: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ option: fc.integer({ min: 0, max: 254 }), content: anyBytes }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyBytes, between)), cuts, fc.boolean(), (parts, places, isBinary) => {
        const data: number[] = [];
        const wire: number[] = [];
        for (const [piece, control] of parts) {
          data.push(...piece);
          wire.push(...escapeTelnet(piece, isBinary));
          const command = 'verb' in control ? negotiation(control.verb, control.option) : undefined;
          wire.push(...(command ?? subnegotiationOf(control.option, 'content' in control ? control.content : bytes())));
        }
        const reader = new TelnetReader();
        reader.isBinary = isBinary;
        const events = pieces(Uint8Array.from(wire), places).flatMap((piece) => [...reader.push(piece)]);
        // A piece that ends in CR is followed by NUL, so an LF of the next piece stays a byte of its own.
        expect(events.flatMap((event) => (event.type === 'data' ? [...event.bytes] : []))).toEqual(data);
        expect(events.filter(({ type }) => type !== 'data')).toHaveLength(parts.length);
      }),
    );
  });

  it('is recognised at its first three bytes, which no module says', () => {
    expect(beginsWithTelnet(bytes(255, 251, 1))).toBe(true);
    expect(beginsWithTelnet(bytes(255, 253, 44, 'x'))).toBe(true);
    for (const other of [
      bytes(),
      bytes(255),
      bytes(255, 251),
      bytes(255, 255, 1),
      bytes('+MIPLREAD'),
      bytes(255, '+M'),
    ])
      expect(beginsWithTelnet(other)).toBe(false);
    // A module that wakes with garbage: 255 twice is no verb, an option above 127 none that is assigned.
    expect(beginsWithTelnet(bytes(255, 254, 200))).toBe(false);
  });

  it('is text when its commands are taken out', () => {
    expect(Buffer.from(withoutTelnet(bytes(255, 251, 3, 'Port ', 255, 250, 1, 255, 240, 'busy'))).toString()).toBe(
      'Port busy',
    );
  });
});
