/**
 * What the real CIS core 2.2 (China Mobile, 64-bit port) answers to odd, or slightly broken, requests of its server, in this
 * order, one after the other. Its sample application has /3303/0 with 5700 as a float (20.123), 5701 "Cel", 5601 -1.5, one
 * text behind all writable strings, a truth value and an integer. All of its answers are of type ACK. Requests that ended
 * the core are left out.
 */
export interface OddRequest {
  readonly name: string;
  readonly request: Datagram;
  readonly answer: OddAnswer;
}

/** `nothing`, or an acknowledgement. Payload as text of one character per byte. */
export type OddAnswer =
  | 'nothing'
  | {
      readonly code: string;
      readonly hasToken: boolean;
      readonly options?: readonly (readonly [number: number, hex: string])[];
      readonly payload?: string;
    };

/** A datagram to put together byte for byte, well-formed or not. */
export interface Datagram {
  readonly version?: number;
  /** 0 CON, 1 NON, 2 ACK, 3 RST. */
  readonly type?: number;
  readonly code?: string;
  /** Hex. */
  readonly token?: string;
  /** What the header says instead of the length of the token. */
  readonly tokenLength?: number;
  readonly path?: string;
  readonly options?: readonly (readonly [number: number, value: string | Uint8Array])[];
  readonly payload?: string | Uint8Array;
  /** Hex of what follows the options in place of a payload. */
  readonly tail?: string;
  /** Only the first so many bytes. */
  readonly cutAt?: number;
}

const option = { observe: 6, contentFormat: 12, query: 15, accept: 17, block2: 23, block1: 27 } as const;

const utf8 = (text: string): Uint8Array => Buffer.from(text);
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** Number of a content format in as few bytes as it needs. */
const format = (number: number): Uint8Array =>
  number === 0 ? new Uint8Array() : hex(number.toString(16).padStart(number > 255 ? 4 : 2, '0'));

const block = (number: number, more: boolean, exponent: number): Uint8Array =>
  Uint8Array.of(number * 16 + (more ? 8 : 0) + exponent);

const float = '3303/0/5700';
const instance = '3303/0';
const text = '3303/0/5750';
const otherText = '3306/0/5750';
const truth = '3306/0/5850';
const integer = '3306/0/5851';

const get = (path = float, rest: Datagram = {}): Datagram => ({ code: '0.01', path, ...rest });
const put = (path: string, payload: string | Uint8Array = '', rest: Datagram = {}): Datagram => ({
  code: '0.03',
  path,
  payload,
  ...rest,
});
const post = (path: string, rest: Datagram = {}): Datagram => ({ code: '0.02', path, ...rest });
const tlv = (path: string, payload: string, rest: Datagram = {}): Datagram =>
  put(path, hex(payload), { options: [[option.contentFormat, format(11542)]], ...rest });
const attributes = (...queries: string[]): Datagram =>
  put(float, '', { options: queries.map((query) => [option.query, utf8(query)] as const) });
const putBlock = (path: string, payload: string, number: number, more: boolean, exponent = 0): Datagram =>
  put(path, payload, { options: [[option.block1, block(number, more, exponent)]] });

const textFormat = [[option.contentFormat, '00']] as const;
const value = (payload = '20.123000000000001'): OddAnswer => ({
  code: '2.05',
  hasToken: true,
  options: textFormat,
  payload,
});
const instanceValue: OddAnswer = {
  code: '2.05',
  hasToken: true,
  options: [[option.contentFormat, '0606']],
  payload: hex('080014e4164441a0fbe7e3164543656ce415e1bfc00000').reduce(
    (line, byte) => line + String.fromCharCode(byte),
    '',
  ),
};
const plain = (code: string): OddAnswer => ({ code, hasToken: true });
const changed = plain('2.04');
/** What stops the reader comes without the token. */
const unread = (code: string, payload = ''): OddAnswer => ({ code, hasToken: false, payload });
const emptyAck = unread('0.00');
const goesOn = (blockHex: string): OddAnswer => ({
  code: '2.31',
  hasToken: true,
  options: [[option.block1, blockHex]],
});
const badOption = unread('4.02', 'Unsupported critical option');

const withOption = (number: number, bytes: string | Uint8Array): Datagram =>
  get(float, { options: [[number, typeof bytes === 'string' ? utf8(bytes) : bytes]] });
