import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import {
  either,
  fits,
  list,
  map,
  number,
  object,
  open,
  optional,
  partial,
  read,
  text,
  trimmed,
  truth,
  variant,
  whole,
  word,
} from '../../shared/schema.ts';
import type { Schema } from '../../shared/schema.ts';

const even = {
  must: 'must be of even length',
  holds: (value: string) => value.length % 2 === 0,
  example: 'ab',
  counterexample: 'a',
};
const schema = object({
  name: text(4, even),
  typed: trimmed(5, even),
  count: whole(-2, 3),
  share: optional(number(0, 1)),
  isOn: truth,
  colour: word(['red', 7]),
  list: list(object({ id: whole(0, 9) }), 2),
  map: optional(map(text(2, { ...even, code: 'LWM2M_BAD_PATH' }), truth, 2)),
  shape: variant('kind', { dot: object({}), line: object({ length: number() }) }),
});
const good = {
  name: 'abcd',
  typed: ' ab ',
  count: 3,
  isOn: false,
  colour: 7,
  list: [{ id: 1 }, { id: 2 }],
  shape: { kind: 'line', length: -1.5 },
} as const;

function faultFrom(given: unknown, by: Schema = schema): Fault | undefined {
  try {
    read(by, given);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    return faultOf(error);
  }
}

describe('a value of unknown origin', () => {
  it('that keeps the schema is made anew, without the blanks that a person typed', () => {
    const taken = read(schema, good);
    expect(taken).toEqual({ ...good, typed: 'ab' });
    expect(taken.list).not.toBe(good.list);
    expect(read(schema, { ...good, share: 0.5, map: { ab: true } })).toEqual({
      ...good,
      typed: 'ab',
      share: 0.5,
      map: { ab: true },
    });
  });

  it.each([
    [null, 'argument', 'must be an object'],
    [[good], 'argument', 'must be an object'],
    [{ ...good, name: 5 }, 'name', 'must be text'],
    [{ ...good, name: 'abcdef' }, 'name', 'must be of at most 4 characters'],
    [{ ...good, name: 'abc' }, 'name', 'must be of even length'],
    [{ ...good, typed: ' a ' }, 'typed', 'must be of even length'],
    [{ ...good, count: 4 }, 'count', 'must be a whole number from -2 to 3'],
    [{ ...good, count: 0.5 }, 'count', 'must be a whole number from -2 to 3'],
    [{ ...good, share: 1.5 }, 'share', 'must be a number from 0 to 1'],
    [{ ...good, share: undefined }, 'share', 'must be a number from 0 to 1'],
    [{ ...good, share: Number.NaN }, 'share', 'must be a number from 0 to 1'],
    [{ ...good, isOn: 1 }, 'isOn', 'must be true or false'],
    [{ ...good, colour: '7' }, 'colour', 'must be one of red, 7'],
    [{ ...good, list: { length: 0 } }, 'list', 'must be a list'],
    [{ ...good, list: [1, 2, 3] }, 'list', 'must have at most 2 entries'],
    [{ ...good, list: [{ id: 1 }, { id: 10 }] }, 'list[1].id', 'must be a whole number from 0 to 9'],
    [{ ...good, map: { ab: true, cd: true, ef: true } }, 'map', 'must have at most 2 entries'],
    [{ ...good, map: { ab: 'yes' } }, 'map.ab', 'must be true or false'],
    [{ ...good, shape: { kind: 'circle' } }, 'shape.kind', 'must be one of dot, line'],
    [{ ...good, shape: { kind: 'toString' } }, 'shape.kind', 'must be one of dot, line'],
    [{ ...good, shape: { kind: 'dot', length: 1 } }, 'shape.length', 'is unknown'],
    [{ ...good, more: 1 }, 'more', 'is unknown'],
    [{ ...good, toString: 1 }, 'toString', 'is unknown'],
    [JSON.parse(`{"__proto__":{"name":"ab"}}`), '__proto__', 'is unknown'],
    [{ ...good, isOn: undefined }, 'isOn', 'must be true or false'],
    [Object.create(good), 'name', 'must be text'],
  ])('%# is refused, and the wrong place is named', (given, detail, why) => {
    expect(faultFrom(given)).toEqual({ code: 'BAD_ARGUMENT', message: `${detail} ${why}`, detail });
  });

  it('that breaks a rule with a code of its own is told by that code, with the text itself', () => {
    expect(faultFrom({ ...good, map: { a: true } })).toMatchObject({ code: 'LWM2M_BAD_PATH', detail: 'a' });
  });

  it('that breaks a rule of the whole is named as a whole', () => {
    const span = object(
      { from: whole(0, 9), to: whole(0, 9) },
      {
        must: 'must not end before it begins',
        holds: ({ from, to }) => from <= to,
        example: { from: 1, to: 2 },
        counterexample: { from: 2, to: 1 },
      },
    );
    expect(read(span, { from: 1, to: 1 })).toEqual({ from: 1, to: 1 });
    expect(faultFrom({ span: { from: 2, to: 1 } }, object({ span }))).toMatchObject({
      detail: 'span',
      message: 'span must not end before it begins',
    });
  });

  it('may lack every field of a partial object, but not have a wrong one', () => {
    const change = partial(schema);
    expect(read(change, {})).toEqual({});
    expect(read(change, { count: 1 })).toEqual({ count: 1 });
    expect(faultFrom({ count: 4 }, change)?.detail).toBe('count');
  });

  it('may have more fields than an open object names, which stay as they are; what is named must be right', () => {
    const kept = open({ count: whole(0, 9), share: optional(number(0, 1)) });
    const later = { count: 1, colour: { red: 7 } };
    expect(read(kept, later)).toEqual(later);
    expect(faultFrom({ ...later, share: 2 }, kept)?.detail).toBe('share');
    expect(faultFrom({ colour: 7 }, kept)?.detail).toBe('count');
  });

  it('is what one of several schemas takes, or null where that is one of the words', () => {
    const timer = either(number(0), word(['off']), object({ seconds: whole(0, 9) }));
    for (const good of [7, 'off', { seconds: 1 }]) expect(read(timer, good)).toEqual(good);
    expect(read(either(word([null]), truth), null)).toBeNull();
    expect(faultFrom('on', timer)?.message).toBe('argument is of no kind that it may be');
    expect(faultFrom({ timer: { seconds: 10 } }, object({ timer }))?.detail).toBe('timer');
  });

  it('fits a schema exactly where that can read it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(good), fc.anything()), (value) => {
        expect(fits(schema, value)).toBe(faultFrom(value) === undefined);
      }),
    );
  });

  it('does not get a message as long as itself', () => {
    const fault = faultFrom({ ...good, ['x'.repeat(1_000_000)]: 1 });
    expect(fault?.message.length).toBeLessThan(100);
  });

  it('is taken or refused with a code, whatever it is, and reading it again changes nothing', () => {
    const seen = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
      fc.record(
        Object.fromEntries(
          Object.entries(good).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.anything())]),
        ),
      ),
    );
    fc.assert(
      fc.property(seen, (value) => {
        if (faultFrom(value)) return;
        const once = read(schema, value);
        expect(read(schema, once)).toEqual(once);
      }),
    );
  });
});
