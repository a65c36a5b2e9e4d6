import fc from 'fast-check';
import { expect, it } from 'vitest';
import { carriersIn } from '../../main/mipl/carrierList.ts';

it.each([
  ['(2,,,"46000"),(3,,,"46011"),,(0-2),(2)', ['2 46000', '3 46011']],
  ['(1,"CHINA MOBILE","CMCC","46000",9),(2,"A (B), C","",46001,7),,(0,1,2,3,4),(0,1,2)', ['1 46000', '2 46001']],
  [' ( 0 , "x" , "y" , "460011" ) ', ['0 460011']],
  ['(9,,,"46000"),(2,,,"CMCC"),(2', []],
  ['', []],
])('reads the carriers of %s', (list, seen) => {
  expect(carriersIn(list).map(({ status, carrier }) => `${status} ${carrier}`)).toEqual(seen);
});

it('keeps the long name where one is told', () => {
  expect(carriersIn('(1,"A (B), C",,"46000"),(1,,,"46001")').map(({ name }) => name)).toEqual(['A (B), C', undefined]);
});

it('reads whatever comes without an end or an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('(', ')', '"', ',', '4', 'x', ' '), maxLength: 400 }), (list) => {
      for (const { status, carrier } of carriersIn(list))
        expect([status <= 3, /^\d+$/.test(carrier)]).toEqual([true, true]);
    }),
  );
});
