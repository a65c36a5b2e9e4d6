import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import {
  LineError,
  Unreadable,
  allowsCount,
  command,
  formatCommand,
  formatLine,
  integer,
  line,
  optional,
  quoted,
  raw,
  parseLine,
  readParams,
  rest,
  tokenizeFor,
  tryParams,
  counted,
} from '../../main/at/codec.ts';
import { splitCommand, splitHead, tokenize } from '../../main/at/tokens.ts';
import type { Token } from '../../main/at/tokens.ts';
import { anyText } from '../anyText.ts';

describe('a value that is counted oddly, with more behind it', () => {
  it('is read, and both are said', () => {
    const shape = { length: integer(), value: counted() };
    const tokens: Token[] = [
      { text: '2', quoted: false },
      { text: '温度', quoted: true, oddity: 'the length counts characters' },
      { text: '7', quoted: false },
    ];
    expect(tryParams(shape, tokens)).toMatchObject({
      params: { length: 2, value: '温度' },
      note: 'the length counts characters; extra parameters: 7',
    });
  });
});

const bare = (text: string): Token => ({ text, quoted: false });
const inQuotes = (text: string): Token => ({ text, quoted: true });

function refusal(call: () => unknown): CodedError {
  try {
    call();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('tokenize', () => {
  it.each<[string, Token[]]>([
    ['', [bare('')]],
    [',', [bare(''), bare('')]],
    ['0,6', [bare('0'), bare('6')]],
    [' 0 ,\t6 ', [bare('0'), bare('6')]],
    ['5, "reset"', [bare('5'), inQuotes('reset')]],
    ['"a,b" , c', [inQuotes('a,b'), bare('c')]],
    ['"",""', [inQuotes(''), inQuotes('')]],
    ['"{"a":"b","c":1}"', [inQuotes('{"a":"b'), inQuotes('c":1}')]],
    ['"say "hi""', [inQuotes('say "hi"')]],
    ['"never closed,1', [bare('"never closed'), bare('1')]],
    ['a"b",c', [bare('a"b"'), bare('c')]],
    [String.raw`"D:\10\log\22"`, [inQuotes(String.raw`D:\10\log\22`)]],
    ['1,', [bare('1'), bare('')]],
    ['"1",', [inQuotes('1'), bare('')]],
    ['a b', [bare('a b')]],
  ])('cuts %s at commas outside quotes', (list, tokens) => {
    expect(tokenize(list)).toEqual(tokens);
  });

  it('leaves all that is left to the last token when there is a limit', () => {
    expect(tokenize('1,"a", b, c ', 3)).toEqual([bare('1'), inQuotes('a'), bare('b, c')]);
    expect(tokenize('"a","b"', 1)).toEqual([bare('"a","b"')]);
    expect(tokenize(' "a b" ', 1)).toEqual([inQuotes('a b')]);
    expect(tokenize('1', 3)).toEqual([bare('1')]);
  });
});

describe('splitHead', () => {
  it.each([
    ['+MIPLREAD:0,1', '+MIPLREAD', '0,1'],
    // Blanks at the end may be those of a counted value.
    ['  +miplread : 0, 1  ', '+MIPLREAD', '0, 1  '],
    ['*MNBIOTEVENT: "ENTER PSM"', '*MNBIOTEVENT', '"ENTER PSM"'],
    ['+X1:', '+X1', ''],
    ['+X:   ', '+X', ''],
  ])('cuts %s into name and list', (text, name, list) => {
    expect(splitHead(text)).toEqual({ name, list });
  });

  it.each(['', '+', 'OK', '+:1', '+1A:1', '+MIPL', '+MIPL=1', '+MI PL:1', '0,10', '+MIPLÄ:1'])(
    'finds no head in %j',
    (text) => {
      expect(splitHead(text)).toBeUndefined();
    },
  );
});

describe('splitCommand', () => {
  it.each([
    ['AT', '', 'execute', ''],
    ['ATI', 'I', 'execute', ''],
    ['ate0', 'E0', 'execute', ''],
    ['AT+CIMI', '+CIMI', 'execute', ''],
    [' at+miplver? ', '+MIPLVER', 'read', ''],
    ['AT+X=?', '+X', 'test', ''],
    ['AT+X=? ', '+X', 'test', ''],
    ['AT+X=?1', '+X', 'write', '?1'],
    ['AT+X=', '+X', 'write', ''],
    ['AT+X=  ', '+X', 'write', ''],
    ['AT+MIPLCREATE =49, 1 ', '+MIPLCREATE', 'write', '49, 1'],
    ['AT*X', '*X', 'execute', ''],
  ] as const)('cuts %j', (text, name, form, list) => {
    expect(splitCommand(text)).toEqual({ name, form, list });
  });

  it.each(['', 'A', 'OK', 'BAT', 'AT+', 'AT+X?1', 'AT+X y', 'AT +X', 'ATxyz', 'AT5', 'ATE0V1', 'AT&F'])(
    'takes %j for no command',
    (text) => {
      expect(splitCommand(text)).toBeUndefined();
    },
  );
});

describe('integer', () => {
  const field = integer(-1, 65535);

  it.each([
    ['0', 0],
    ['-1', -1],
    ['+7', 7],
    ['065535', 65535],
    ['-0', 0],
  ])('reads %s', (text, value) => {
    expect(field.read(bare(text))).toBe(value);
  });

  it.each(['', '-', '+', '1.5', '0x10', '1e3', ' 1', '٣', '1234567890123456'])('cannot read %j', (text) => {
    expect(field.read(bare(text))).toEqual(new Unreadable(`"${text}" is not a whole number`));
  });

  it.each(['-2', '65536', '999999999999999'])('cannot read %s: out of range', (text) => {
    expect(field.read(bare(text))).toEqual(new Unreadable(`${text} is outside -1..65535`));
  });

  it('takes 32 bits by default, since observe ids pass 65535', () => {
    expect(integer().read(bare('4294967295'))).toBe(0xffffffff);
    expect(integer().read(bare('4294967296'))).toBeInstanceOf(Unreadable);
  });

  it.each([-2, 65536, 1.5, NaN, Infinity])('refuses to write %d', (value) => {
    expect(refusal(() => field.write(value, {})).code).toBe('AT_BAD_LINE');
  });
});

describe('text fields', () => {
  it('write quotes where the field wants them, and escape nothing, since no firmware undoes it', () => {
    expect(quoted().write(String.raw`D:\10\log 温度`, {})).toBe(String.raw`"D:\10\log 温度"`);
    expect(refusal(() => quoted().write('a"b', {})).message).toContain('quote');
    expect(refusal(() => quoted().write('a\rb', {})).message).toContain('control character');
    expect(raw().write('0x200', {})).toBe('0x200');
  });

  it('refuse bare text that would end the command or shift the parameters', () => {
    expect(refusal(() => raw().write('a\rb', {})).message).toContain('control character');
    expect(refusal(() => raw().write('a,b', {})).message).toContain('comma');
    expect(refusal(() => rest().write('a\nb', {})).message).toContain('control character');
    expect(rest().write('a,b', {})).toBe('a,b');
  });

  it('quote a value when its type is string, quotes inside or not', () => {
    const value = counted({ isTyped: true });
    expect(value.write('{"F":"4"}', { valueType: 1 })).toBe('"{"F":"4"}"');
    expect(value.write('20.123', { valueType: 4 })).toBe('20.123');
    expect(refusal(() => value.write('a\nb', { valueType: 1 })).message).toContain('control character');
    expect(value.read(inQuotes('Cel'))).toBe('Cel');
  });
});

const shape = { first: integer(0, 9), second: optional(raw()), third: optional(quoted()) };

describe('reading parameters', () => {
  it('leaves optional ones out that are absent, or bare and empty', () => {
    expect(readParams(shape, tokenize('1'))).toEqual({ params: { first: 1 } });
    expect(readParams(shape, tokenize('1,,"x"'))).toEqual({ params: { first: 1, third: 'x' } });
    expect(readParams(shape, tokenize('1,""'))).toEqual({ params: { first: 1, second: '' } });
  });

  it('makes a note of parameters beyond the shape', () => {
    expect(readParams(shape, tokenize('1,a,"b",c,"d"'))).toEqual({
      params: { first: 1, second: 'a', third: 'b' },
      note: 'extra parameters: c,d',
      extra: 'extra parameters: c,d',
    });
  });

  it('names the parameter that is missing or wrong', () => {
    expect(() => readParams({ first: integer(), second: raw() }, tokenize('1'))).toThrow('second: is missing');
    try {
      readParams(shape, tokenize('x'));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(LineError);
      expect((error as LineError).parameter).toBe('first');
    }
  });

  it('tells the same without an exception', () => {
    expect(tryParams(shape, tokenize('77'))).toEqual(new Unreadable('77 is outside 0..9', 'first'));
  });

  it('gives the rest of the line to a field that takes it', () => {
    expect(tokenizeFor({ text: rest() }, 'a,b')).toEqual([bare('a,b')]);
    expect(tokenizeFor({ a: integer(), text: rest() }, '1,b,c')).toEqual([bare('1'), bare('b,c')]);
    expect(tokenizeFor({}, 'a,b')).toHaveLength(2);
  });

  it('ends a value where the length before it says', () => {
    expect(tokenizeFor({ length: integer(), text: counted() }, '3,"a,b"')).toEqual([bare('3'), inQuotes('a,b')]);
    expect(tokenizeFor({ length: integer(), text: counted() }, '3')).toEqual([bare('3')]);
  });
});

const numbers = line('+N', { first: integer(0, 9), second: optional(integer(0, 9)) });

describe('lines', () => {
  it('belong to a spec by the count of their parameters, where it has one', () => {
    const either = line('+N', { first: integer() }, [1, 4]);
    expect(allowsCount(either, '1')).toBe(true);
    expect(allowsCount(either, '1,2')).toBe(false);
    expect(allowsCount(either, '1,2,3,4')).toBe(true);
    expect(allowsCount(numbers, '1,2,3')).toBe(true);
  });

  it('says whether they look like its own, where their number is not enough', () => {
    const even = { ...line('+X', { a: integer() }), looksLike: (tokens: readonly Token[]) => tokens.length % 2 === 0 };
    expect(allowsCount(even, '1,2')).toBe(true);
    expect(allowsCount(even, '1,2,3')).toBe(false);
    expect(allowsCount(even, '9,9,1,2,3', 4)).toBe(false);
  });

  it('without a name are their parameters', () => {
    expect(parseLine(line('', { first: integer(), second: integer() }), '1,2')).toMatchObject({
      params: { first: 1, second: 2 },
    });
  });

  it('are read with their parameters', () => {
    expect(parseLine(numbers, '+n : 1 , 2')).toEqual({ params: { first: 1, second: 2 } });
    expect(() => parseLine(numbers, '+M: 1')).toThrow('is not +N');
  });

  it('are written with the spaces a module prints', () => {
    expect(formatLine(numbers, { first: 1, second: 2 })).toBe('+N: 1,2');
    expect(formatLine(numbers, { first: 1, second: 2 }, '', ', ')).toBe('+N:1, 2');
    expect(formatLine(line('', { a: integer(), b: quoted() }), { a: 1, b: 'x,y' }, ' ', ', ')).toBe('1, "x,y"');
  });
});

describe('commands', () => {
  it('have the form write when they have parameters, else execute', () => {
    expect(command({ name: '+X' }).form).toBe('execute');
    expect(command({ name: '+X', params: shape }).form).toBe('write');
  });

  it('are written in each form', () => {
    expect(formatCommand(command({ name: '+X' }), {})).toBe('AT+X');
    expect(formatCommand(command({ name: '+X', form: 'read' }), {})).toBe('AT+X?');
    expect(formatCommand(command({ name: '+X', form: 'test' }), {})).toBe('AT+X=?');
    expect(formatCommand(command({ name: '+X', params: shape }), { first: 1 })).toBe('AT+X=1');
  });

  it('drop absent parameters at the end and leave them empty in the middle', () => {
    const spec = command({ name: '+X', params: shape });
    expect(formatCommand(spec, { first: 1, third: 'a' })).toBe('AT+X=1,,"a"');
    expect(formatCommand(command({ name: '+X', params: { only: optional(raw()) } }), {})).toBe('AT+X=');
  });

  it('name the parameter that is missing or cannot be written', () => {
    const spec = command({ name: '+X', params: shape });
    expect(refusal(() => formatCommand(spec, {} as never))).toMatchObject({ code: 'AT_BAD_LINE', detail: 'first' });
    expect(refusal(() => formatCommand(spec, { first: 10 }))).toMatchObject({
      code: 'AT_BAD_LINE',
      detail: 'first',
      message: 'first: 10 is outside 0..9',
    });
  });
});

describe('any text', () => {
  const someText = anyText();
  const hostile = fc
    .array(
      fc.constantFrom('"', ',', ' ', '\t', '\\', '\\22', '+', ':', '=', '?', 'AT', 'A', '0', '-', '\r', '\0', '温'),
    )
    .map((parts) => parts.join(''));

  it('without quotes comes back as it was from between them', () => {
    const unquoted = fc.oneof(someText, hostile).map((text) => text.replaceAll('"', ''));
    fc.assert(
      fc.property(fc.array(unquoted, { minLength: 1 }), (texts) => {
        const list = texts.map((text) => `"${text}"`).join(', ');
        expect(tokenize(list)).toEqual(texts.map(inQuotes));
      }),
    );
  });

  it('is cut into tokens whose texts are all in it, in order', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, someText), (list) => {
        let from = 0;
        for (const { text, quoted: isQuoted } of tokenize(list)) {
          if (isQuoted) continue;
          const found = list.indexOf(text, from);
          expect(found).toBeGreaterThanOrEqual(from);
          from = found + text.length;
        }
      }),
    );
  });

  it('makes neither splitHead nor splitCommand nor tokenize throw', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, someText), fc.integer({ min: 1, max: 5 }), (text, limit) => {
        splitHead(text);
        splitCommand(text);
        tokenize(text, limit);
      }),
    );
  });

  it.each([
    ['quotes that never close', '"a,'],
    ['quotes', '"'],
    ['quotes and blanks', '" '],
    ['blanks', ' '],
    ['commas', ','],
    ['backslashes', '\\22'],
    ['digits', '9'],
    ['names', '+A'],
  ])('takes linear time: 100 KB of %s', (_, unit) => {
    const text = unit.repeat(100_000 / unit.length);
    // Of the processor, not of the clock: the machine may have other things to do.
    const started = process.cpuUsage();
    for (const start of ['', '+X:', 'AT+X=', '+X', 'AT', '"']) {
      for (const end of ['', 'x', '"x']) {
        splitHead(start + text + end);
        splitCommand(start + text + end);
        tokenize(start + text + end);
        tokenize(start + text + end, 2);
      }
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});
