import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CodedError } from '../../shared/errors.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';
import { byteLengthOf, requireValue, fromBigEndianBytes, fromText } from '../../main/lwm2m/values.ts';
import { anyText } from '../anyText.ts';

const badValue = expect.objectContaining({ code: 'LWM2M_BAD_VALUE' }) as CodedError;
const types: ResourceType[] = ['string', 'integer', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'none'];

test.each<[ResourceType, string, string]>([
  ['string', ' a\r\nb "c" ', ' a\r\nb "c" '],
  ['string', '', ''],
  ['integer', ' 0042 ', '42'],
  ['integer', '+7', '7'],
  ['integer', '-0', '0'],
  ['integer', '9223372036854775807', '9223372036854775807'],
  ['integer', '-9223372036854775808', '-9223372036854775808'],
  ['time', '1795353185', '1795353185'],
  ['float', '20.123', '20.123'],
  ['float', '0.0', '0.0'],
  ['float', ' -.5 ', '-.5'],
  ['float', '1.', '1.'],
  ['float', '1e-3', '1e-3'],
  ['boolean', 'true', '1'],
  ['boolean', 'FALSE', '0'],
  ['boolean', '1', '1'],
  ['boolean', '0', '0'],
  ['opaque', 'e309c8', 'E309C8'],
  ['opaque', '', ''],
  ['objlnk', '3:0', '3:0'],
  ['objlnk', '00003:65535', '3:65535'],
])('a %s typed as "%s" is kept as "%s"', (type, typed, kept) => {
  expect(requireValue(type, typed)).toBe(kept);
});

test.each<[ResourceType, string]>([
  ['integer', ''],
  ['integer', '1.5'],
  ['integer', '0x10'],
  ['integer', '９'],
  ['integer', '9223372036854775808'],
  ['integer', '-9223372036854775809'],
  ['integer', '1'.repeat(1000)],
  ['time', 'now'],
  ['float', ''],
  ['float', '.'],
  ['float', '1,5'],
  ['float', 'NaN'],
  ['float', 'Infinity'],
  ['float', '1e999'],
  ['boolean', 'yes'],
  ['boolean', '2'],
  ['opaque', 'ABC'],
  ['opaque', 'GG'],
  ['objlnk', '3'],
  ['objlnk', '3:65536'],
  ['objlnk', '65536:0'],
  ['objlnk', 'a:b'],
  ['none', ''],
])('a %s typed as "%s" is refused', (type, typed) => {
  expect(() => requireValue(type, typed)).toThrow(badValue);
});

test('the detail of a refusal shows a long value only in part', () => {
  let detail: string | undefined;
  try {
    requireValue('opaque', 'x'.repeat(100_000));
  } catch (error) {
    detail = (error as CodedError).detail;
  }
  expect(detail).toBe(`${'x'.repeat(80)}…`);
});

test('no text of any type does anything but be kept or be refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), anyText({ maxLength: 50 }), (type, text) => {
      try {
        const kept = requireValue(type, text);
        expect(requireValue(type, kept)).toBe(kept);
        expect(byteLengthOf(type, kept)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect((error as CodedError).code).toBe('LWM2M_BAD_VALUE');
      }
    }),
  );
});

test('a megabyte of digits and a letter is refused without delay', () => {
  const started = performance.now();
  expect(() => requireValue('float', `${'1'.repeat(1_000_000)}x`)).toThrow(badValue);
  expect(performance.now() - started).toBeLessThan(1000);
});

test.each<[ResourceType, string, number]>([
  ['string', 'Cel', 3],
  ['string', '温度', 6],
  ['opaque', 'E309C8', 3],
  ['integer', '0', 4],
  ['integer', '2147483647', 4],
  ['integer', '-2147483648', 4],
  ['integer', '2147483648', 8],
  ['time', '1795353185', 4],
  ['time', '4102444800', 8],
  ['float', '20.123', 4],
  ['float', '0.0', 4],
  ['float', '-99.5', 4],
  ['float', '123456.789', 8],
  ['float', '1e300', 8],
  ['boolean', '1', 1],
  ['objlnk', '3:65535', 7],
  ['none', '', 0],
])('a %s of "%s" takes %i bytes', (type, value, length) => {
  expect(byteLengthOf(type, value)).toBe(length);
});

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test.each<[ResourceType, string, string]>([
  ['integer', '16', '22'],
  ['integer', '01', '1'],
  ['integer', '00', '0'],
  ['integer', 'FF', '-1'],
  ['integer', '00C8', '200'],
  ['integer', '010000', '65536'],
  ['integer', '7FFFFFFFFFFFFFFF', '9223372036854775807'],
  ['integer', '8000000000000000', '-9223372036854775808'],
  ['time', '6B02C561', '1795343713'],
  ['boolean', '01', '1'],
  ['boolean', '00', '0'],
  ['boolean', '0001', '1'],
  ['float', '41A0FBE7', '20.123'],
  ['float', '00000000', '0'],
  ['float', '80000000', '-0'],
  ['float', '3DCCCCCD', '0.1'],
  ['float', '4B800001', '16777218'],
  ['float', '00000001', '1e-45'],
  ['float', '76629E00', '1.14908566e+33'],
  ['float', '40341F7CED916873', '20.123'],
  ['string', '52657365740D', 'Reset\r'],
  ['string', 'E6B8A9', '温'],
  ['string', '', ''],
  ['opaque', 'e309c8', 'E309C8'],
  ['objlnk', '0003FFFF', '3:65535'],
])('a %s written as the bytes %s is %s', (type, bytes, value) => {
  expect(fromBigEndianBytes(type, hex(bytes))).toBe(value);
});

test.each<[ResourceType, string]>([
  ['integer', ''],
  ['integer', '000000000000000001'],
  ['boolean', '02'],
  ['boolean', ''],
  ['float', '0000'],
  ['float', '7FC00000'],
  ['float', '7FF0000000000000'],
  ['string', 'FFFE'],
  ['objlnk', '0003'],
  ['none', '00'],
])('a %s written as the bytes %s is refused', (type, bytes) => {
  expect(() => fromBigEndianBytes(type, hex(bytes))).toThrow(badValue);
});

test('a single-precision float is printed as text that gives the same float, in at most 9 digits', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setFloat32(0, value);
      const text = fromBigEndianBytes('float', bytes);
      expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
      expect(
        text
          .replace(/e.*/, '')
          .replace(/\D/g, '')
          .replace(/^0+|0+$/g, '').length,
      ).toBeLessThanOrEqual(9);
    }),
  );
});

test('a double is printed as text that gives the same double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, value);
      expect(Object.is(Number(fromBigEndianBytes('float', bytes)), value)).toBe(true);
    }),
  );
});

test('an integer of any width comes back from its bytes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigInt64(0, value);
      expect(fromBigEndianBytes('integer', bytes)).toBe(String(value));
    }),
  );
});

test('a view into a larger buffer is read at its place', () => {
  expect(fromBigEndianBytes('float', hex('FFFF41A0FBE7FFFF').subarray(2, 6))).toBe('20.123');
});

test('text of the platform is read as what a person types', () => {
  expect(fromText('float', '20.5')).toBe('20.5');
  expect(fromText('opaque', 'e309')).toBe('E309');
});

test('opaque text that is not hex is base64', () => {
  expect(fromText('opaque', '4wnIPw==')).toBe('E309C83F');
  expect(() => fromText('opaque', '4wnI_w')).toThrow(badValue);
});
