import { CoapError } from '../coap/exchange.ts';
import type { CoapMessage } from '../coap/message.ts';

/** Why a device did not do what was asked: the names OneNET prints with error number 5106. */
export type DeviceRefusalReason =
  | 'METHOD_NOT_ALLOWED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'INTERNAL_SERVER_ERROR'
  | 'TIME_OUT'
  | 'REQ_PARAM_ERROR'
  | 'RESP_ERROR'
  | 'UNAUTHORIZED'
  | 'BAD_REQUEST'
  | 'NOT_ACCEPTABLE'
  | 'UNSUPPORTED_CONTENT_FORMAT'
  | 'OFFLINE';

/** A device, or the way to it, refused. */
export class DeviceRefusal extends Error {
  readonly reason: DeviceRefusalReason;

  constructor(reason: DeviceRefusalReason, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'DeviceRefusal';
    this.reason = reason;
  }
}

const reasonByCode: Readonly<Record<string, DeviceRefusalReason>> = {
  '4.00': 'BAD_REQUEST',
  '4.01': 'UNAUTHORIZED',
  '4.02': 'REQ_PARAM_ERROR',
  '4.03': 'FORBIDDEN',
  '4.04': 'NOT_FOUND',
  '4.05': 'METHOD_NOT_ALLOWED',
  '4.06': 'NOT_ACCEPTABLE',
  '4.13': 'REQ_PARAM_ERROR',
  '4.15': 'UNSUPPORTED_CONTENT_FORMAT',
};

/** Hands a successful response on; throws {@link DeviceRefusal} for one that says no. */
export function expectSuccess(response: CoapMessage): CoapMessage {
  if (response.code.startsWith('2.')) return response;
  const isServerFault = response.code.startsWith('5.');
  throw new DeviceRefusal(reasonByCode[response.code] ?? (isServerFault ? 'INTERNAL_SERVER_ERROR' : 'RESP_ERROR'));
}

/** What went wrong on the way, in OneNET's words. */
export function refusalOf(error: unknown): DeviceRefusal {
  if (error instanceof DeviceRefusal) return error;
  if (!(error instanceof CoapError)) return new DeviceRefusal('RESP_ERROR', { cause: error });
  const isOver = error.code === 'CANCELLED' || error.code === 'CLOSED';
  const failed = error.code === 'TIMEOUT' ? 'TIME_OUT' : 'RESP_ERROR';
  return new DeviceRefusal(isOver ? 'OFFLINE' : failed, { cause: error });
}
