import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineTexts } from '../../main/at/lineTexts.ts';

/** Texts found by their bytes, which stand between others, and those that had to be made. */
function counted(texts = new LineTexts()) {
  const made: string[] = [];
  const make = (bytes: Buffer, from: number, end: number): string => {
    made.push(bytes.toString('latin1', from, end));
    return made.at(-1) as string;
  };
  const of = (text: string): string => texts.of(Buffer.from(`<${text}>`), 1, text.length + 1, make);
  return { of, made };
}
const reads = (count: number): string[] =>
  Array.from({ length: count }, (_, place) => `+MIPLREAD:0,${10_000 + place},3303`);

describe('LineTexts', () => {
  it('makes what comes again once', () => {
    const { of, made } = counted();
    expect(['OK', '+CSQ:20,99', 'OK', '+CSQ:20,99', 'K'].map(of)).toEqual([
      'OK',
      '+CSQ:20,99',
      'OK',
      '+CSQ:20,99',
      'K',
    ]);
    expect(made).toEqual(['OK', '+CSQ:20,99', 'K']);
  });

  it('makes a long line anew each time', () => {
    const { of, made } = counted();
    const longest = 'x'.repeat(128);
    expect([longest, longest, `${longest}x`, `${longest}x`].map(of)).toEqual([
      longest,
      longest,
      `${longest}x`,
      `${longest}x`,
    ]);
    expect(made).toEqual([longest, `${longest}x`, `${longest}x`]);
  });

  it('keeps about a thousand lines, and others give way to what comes', () => {
    const { of, made } = counted();
    reads(1000).forEach(of);
    made.length = 0;
    reads(1000).slice(-200).forEach(of);
    expect(made.length).toBeLessThan(20);
    reads(5000).forEach(of);
    expect(reads(1000).map(of)).toEqual(reads(1000));
    expect(made.length).toBeGreaterThan(1000);
  });

  it('gives any line as it stands there, whatever came before', () => {
    const ascii = fc.string({ unit: fc.nat({ max: 0x7f }).map((code) => String.fromCharCode(code)), minLength: 1 });
    const alike = fc.nat({ max: 4000 }).map((msgId) => `+MIPLREAD:0,${msgId}`);
    const texts = new LineTexts();
    fc.assert(
      fc.property(fc.array(fc.oneof(ascii, alike)), (lines) => {
        const { of } = counted(texts);
        expect(lines.map(of)).toEqual(lines);
      }),
    );
  });
});
