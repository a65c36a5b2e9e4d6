import fc from 'fast-check';
import { expect, expectTypeOf, it } from 'vitest';
import { defined } from '../../shared/defined.ts';

it('leaves out what is undefined and nothing else, in the same order', () => {
  const members = { a: 1, b: undefined, c: null, d: 0, e: '', f: false, g: undefined };
  expect(Object.entries(defined(members))).toEqual([
    ['a', 1],
    ['c', null],
    ['d', 0],
    ['e', ''],
    ['f', false],
  ]);
});

it('has every member that has a value, and never one that is undefined', () => {
  const name = fc.string().filter((one) => one !== '__proto__');
  const members = fc.dictionary(name, fc.option(fc.jsonValue(), { nil: undefined }));
  fc.assert(
    fc.property(members, (given) => {
      const left = defined(given);
      expect(Object.keys(left)).toEqual(Object.keys(given).filter((name) => given[name] !== undefined));
      for (const name of Object.keys(left)) expect(left[name]).toBe(given[name]);
    }),
  );
});

it('has a type in which what may be undefined may be missing, and what may not is there', () => {
  const x = 1 as number | undefined;
  expectTypeOf(defined({ x, y: 'y' })).toExtend<{ readonly x?: number; readonly y: string }>();
  const made: { readonly x?: number; readonly z: number } = { z: 2, ...defined({ x }) };
  expect(made).toEqual({ x: 1, z: 2 });
});
