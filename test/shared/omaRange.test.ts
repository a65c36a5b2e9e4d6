import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, rangeOf } from '../../shared/omaRange.ts';
import type { OmaRange } from '../../shared/omaRange.ts';

const between = (...spans: readonly (readonly [number, number])[]): OmaRange => ({
  kind: 'between',
  spans: spans.map(([least, most]) => ({ least, most })),
});
const length = (...spans: readonly (readonly [number, number])[]): OmaRange =>
  ({ ...between(...spans), kind: 'length' }) as OmaRange;
const prose = (text: string): OmaRange => ({ kind: 'prose', text });

describe('reads each notation of the OMA registry', () => {
  it.each<[string, boolean, OmaRange | undefined]>([
    ['', false, undefined],
    [' \n\t', false, undefined],
    ['0..255', false, between([0, 255])],
    ['0..255', true, length([0, 255])],
    ['-90.0..90.0', false, between([-90, 90])],
    ['1...15', false, between([1, 15])],
    ['-30..-120', false, between([-120, -30])],
    ['0..64 bytes', true, length([0, 64])],
    ['32 bytes', true, length([0, 32])],
    ['8-Bits', false, length([0, 1])],
    ['64', true, length([0, 64])],
    ['64', false, between([64, 64])],
    ['2 Instances', false, prose('2 Instances')],
    ['16,32,48', true, length([16, 16], [32, 32], [48, 48])],
    ['5, 10, 15, 20', false, between([5, 5], [10, 10], [15, 15], [20, 20])],
    ['0..247, 255', false, between([0, 247], [255, 255])],
    ['0; 3.8..20.5', false, between([0, 0], [3.8, 20.5])],
    ['0: RELEASED\n\t\t1: PRESSED', false, between([0, 0], [1, 1])],
    ['ON;OFF', true, { kind: 'oneOf', words: ['ON', 'OFF'] }],
    ['<7 to >12.5', false, prose('<7 to >12.5')],
    ['The possible values are listed elsewhere', true, prose('The possible values are listed elsewhere')],
  ])('%j', (text, isCounted, range) => {
    expect(rangeOf(text, isCounted)).toEqual(range);
  });

  it('and anything else without throwing', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), fc.string(), (text, isCounted, value) => {
        const range = rangeOf(text, isCounted);
        expect(range === undefined).toBe(text.trim() === '');
        if (range) expect(typeof isWithin(range, value, value.length)).toBe('boolean');
      }),
    );
  });
});

it.each<[OmaRange, string, number, boolean]>([
  [between([1, 9]), '9', 1, true],
  [between([1, 9]), '10', 2, false],
  [between([1, 9], [255, 255]), '255', 3, true],
  [length([2, 4]), 'abcde', 5, false],
  [length([2, 4]), 'abcd', 4, true],
  [{ kind: 'oneOf', words: ['ON', 'OFF'] }, 'ON', 2, true],
  [{ kind: 'oneOf', words: ['ON', 'OFF'] }, 'on', 2, false],
  [prose('whatever'), 'x', 1, true],
])('%j and %s of %d bytes: %s', (range, value, bytes, fits) => {
  expect(isWithin(range, value, bytes)).toBe(fits);
});
