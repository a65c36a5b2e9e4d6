import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLinePattern } from '../../main/log/linePattern.ts';

describe('a pattern of a plan', () => {
  it('remembers its named groups', () => {
    const pattern = compileLinePattern('^\\+CSQ: ?(?<rssi>\\d+),(?<ber>\\d+)');
    expect(pattern.match('+CSQ:20,99')).toEqual({ rssi: '20', ber: '99' });
    expect(pattern.match('OK')).toBeUndefined();
  });

  it('leaves out a group that took no part', () => {
    expect(compileLinePattern('(?<one>1)|(?<two>2)').match('2')).toEqual({ two: '2' });
  });

  it.each([
    ['\\u6e29\\u5ea6', '温度', true],
    ['\\\\u6e29', '\\u6e29', true],
    ['\\\\u6e29', '温', false],
    ['^\\S+\\s\\w+$', 'a b', true],
    ['(?i)ok', 'OK', true],
    ['x{2,3}y', 'xxy', true],
  ])('reads %j as JavaScript does on %j', (source, text, fits) => {
    expect(compileLinePattern(source).match(text) !== undefined).toBe(fits);
  });

  it('finds what JavaScript finds wherever both know the syntax', () => {
    const piece = fc.constantFrom('a', 'b', '[ab]', '(?:a|b)', '.', '\\d', 'a*', 'b+', '(?:ab)?', '^', '$', '\\b');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.stringMatching(/^[ab0 ]{0,12}$/), (pieces, text) => {
        const source = pieces.join('');
        expect(compileLinePattern(source).match(text) !== undefined).toBe(new RegExp(source).test(text));
      }),
    );
  });

  it.each(['(a)\\1', 'a(?=b)', '(?<!a)b', '(', '[', '\\k<a>'])('is refused when it is %j', (source) => {
    expect(() => compileLinePattern(source)).toThrow(/error parsing regexp/);
  });

  it.each(['(.*?){1000}$', '(a|aa){1000}[xy]', '((a?){100}){9}[xy]', 'a'.repeat(5000)])(
    'is refused when the longest line would keep it busy for seconds: %.30s',
    (source) => {
      expect(() => compileLinePattern(source)).toThrow(/the pattern is too large: \d+ steps, at most 2000/);
    },
  );

  it('may be as long as any line of the document, and hold a value of 500 bytes in hex', () => {
    expect(compileLinePattern('^\\+MIPLWRITE: ?0,.*,(?<value>[0-9A-F]{1000}),0,0$')).toBeDefined();
  });

  it('takes time in proportion to the line, however it is nested', () => {
    const pattern = compileLinePattern('^(?:(?:a|a)+)+$');
    const milliseconds = (length: number): number => {
      const text = `${'a'.repeat(length)}b`;
      const before = process.cpuUsage();
      for (let round = 0; round < 20; round++) expect(pattern.match(text)).toBeUndefined();
      return process.cpuUsage(before).user / 1000;
    };
    milliseconds(6);
    // An engine that tries every way needs some 4000 times as long for twelve letters more.
    expect(milliseconds(18)).toBeLessThan(50 * (milliseconds(6) + 1));
  });
});