const accepting = (number: number): Datagram => withOption(option.accept, format(number));

type Row = readonly [name: string, request: Datagram, answer: OddAnswer];

const messages: readonly Row[] = [
  ['GET of a resource', get(), value()],
  [
    'a token of no bytes',
    get(float, { token: '' }),
    { code: '2.05', hasToken: false, options: textFormat, payload: '20.123000000000001' },
  ],
  ['a token of 1 byte', get(float, { token: 'a1' }), value()],
  ['a token of 4 bytes', get(float, { token: 'a1a2a3a4' }), value()],
  ['a token of 8 bytes', get(float, { token: 'a1a2a3a4a5a6a7a8' }), value()],
  ['a token of 9 bytes', get(float, { token: 'a1a2a3a4a5a6a7a8a9' }), plain('4.00')],
  ['a token of 15 bytes', get(float, { token: 'a1a2a3a4a5a6a7a8a9aaabacadaeaf' }), plain('4.00')],
  ['a ping', { code: '0.00', token: '' }, emptyAck],
  ['an empty CON with a token', { code: '0.00', token: 'a1a2' }, emptyAck],
  ['an empty NON', { type: 1, code: '0.00', token: '' }, 'nothing'],
  ['a NON GET', get(float, { type: 1 }), value()],
  ['a GET of type ACK', get(float, { type: 2 }), value()],
  ['a GET of type RST', get(float, { type: 3 }), value()],
  ['version 2', get(float, { version: 2 }), unread('4.00', 'CoAP version must be 1')],
  ['the reserved class 1.00', get(float, { code: '1.00' }), emptyAck],
  ['code 0.05 FETCH', get(float, { code: '0.05' }), emptyAck],
  ['code 0.07 iPATCH', get(float, { code: '0.07' }), emptyAck],
  ['code 0.31', get(float, { code: '0.31' }), emptyAck],
];

const options: readonly Row[] = [
  ['option 9, OSCORE', withOption(9, new Uint8Array()), badOption],
  ['If-Match on GET', withOption(1, hex('aa')), value()],
  ['If-None-Match on PUT', put(text, 'a', { options: [[5, new Uint8Array()]] }), changed],
  ['If-Match on PUT', put(text, 'a', { options: [[1, hex('aa')]] }), changed],
  ['ETag on GET', withOption(4, hex('aabb')), value()],
  ['Uri-Host', withOption(3, '127.0.0.1'), value()],
  ['Uri-Host of another', withOption(3, 'example.com'), value()],
  ['Uri-Port', withOption(7, hex('1633')), value()],
  ['Proxy-Uri', withOption(35, 'coap://example.com/'), unread('5.05', 'This is a constrained server (Contiki)')],
  ['Proxy-Scheme', withOption(39, 'coap'), badOption],
  ['Max-Age in a request', withOption(14, hex('3c')), value()],
  ['Location-Path in a request', withOption(8, 'rd'), value()],
  ['Auth_Code in a request', withOption(63, 'secret'), value()],
  ['Accept 0 in no byte', withOption(option.accept, new Uint8Array()), value()],
  ['Accept 0 as a byte', withOption(option.accept, hex('00')), value()],
  [
    'Accept twice',
    get(float, {
      options: [
        [option.accept, format(0)],
        [option.accept, format(11542)],
      ],
    }),
    value(),
  ],
  ['Accept of 5 bytes', withOption(option.accept, hex('0000000001')), value()],
  ['Accept 11543', accepting(11543), value()],
  ['Accept 42 of a float', accepting(42), value()],
  ['Accept 110, SenML', accepting(110), value()],
  ['Accept 1542', accepting(1542), value()],
  ['Accept 1541', accepting(1541), value()],
];

const paths: readonly Row[] = [
  ['.well-known/core', get('.well-known/core'), plain('4.00')],
  ['the root', get(''), plain('4.00')],
  ['path 3303/0/5700/0', get('3303/0/5700/0'), plain('4.00')],
  ['a path with an empty segment', get('3303//5700'), plain('4.00')],
  ['path 03303', get('03303/0/5700'), value()],
  ['path 65536', get('65536'), plain('4.00')],
  ['POST to bs', post('bs'), 'nothing'],
  ['POST to rd', post('rd'), 'nothing'],
];

const observing = (path: string, ...values: Uint8Array[]): Datagram =>
  get(path, { options: values.map((one) => [option.observe, one] as const) });
