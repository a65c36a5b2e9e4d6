import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { encodeText } from '../../../main/sim/coap/options.ts';
import { jsonText } from '../../../main/sim/platform/jsonText.ts';
import { parseLinks } from '../../../main/sim/platform/linkFormat.ts';
import { parseWithExactNumbers } from '../../../main/sim/platform/exactNumber.ts';
import { readContent, resourceJson } from '../../../main/sim/platform/values.ts';
import { bytesOfJson } from '../../../main/sim/platform/writtenValues.ts';
import { decodeValue, encodeTlv, encodeValue, TlvFormatError, type TlvEntry } from '../../../main/sim/tlv.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Lwm2mPath, ResourceType } from '../../../shared/lwm2m.ts';
import { bytesOfHex } from '../../golden.ts';

const resource: Lwm2mPath = { objectId: 3303, instanceId: 0, resourceId: 5700 };

/** The values of an answer, as OneNET prints them. */
function printed(path: Lwm2mPath, format: number | undefined, payload: Uint8Array, type?: ResourceType): string {
  const instances = readContent(path, format, payload, () => type);
  return instances
    .map(({ instanceId, resources }) =>
      resources.map((one) => `${instanceId}/${one.resourceId}=${jsonText(resourceJson(one))}`).join(' '),
    )
    .join(' ');
}

