import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assigned,
  counted,
  integer,
  optional,
  quoted,
  raw,
  readList,
  rest,
  tokenizeFor,
  tryParams,
} from '../../main/at/codec.ts';
import type { Field, Shape } from '../../main/at/codec.ts';
import { anyText } from '../anyText.ts';

/** The list cut into tokens, and those read: what the short way must agree with. */
function readThoroughly(shape: Shape, list: string): unknown {
  return tryParams(shape, tokenizeFor(shape, list));
}

const field: fc.Arbitrary<Field<never> | Field<number> | Field<string>> = fc.constantFrom<
  (Field<never> | Field<number> | Field<string>)[]
>(
  integer(),
  integer(0, 9),
  integer(-1, 65_535),
  raw(),
  quoted(),
  assigned('N'),
  rest(),
  optional(integer(0, 99)),
  optional(integer(0, 4), /^[0-4]$/),
  optional(raw()),
  optional(quoted()),
);
const anyShape = fc
  .array(field, { maxLength: 8 })
  .map((fields): Shape => Object.fromEntries(fields.map((one, place) => [`p${place}`, one])));
/** As requests and responses end: type, length, value, and what follows. */
const valueShape = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).map(([isTyped, isStrict, isOptional]): Shape => {
  const value = counted({ isTyped, isStrict });
  return {
    ...(isTyped ? { valueType: integer(0, 6) } : {}),
    length: optional(integer(0, 65_535)),
    value: isOptional ? optional(value) : value,
    flag: raw(),
    index: optional(integer()),
  };
});

const number = fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 70_000 }), fc.integer(), fc.maxSafeInteger()).map(String);
const oddity = fc.constantFrom(
  '',
  '-',
  '+5',
  '00',
  ' 7',
  '7 ',
  '\t7',
  '"7"',
  '""',
  '"',
  '"a,b"',
  '"a"b"',
  '1x',
  ',',
  'é',
);
const word = fc.oneof(fc.constantFrom('abc', '1F', '0x200', '20.125', '192.168.0.1'), anyText({ maxLength: 6 }));
const list = fc
  .array(fc.oneof({ weight: 4, arbitrary: number }, oddity, word), { maxLength: 9 })
  .map((texts) => texts.join(','));
const valueList = fc
  .record({
    type: fc.nat({ max: 7 }),
    value: fc.oneof(
      fc.constantFrom('', 'abc', 'a,b', '20.5', '温度', '6162', '"a"', 'a"', '0,1', 'ab '),
      anyText({ maxLength: 8 }),
    ),
    /** What the length says beyond the truth; undefined where it is left out. */
    off: fc.constantFrom(0, 0, 0, 0, 1, -1, undefined),
    around: fc.constantFrom('', '', '"', ' ', ' "'),
    tail: fc.constantFrom('', ',', ',0', ',0,1', ',0, 1', ',2,0,7', ',x.y', ',"0"', ',0,'),
  })
  .map(({ type, value, off, around, tail }) => {
    const length = off === undefined ? '' : Math.max(0, new TextEncoder().encode(value).length + off);
    return [`${type},`, `${length},${around}${value}${around.trimStart()}${tail}`] as const;
  });

describe('a list that is read without tokens', () => {
  it('is read as one that is cut and read thoroughly, whatever the shape and the text', () => {
    fc.assert(
      fc.property(anyShape, fc.oneof(list, anyText()), (shape, text) => {
        expect(readList(shape, text, 0)).toEqual(readThoroughly(shape, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is read as thoroughly where a value stands behind its length', () => {
    fc.assert(
      fc.property(valueShape, valueList, (shape, [type, tail]) => {
        const text = 'valueType' in shape ? type + tail : tail;
        expect(readList(shape, text, 0)).toEqual(readThoroughly(shape, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is read from where it begins', () => {
    fc.assert(
      fc.property(anyShape, list, anyText({ maxLength: 10 }), (shape, text, before) => {
        expect(readList(shape, before + text, before.length)).toEqual(readThoroughly(shape, text));
      }),
    );
  });

  it('keeps the parameters in the order of the line', () => {
    const shape = { last: integer(), first: optional(raw()), value: optional(quoted()) };
    expect(JSON.stringify(readList(shape, '1,,"x"', 0))).toBe('{"params":{"last":1,"value":"x"}}');
  });
});