const begin = new Uint8Array();
const cancel = Uint8Array.of(1);

const blocksOfAnswers: readonly Row[] = [
  ['Block2 0 of 16 bytes', get(instance, { options: [[option.block2, block(0, false, 0)]] }), instanceValue],
  ['Block2 1 of 16 bytes', get(instance, { options: [[option.block2, block(1, false, 0)]] }), instanceValue],
  ['Block2 99, beyond the end', get(instance, { options: [[option.block2, hex('0630')]] }), instanceValue],
  ['Block2 of size 7', get(instance, { options: [[option.block2, block(0, false, 7)]] }), instanceValue],
  ['Block2 0 of 64 bytes of a resource', get(float, { options: [[option.block2, block(0, false, 2)]] }), value()],
  [
    'Observe with Block2 of 16 bytes',
    get(instance, {
      options: [
        [option.observe, begin],
        [option.block2, block(0, false, 0)],
      ],
    }),
    { code: '2.05', hasToken: true, options: [[option.observe, '00']] },
  ],
  ['block 1 of it', get(instance, { options: [[option.block2, block(1, false, 0)]] }), instanceValue],
  ['Observe 1 with another token', { ...observing(instance, cancel), token: 'b1b2' }, plain('2.05')],
  ['Observe 2', observing(instance, Uint8Array.of(2)), plain('4.04')],
  ['Observe 1 of what is not observed', observing(float, cancel), plain('4.04')],
  ['Observe twice', observing(instance, begin, cancel), plain('4.04')],
  ['a cancel', observing(instance, cancel), plain('4.04')],
];

const writes: readonly Row[] = [
  ['PUT without payload and format', put(text), changed],
  ['reading it', get(text), { code: '2.05', hasToken: true }],
  ['PUT of text', put(text, 'Lamp', { options: [[option.contentFormat, format(0)]] }), changed],
  ['PUT without format', put(text, 'Lamp 2'), changed],
  ['PUT of bad UTF-8', put(text, hex('fffe')), changed],
  ['reading the bad UTF-8', get(text), value('\xff\xfe')],
  ['PUT of the truth value "true"', put(truth, 'true'), changed],
  ['PUT of the truth value "2"', put(truth, '2'), changed],
  ['reading the truth value', get(truth), value('1')],
  ['PUT of the integer "abc"', put(integer, 'abc'), changed],
  ['PUT of the integer "1.5"', put(integer, '1.5'), changed],
  ['reading the integer', get(integer), value('1')],
  ['PUT in format 42 of a text', put(text, 'opq', { options: [[option.contentFormat, format(42)]] }), changed],
  ['reading what was opaque', get(text), value('opq')],
  ['PUT in format 60, CBOR', put(text, 'cbor', { options: [[option.contentFormat, format(60)]] }), changed],
  ['PUT of broken TLV', tlv(instance, 'e41644'), plain('4.06')],
  ['PUT of TLV with a multiple resource', tlv(instance, 'a61676410061410161'), changed],
  ['PUT of TLV to an object', tlv('3303', 'e31676616263'), plain('4.00')],
  ['POST of TLV, another instance around it', tlv(instance, '070ae4167661626364', { code: '0.02' }), plain('0.00')],
  ['PUT of TLV with an unknown resource', tlv(instance, 'e1ea6001'), changed],
  ['PUT with query and payload', put(text, 'x', { options: [[option.query, utf8('pmin=1')]] }), changed],
  ['reading what came with a query', get(text), value('x')],
];

const attributeWrites: readonly Row[] = [
  ['Write-Attributes pmin=abc', attributes('pmin=abc'), plain('4.00')],
  ['Write-Attributes of an unknown name', attributes('unknown=1'), plain('4.00')],
  ['Write-Attributes pmin=, which unsets', attributes('pmin='), plain('4.00')],
  ['Write-Attributes gt=1e3', attributes('gt=1e3'), plain('4.00')],
  ['Write-Attributes gt=-5', attributes('gt=-5'), changed],
  ['Write-Attributes twice the same', attributes('pmin=1', 'pmin=2'), plain('4.00')],
];

