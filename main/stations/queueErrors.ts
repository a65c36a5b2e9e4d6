import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { QueueErrorCode } from '../../shared/errors.ts';

/** Codes of the JetStream API (nats-server `errors.json`) for a stream that takes no more. */
const fullCodes: readonly number[] = [10_002, 10_023, 10_047, 10_077];
/** The servers of a cluster are choosing who leads. */
export const noLeaderCode = 10_008;
const noJetStreamCodes: readonly number[] = [10_039, 10_076];

/** What TLS says against a certificate (codes of OpenSSL and Node), by what a person can do about it. */
const certificateCodes: Readonly<Record<string, readonly [QueueErrorCode, string]>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['QUEUE_CERT_UNKNOWN', 'No known authority has signed the certificate'],
  UNABLE_TO_GET_ISSUER_CERT: ['QUEUE_CERT_UNKNOWN', 'No known authority has signed the certificate'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['QUEUE_CERT_UNKNOWN', 'No known authority has signed the certificate'],
  SELF_SIGNED_CERT_IN_CHAIN: ['QUEUE_CERT_UNKNOWN', 'The authority of the certificate is not known here'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['QUEUE_CERT_UNKNOWN', 'The certificate has signed itself'],
  CERT_SIGNATURE_FAILURE: ['QUEUE_CERT_UNKNOWN', 'Another authority of that name has signed the certificate'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['QUEUE_CERT_HOST', 'The certificate is for another host'],
  CERT_HAS_EXPIRED: ['QUEUE_CERT_EXPIRED', 'The certificate has expired'],
  CERT_NOT_YET_VALID: ['QUEUE_CERT_EXPIRED', 'The certificate is not valid yet'],
};

/** True for an error of the JetStream API with that code. */
export const isOfCode = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;

/** What went wrong with a queue, as an error of ours. */
export function queueError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const { message } = faultOf(error);
  const coded = (code: QueueErrorCode, text: string): CodedError =>
    new CodedError(code, text, message, { cause: error });
  const { cause } = (error ?? {}) as Error;
  const isOf = (...kinds: readonly (abstract new (...args: never[]) => Error)[]): boolean =>
    kinds.some((kind) => error instanceof kind || cause instanceof kind);
  const certificate = certificateCodes[codeOf(error) ?? codeOf(cause) ?? ''];
  if (certificate) return coded(certificate[0], `${certificate[1]}: ${message}`);
  if (message.includes("does not support 'tls'"))
    return coded('QUEUE_NO_TLS', 'The server speaks without TLS, and the address wants it');
  if (isOf(errors.UserAuthenticationExpiredError) || message.toLowerCase().includes('authentication expired'))
    return coded('QUEUE_EXPIRED', `The credentials have expired: ${message}`);
  if (isOf(errors.AuthorizationError, errors.PermissionViolationError))
    return coded('QUEUE_DENIED', `The queue lets this user not do that: ${message}`);
  // The library does not export the class.
  if (error instanceof Error && error.name === 'JetStreamNotEnabled')
    return coded('QUEUE_NO_JETSTREAM', 'The server has no JetStream: it has to be started with -js');
  if (isOfCode(error, JetStreamApiCodes.StreamNotFound))
    return coded('QUEUE_NOT_SET_UP', 'No queue was set up on this server: mipl queue add sets one up');
  if (error instanceof JetStreamApiError) return apiError(error, coded);
  return coded('QUEUE_UNREACHABLE', `The queue cannot be reached: ${message}`);
}

function apiError(error: JetStreamApiError, coded: (code: QueueErrorCode, text: string) => CodedError): CodedError {
  const { message } = error;
  if (fullCodes.includes(error.code)) return coded('QUEUE_FULL', `The queue takes no more: ${message}`);
  if (noJetStreamCodes.includes(error.code))
    return coded('QUEUE_NO_JETSTREAM', `JetStream is not on for this account: ${message}`);
  if (error.code === noLeaderCode)
    return coded('QUEUE_UNREACHABLE', `The servers of the queue have not chosen yet who leads: ${message}`);
  return coded('QUEUE_UNSUITED', `The server refused: ${message}`);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
