import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleLine, visibleJson, visibleLines, withoutUnseen } from '../../main/files/visible.ts';

test('no text keeps a character that could steer a terminal or turn the line around', () => {
  expect(visibleLine('a\u0000\u001b[31m\u007f\u009b\u202eb\u2028\u4e2d')).toBe('a␀␛[31m␡\\u009b\\u202eb\\u2028中');
});

/** Each kind of character that is not seen, with where Unicode has it. */
const unseen: readonly (readonly [name: string, character: string, shown: string])[] = [
  ['Arabic letter mark', '\u061c', '\\u061c'],
  ['soft hyphen', '\u00ad', '\\u00ad'],
  ['combining grapheme joiner', '\u034f', '\\u034f'],
  ['Mongolian vowel separator', '\u180e', '\\u180e'],
  ['zero width space', '\u200b', '\\u200b'],
  ['zero width joiner', '\u200d', '\\u200d'],
  ['left-to-right mark', '\u200e', '\\u200e'],
  ['right-to-left override', '\u202e', '\\u202e'],
  ['line separator', '\u2028', '\\u2028'],
  ['paragraph separator', '\u2029', '\\u2029'],
  ['word joiner', '\u2060', '\\u2060'],
  ['right-to-left isolate', '\u2067', '\\u2067'],
  ['Hangul filler', '\u3164', '\\u3164'],
  ['variation selector', '\ufe0f', '\\ufe0f'],
  ['byte order mark', '\ufeff', '\\ufeff'],
  ['interlinear annotation anchor', '\ufff9', '\\ufff9'],
  ['noncharacter', '\uffff', '\\uffff'],
  ['musical beam', '\u{1d173}', '\\ud834\\udd73'],
  ['language tag', '\u{e0001}', '\\udb40\\udc01'],
  ['tag letter', '\u{e0041}', '\\udb40\\udc41'],
  ['variation selector supplement', '\u{e0100}', '\\udb40\\udd00'],
  ['next line', '\u0085', '\\u0085'],
];

test.each(unseen)('a %s is shown, kept exact in JSON, and no part of a name', (_name, character, shown) => {
  expect(visibleLine(`a${character}b`)).toBe(`a${shown}b`);
  const json = visibleJson({ text: `a${character}b` });
  expect(json).toBe(`{"text":"a${shown}b"}`);
  expect(JSON.parse(json)).toEqual({ text: `a${character}b` });
  expect(withoutUnseen(`a${character}${character}b`, '-')).toMatch(/^a-+b$/);
});

test('lines and tabs stay where a text has several lines', () => {
  expect(visibleLines('a\n\tb\r\u0007')).toBe('a\n\tb␍␇');
});

test('nothing unseen is left of any text, and a text that is seen stays as it is', () => {
  const text = fc.oneof(
    fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
    fc
      .array(fc.constantFrom(...unseen.map(([, character]) => character), 'a', '中'), { maxLength: 20 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (one) => {
      const shown = visibleLine(one);
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/u);
      expect(visibleLine(shown)).toBe(shown);
    }),
  );
});
