import { encodeUint, optionNumbers } from '../coap/options.ts';
import type { CoapOption } from '../coap/options.ts';

/** CIS writes a zero as one byte, where RFC 7252 §3.2 has none (golden capture); every peer takes both. */
function cisUint(number: number, value: number): CoapOption {
  return { number, value: value === 0 ? Uint8Array.of(0) : encodeUint(value) };
}

/** Content-Format as a CIS module writes it. */
export function contentFormatOption(format: number): CoapOption {
  return cisUint(optionNumbers.contentFormat, format);
}

/** Observe as a CIS module writes it; 24 bits. */
export function observeOption(sequence: number): CoapOption {
  return cisUint(optionNumbers.observe, sequence % 0x1000000);
}
