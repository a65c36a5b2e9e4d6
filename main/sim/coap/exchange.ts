import type { Manners } from './manners.ts';
import type { CoapMessage } from './message.ts';
import type { CoapOption } from './options.ts';
import type { CoapResponse } from './response.ts';
import type { CoapPeer } from './transmission.ts';

/**
 * Why an exchange failed: nobody answered in time, the peer rejected the message (RST) or its response cannot be used,
 * the caller or closing the endpoint ended it, or the system refused the socket or the datagram.
 */
export type CoapErrorCode = 'TIMEOUT' | 'RESET' | 'BAD_RESPONSE' | 'CANCELLED' | 'CLOSED' | 'NETWORK';

/** An exchange that failed. */
export class CoapError extends Error {
  readonly code: CoapErrorCode;

  constructor(code: CoapErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CoapError';
    this.code = code;
  }
}

/** A request as the caller outlines it; ids are filled in. */
export interface CoapRequest {
  /** Default `CON`. */
  readonly type?: 'CON' | 'NON';
  readonly code: string;
  readonly options?: readonly CoapOption[];
  readonly payload?: Uint8Array;
  /** Default: the endpoint's next token. A cancellation must repeat the token of its observation (RFC 7641 §3.6). */
  readonly token?: Uint8Array;
}

/** How long to wait for the response. */
export interface RequestLimits {
  /**
   * Milliseconds until the request fails with `TIMEOUT`. Without it, a confirmable request fails one pause after its last
   * repetition or, once acknowledged, after 93 s (MAX_TRANSMIT_WAIT); with it, it is waited for exactly as long as this.
   */
  readonly timeoutMs?: number;
  /** Ends the request: with the reason of the signal where that is a CoapError, else with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** Answers a request; undefined answers nothing at all, which a peer takes for a lost datagram. */
export type CoapRequestHandler = (
  request: CoapMessage,
  peer: CoapPeer,
) => CoapResponse | undefined | Promise<CoapResponse | undefined>;

/** Whatever was thrown, as a {@link CoapError}; what is not one comes from the system. */
export function asCoapError(error: unknown): CoapError {
  if (error instanceof CoapError) return error;
  return new CoapError('NETWORK', error instanceof Error ? error.message : String(error), { cause: error });
}

/** The error of a request whose signal was aborted, see {@link RequestLimits.signal}. */
export function cancellation(signal: AbortSignal | undefined): CoapError {
  const cause: unknown = signal?.reason;
  return cause instanceof CoapError ? cause : new CoapError('CANCELLED', 'The request was cancelled', { cause });
}

/** Asks the handler, save for what the manners keep from it; its exceptions stay inside as 5.00. */
export async function askHandler(
  request: CoapMessage,
  peer: CoapPeer,
  handler: CoapRequestHandler,
  manners: Manners,
): Promise<CoapResponse | undefined> {
  const refusal = manners.refusal(request);
  if (refusal !== undefined) return refusal === 'silence' ? undefined : refusal;
  try {
    return await handler(request, peer);
  } catch {
    return { code: '5.00' };
  }
}
