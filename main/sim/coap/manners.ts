import type { CoapResponse } from './response.ts';
import {
  CoapFormatError,
  decodeMessage,
  emptyMessage,
  encodeMessage,
  isRequestCode,
  type CoapMessage,
} from './message.ts';
import { optionNumbers, unrecognizedCriticalOptions } from './options.ts';

/** A datagram as an endpoint reads it: a message, or what is sent back for what is none (undefined: nothing). */
export type DatagramReading = { readonly message: CoapMessage } | { readonly reply: Uint8Array | undefined };

/** How an endpoint takes what comes in. RFC 7252 says it; the cores of real modules have ways of their own. */
export interface Manners {
  /** Reads a datagram, however broken; throws nothing. */
  readonly read: (datagram: Uint8Array) => DatagramReading;
  /** True for what the request handler gets. */
  readonly isRequest: (message: CoapMessage) => boolean;
  /** Answer to a request that no handler should see, `silence` for none; undefined where the handler is asked. */
  readonly refusal: (request: CoapMessage) => CoapResponse | 'silence' | undefined;
  /** True where a request is answered in an acknowledgement whatever its own type is. */
  readonly acknowledgesAll: boolean;
  /** Type of the empty message that answers what leads to nothing: a ping, a response nobody waits for. */
  readonly unwanted: (message: CoapMessage) => 'ACK' | 'RST' | undefined;
  /** Puts an answer into bytes. Throws CoapFormatError when it cannot. */
  readonly encode: (message: CoapMessage) => Uint8Array;
}

/** A malformed confirmable message is rejected (RFC 7252 §4.2); one of another version may not be one (§3). */
function readStrictly(datagram: Uint8Array): DatagramReading {
  try {
    return { message: decodeMessage(datagram) };
  } catch (error) {
    const header = error instanceof CoapFormatError ? error.header : undefined;
    return { reply: header?.type === 'CON' ? encodeMessage(emptyMessage('RST', header.messageId)) : undefined };
  }
}

/** Refuses what no handler should see: RFC 7252 §5.4.1, §5.10.2. */
function standardRefusal(request: CoapMessage): CoapResponse | 'silence' | undefined {
  const asksProxy = request.options.some(
    ({ number }) => number === optionNumbers.proxyUri || number === optionNumbers.proxyScheme,
  );
  if (asksProxy) return { code: '5.05' };
  if (unrecognizedCriticalOptions(request).length === 0) return undefined;
  // §5.4.1: in a non-confirmable request an unknown critical option means rejection, and silence is one.
  return request.type === 'CON' ? { code: '4.02' } : 'silence';
}

/** The manners of RFC 7252. */
export const standardManners: Manners = {
  read: readStrictly,
  isRequest: ({ type, code }) => (type === 'CON' || type === 'NON') && isRequestCode(code),
  refusal: standardRefusal,
  acknowledgesAll: false,
  unwanted: () => 'RST',
  encode: encodeMessage,
};
