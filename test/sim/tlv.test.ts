import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  decodeTlv,
  decodeValue,
  encodeTlv,
  encodeValue,
  formatFloat32,
  formatFloat64,
  TlvFormatError,
  type TlvEntry,
} from '../../main/sim/tlv.ts';
import { decodeMessage } from '../../main/sim/coap/message.ts';
import { contentFormat } from '../../main/sim/coap/options.ts';
import { CodedError } from '../../shared/errors.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';
import { bytesOfHex, goldenDatagrams, hexOfBytes } from '../golden.ts';

const ids = fc.integer({ min: 0, max: 65535 });
const leaf = (kind: 'resource' | 'resourceInstance'): fc.Arbitrary<TlvEntry> =>
  fc.record({ kind: fc.constant(kind), id: ids, value: fc.uint8Array({ maxLength: 300 }) });
const multiple: fc.Arbitrary<TlvEntry> = fc.record({
  kind: fc.constant('multipleResource' as const),
  id: ids,
  children: fc.array(leaf('resourceInstance'), { maxLength: 3 }),
});
const resource = fc.oneof(leaf('resource'), multiple);
const instance: fc.Arbitrary<TlvEntry> = fc.record({
  kind: fc.constant('objectInstance' as const),
  id: ids,
  children: fc.array(resource, { maxLength: 3 }),
});

/** Short notation of the examples: `0[5601=…,5700=…]`. */
function outline(entries: readonly TlvEntry[]): string {
  return entries
    .map((entry) =>
      'children' in entry ? `${entry.id}[${outline(entry.children)}]` : `${entry.id}=${hexOfBytes(entry.value)}`,
    )
    .join(',');
}

describe('TLV', () => {
  it('comes back from bytes as it went in', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(instance, resource), { maxLength: 4 }), (entries) => {
        expect(decodeTlv(encodeTlv(entries))).toEqual(entries);
      }),
    );
  });

  it('is either read or refused with a format error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeTlv(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TlvFormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [7, 'c700'],
    [8, 'c80008'],
    [255, 'c800ff'],
    [256, 'd0000100'],
    [65535, 'd000ffff'],
    [65536, 'd800010000'],
  ])('tells a length of %d with the head %s', (length, head) => {
    const bytes = encodeTlv([{ kind: 'resource', id: 0, value: new Uint8Array(length) }]);
    expect(hexOfBytes(bytes.subarray(0, bytes.length - length))).toBe(head);
    expect(decodeTlv(bytes)).toEqual([{ kind: 'resource', id: 0, value: new Uint8Array(length) }]);
  });

  it('reads the wrapped instances of the captured CIS module, and writes the same bytes', () => {
    const payloads = goldenDatagrams()
      .map((step) => decodeMessage(step.bytes))
      .filter((message) => contentFormat(message) === 1542)
      .map((message) => message.payload);
    expect(payloads.map((payload) => outline(decodeTlv(payload)))).toEqual([
      '0[5601=4121f7cf,5700=41a0fbe7,5701=43656c]',
      '0[5601=4121f7cf,5700=41a0fbe7,5701=43656c],1[5700=c0600000]',
      '1[5700=c0e80000]',
    ]);
    for (const payload of payloads) expect(hexOfBytes(encodeTlv(decodeTlv(payload)))).toBe(hexOfBytes(payload));
  });

  it.each([
    ['an id that is cut off', 'e116'],
    ['a length that is cut off', 'd00001'],
    ['a value that is cut off', 'c400aabb'],
    ['an object instance inside an object instance', '03000000'],
    ['a resource inside a multiple resource', '8200c000'],
  ])('refuses %s', (_what, hex) => {
    expect(() => decodeTlv(bytesOfHex(hex))).toThrow(TlvFormatError);
  });

  it.each<[string, TlvEntry]>([
    ['an id of 17 bits', { kind: 'resource', id: 65536, value: new Uint8Array() }],
    [
      'a resource inside a multiple resource',
      { kind: 'multipleResource', id: 0, children: [{ kind: 'resource', id: 0, value: new Uint8Array() }] },
    ],
    ['a value longer than 24 bits can tell', { kind: 'resource', id: 0, value: new Uint8Array(0x1000000) }],
  ])('refuses to write %s', (_what, entry) => {
    expect(() => encodeTlv([entry])).toThrow(TlvFormatError);
  });
});

