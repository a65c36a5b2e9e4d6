import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, maximumLineBytes } from '../../main/at/lineSplitter.ts';
import type { AtLine } from '../../main/at/lineSplitter.ts';

/** All lines of the chunks, the i-th arriving at i nanoseconds; the rest flushed. */
function split(...chunks: (string | Uint8Array)[]): AtLine[] {
  const lines: AtLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const [index, chunk] of chunks.entries()) {
    splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk, BigInt(index));
  }
  splitter.flush();
  return lines;
}
const texts = (lines: readonly AtLine[]): string[] => lines.map(({ text }) => text);

describe('LineSplitter', () => {
  it('splits at CR, at LF and at both, and drops empty lines', () => {
    expect(texts(split('\r\nA\rB\nC\r\n\r\n\r\nD\n'))).toEqual(['A', 'B', 'C', 'D']);
  });

  it('keeps spaces as they are', () => {
    expect(texts(split('  +X : 1 \r\n'))).toEqual(['  +X : 1 ']);
  });

  it('joins a line that comes in pieces', () => {
    expect(texts(split('+MIPL', 'READ: 0', ',1\r', '\n'))).toEqual(['+MIPLREAD: 0,1']);
  });

  it('carries the times of the first byte and of the separator', () => {
    const [first, second] = split('one\r\n', 'tw', 'o', '\r\n');
    expect(first).toMatchObject({ startedNs: 0n, finishedNs: 0n });
    expect(second).toMatchObject({ startedNs: 1n, finishedNs: 3n });
  });

  it('carries place and length in bytes', () => {
    expect(split('\r\n温度\r', '\nOK\r\n')).toMatchObject([
      { text: '温度', offset: 2, length: 6 },
      { text: 'OK', offset: 10, length: 2 },
    ]);
  });

  it('decodes UTF-8 that was cut inside a character', () => {
    const bytes = Buffer.from('温度\n');
    expect(split(bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4))).toMatchObject([
      { text: '温度', damaged: false },
    ]);
  });

  it('replaces malformed bytes by U+FFFD and says so', () => {
    expect(split(Uint8Array.of(0x41, 0xff, 0x42, 0x0a))).toMatchObject([{ text: 'A\uFFFDB', damaged: true }]);
  });

  it('takes no byte above 7F for a character of its own', () => {
    expect(split(Uint8Array.of(0x80, 0x0a), Uint8Array.of(0x80), Uint8Array.of(0x0a))).toMatchObject([
      { text: '\uFFFD', damaged: true },
      { text: '\uFFFD', damaged: true },
    ]);
  });

  it('takes U+FFFD that was really sent for undamaged', () => {
    expect(split('\uFFFD\n')).toMatchObject([{ damaged: false }]);
  });

  it('does not let an earlier line spoil the next', () => {
    expect(split('é', '\nplain', '\n')).toMatchObject([{ text: 'é' }, { text: 'plain', damaged: false }]);
  });

  it('reads a view that does not begin at the start of its buffer', () => {
    const whole = new TextEncoder().encode('xxOK\r\nyy');
    expect(texts(split(new Uint8Array(whole.buffer, 2, 4)))).toEqual(['OK']);
  });

  it('does not flag a line of exactly the longest length', () => {
    const line = 'x'.repeat(maximumLineBytes);
    expect(split(`${line}\r\n`)).toMatchObject([{ text: line, cut: false, partial: false }]);
  });

  it('cuts a longer line and flags all its pieces', () => {
    const lines = split('x'.repeat(maximumLineBytes), `y\nz\n`);
    expect(lines).toMatchObject([
      { cut: true, length: maximumLineBytes },
      { text: 'y', cut: true },
      { text: 'z', cut: false },
    ]);
  });

  it('keeps no more than one line of 64 KB without newline', () => {
    const splitter = new LineSplitter(() => undefined);
    for (let count = 0; count < 1024; count++) {
      splitter.push(Buffer.alloc(64, 0x78), 0n);
      expect(splitter.pendingBytes).toBeLessThanOrEqual(maximumLineBytes);
    }
  });

  it('flushes what is open as a partial line', () => {
    expect(split('OK\r\n> ')).toMatchObject([
      { text: 'OK', partial: false },
      { text: '> ', partial: true, offset: 4, length: 2, cut: false },
    ]);
  });

  it('flushes nothing when no line is open', () => {
    expect(split('OK\r\n')).toHaveLength(1);
  });

  it('begins a new line after a flush', () => {
    const lines: AtLine[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push(Buffer.from('x'.repeat(maximumLineBytes + 1)), 0n);
    splitter.flush();
    splitter.push(Buffer.from('OK\r\n'), 1n);
    expect(lines).toMatchObject([
      { cut: true },
      { cut: true, partial: true },
      { text: 'OK', cut: false, startedNs: 1n },
    ]);
  });
});

describe('LineSplitter, for any bytes', () => {
  /** Bytes as they come from a line: text, separators, noise. */
  const stream = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 30 }),
        fc
          .constantFrom('\r\n', '\r', '\n', 'OK', '+MIPLREAD: 0,1', '温度', 'x'.repeat(3000))
          .map((text) => Buffer.from(text)),
      ),
      { maxLength: 20 },
    )
    .map((parts) => Buffer.concat(parts));
  const cuts = fc.array(fc.nat({ max: 12_000 }), { maxLength: 12 });
  const cutAt = (bytes: Buffer, places: readonly number[]): Buffer[] => {
    const sorted = [0, ...[...places].sort((left, right) => left - right), bytes.length];
    return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
  };
  const untimed = (lines: readonly AtLine[]) =>
    lines.map(({ text, offset, length, damaged, cut, partial }) => ({ text, offset, length, damaged, cut, partial }));

  it('gives the same lines whatever the cut', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        expect(untimed(split(...cutAt(bytes, places)))).toEqual(untimed(split(bytes)));
      }),
    );
  });

  it('accounts for every byte: lines and separators make the stream', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const isSeparator = (byte: number): boolean => byte === 0x0a || byte === 0x0d;
        let place = 0;
        for (const { offset, length } of split(...cutAt(bytes, places))) {
          expect(bytes.subarray(place, offset).every(isSeparator)).toBe(true);
          place = offset + length;
          expect(bytes.subarray(offset, place).some(isSeparator)).toBe(false);
        }
        expect(bytes.subarray(place).every(isSeparator)).toBe(true);
      }),
    );
  });

  it('says damaged exactly when the bytes are not the text', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        for (const { text, offset, length, damaged } of split(bytes)) {
          expect(damaged).toBe(!Buffer.from(text).equals(bytes.subarray(offset, offset + length)));
        }
      }),
    );
  });
});
