import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comPortBytes, comPortRequests, confirmedBaudRate } from '../../main/transport/comPort.ts';
import { TelnetReader } from '../../main/transport/telnet.ts';

describe('the port of a server that is set by RFC 2217', () => {
  it('is told rate, 8N1, no flow control and both lines, as the RFC numbers them', () => {
    expect(
      comPortRequests({ baudRate: 9600, dtr: true, rts: false }).map(({ command, value }) => [command, ...value]),
    ).toEqual([
      [10, 0],
      [11, 0],
      [1, 0, 0, 0x25, 0x80],
      [2, 8],
      [3, 1],
      [4, 1],
      [5, 1],
      [5, 8],
      [5, 12],
    ]);
    expect(comPortRequests({ baudRate: 9600, dtr: false, rts: true }).slice(-2)).toEqual([
      { command: 5, value: [9] },
      { command: 5, value: [11] },
    ]);
  });

  it('confirms any rate that it was given, a byte of 255 in it or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), (baudRate) => {
        const [, , request] = comPortRequests({ baudRate, dtr: true, rts: true });
        const [event] = [...new TelnetReader().push(comPortBytes(request ?? { command: 0, value: [] }))];
        if (event?.type !== 'subnegotiation') throw new Error('no subnegotiation');
        expect(event.option).toBe(44);
        const answer = Uint8Array.from([101, ...event.bytes.subarray(1)]);
        expect(confirmedBaudRate(answer)).toBe(baudRate);
        // sredird adds four bytes of zero.
        expect(confirmedBaudRate(Uint8Array.from([...answer, 0, 0, 0, 0]))).toBe(baudRate);
      }),
      { examples: [[0xff00], [0xffffffff], [255]] },
    );
  });

  it('confirms nothing with other words, or with too few bytes', () => {
    for (const content of [[], [101], [101, 0, 0, 0x25], [1, 0, 0, 0x25, 0x80], [102, 8, 0, 0, 0]])
      expect(confirmedBaudRate(Uint8Array.from(content))).toBeUndefined();
  });
});
