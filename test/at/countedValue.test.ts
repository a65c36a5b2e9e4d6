import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutCounted } from '../../main/at/countedValue.ts';
import type { ValueSurroundings } from '../../main/at/countedValue.ts';

const isNumbers = (texts: readonly string[]): boolean => texts.every((text) => /^\d{1,2}$/.test(text));
/** `,flag[,index]`, as behind the value of a +MIPLWRITE. */
const required: ValueSurroundings = {
  longest: 2,
  isStrict: true,
  isTail: (texts) => texts.length > 0 && isNumbers(texts),
};
/** Nothing, or `,flag[,index]`, as behind the arguments of a +MIPLEXECUTE. */
const optional: ValueSurroundings = { longest: 2, isStrict: true, isTail: isNumbers };
/** Of a host's line. */
const lax: ValueSurroundings = { ...required, isStrict: false };

describe('a value whose length stands before it', () => {
  it.each([
    ['bare', `0='a',1='b'`, 11, optional, `0='a',1='b'`, false],
    ['bare, with a comma', '1,2', 3, optional, '1,2', false],
    ['bare, with quotes of its own', '"on"', 4, optional, '"on"', false],
    ['between quotes', '"reset"', 5, optional, 'reset', true],
    ['between quotes behind a blank', ' "reset"', 5, optional, 'reset', true],
    ['with quotes and commas inside', '"say "hi", again",0,0', 15, required, 'say "hi", again', true],
    ['that looks like what follows', '"a,0,0",0,0', 5, required, 'a,0,0', true],
    ['that looks like its end', '"a",0,0",0,0', 6, required, 'a",0,0', true],
    ['with blanks at both ends', '  a ,0,0', 4, required, '  a ', false],
    ['behind a blank that is a habit', ' HTGD, 0, 0', 4, required, 'HTGD', false],
    ['with a backslash', String.raw`"D:\10\log",0,0`, 9, required, String.raw`D:\10\log`, true],
    ['with a line break', '"a\r\nb",0,0', 4, required, 'a\r\nb', true],
    ['that ends with a line break', 'ab\r\n', 4, optional, 'ab\r\n', false],
    ['behind line breaks', '\r\n\r\nC7AC,1', 2, required, 'C7AC', false],
    ['of several bytes a character', '温度,0', 6, required, '温度', false],
    ['beyond the basic plane', '"😀",0', 4, required, '😀', true],
    ['as hex', '6162,0,0', 2, required, '6162', false],
    ['as hex between quotes', '"6162"', 2, optional, '6162', true],
    ['that is empty', ',0', 0, required, '', false],
    ['that is empty between quotes', '""', 0, optional, '', true],
    ['with parameters behind it that have no name', 'ab,0,0,7', 2, required, 'ab', false],
  ])('ends there: %s', (_, list, length, around, text, quoted) => {
    const cut = cutCounted(list, 0, length, around);
    expect(cut).toMatchObject({ text, quoted });
    expect(cut).not.toHaveProperty('misfit');
    expect(cut).not.toHaveProperty('oddity');
  });

  it.each([
    ['CR LF counted as one: the port makes it of LF', '"a\r\nb,c",0,0', 5, 'a\nb,c', 'the length counts CR LF as one'],
    ['characters counted', '"温度",0,0', 2, '温度', 'the length counts characters'],
    ['code points counted', '"😀,",0,0', 2, '😀,', 'the length counts characters'],
    ['bytes that are no UTF-8', '"a\uFFFD\uFFFD,",0,0', 4, 'a\uFFFD\uFFFD,', 'bytes that are no UTF-8 in the value'],
  ])('may be counted otherwise, which is noted: %s', (_, list, length, text, oddity) => {
    expect(cutCounted(list, 0, length, required)).toMatchObject({ text, oddity });
  });

  it.each([
    ['longer than the text', '"abc",0,0', 500, 'abc', 'the length says 500 bytes, the text has 3'],
    ['shorter than the text', 'uvwxyz,0,0', 3, 'uvwxyz', 'the length says 3 bytes, the text has 6'],
    ['longer than text of several bytes a character', '温,0', 9, '温', 'the length says 9 bytes, the text has 3'],
    ['of a text whose quotes never close', '"abc,0,0', 9, '"abc', 'the length says 9 bytes, the text has 4'],
    [
      'that may not be what stands there',
      '"a,b\uFFFD",0,0',
      20,
      'a,b\uFFFD',
      'the length says 20 bytes, the text has 6',
    ],
  ])('has a length that fits nothing: %s', (_, list, length, text, misfit) => {
    expect(cutCounted(list, 0, length, required)).toMatchObject({ text, misfit });
  });

  it('begins behind the blank where the module puts one behind every comma', () => {
    expect(cutCounted(' 2, " , 0, 0', 3, 2, required)).toMatchObject({ text: '" ' });
    expect(cutCounted('2, " ,0,0', 2, 2, required)).toMatchObject({ text: ' "' });
    expect(cutCounted(' 3,  ab, 0', 3, 3, required)).toMatchObject({ text: ' ab' });
  });

  it('ends by quotes or commas where no length is known', () => {
    expect(cutCounted(' 25, 0, 0', 0, undefined, required)).toEqual({ text: '25', quoted: false, end: 3 });
    expect(cutCounted('"a,b", 0', 0, undefined, required)).toEqual({ text: 'a,b', quoted: true, end: 5 });
    expect(cutCounted('25,0,0,7', 0, undefined, required)).toEqual({ text: '25,0', quoted: false, end: 4 });
  });

  it('is none where nothing that follows makes sense', () => {
    expect(cutCounted('abc,x,y', 0, 3, required)).toBeUndefined();
    expect(cutCounted('abc', 0, undefined, required)).toBeUndefined();
    expect(cutCounted('abc,"0"', 0, 3, required)).toBeUndefined();
  });

  it('of a host never has quotes around it: a length that counts them does not fit', () => {
    expect(cutCounted('"test0",0,0', 0, 7, lax)).toMatchObject({
      text: 'test0',
      quoted: true,
      misfit: expect.anything(),
    });
  });

  const unit = fc.constantFrom(
    '"',
    ',',
    ' ',
    '\r',
    '\n',
    '0',
    '1',
    'F',
    '\\',
    '温',
    '😀',
    ',0,0',
    '",0,0',
    'OK',
    '+MIPLEVENT: 0,9',
  );
  const value = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(''));

  it('is found whatever it holds, bare, between quotes and as hex', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(',0', ',0,0', ',1,3', ''), fc.constantFrom('', ' '), (text, tail, space) => {
        const around = tail === '' ? optional : required;
        const length = Buffer.byteLength(text);
        const hex = Buffer.from(text).toString('hex');
        const exact = cutCounted(`"${text}"${tail}`, 0, length, around);
        expect(exact).toMatchObject({ text, quoted: true, end: text.length + 2 });
        expect(cutCounted(`${text}${tail}`, 0, length, around)).toMatchObject({
          text,
          quoted: false,
          end: text.length,
        });
        expect(cutCounted(`${space}${hex}${tail}`, 0, length, around)).toMatchObject({ text: hex });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([',', '",', ' ', '温,', '\r\n', 'a'])('is found in linear time: 100 KB of %j', (part) => {
    const list = part.repeat(100_000 / part.length);
    const started = process.cpuUsage();
    for (const length of [0, 3, 50_000, 100_000]) {
      for (const around of [required, optional, lax]) cutCounted(`${list},0,0`, 0, length, around);
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
  });
});
