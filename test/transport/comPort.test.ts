import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comPortBytes,
  comPortChanges,
  comPortRequests,
  confirmation,
  confirmedBaudRate,
  confirms,
  modemStateIn,
} from '../../main/transport/comPort.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import { TelnetReader } from '../../main/transport/telnet.ts';

const { lineEnding: _text, ...line } = usualLine;

describe('the port of a server that is set by RFC 2217', () => {
  it('is told rate, 8N1, no flow control and both lines, as the RFC numbers them', () => {
    expect(
      comPortRequests({ ...line, baudRate: 9600, rts: false }).map(({ command, value }) => [command, ...value]),
    ).toEqual([
      [10, 0],
      [11, 0xf0],
      [1, 0, 0, 0x25, 0x80],
      [2, 8],
      [3, 1],
      [4, 1],
      [5, 1],
      [5, 8],
      [5, 12],
    ]);
    expect(comPortRequests({ ...line, baudRate: 9600, dtr: false }).slice(-2)).toEqual([
      { command: 5, value: [9] },
      { command: 5, value: [11] },
    ]);
  });

  it('confirms any rate that it was given, a byte of 255 in it or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), (baudRate) => {
        const [, , request] = comPortRequests({ ...line, baudRate });
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

  it('is told only what is to be otherwise, parity and stop bits as the RFC numbers them', () => {
    expect(comPortChanges({ parity: 'even', stopBits: 2, dataBits: 7, dtr: false })).toEqual([
      { command: 2, value: [7] },
      { command: 3, value: [3] },
      { command: 4, value: [2] },
      { command: 5, value: [9] },
    ]);
    expect(comPortChanges({ parity: 'odd' })).toEqual([{ command: 3, value: [2] }]);
    expect(comPortChanges({})).toEqual([]);
  });

  it('confirms just what was asked for, however many bytes the server sends', () => {
    const asked = { command: 2, value: [7] };
    const told = (...bytes: number[]) => confirmation(Uint8Array.from(bytes)) ?? { command: 0, value: [] };
    expect(confirms(told(102, 7), asked)).toBe(true);
    expect(confirms(told(102, 7, 0, 0, 0), asked)).toBe(true);
    expect(confirms(told(102, 8), asked)).toBe(false);
    expect(confirms(told(102), asked)).toBe(false);
    expect(confirms(told(103, 7), asked)).toBe(false);
  });

  it('tells the lines of the far end, which confirm nothing', () => {
    const lines = (state: number) => modemStateIn(Uint8Array.of(107, state));
    expect(lines(0x30)).toEqual({ cts: true, dsr: true, dcd: false, ri: false });
    expect(lines(0xcf)).toEqual({ cts: false, dsr: false, dcd: true, ri: true });
    expect(confirmation(Uint8Array.of(107, 0x30))).toBeUndefined();
    for (const content of [[], [107], [7, 0x30], [105, 8]])
      expect(modemStateIn(Uint8Array.from(content))).toBeUndefined();
    for (const content of [[], [1, 2], [100]]) expect(confirmation(Uint8Array.from(content))).toBeUndefined();
  });

  it('confirms nothing with other words, or with too few bytes', () => {
    for (const content of [[], [101], [101, 0, 0, 0x25], [1, 0, 0, 0x25, 0x80], [102, 8, 0, 0, 0]])
      expect(confirmedBaudRate(Uint8Array.from(content))).toBeUndefined();
  });
});
