import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { encodeText } from '../../../main/sim/coap/options.ts';
import { jsonText } from '../../../main/sim/platform/jsonText.ts';
import { parseLinks } from '../../../main/sim/platform/linkFormat.ts';
import { readContent, resourceJson } from '../../../main/sim/platform/values.ts';
import { encodeTlv, TlvFormatError, type TlvEntry } from '../../../main/sim/tlv.ts';
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
    ['one byte nobody defines', '16', undefined, '22'],
    ['four bytes nobody defines', '41a0fbe7', undefined, '20.123'],
    ['letters nobody defines', '43656c', undefined, '"Cel"'],
    ['four letters nobody defines', '766f6c74', undefined, '"volt"'],
    ['other bytes nobody defines', 'ff00ff', undefined, '"FF00FF"'],
    ['a one-byte integer where a float is defined', '16', 'float', '22'],
    ['text where an integer is defined', '43656c', 'integer', '"Cel"'],
  ])('%s: %s of type %s is printed as %s', (_what, hex, type, json) => {
    expect(printed(resource, 11542, encodeTlv([one(hex)]), type)).toBe(`0/5700=${json}`);
  });

  it('are read the same, wrapped and alone', () => {
    const path = { objectId: 3303, instanceId: 1 };
    const wrapped: TlvEntry[] = [{ kind: 'objectInstance', id: 1, children: [one('01')] }];
    expect([printed(path, 1542, encodeTlv(wrapped)), printed(path, 11542, encodeTlv([one('01')]))]).toEqual([
      '1/5700=1',
      '1/5700=1',
    ]);
  });

  it('of a multiple resource are printed as a list, whether its head came or not', () => {
    const path = { objectId: 3, instanceId: 0, resourceId: 6 };
    const children: TlvEntry[] = [0, 1].map((id) => ({ kind: 'resourceInstance', id, value: Uint8Array.of(id + 1) }));
    const whole: TlvEntry[] = [{ kind: 'multipleResource', id: 6, children }];
    expect([printed(path, 11542, encodeTlv(whole)), printed(path, 11542, encodeTlv(children))]).toEqual([
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
