import { event } from '../../mipl/codes.ts';
import { CoapError } from '../coap/exchange.ts';
import { BootstrapFailure } from './bootstrap.ts';

/** The event for a registration that came to nothing. */
export function failureOf(error: unknown): number {
  if (error instanceof BootstrapFailure) return event.bootstrapFailed;
  const code = error instanceof CoapError ? error.code : undefined;
  if (code === 'TIMEOUT') return event.registrationTimeout;
  return code === 'BAD_RESPONSE' || code === 'RESET' ? event.registrationFailed : event.connectFailed;
}
