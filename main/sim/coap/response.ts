import type { CoapOption } from './options.ts';

/** A response as the handler outlines it. */
export interface CoapResponse {
  readonly code: string;
  readonly options?: readonly CoapOption[];
  readonly payload?: Uint8Array;
}