describe('resource values', () => {
  it.each<[ResourceType, string, string]>([
    ['integer', '22', '16'],
    ['integer', '1', '01'],
    ['integer', '-1', 'ff'],
    ['integer', '127', '7f'],
    ['integer', '128', '0080'],
    ['integer', '200', '00c8'],
    ['integer', '-32769', 'ffff7fff'],
    ['integer', '4294967296', '0000000100000000'],
    ['integer', '9223372036854775807', '7fffffffffffffff'],
    ['time', '1367491215', '5182428f'],
    ['float', '20.123', '41a0fbe7'],
    ['float', '0.0', '00000000'],
    ['boolean', '1', '01'],
    ['string', 'Cel', '43656c'],
    ['string', '温度', 'e6b8a9e5baa6'],
    ['opaque', '0AFF', '0aff'],
    ['objlnk', '3303:1', '0ce70001'],
    ['none', '', ''],
  ])('of type %s: %s is %s in bytes and back', (type, text, hex) => {
    expect(hexOfBytes(encodeValue(type, text))).toBe(hex);
    expect(decodeValue(type, bytesOfHex(hex))).toBe(text);
  });

  it('take the width that is asked for', () => {
    expect(hexOfBytes(encodeValue('integer', '22', 4))).toBe('00000016');
    expect(hexOfBytes(encodeValue('float', '20.123', 8))).toBe('40341f7ced916873');
  });

  it.each<[ResourceType, string]>([
    ['integer', '1.5'],
    ['integer', ''],
    ['integer', '9223372036854775808'],
    ['time', 'now'],
    ['float', 'NaN'],
    ['float', '1,5'],
    ['boolean', 'true'],
    ['opaque', 'ABC'],
    ['opaque', 'XY'],
    ['objlnk', '3303'],
    ['objlnk', '70000:0'],
  ])('of type %s are not written from "%s"', (type, text) => {
    expect(() => encodeValue(type, text)).toThrow(CodedError);
  });

  it('are not written into fewer bytes than they need', () => {
    expect(() => encodeValue('integer', '200', 1)).toThrow(CodedError);
  });

  it.each<[ResourceType, string]>([
    ['integer', ''],
    ['integer', '000001'],
    ['float', '0000'],
    ['boolean', '02'],
    ['boolean', ''],
    ['objlnk', '0ce7'],
  ])('of type %s are not read from the bytes "%s"', (type, hex) => {
    expect(() => decodeValue(type, bytesOfHex(hex))).toThrow(CodedError);
  });

  it('keep every 64-bit integer exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(decodeValue('integer', encodeValue('integer', value.toString()))).toBe(value.toString());
      }),
    );
  });

  it('name every float32 so that its text gives it again', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatFloat32(value);
        expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
        expect(text).toMatch(/^-?\d+\.\d+$/);
      }),
    );
  });

  it('name every double so that its text gives it again', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatFloat64(value);
        expect(Object.is(Number(text), value)).toBe(true);
        expect(text).toMatch(/^-?\d+\.\d+$/);
      }),
    );
  });

  it('have the shortest text of a float32', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99999, max: 99999 }), (thousandths) => {
        const value = thousandths / 1000;
        expect(formatFloat32(Math.fround(value))).toBe(formatFloat64(value));
      }),
    );
  });

  it.each([
    [99, '99.0'],
    [-3.5, '-3.5'],
    [1e-7, '0.0000001'],
    [1.25e21, '1250000000000000000000.0'],
    [Infinity, 'Infinity'],
    [NaN, 'NaN'],
  ])('write the float %d as %s', (value, text) => {
    expect(formatFloat64(value)).toBe(text);
  });
});
