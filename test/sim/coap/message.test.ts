import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import coapPacket from 'coap-packet';
import {
  CoapFormatError,
  decodeMessage,
  emptyMessage,
  encodeMessage,
  type CoapMessage,
} from '../../../main/sim/coap/message.ts';
import {
  accept,
  authCode,
  block1,
  block2,
  blockOption,
  contentFormat,
  decodeText,
  decodeUint,
  encodeUint,
  locationPath,
  observe,
  optionNumbers,
  textOption,
  uintOption,
  unrecognizedCriticalOptions,
  uriPath,
  uriPathOptions,
  uriQuery,
  type CoapOption,
} from '../../../main/sim/coap/options.ts';
import { bytesOfHex, goldenDatagrams, hexOfBytes } from '../../golden.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const codes = fc
  .tuple(fc.constantFrom(0, 2, 4, 5), fc.integer({ min: 1, max: 31 }))
  .map(([codeClass, detail]) => `${codeClass}.${String(detail).padStart(2, '0')}`);
const optionLists = fc
  .array(fc.record({ number: fc.integer({ min: 0, max: 65535 }), value: bytes(300) }), { maxLength: 8 })
  .map((options) => options.toSorted((one, other) => one.number - other.number));
const messages: fc.Arbitrary<CoapMessage> = fc.record({
  type: fc.constantFrom('CON', 'NON', 'ACK', 'RST'),
  code: codes,
  messageId: fc.integer({ min: 0, max: 65535 }),
  token: bytes(8),
  options: optionLists,
  payload: bytes(64),
});

function reasonOf(hex: string): string {
  try {
    decodeMessage(bytesOfHex(hex));
  } catch (error) {
    if (error instanceof CoapFormatError) return error.reason;
    throw error;
  }
  return 'accepted';
}

/** Writes a message the way the capture's remarks do. */
function describeMessage(message: CoapMessage): string {
  const option = ({ number, value }: CoapOption): string => {
    if (number === optionNumbers.uriPath) return `Uri-Path=${decodeText(value)}`;
    if (number === optionNumbers.uriQuery) return `Uri-Query=${decodeText(value)}`;
    if (number === optionNumbers.locationPath) return `Location-Path=${decodeText(value)}`;
    if (number === optionNumbers.contentFormat) return `CF=${decodeUint(value)}`;
    if (number === optionNumbers.accept) return `Accept=${decodeUint(value)}`;
    if (number === optionNumbers.observe) return `Observe=${decodeUint(value)}`;
    return `${number}=${hexOfBytes(value)}`;
  };
  return [
    message.type,
    message.code,
    `mid=${message.messageId}`,
    `tok=${hexOfBytes(message.token)}`,
    ...message.options.map(option),
  ].join(' ');
}

