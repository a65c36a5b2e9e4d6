import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroRanges, macroSchema, sameMacroName } from '../../shared/macros.ts';
import type { Macro } from '../../shared/macros.ts';
import { shippedMacros } from '../../shared/shippedMacros.ts';
import { fits } from '../../shared/schema.ts';
import { macrosText, parseMacros } from '../../main/macros/macroFile.ts';

const file = (...macros: readonly unknown[]): string =>
  JSON.stringify({ format: 'mipl-macros', version: 1, macros }, null, 1);
const steps = (...all: readonly unknown[]): string => file({ name: 'one', steps: all });

/** Any macro that the editor could make. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((one) => /^[^\u0000-\u001f\u007f]*\S[^\u0000-\u001f\u007f]*$/.test(one));
const within = ({ min, max }: { min: number; max: number }) => fc.integer({ min, max });
const sought = fc.oneof(
  text.map((one) => ({ text: one, isPattern: false })),
  fc
    .constantFrom('^OK$', String.raw`^\+CEREG: ?\d,[15]`, '你好|+')
    .filter((one) => one !== '你好|+')
    .map((one) => ({ text: one, isPattern: true })),
);
const plain = fc.oneof(
  fc.record(
    {
      do: fc.constant('send' as const),
      line: text,
      goesOnAfterError: fc.boolean(),
      withinSeconds: within(macroRanges.withinSeconds),
    },
    { requiredKeys: ['do', 'line', 'goesOnAfterError'] },
  ),
  fc.record({ do: fc.constant('wait' as const), sought, withinSeconds: within(macroRanges.withinSeconds) }),
  fc.record({ do: fc.constant('pause' as const), pauseMs: within(macroRanges.pauseMs) }),
);
const repeat = fc.record(
  {
    do: fc.constant('repeat' as const),
    steps: fc.array(plain, { minLength: 1, maxLength: 4 }),
    times: within(macroRanges.times),
    forSeconds: within(macroRanges.forSeconds),
    everyMs: within(macroRanges.everyMs),
    until: sought,
    untilError: fc.boolean(),
  },
  { requiredKeys: ['do', 'steps', 'times', 'untilError'] },
);
const anyMacro = fc.record(
  {
    name: text,
    note: fc.string({ maxLength: 30 }),
    steps: fc.array(fc.oneof(plain, repeat), { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ['name', 'steps'] },
) as fc.Arbitrary<Macro>;
const anyMacros = fc.uniqueArray(anyMacro, {
  minLength: 1,
  maxLength: 4,
  comparator: (a, b) => sameMacroName(a.name, b.name),
});

describe('a file of macros', () => {
  it('gives back whatever was written to it', () => {
    fc.assert(
      fc.property(anyMacros, (macros) => {
        expect(parseMacros(macrosText(macros), 'own.json')).toEqual(macros);
      }),
    );
  });

  it('holds only what the window may ask for', () => {
    fc.assert(
      fc.property(anyMacros, (macros) => {
        for (const macro of macros) expect(fits(macroSchema, macro)).toBe(true);
      }),
    );
  });

  it('holds the macros of the document as well', () => {
    const macros = shippedMacros.map(({ name, note, steps: shipped }) => ({
      name: name.en,
      note: note.zh,
      steps: shipped,
    }));
    expect(parseMacros(macrosText(macros), 'shipped.json')).toEqual(macros);
  });

  it('waits a minute where it does not say how long, and goes on after no error unless it says so', () => {
    expect(parseMacros(steps({ waitFor: 'OK' }, { send: 'AT' }), 'f')[0]?.steps).toEqual([
      { do: 'wait', sought: { text: 'OK', isPattern: false }, withinSeconds: 60 },
      { do: 'send', line: 'AT', goesOnAfterError: false },
    ]);
  });

  it.each([
    ['no JSON', '{', /^f:1: JSON: /],
    [
      'another format',
      JSON.stringify({ format: 'x', version: 1, macros: [] }),
      /^f:1: format: "mipl-macros" is expected/,
    ],
    [
      'a later version',
      JSON.stringify({ format: 'mipl-macros', version: 2, macros: [] }),
      /version: this program reads version 1/,
    ],
    ['no macros', file(), /macros: the list is empty/],
    [
      'two of a name',
      file({ name: 'A', steps: [{ send: 'AT' }] }, { name: ' a ', steps: [{ send: 'AT' }] }),
      /there is another macro " a "/,
    ],
    [
      'too many',
      file(...Array.from({ length: 201 }, (_, i) => ({ name: `m${i}`, steps: [{ send: 'AT' }] }))),
      /at most 200 macros/,
    ],
    ['too many steps', steps(...Array.from({ length: 101 }, () => ({ send: 'AT' }))), /at most 100 steps/],
    ['an unknown field', steps({ send: 'AT', often: 3 }), /f:10: macros\[0\]\.steps\[0\]\.often: unknown field/],
    ['a step of nothing', steps({}), /a step has one of send, waitFor/],
    ['a step of two kinds', steps({ send: 'AT', pauseMs: 5 }), /a step has one of/],
    ['a field of another kind', steps({ pauseMs: 5, withinSeconds: 3 }), /withinSeconds: does not go with "pauseMs"/],
    ['a line with control characters', steps({ send: 'AT\r\nAT' }), /send: text without control characters/],
    ['a line of blanks', steps({ send: '  ' }), /send: text without control characters/],
    ['a name beyond its length', file({ name: 'x'.repeat(101), steps: [{ send: 'AT' }] }), /at most 100 characters/],
    [
      'a note beyond its length',
      file({ name: 'x', note: 'y'.repeat(1001), steps: [{ send: 'AT' }] }),
      /at most 1000 characters/,
    ],
    [
      'an endless wait',
      steps({ waitFor: 'never', withinSeconds: 99_999 }),
      /f:10: .*withinSeconds: a whole number from 1 to 3600/,
    ],
    [
      'a repeat without an end',
      steps({ repeat: [{ send: 'AT' }], until: 'OK' }),
      /a repeat without an end: it needs times or forSeconds/,
    ],
    [
      'a repeat inside a repeat',
      steps({ repeat: [{ repeat: [{ send: 'AT' }], times: 2 }], times: 2 }),
      /steps\[0\]\.repeat\[0\]: a repeat inside a repeat/,
    ],
    [
      'two ends by a line',
      steps({ repeat: [{ send: 'AT' }], times: 2, until: 'OK', untilPattern: 'OK' }),
      /untilPattern: goes without "until"/,
    ],
    ['a wait for text and pattern', steps({ waitFor: 'a', waitForPattern: 'b' }), /a step has one of/],
    ['a pattern that is none', steps({ waitForPattern: '(' }), /waitForPattern: .*missing/],
    ['a pattern that looks back', steps({ waitForPattern: String.raw`(a)\1` }), /waitForPattern: /],
    ['a pattern that is too large', steps({ waitForPattern: '(a{1,30}){1,30}b{900}c{900}' }), /pattern is too large/],
    [
      'a truth that is none',
      steps({ send: 'AT', goesOnAfterError: 'yes' }),
      /goesOnAfterError: true or false is expected/,
    ],
    ['a count that is no whole number', steps({ repeat: [{ send: 'AT' }], times: 1.5 }), /times: a whole number/],
    ['a pause of no time', steps({ pauseMs: 0 }), /pauseMs: a whole number from 1/],
  ])('with %s is refused with file, line and field', (_, given, says) => {
    expect(() => parseMacros(given, 'f')).toThrow(
      expect.objectContaining({ code: 'FILE_BAD_MACROS', message: expect.stringMatching(says) as string }),
    );
  });

  it('of any bytes at all is read or refused, and never crashes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (given) => {
        try {
          parseMacros(given, 'f');
        } catch (error) {
          expect(error).toMatchObject({
            code: 'FILE_BAD_MACROS',
            message: expect.stringMatching(/^f:\d+: /) as string,
          });
        }
      }),
    );
  });
});