describe('a value in text', () => {
  it.each<[string, ResourceType | undefined, string]>([
    ['20.123000000000001', 'float', '20.123'],
    ['20.122999191284180', 'float', '20.123'],
    ['21.500000000000000', 'float', '21.5'],
    ['0.000000000000000', 'float', '0.0'],
    ['99', 'float', '99.0'],
    ['-3.5', undefined, '-3.5'],
    ['98', undefined, '98'],
    ['+7', undefined, '7'],
    ['9007199254740993', 'integer', '9007199254740993'],
    ['1367491215', 'time', '1367491215'],
    ['20.5', 'integer', '20.5'],
    ['1', 'boolean', 'true'],
    ['false', 'boolean', 'false'],
    ['7', 'boolean', '7'],
    ['Cel', undefined, '"Cel"'],
    ['12', 'string', '"12"'],
    ['AQID/w==', 'opaque', '"010203FF"'],
    ['AQID', 'opaque', '"010203"'],
    ['', 'opaque', '""'],
    ['not base64!', 'opaque', '"not base64!"'],
    ['7', 'none', '7'],
    ['reset', 'none', '"reset"'],
    ['3303:0', 'objlnk', '"3303:0"'],
    ['', undefined, '""'],
  ])('%s of type %s is printed as %s', (text, type, json) => {
    expect(printed(resource, 0, encodeText(text), type)).toBe(`0/5700=${json}`);
  });

  it.each([undefined, 0, 1541])('is read under content format %s', (format) => {
    expect(printed(resource, format, encodeText('1'))).toBe('0/5700=1');
  });

  it.each([42, 1544])('is printed as hex under the opaque content format %d', (format) => {
    expect(printed(resource, format, bytesOfHex('0aff'))).toBe('0/5700="0AFF"');
  });

  it.each<[string, string, ResourceType | undefined, string]>([
    ['a text with a line break', '610d0a62', 'string', '"a\\r\\nb"'],
    ['a text with a control character', '610162', 'string', '"a\\u0001b"'],
    ['a number', '00000016', 'integer', '22'],
    ['bytes', '616263', 'opaque', '"616263"'],
    ['letters nobody defines', '616263', undefined, '"abc"'],
  ])('that a host could send as bytes alone is printed by its definition: %s', (_what, hex, type, json) => {
    expect(printed(resource, 42, bytesOfHex(hex), type)).toBe(`0/5700=${json}`);
  });

  it('is the same as bytes of a resource and in the TLV of its instance, whatever bytes and definition', () => {
    const types = ['string', 'integer', 'float', 'boolean', 'opaque', 'time', 'none', 'objlnk', undefined] as const;
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.string({ maxLength: 6 }).map(encodeText));
    fc.assert(
      fc.property(bytes, fc.constantFrom(...types), (value, type) => {
        const tlv = encodeTlv([{ kind: 'resource', id: 5700, value }]);
        expect(printed(resource, 42, value, type)).toBe(printed({ objectId: 3303, instanceId: 0 }, 11542, tlv, type));
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, Lwm2mPath, number]>([
    ['of an instance', { objectId: 3303, instanceId: 0 }, 0],
    ['in an unknown format', resource, 11543],
  ])('%s cannot be read', (_what, path, format) => {
    expect(() => printed(path, format, encodeText('1'))).toThrow(CodedError);
  });
});

describe('values in TLV', () => {
  const one = (hex: string, id = 5700): TlvEntry => ({ kind: 'resource', id, value: bytesOfHex(hex) });

  it.each<[string, string, ResourceType | undefined, string]>([
    ['a float', '41a0fbe7', 'float', '20.123'],
    ['a double', '40341f7ced916873', 'float', '20.123'],
    ['an integer', '0080', 'integer', '128'],
    ['a truth value', '01', 'boolean', 'true'],
    ['infinity', '7f800000', 'float', '"Infinity"'],
    ['one byte nobody defines', '16', undefined, '"16"'],
    ['four bytes nobody defines', '41a0fbe7', undefined, '"41A0FBE7"'],
    ['a negative number nobody defines', 'fffeee90', undefined, '"FFFEEE90"'],
    ['letters nobody defines', '43656c', undefined, '"Cel"'],
    ['four letters nobody defines', '766f6c74', undefined, '"766F6C74"'],
    ['other bytes nobody defines', 'ff00ff', undefined, '"FF00FF"'],
    ['an executable resource that carries text', '68656c6c6f', 'none', '"hello"'],
    ['an executable resource that carries a number', '16', 'none', '"16"'],
    ['a number where text is defined', '00000016', 'string', '"00000016"'],
    ['a one-byte integer where a float is defined', '16', 'float', '22'],
    ['text where an integer is defined', '43656c', 'integer', '"Cel"'],
  ])('%s: %s of type %s is printed as %s', (_what, hex, type, json) => {
    expect(printed(resource, 11542, encodeTlv([one(hex)]), type)).toBe(`0/5700=${json}`);
  });

  it('are read the same, wrapped and alone', () => {
    const path = { objectId: 3303, instanceId: 1 };
    const wrapped: TlvEntry[] = [{ kind: 'objectInstance', id: 1, children: [one('01')] }];
    const alone = encodeTlv([one('01')]);
    expect([printed(path, 1542, encodeTlv(wrapped), 'integer'), printed(path, 11542, alone, 'integer')]).toEqual([
      '1/5700=1',
      '1/5700=1',
    ]);
  });

  it('of a multiple resource are printed as a list, whether its head came or not', () => {
    const path = { objectId: 3, instanceId: 0, resourceId: 6 };
    const children: TlvEntry[] = [0, 1].map((id) => ({ kind: 'resourceInstance', id, value: Uint8Array.of(id + 1) }));
    const whole: TlvEntry[] = [{ kind: 'multipleResource', id: 6, children }];
    expect([whole, children].map((entries) => printed(path, 11542, encodeTlv(entries), 'integer'))).toEqual([
      '0/6=[1,2]',
      '0/6=[1,2]',
    ]);
  });

  it('that are none give an error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 42, 1542, 11542), (payload, format) => {
        try {
          JSON.parse(
            `[${readContent(resource, format, payload, () => 'float').flatMap(({ resources }) => resources.map((one) => jsonText(resourceJson(one))))}]`,
          );
        } catch (error) {
          expect(error instanceof TlvFormatError || error instanceof CodedError).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a value nobody has defined is the same however it is read', () => {
  /** Text of a module, and the bytes of the same value: CIS prints floats with fifteen decimals, others as they are. */
  const value = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((one) => ['integer', one.toString()] as const),
    fc.integer({ min: -300, max: 300 }).map((one) => ['integer', String(one)] as const),
    fc.integer({ min: 0, max: 99_999_999 }).map((one) => ['string', String(one)] as const),
    fc.float({ noNaN: true, min: -1e6, max: 1e6 }).map((one) => ['float', one.toFixed(15)] as const),
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((one) => ['float', one.toFixed(15)] as const),
    fc.integer({ min: -99, max: 99 }).map((one) => ['float', String(one)] as const),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((one) => ['string', one] as const),
    fc.constantFrom('0', '1').map((one) => ['boolean', one] as const),
  );
  const definitions = fc.constantFrom<ResourceType | undefined>(undefined, 'none');

  const jsonOf = (format: number, payload: Uint8Array, type: ResourceType | undefined, text?: string): string =>
    readContent(
      resource,
      format,
      payload,
      () => type,
      () => text,
    )
      .flatMap(({ resources }) => resources.map((one) => jsonText(resourceJson(one))))
      .join();

  it('by its bytes, once its text is known, as by its text', () => {
    fc.assert(
      fc.property(value, definitions, ([type, text], definition) => {
        const bytes = encodeTlv([{ kind: 'resource', id: 5700, value: encodeValue(type, text) }]);
        const byText = jsonOf(0, encodeText(text), definition);
        // Control characters are no text that a module would print.
        fc.pre(!/[\x00-\x1f\x7f]/.test(text));
        expect(jsonOf(11542, bytes, definition, text)).toBe(byText);
      }),
      { numRuns: 2000 },
    );
  });

  it('or raw, while its text is not known: never a number that it may not be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const read = jsonOf(11542, encodeTlv([{ kind: 'resource', id: 5700, value: bytes }]), undefined);
        const isText = ![1, 2, 4, 8].includes(bytes.length);
        if (!isText) expect(read).toBe(`"${Buffer.from(bytes).toString('hex').toUpperCase()}"`);
        else expect(read).toBeDefined();
      }),
    );
  });
});

