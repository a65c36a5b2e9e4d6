import { encodeUint, optionNumbers } from '../coap/options.ts';
import type { CoapOption } from '../coap/options.ts';
import type { Personality } from '../profile.ts';

/** CIS writes a zero as one byte (golden capture), where RFC 7252 §3.2 has none; every peer takes both. */
function uint({ name }: Personality, number: number, value: number): CoapOption {
  return { number, value: value === 0 && name === 'cis' ? Uint8Array.of(0) : encodeUint(value) };
}

/** Content-Format as the module's stack writes it. */
export function writtenContentFormat(personality: Personality, format: number): CoapOption {
  return uint(personality, optionNumbers.contentFormat, format);
}

/** Observe as the module's stack writes it; 24 bits. */
export function writtenObserve(personality: Personality, sequence: number): CoapOption {
  return uint(personality, optionNumbers.observe, sequence % 0x1000000);
}
