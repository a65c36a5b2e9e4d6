import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributesFor, parseAttributes } from '../../main/lwm2m/attributes.ts';

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
  ['pmin=', 'pmin='],
  ['pmin', 'pmin'],
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
        for (const value of Object.values(parseAttributes(pieces.join('')))) expect(value).toBeTypeOf('number');
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
