import type { Manners, DatagramReading } from '../coap/manners.ts';
import { encodeFrame, methods } from '../coap/message.ts';
import type { CoapMessage, CoapType } from '../coap/message.ts';
import { encodeText, isCritical, optionNumbers } from '../coap/options.ts';
import type { CoapOption } from '../coap/options.ts';

const version = 1;
const headerLength = 4;
const longestToken = 8;
const types: readonly CoapType[] = ['CON', 'NON', 'ACK', 'RST'];
const servedCodes: readonly string[] = [methods.get, methods.post, methods.put, methods.delete];

/** Critical options the core knows; it looks neither at their length nor at how often they stand. */
const knownCritical: readonly number[] = [
  optionNumbers.ifMatch,
  optionNumbers.uriHost,
  optionNumbers.ifNoneMatch,
  optionNumbers.uriPort,
  optionNumbers.uriPath,
  optionNumbers.uriQuery,
  optionNumbers.accept,
  optionNumbers.block2,
  optionNumbers.block1,
  optionNumbers.authCode,
];

interface Header {
  readonly type: CoapType;
  readonly code: string;
  readonly messageId: number;
  readonly token: Uint8Array;
}

/** An acknowledgement that carries a refusal; what stops the reader itself comes without the token. */
function refusal(
  { messageId }: Header,
  code: string,
  words = '',
  token: Uint8Array = new Uint8Array(),
): DatagramReading {
  const message: CoapMessage = { type: 'ACK', code, messageId, token, options: [], payload: encodeText(words) };
  return { reply: encodeFrame(message) };
}

/** What stops the reader at an option of this number. */
function optionRefusal(number: number, header: Header): DatagramReading | undefined {
  if (number === optionNumbers.proxyUri) return refusal(header, '5.05', 'This is a constrained server (Contiki)');
  const isKnown = !isCritical(number) || knownCritical.includes(number);
  return isKnown ? undefined : refusal(header, '4.02', 'Unsupported critical option');
}

function readHeader(bytes: Uint8Array): Header {
  const [first = 0, code = 0, idHigh = 0, idLow = 0] = bytes;
  const tokenLength = Math.min(first & 0x0f, longestToken);
  return {
    type: types[(first >> 4) & 3] ?? 'CON',
    code: `${code >> 5}.${String(code & 31).padStart(2, '0')}`,
    messageId: idHigh * 256 + idLow,
    token: bytes.slice(headerLength, headerLength + tokenLength),
  };
}

/**
 * Reads a datagram as the core does, which forgives much: any code, any type with any code, a payload marker with nothing
 * behind it, and 0xF0–0xFE for one. What runs over the end of the datagram leaves no path behind that could be read, hence
 * 4.00 to a request; so does a token longer than the eight bytes the core keeps.
 */
function readAsCore(datagram: Uint8Array): DatagramReading {
  const bytes = Uint8Array.from(datagram);
  const header = readHeader(bytes);
  if (bytes.length === 0) return { reply: undefined };
  if (bytes.length < headerLength) return refusal(header, '4.00');
  const first = bytes[0] ?? 0;
  if (first >> 6 !== version) return refusal(header, '4.00', 'CoAP version must be 1');
  const isServed = servedCodes.includes(header.code);
  const brokenPath = refusal(header, '4.00', '', header.token);
  if ((first & 0x0f) > longestToken && isServed) return brokenPath;

  const options: CoapOption[] = [];
  let number = 0;
  let offset = headerLength + header.token.length;
  const extended = (nibble: number): number => {
    if (nibble !== 13 && nibble !== 14) return nibble;
    const [high = 0, low = 0] = bytes.subarray(offset);
    offset += nibble - 12;
    return nibble === 13 ? high + 13 : high * 256 + low + 269;
  };
  while (offset < bytes.length) {
    const head = bytes[offset] ?? 0;
    offset += 1;
    if (head >= 0xf0) return { message: { ...header, options, payload: bytes.slice(offset) } };
    number += extended(head >> 4);
    const length = extended(head & 0x0f);
    const refused = optionRefusal(number, header);
    if (refused) return refused;
    if (offset + length > bytes.length)
      return isServed ? brokenPath : { message: { ...header, options, payload: new Uint8Array() } };
    options.push({ number, value: bytes.slice(offset, offset + length) });
    offset += length;
  }
  return { message: { ...header, options, payload: new Uint8Array() } };
}

/**
 * The manners of China Mobile's CIS core 2.2, as it answered 110 odd requests (test/sim/cisOddRequests.ts): every GET, POST,
 * PUT and DELETE is a request whatever its type, and its answer is an acknowledgement with its message id; whatever else
 * is confirmable gets an empty acknowledgement, also a ping; nothing is ever rejected with RST.
 */
export const cisManners: Manners = {
  read: readAsCore,
  isRequest: ({ code }) => servedCodes.includes(code),
  refusal: () => undefined,
  acknowledgesAll: true,
  unwanted: ({ type }) => (type === 'CON' ? 'ACK' : undefined),
  encode: encodeFrame,
};
