import { createSocket } from 'node:dgram';
import { connect, isIPv4 } from 'node:net';
import type { Socket } from 'node:net';

/** What arrived, and from where. */
export interface NetworkDatagram {
  readonly address: string;
  readonly port: number;
  readonly bytes: Buffer;
}

/** Longest time to set up a connection on this machine. Milliseconds. */
const connectMs = 3000;

/** Only this machine is reached: what goes elsewhere is lost on the way. */
export function isReachable(address: string): boolean {
  return isIPv4(address) && address.startsWith('127.');
}

/** A UDP socket of the module on the loopback interface. */
export interface DatagramSocket {
  /** What cannot be sent is lost, which UDP allows. */
  send(bytes: Uint8Array, address: string, port: number): void;
  close(): Promise<void>;
}

/** Opens one. A module has all ports to itself: one that this computer uses already is stood in for by another. */
export async function openDatagramSocket(
  port: number,
  onArrival: (arrival: NetworkDatagram) => void,
): Promise<DatagramSocket> {
  const socket = createSocket('udp4');
  let isClosed = false;
  socket.on('message', (bytes, { address, port: from }) => onArrival({ address, port: from, bytes }));
  const bind = (wanted: number): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(wanted, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve();
      });
    });
  await bind(port).catch(() => bind(0));
  socket.on('error', () => undefined);
  return {
    send(bytes, address, to) {
      if (!isClosed && isReachable(address) && to > 0) socket.send(bytes, to, address, () => undefined);
    },
    close() {
      if (isClosed) return Promise.resolve();
      isClosed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

/** A TCP connection of the module, to this machine alone. */
export class StreamSocket {
  readonly #onData: (bytes: Buffer) => void;
  readonly #onClosed: () => void;
  #socket: Socket | undefined;
  #peer = { address: '0.0.0.0', port: 0 };

  /** @param onClosed the far end has closed; not told of what {@link close} does. */
  constructor(onData: (bytes: Buffer) => void, onClosed: () => void) {
    this.#onData = onData;
    this.#onClosed = onClosed;
  }

  /** Where it was connected to last. */
  get peer(): { readonly address: string; readonly port: number } {
    return this.#peer;
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === 'open';
  }

  /** Resolves with false when nobody answers, or there is a connection already. */
  connect(host: string, port: number): Promise<boolean> {
    if (this.#socket || !isReachable(host) || port === 0) return Promise.resolve(false);
    const socket = connect({ host, port, timeout: connectMs });
    this.#socket = socket;
    this.#peer = { address: host, port };
    return new Promise((resolve) => {
      const fail = (): void => {
        socket.destroy();
        if (this.#socket === socket) this.#socket = undefined;
        resolve(false);
      };
      socket.once('timeout', fail);
      socket.once('close', fail);
      // The end that follows it says all there is to say.
      socket.on('error', () => undefined);
      socket.once('connect', () => {
        socket.off('timeout', fail);
        socket.off('close', fail);
        socket.setTimeout(0);
        socket.on('data', (bytes: Buffer) => this.#onData(bytes));
        socket.once('close', () => {
          if (this.#socket !== socket) return;
          this.#socket = undefined;
          this.#onClosed();
        });
        resolve(true);
      });
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}
