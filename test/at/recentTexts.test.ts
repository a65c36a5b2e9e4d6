import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentTexts } from '../../main/at/recentTexts.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { commands } from '../../main/mipl/messages.ts';
import { anyText } from '../anyText.ts';

/** What is made of a text, and how often it was. */
function counted(): { readonly of: (text: string) => { text: string }; readonly made: string[] } {
  const made: string[] = [];
  const recent = new RecentTexts((text) => {
    made.push(text);
    return { text };
  });
  made.length = 0;
  return { of: (text) => recent.of(text), made };
}

describe('RecentTexts', () => {
  it('makes what is said again once, whatever was said between', () => {
    const { of, made } = counted();
    const first = of('+CSQ:20,99');
    of('+CSCON:1');
    expect(of('+CSQ:20,99')).toBe(first);
    expect(made).toEqual(['+CSQ:20,99', '+CSCON:1']);
  });

  it('keeps two texts that belong at one place, and the third gives way to them', () => {
    // Alike wherever it looks.
    const alike = ['+MIPLREAD:0,11111,3303', '+MIPLREAD:0,12111,3303', '+MIPLREAD:0,13111,3303'];
    const { of, made } = counted();
    const [one, two] = alike.map(of);
    expect([of(alike[2] as string).text, of(alike[1] as string)]).toEqual([alike[2], two]);
    expect(of(alike[0] as string)).not.toBe(one);
    expect(made).toEqual([...alike, alike[0]]);
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

describe('the table of messages', () => {
  it('reads a line the same alone, whether or not it was read as an answer before', () => {
    const text = '+CEREG: 0,1';
    const seen = messageTable.line(text);
    const alone = seen.read(undefined);
    expect(seen.read(undefined, commands.registrationState)).toMatchObject({ answer: { status: 1 } });
    expect(messageTable.line(text).read(undefined)).toEqual(alone);
    expect(alone.answer).toBeUndefined();
  });
});
