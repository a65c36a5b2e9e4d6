import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { CodedError } from '../../shared/errors.ts';
import type { TransportErrorCode } from '../../shared/errors.ts';
import { networkPath } from '../../shared/networkAddress.ts';
import type { NetworkAddress } from '../../shared/networkAddress.ts';
import type { Link } from './link.ts';
import { closeLimitMs, makeLinkEnd } from './linkEnd.ts';
import { makeTurns } from './turns.ts';

/**
 * Connects to a serial server. Rejects with PORT_NOT_FOUND (nobody there, within `connectTimeoutMs`), PORT_DENIED or
 * PORT_FAILED, each with the system's own text. Errors name the address with its own scheme.
 */
export async function openTcp(address: NetworkAddress, options: { readonly connectTimeoutMs: number }): Promise<Link> {
  const { host, port } = address;
  const name = networkPath(address);
  const socket = await openSocket(name, host, port, options.connectTimeoutMs);
  const lost = (error: Error): CodedError =>
    new CodedError('PORT_LOST', `${name}: ${error.message}`, name, { cause: error });
  let isClosing = false;
  const end = makeLinkEnd({
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(lost(error)) : resolve()));
      }),
    close: () => {
      isClosing = true;
      return closeSocket(socket);
    },
  });
  const turns = makeTurns({
    hand: (bytes) => end.receive(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  });
  socket.on('data', (bytes) => turns.take(bytes));
  socket.on('error', (error) => turns.afterwards(() => end.lose(lost(error))));
  socket.on('close', () =>
    turns.afterwards(() => (isClosing ? end.lose() : end.lose(lost(new Error('the far end closed the connection'))))),
  );
  return end.link;
}

function openSocket(name: string, host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
    const timer = setTimeout(() => {
      fail(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(connectError(error, name));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

const connectCodes: Readonly<Record<string, TransportErrorCode>> = {
  ECONNREFUSED: 'PORT_NOT_FOUND',
  ENOTFOUND: 'PORT_NOT_FOUND',
  EAI_AGAIN: 'PORT_NOT_FOUND',
  EHOSTUNREACH: 'PORT_NOT_FOUND',
  ENETUNREACH: 'PORT_NOT_FOUND',
  ETIMEDOUT: 'PORT_NOT_FOUND',
  EACCES: 'PORT_DENIED',
  EPERM: 'PORT_DENIED',
};

function connectError(error: Error & { readonly code?: string }, name: string): CodedError {
  // With several addresses behind a name the error is a bundle without text of its own.
  const text =
    error instanceof AggregateError ? error.errors.map((part) => (part as Error).message).join('; ') : error.message;
  const code = connectCodes[String(error.code)] ?? 'PORT_FAILED';
  return new CodedError(code, `${name}: ${text}`, name, { cause: error });
}

/** Lets what is written go out first; a far end that does not read is cut off at the limit. */
function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    const timer = setTimeout(() => socket.destroy(), closeLimitMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.destroySoon();
  });
}
