import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineFrames } from '../../main/at/lineFrames.ts';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import type { AtLine } from '../../main/at/lineSplitter.ts';

/** A line begins at each plus, and what stands before one that is followed by a dash is not whole. */
const frames: LineFrames = {
  missing: () => 0,
  nextLine(text) {
    const at = text.indexOf('+', 1);
    return at < 0 ? undefined : { at, isTorn: text[at - 1] === '-' };
  },
};

function split(bytes: Uint8Array, size = bytes.length): AtLine[] {
  const lines: AtLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), frames);
  for (let from = 0; from < bytes.length; from += size) splitter.push(bytes.subarray(from, from + size), 5n);
  splitter.flush();
  return lines;
}

describe('lines that lost the break between them', () => {
  it.each([
    ['ASCII', '+A: 1+B: 2+C: 3', ['+A: 1', '+B: 2', '+C: 3']],
    ['characters of several bytes', '+温度: é+B: 热+C', ['+温度: é', '+B: 热', '+C']],
    ['U+FFFD itself', '+\uFFFD+B', ['+\uFFFD', '+B']],
  ])('come one by one, each with its place: %s', (_, text, expected) => {
    const bytes = Buffer.from(`OK\r\n${text}\r\n`);
    const lines = split(bytes).slice(1);
    expect(lines.map((line) => line.text)).toEqual(expected);
    for (const { text: one, offset, length } of lines) {
      expect(bytes.toString('utf8', offset, offset + length)).toBe(one);
    }
  });

  it('are told apart where bytes are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('+A'), Buffer.of(0xff, 0xe6, 0xb8), Buffer.from('x+B: 2\r\n')]);
    const [first, second] = split(bytes);
    expect(first).toMatchObject({ offset: 0, length: 6, damaged: true });
    expect(second).toMatchObject({ text: '+B: 2', offset: 6, length: 5, damaged: false });
  });

  it('say that the first broke off, and lose the control characters between them', () => {
    expect(split(Buffer.from('+A-+B\0\0+C\r\n'))).toMatchObject([
      { text: '+A-', partial: true },
      { text: '+B', partial: false, strayBytesBehind: 2 },
      { text: '+C', partial: false, strayBytes: 0 },
    ]);
  });

  it('are told apart up to nine in one line', () => {
    const names = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, place) => `+${String.fromCharCode(0x41 + from + place)}`);
    const texts = split(Buffer.from(`${names(0, 20).join('')}\r\n+Y+Z\r\n`)).map(({ text }) => text);
    expect(texts).toEqual([...names(0, 8), names(8, 20).join(''), '+Y', '+Z']);
  });

  it('stay one where the end did not come', () => {
    expect(split(Buffer.from('+A+B'))).toMatchObject([{ text: '+A+B', partial: true }]);
  });

  it('are the same whatever the chunks, and no byte is lost', () => {
    const part = fc.constantFrom('+', 'A', '温', '\0', '-', ' ', '\r\n', '\uFFFD');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (parts, size) => {
        const bytes = Buffer.from(parts.join(''));
        const lines = split(bytes);
        expect(split(bytes, size)).toEqual(lines);
        const covered = lines.flatMap(({ offset, length, strayBytes, strayBytesBehind }) =>
          Array.from({ length: strayBytes + length + strayBytesBehind }, (_, place) => offset - strayBytes + place),
        );
        const isBreak = (byte: number): boolean => byte === 0x0d || byte === 0x0a;
        expect(covered).toEqual([...bytes.keys()].filter((place) => !isBreak(bytes[place] as number)));
      }),
    );
  });
});