describe('CoAP message', () => {
  it('comes back from bytes as it went in', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
    );
  });

  it('is either read or refused with a format error, whatever the bytes', () => {
    fc.assert(
      fc.property(bytes(80), (datagram) => {
        try {
          decodeMessage(datagram);
        } catch (error) {
          expect(error).toBeInstanceOf(CoapFormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('survives a flipped byte in a real datagram', () => {
    const datagrams = goldenDatagrams().map((step) => step.bytes);
    fc.assert(
      fc.property(fc.constantFrom(...datagrams), fc.nat(), fc.integer({ min: 1, max: 255 }), (datagram, at, flip) => {
        const damaged = Uint8Array.from(datagram);
        damaged[at % damaged.length]! ^= flip;
        try {
          decodeMessage(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(CoapFormatError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('has the same bytes as those another implementation writes', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const theirs = coapPacket.generate(
          {
            code: message.code,
            messageId: message.messageId,
            token: Buffer.from(message.token),
            confirmable: message.type === 'CON',
            ack: message.type === 'ACK',
            reset: message.type === 'RST',
            options: message.options.map(({ number, value }) => ({ name: String(number), value: Buffer.from(value) })),
            payload: Buffer.from(message.payload),
          },
          8192,
        );
        expect(hexOfBytes(encodeMessage(message))).toBe(theirs.toString('hex'));
      }),
    );
  });

  it('reads every datagram of the captured session as its capture says, and writes the same bytes again', () => {
    for (const { bytes: datagram, decoded } of goldenDatagrams()) {
      const message = decodeMessage(datagram);
      expect(describeMessage(message)).toBe(decoded.replace(/ \|.*$/, '').trim());
      expect(hexOfBytes(encodeMessage(message))).toBe(hexOfBytes(datagram));
    }
  });

  it.each([
    ['', 'short'],
    ['400101', 'short'],
    ['80010001', 'version'],
    ['49010001010203040506070809', 'token'],
    ['4f010001', 'token'],
    ['42010001aa', 'token'],
    ['40210001', 'code'],
    ['40c10001', 'code'],
    ['40e10001', 'code'],
    ['4000000100', 'empty'],
    ['4100000101', 'empty'],
    ['40010001ff', 'payload'],
    ['40010001b374', 'option'],
    ['40010001f0', 'option'],
    ['400100010f', 'option'],
    ['40010001d0', 'option'],
    ['40010001e000', 'option'],
    ['40010001e0ffff', 'option'],
    ['40010001e0fef210', 'option'],
  ])('refuses %s as malformed: %s', (hex, reason) => {
    expect(reasonOf(hex)).toBe(reason);
  });

  it('tells type and id of a malformed message, so that it can be rejected', () => {
    try {
      decodeMessage(bytesOfHex('40011234ff'));
      expect.unreachable();
    } catch (error) {
      expect((error as CoapFormatError).header).toEqual({ type: 'CON', messageId: 0x1234 });
    }
  });

  it.each<[string, Partial<CoapMessage>]>([
    ['a token of nine bytes', { token: new Uint8Array(9) }],
    ['a message id of 17 bits', { messageId: 65536 }],
    ['a reserved class', { code: '1.00' }],
    ['a detail of six bits', { code: '2.32' }],
    ['a word as code', { code: 'GET' }],
    ['an option number of 17 bits', { options: [{ number: 65536, value: new Uint8Array() }] }],
    ['an empty message with a token', { code: '0.00', token: new Uint8Array(1) }],
  ])('refuses to write %s', (_what, change) => {
    expect(() => encodeMessage({ ...emptyMessage('CON', 1), code: '0.01', ...change })).toThrow(CoapFormatError);
  });

  it('puts options into ascending order and keeps repeated ones as given', () => {
    const options = [textOption(optionNumbers.uriQuery, 'lt=60'), ...uriPathOptions('/rd/abc')];
    const message = decodeMessage(encodeMessage({ ...emptyMessage('CON', 1), code: '0.02', options }));
    expect([uriPath(message), uriQuery(message)]).toEqual([['rd', 'abc'], ['lt=60']]);
  });
});

describe('CoAP options', () => {
  it.each([
    [0, ''],
    [1, '01'],
    [255, 'ff'],
    [256, '0100'],
    [11542, '2d16'],
    [0xffffff, 'ffffff'],
  ])('writes %d in the fewest bytes: "%s"', (value, hex) => {
    expect(hexOfBytes(encodeUint(value))).toBe(hex);
  });

  it('reads any unsigned integer it wrote', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => decodeUint(encodeUint(value)) === value));
  });

  it('refuses to write a negative number', () => {
    expect(() => encodeUint(-1)).toThrow(RangeError);
  });

  it('reads the options of a registration', () => {
    const message = decodeMessage(goldenDatagrams()[0]!.bytes);
    expect([uriPath(message), uriQuery(message), contentFormat(message)]).toEqual([
      ['rd'],
      ['ep=869334030000010;460041234567899', 'b=U', 'lt=3600'],
      40,
    ]);
  });

  it('reads Location-Path, Observe and Accept where they stand', () => {
    const [, created, discover] = goldenDatagrams().map((step) => decodeMessage(step.bytes));
    expect(locationPath(created!)).toEqual(['rd', 'CorSCAMpFn']);
    expect([accept(discover!), observe(discover!)]).toEqual([40, undefined]);
  });

  it('knows the Auth_Code option', () => {
    const message = { options: [textOption(63, 'secret')] };
    expect([authCode(message), unrecognizedCriticalOptions(message)]).toEqual(['secret', []]);
  });

  it('comes back from a block option as it went in', () => {
    const blocks = fc.record({
      number: fc.nat(0xfffff),
      more: fc.boolean(),
      size: fc.integer({ min: 4, max: 10 }).map((exponent) => 2 ** exponent),
    });
    fc.assert(
      fc.property(blocks, (block) => {
        expect(block1({ options: [blockOption('block1', block)] })).toEqual(block);
        expect(block2({ options: [blockOption('block2', block)] })).toEqual(block);
      }),
    );
  });

  it('takes a block option with the reserved size as not understood', () => {
    expect(block2({ options: [uintOption(optionNumbers.block2, 7)] })).toBeUndefined();
  });

  it('refuses to write a block size that is no power of two', () => {
    expect(() => blockOption('block1', { number: 0, more: false, size: 500 })).toThrow(RangeError);
  });

  it('takes a number option that is too long as not understood', () => {
    expect(contentFormat({ options: [{ number: 12, value: new Uint8Array(3) }] })).toBeUndefined();
  });

  it.each<[string, CoapOption[], number[]]>([
    ['an unknown odd number', [{ number: 2049, value: new Uint8Array() }], [2049]],
    ['a condition we do not act on', [{ number: optionNumbers.ifNoneMatch, value: new Uint8Array() }], [5]],
    ['an Accept of three bytes', [{ number: optionNumbers.accept, value: new Uint8Array(3) }], [17]],
    ['a second Accept', [uintOption(optionNumbers.accept, 40), uintOption(optionNumbers.accept, 0)], [17]],
    ['an unknown even number', [{ number: 2048, value: new Uint8Array() }], []],
    ['a path of several segments', uriPathOptions('/a/b'), []],
  ])('finds the critical options nobody understands: %s', (_what, options, numbers) => {
    expect(unrecognizedCriticalOptions({ options })).toEqual(numbers);
  });
});
