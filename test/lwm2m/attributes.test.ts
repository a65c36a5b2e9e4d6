import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAttributes } from '../../main/lwm2m/attributes.ts';
import { attributeNames, attributesFor, mergeAttributes } from '../../shared/lwm2m.ts';

test('the list of the OneNET document is read', () => {
  expect(parseAttributes('pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0')).toEqual({
    pmin: 15,
    pmax: 60,
    lt: 0,
    gt: 50,
    st: 2,
  });
});

test('blanks, missing items, another order and the spelling stp are taken', () => {
  expect(parseAttributes(' gt= 50.0 ; stp =2 ;; pmin=15 ')).toEqual({ gt: 50, st: 2, pmin: 15 });
});

test.each([
  ['pmin=10; pmax=60; gt=0.000000; lt=0.000000; st=0.000000', { pmin: 10, pmax: 60 }],
  ['pmin=0; pmax=0; gt=50.000000; lt=0.000000; st=0.000000', { gt: 50, lt: 0 }],
  ['pmin=0; pmax=0; gt=0.000000; lt=-5.500000; st=0.000000', { gt: 0, lt: -5.5 }],
  ['pmin=0; pmax=0; gt=0.000000; lt=0.000000; st=2.000000', { st: 2 }],
  ['pmin=0; pmax=60; gt=0.000000; lt=0.000000; stp=0.000000', { pmax: 60 }],
  ['pmin=0; pmax=0; gt=0.000000; lt=0.000000; st=0.000000', {}],
])('of the five that an MT2625 always prints, zeros that say nothing set nothing: %s', (list, changes) => {
  expect(parseAttributes(list)).toEqual(changes);
});

test('a zero that was written by itself sets zero', () => {
  expect(parseAttributes('pmin=0;gt=0.000000;st=0')).toEqual({ pmin: 0, gt: 0, st: 0 });
});

test('an empty list sets nothing', () => {
  expect(parseAttributes('')).toEqual({});
});

test('thresholds may be negative', () => {
  expect(parseAttributes('lt=-10.5;gt=+3')).toEqual({ lt: -10.5, gt: 3 });
});

test.each([
  ['pmin=15;size=3', 'size=3'],
  ['constructor=1', 'constructor=1'],
  ['pmin=15;pmin=16', 'pmin=16'],
  ['st=1;stp=2', 'stp=2'],
  ['pmin=;pmin=15', 'pmin=15'],
  ['st;stp', 'stp'],
  ['size=', 'size='],
  ['size', 'size'],
  ['=', '='],
  ['=15', '=15'],
  ['pmin==', 'pmin=='],
  ['pmin=+', 'pmin=+'],
  ['pmin=.', 'pmin=.'],
  ['pmin 15', 'pmin 15'],
  ['pmin=1s', 'pmin=1s'],
  ['pmin=-1', 'pmin=-1'],
  ['st=-2', 'st=-2'],
  [`gt=${'9'.repeat(400)}`, `gt=${'9'.repeat(400)}`],
])('the list %s is refused for %s', (list, item) => {
  expect(() => parseAttributes(list)).toThrow(
    expect.objectContaining({ code: 'LWM2M_BAD_VALUE', detail: item }) as Error,
  );
});

test('any text is read or refused', () => {
  const piece = fc.oneof(fc.constantFrom('pmin=', 'pmax=', 'gt=', 'st=', ';', '1', '-2.5', ' '), fc.string());
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      try {
        const values = Object.values(parseAttributes(pieces.join('')));
        for (const value of values) expect(value === null || Number.isFinite(value)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'LWM2M_BAD_VALUE' });
      }
    }),
  );
});

test('what was written is read', () => {
  const number = fc.integer({ min: 0, max: 1_000_000 });
  const attributes = fc.record(
    { pmin: number, pmax: number, gt: number, lt: number, st: number },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(attributes, (written) => {
      const list = Object.entries(written).map(([name, value]) => `${name}=${value}`);
      expect(parseAttributes(list.join(';'))).toEqual(written);
    }),
  );
});

test.each([
  ['pmin', { pmin: null }],
  ['pmin=', { pmin: null }],
  [' pmin = ; stp', { pmin: null, st: null }],
  ['pmin=;pmax=60;lt=0.0;gt;st=2.0', { pmin: null, pmax: 60, lt: 0, gt: null, st: 2 }],
])('the platform unsets an attribute by naming it without a value: %s', (list, changes) => {
  expect(parseAttributes(list)).toEqual(changes);
});

/** All that one Write-Attributes may do to each attribute: leave it, unset it, set it. */
const changes = fc.record(
  Object.fromEntries(
    attributeNames.map((name) => [name, fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null })]),
  ),
  { requiredKeys: [] },
);

test('a second write-attributes sets and unsets one by one, and what it does not name stands', () => {
  expect(mergeAttributes({ pmin: 15, pmax: 60 }, parseAttributes('gt=50;lt=0;st=2'))).toEqual({
    pmin: 15,
    pmax: 60,
    gt: 50,
    lt: 0,
    st: 2,
  });
  expect(mergeAttributes({ pmin: 15, pmax: 60, gt: 50 }, parseAttributes('pmin=;pmax;lt'))).toEqual({ gt: 50 });
});

test('after any number of writes each attribute is what the last write that named it made of it', () => {
  fc.assert(
    fc.property(fc.array(changes), (writes) => {
      const held = writes.reduce(mergeAttributes, {});
      for (const name of attributeNames) {
        const last = writes.findLast((write) => Object.hasOwn(write, name))?.[name];
        expect(held[name]).toBe(last ?? undefined);
      }
    }),
  );
});

test('an attribute that is unset at a resource holds again as its instance or object has it', () => {
  const before = { '/3303': { pmin: 1 }, '/3303/0': { pmin: 2 }, '/3303/0/5700': { pmin: 3 } };
  const path = { objectId: 3303, instanceId: 0, resourceId: 5700 };
  const unset = mergeAttributes(before['/3303/0/5700'], { pmin: null });
  expect(attributesFor(path, { ...before, '/3303/0/5700': unset })).toEqual({ pmin: 2 });
  expect(attributesFor(path, { '/3303': { pmin: 1 }, '/3303/0': {}, '/3303/0/5700': {} })).toEqual({ pmin: 1 });
});

test('each attribute comes from the nearest level that sets it', () => {
  const attributes = {
    '/3303': { pmin: 1, pmax: 100 },
    '/3303/0': { pmin: 2, gt: 5 },
    '/3303/0/5700': { pmin: 3 },
    '/3303/1': { pmin: 9 },
  };
  expect(attributesFor({ objectId: 3303, instanceId: 0, resourceId: 5700 }, attributes)).toEqual({
    pmin: 3,
    pmax: 100,
    gt: 5,
  });
  expect(attributesFor({ objectId: 3303, instanceId: 0 }, attributes)).toEqual({ pmin: 2, pmax: 100, gt: 5 });
  expect(attributesFor({ objectId: 3303 }, attributes)).toEqual({ pmin: 1, pmax: 100 });
  expect(attributesFor({ objectId: 3306, instanceId: 0 }, attributes)).toEqual({});
});
