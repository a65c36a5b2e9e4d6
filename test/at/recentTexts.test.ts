import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentTexts } from '../../main/at/recentTexts.ts';
import { anyText } from '../anyText.ts';

/** What is made of a text, and how often it was. */
function counted(): { readonly of: (text: string) => { text: string }; readonly made: string[] } {
  const made: string[] = [];
  const recent = new RecentTexts((text) => {
    made.push(text);
    return { text };
  });
  return { of: (text) => recent.of(text), made };
}
const others = (count: number): string[] => Array.from({ length: count }, (_, place) => `+MIPLREAD:0,${place},3303`);

describe('RecentTexts', () => {
  it('makes what is said again once, whatever was said between', () => {
    const { of, made } = counted();
    const first = of('+CSQ:20,99');
    of('+CSCON:1');
    expect(of('+CSQ:20,99')).toBe(first);
    expect(made).toEqual(['+CSQ:20,99', '+CSCON:1']);
  });

  it('keeps what is said again among thousands of others', () => {
    const { of } = counted();
    const first = of('+CSQ:20,99');
    for (const text of others(5000)) {
      of(text);
      expect(of('+CSQ:20,99')).toBe(first);
    }
  });

  it('forgets what is not said again', () => {
    const { of, made } = counted();
    of('+CSQ:20,99');
    others(1100).forEach(of);
    made.length = 0;
    of('+CSQ:20,99');
    expect(made).toEqual(['+CSQ:20,99']);
  });

  it('makes a long text anew each time', () => {
    const { of, made } = counted();
    const long = 'x'.repeat(129);
    expect(of(long)).not.toBe(of(long));
    expect(made).toHaveLength(2);
  });

  it('gives for any texts in any order what would be made of each', () => {
    const few = fc.constantFrom('', '+', 'OK', '+CSQ: 1,99', '+CSQ: 2,99', 'é', '\uD800');
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText(), few)), (texts) => {
        const { of } = counted();
        expect(texts.map((text) => of(text).text)).toEqual(texts);
      }),
    );
  });
});
