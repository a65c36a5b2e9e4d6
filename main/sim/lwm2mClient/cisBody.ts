import type { CoapResponse } from '../coap/response.ts';
import { concatBytes } from '../coap/message.ts';
import type { CoapMessage } from '../coap/message.ts';
import { optionNumbers, rawBlock, uintOption } from '../coap/options.ts';

/** Exponent of 512 bytes, the largest block the core offers (cis-on-the-wire.md, limits). */
const largestExponent = 5;

/**
 * The one body the CIS core collects, whatever it is of: blocks of writes to two paths end up in each other. It counts by the
 * size a block says, never looks at what the block holds, and keeps the body when it is complete, so that its last block
 * may come again.
 */
export class CisBody {
  readonly #maximum: number;
  #body: Uint8Array | undefined;

  /** @param maximum longest body, in bytes; more is answered 4.13. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Takes a request; returns it whole once its last block is here, otherwise the answer to this block. */
  collect(request: CoapMessage): { readonly whole: CoapMessage } | { readonly answer: CoapResponse } {
    const block = rawBlock(request, 'block1');
    if (block === undefined) {
      return request.payload.length > this.#maximum ? { answer: { code: '4.13' } } : { whole: request };
    }
    const { number, more, exponent } = block;
    const before = number === 0 ? new Uint8Array() : this.#body;
    if (before === undefined || before.length !== number * 2 ** (exponent + 4)) return { answer: { code: '4.08' } };
    if (before.length + request.payload.length > this.#maximum) return { answer: { code: '4.13' } };
    this.#body = concatBytes([before, request.payload]);
    if (!more) return { whole: { ...request, payload: this.#body } };
    const value = number * 16 + 8 + Math.min(exponent, largestExponent);
    return { answer: { code: '2.31', options: [uintOption(optionNumbers.block1, value)] } };
  }
}