const oddities: readonly Row[] = [
  [
    'Execute in format 11542',
    post('3303/0/5605', { payload: 'reset', options: [[option.contentFormat, format(11542)]] }),
    changed,
  ],
  ['Execute with illegal arguments', post('3303/0/5605', { payload: "x='" }), changed],
  ['GET with a payload', get(float, { payload: 'payload' }), value()],
  ['a payload marker with nothing behind', get(float, { tail: 'ff' }), value()],
  ['an option that runs over the end', get(instance, { tail: '0435' }), plain('4.00')],
  ['an option delta of 15', get(instance, { tail: 'f4' + Buffer.from('5700').toString('hex') }), instanceValue],
  ['3 bytes', get(float, { cutAt: 3 }), unread('4.00')],
];

const blocksOfWrites: readonly Row[] = [
  ['PUT of 1300 bytes', put(text, 'z'.repeat(1300)), changed],
  ['restoring it', put(text, 'restored'), changed],
  ['block 0 of x', putBlock(text, 'x'.repeat(16), 0, true), goesOn('08')],
  ['block 0 of y', putBlock(otherText, 'y'.repeat(16), 0, true), goesOn('08')],
  ['block 1 of x', putBlock(text, 'xxx', 1, false), changed],
  ['block 1 of y', putBlock(otherText, 'yyy', 1, false), plain('4.08')],
  ['reading x', get(text), value(`${'y'.repeat(16)}xxx`)],
  ['reading y', get(otherText), value(`${'y'.repeat(16)}xxx`)],
  ['block 1 of C, whose block 0 is not in the list', putBlock(text, 'D', 1, false), changed],
  ['reading C', get(text), value(`${'C'.repeat(16)}D`)],
  ['a block with more than its size', putBlock(text, 'E'.repeat(20), 0, true), goesOn('08')],
  ['Block1 of size 7', putBlock(text, 'E'.repeat(16), 0, true, 7), goesOn('0d')],
  ['a block of 32 bytes before blocks of 16', putBlock(text, 'F'.repeat(32), 0, true, 1), goesOn('09')],
  ['block 2 of 16 bytes behind it', putBlock(text, 'G', 2, false), changed],
  ['reading it', get(text), value(`${'F'.repeat(32)}G`)],
];

/** Goes before the row of that name: the capture has an answer to it, but no row. */
export const unlisted: ReadonlyMap<string, Datagram> = new Map([
  ['block 1 of C, whose block 0 is not in the list', putBlock(text, 'C'.repeat(16), 0, true)],
]);

/** All 110, in order. */
export const oddRequests: readonly OddRequest[] = [
  ...messages,
  ...options,
  ...paths,
  ...blocksOfAnswers,
  ...writes,
  ...attributeWrites,
  ...oddities,
  ...blocksOfWrites,
].map(([name, request, answer]) => ({ name, request, answer }));

function nibble(number: number): { readonly nibble: number; readonly extension: readonly number[] } {
  if (number < 13) return { nibble: number, extension: [] };
  if (number < 269) return { nibble: 13, extension: [number - 13] };
  return { nibble: 14, extension: [(number - 269) >> 8, (number - 269) & 0xff] };
}

/** Bytes of a datagram, put together without the product's own writer. */
export function bytesOf(datagram: Datagram, messageId: number): Uint8Array {
  const { version = 1, type = 0, code = '0.01', token = 'a1b2c3d4', path = '', payload = '', tail } = datagram;
  const tokenBytes = hex(token);
  const [codeClass = 0, detail = 0] = code.split('.').map(Number);
  const segments = path === '' ? [] : path.split('/').map((segment) => [11, utf8(segment)] as const);
  const all = [...segments, ...(datagram.options ?? [])].toSorted(([one], [other]) => one - other);
  const bytes: number[] = [
    version * 64 + type * 16 + (datagram.tokenLength ?? tokenBytes.length),
    codeClass * 32 + detail,
    messageId >> 8,
    messageId & 0xff,
    ...tokenBytes,
  ];
  let previous = 0;
  for (const [number, given] of all) {
    const content = typeof given === 'string' ? utf8(given) : given;
    const [delta, length] = [nibble(number - previous), nibble(content.length)];
    bytes.push(delta.nibble * 16 + length.nibble, ...delta.extension, ...length.extension, ...content);
    previous = number;
  }
  const body = typeof payload === 'string' ? utf8(payload) : payload;
  if (tail !== undefined) bytes.push(...hex(tail));
  else if (body.length > 0) bytes.push(0xff, ...body);
  return Uint8Array.from(bytes.slice(0, datagram.cutAt));
}
