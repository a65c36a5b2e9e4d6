import { describe, expect, it } from 'vitest';
import { armedOrderOf } from '../../main/cli/armText.ts';

describe('an answer that is set beforehand, as the command line writes it', () => {
  it.each([
    ['read /3303/0/5700 value 21.5', 1, { kind: 'value', values: { '/3303/0/5700': '21.5' } }],
    ['read /3303/0/5701 value two words', 1, { kind: 'value', values: { '/3303/0/5701': 'two words' } }],
    ['read /3303/0/5701 value', 1, { kind: 'value', values: { '/3303/0/5701': '' } }],
    ['3x read /3303/0 error 4.06', 3, { kind: 'error', result: 15 }],
    ['read /3303/0/5700 after 2.5 value 9', 1, { kind: 'value', afterMs: 2500, values: { '/3303/0/5700': '9' } }],
    ['write /3306/0/5850 after 5 error 4.05', 1, { kind: 'error', afterMs: 5000, result: 14 }],
    [' execute /3303/0/5605 late 4 ', 1, { kind: 'value', afterMs: 4000 }],
    ['1000x discover /3303 never', 1000, { kind: 'never' }],
  ])('%s', (text, times, answer) => {
    expect(armedOrderOf(text)).toMatchObject({ times, answer });
  });

  it.each([
    ['', 'expected [Nx] KIND PATH'],
    ['read 3303 never', 'expected [Nx] KIND PATH'],
    ['read /3303/0/5700 21.5', 'expected [Nx] KIND PATH'],
    ['0x read /3303 never', 'N is a number from 1 to 1000'],
    ['raed /3303 never', 'KIND is one of read, write'],
    ['read /3303/0/5700/1 never', 'is no path such as'],
    ['read /99999 never', 'is no path such as'],
    ['read /3303 error 4.99', 'CODE is one of 4.00, 4.01, 4.04, 4.05, 4.06'],
    ['write /3306/0/5850 error 4.06', 'CODE is one of 4.00, 4.01, 4.04, 4.05'],
    ['read /3303 late', 'S is a number of seconds from 0.1 to 600'],
    ['read /3303 late 0', 'S is a number of seconds from 0.1 to 600'],
    ['read /3303 late 601', 'S is a number of seconds from 0.1 to 600'],
    ['read /3303 late 1e1', 'S is a number of seconds from 0.1 to 600'],
    ['read /3303 after 1 never', 'after does not go with never'],
    ['read /3303 after 1 late 2', 'after does not go with late'],
    ['read /3303 never ever', 'nothing stands behind never'],
    ['read /3303/0 value 1', 'only the read of a resource'],
    ['write /3306/0/5850 value 1', 'only the read of a resource'],
  ])('%j is refused: %s', (text, why) => {
    expect(() => armedOrderOf(text)).toThrow(why);
  });
});