describe('a value that is written by HTTP', () => {
  const hexOf = (json: string, type?: ResourceType, hint?: 1 | 2): string => {
    const { val } = parseWithExactNumbers(`{"val":${json}}`, 'val') as { val: unknown };
    return Buffer.from(bytesOfJson(val, hint, type)).toString('hex');
  };

  it.each<[string, ResourceType | undefined, string]>([
    ['9007199254740993', 'integer', '0020000000000001'],
    ['-9223372036854775808', 'integer', '8000000000000000'],
    ['9223372036854775807', undefined, '7fffffffffffffff'],
    ['1e3', 'integer', '03e8'],
    ['5.0', 'integer', '05'],
    ['1200e-2', 'time', '0c'],
    ['-0', 'integer', '00'],
    ['0e999', 'integer', '00'],
    ['"9007199254740993"', 'integer', '0020000000000001'],
    ['22', undefined, '16'],
    ['1.5', undefined, '3fc00000'],
    ['1e20', undefined, '60ad78ec'],
    ['20.1', 'float', '41a0cccd'],
    ['9007199254740993', 'string', '39303037313939323534373430393933'],
    ['true', 'integer', '01'],
    ['"text"', 'none', '74657874'],
  ])('%s as %s is %s', (json, type, hex) => {
    expect(hexOf(json, type)).toBe(hex);
  });

  it.each<[string, ResourceType | undefined]>([
    ['1.5', 'integer'],
    ['1e20', 'integer'],
    ['1e-1', 'time'],
    ['9223372036854775808', 'integer'],
    ['"1.5"', 'integer'],
    ['"seven"', 'integer'],
    ['1e400', 'float'],
    ['-1e400', undefined],
    ['1e99999999', undefined],
    [`0.${'0'.repeat(60_000)}1`, 'integer'],
    [`"${'0'.repeat(60_000)}x"`, 'integer'],
    ['2', 'boolean'],
    ['null', 'integer'],
    ['{"text":"5"}', 'integer'],
    ['[1]', undefined],
  ])('%s as %s is refused', (json, type) => {
    expect(() => hexOf(json, type)).toThrow(CodedError);
  });

  it('keeps every whole number of 64 bits exactly, and refuses every fraction for an integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
        const bytes = Buffer.from(hexOf(number.toString(), 'integer'), 'hex');
        expect(decodeValue('integer', bytes)).toBe(number.toString());
      }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 999 }), (whole, fraction) => {
        expect(() => hexOf(`${whole}.0${fraction}1`, 'integer')).toThrow(CodedError);
      }),
    );
  });
});

describe('a list of links', () => {
  const paths = (text: string) => parseLinks(text)?.paths.map((path) => Object.values(path).join('/'));

  it.each<[string, string[] | undefined]>([
    ['</>;rt="oma.lwm2m",</0/0>,</3303/0>', ['0/0', '3303/0']],
    ['</3303>;dim=2;pmin=10,</3303/0/5700>;gt=50.0', ['3303', '3303/0/5700']],
    ['</lwm2m>;rt="oma.lwm2m",</lwm2m/3/0>', ['3/0']],
    ['</3/0> , </4/0>', ['3/0', '4/0']],
    ['</3/0>;title="a,b;c\\"d"', ['3/0']],
    ['</sensors/temp>,</3/0>,</70000/0>,</1/2/3/4>', ['3/0']],
    ['', []],
    ['3303/0', undefined],
    ['</3/0', undefined],
    ['</3/0></4/0>', undefined],
    ['</3/0>;"x"', undefined],
  ])('%s', (text, expected) => {
    expect(paths(text)).toEqual(expected);
  });

  it('takes no longer for hostile text', () => {
    const startMs = performance.now();
    for (const piece of [' ', ';', '</3/0>,', '</3/0>;a', '<', '</a>;a="', '</a>; a', '\\"']) {
      parseLinks(piece.repeat(60_000 / piece.length));
      parseLinks(`</3/0>;a=${piece.repeat(60_000 / piece.length)}`);
    }
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});

describe('JSON text', () => {
  it('is what JSON.stringify makes of plain values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonText(value as never)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('keeps numbers as they are written', () => {
    expect(jsonText([{ numberText: '99.0' }, { numberText: '9007199254740993' }])).toBe('[99.0,9007199254740993]');
  });
});
