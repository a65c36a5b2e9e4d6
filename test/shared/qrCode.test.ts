import fc from 'fast-check';
import qrcode from 'qrcode-generator';
import { expect, it } from 'vitest';
import { qrMatrix } from '../../shared/qrCode.ts';
import type { QrMatrix } from '../../shared/qrCode.ts';

/** More does not fit into a symbol of the third version at level M. */
const mostBytes = 42;

/** What another implementation (qrcode-generator) makes: the smallest version, level M, bytes. */
function symbolOf(text: string): boolean[][] {
  const symbol = qrcode(0, 'M');
  symbol.addData(text, 'Byte');
  symbol.make();
  const count = symbol.getModuleCount();
  return Array.from({ length: count }, (_, row) => Array.from({ length: count }, (_, at) => symbol.isDark(row, at)));
}

/** Of the format's fifteen bits, which stand with `10101` over their first five: the level (00 is M) and the mask. */
function formatOf(symbol: QrMatrix): { level: number; mask: number } {
  const bits = [0, 1, 2, 3, 4].map((column) => Number(symbol[8]?.[column]));
  const [first = 0, second = 0, ...rest] = bits.map((bit, place) => bit ^ (place % 2 === 0 ? 1 : 0));
  return { level: first * 2 + second, mask: Number.parseInt(rest.join(''), 2) };
}

/** ISO/IEC 18004, table 10. */
const masks: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];

/**
 * The symbol without its mask and format: each may choose the mask as it will, and qrcode-generator counts penalties in a
 * way of its own. What is left is all the rest: patterns, data, correction, and where each bit stands.
 */
function bare(symbol: QrMatrix): string[] {
  const size = symbol.length;
  const { level, mask } = formatOf(symbol);
  expect(level).toBe(0);
  const isMasked = masks[mask] as (typeof masks)[number];
  const isCorner = (row: number, column: number): boolean =>
    (row < 9 && column < 9) || (row < 9 && column >= size - 8) || (row >= size - 8 && column < 9);
  const isAligning = (row: number, column: number): boolean =>
    size > 21 && Math.max(Math.abs(row - size + 7), Math.abs(column - size + 7)) <= 2;
  const isPattern = (row: number, column: number): boolean =>
    isCorner(row, column) || isAligning(row, column) || row === 6 || column === 6;
  const isFormat = (row: number, column: number): boolean =>
    isCorner(row, column) && (row === 8 || column === 8) && row !== 6 && column !== 6;
  return symbol.map((line, row) =>
    line
      .map((isDark, column) => {
        if (isFormat(row, column)) return ' ';
        return isDark !== (!isPattern(row, column) && isMasked(row, column)) ? '#' : '.';
      })
      .join(''),
  );
}

const ascii = fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code));
const fitting = fc.string({ unit: ascii, minLength: 1, maxLength: mostBytes });

function expectSame(text: string): void {
  const [ours, theirs] = [qrMatrix(text) ?? [], symbolOf(text)];
  expect(bare(ours)).toEqual(bare(theirs));
  if (formatOf(ours).mask === formatOf(theirs).mask) expect(ours).toEqual(theirs);
}

it('every text that fits has the QR code that another implementation makes, whatever mask it chooses', () => {
  fc.assert(
    fc.property(fitting, (text) => {
      expectSame(text);
    }),
    { numRuns: 300 },
  );
});

it.each([1, 14, 15, 26, 27, mostBytes])('%i bytes, at the end of a version or behind it, do, too', (count) => {
  expectSame('869334030000010;460041234567899;0123456789'.slice(0, count));
});

it('what does not fit has none, nor has what is not ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: ascii, minLength: mostBytes + 1, maxLength: 200 }), (text) => {
      expect(qrMatrix(text)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fitting, fc.integer({ min: 0x80, max: 0xffff }), (text, code) => {
      expect(qrMatrix(text.slice(1) + String.fromCharCode(code))).toBeUndefined();
    }),
  );
});
