import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { CoapError } from './exchange.ts';
import type { CoapPeer } from './transmission.ts';

/** Turns a host name into the numeric address a {@link CoapPeer} needs; prefers IPv4. */
export async function resolvePeer(host: string, port: number): Promise<CoapPeer> {
  if (isIP(host) !== 0) return { host, port };
  return { host: (await lookup(host, { family: 4 })).address, port };
}

/** A UDP socket with the air between it and its peers: what is sent and what comes in takes half a round trip. */
export class AirSocket {
  /** Takes a datagram; to be set in the turn of the opening. */
  onDatagram: ((bytes: Uint8Array, peer: CoapPeer) => void) | undefined;
  readonly #socket: Socket;
  readonly #oneWayMs: number;
  readonly #onTheAir = new Set<NodeJS.Timeout>();

  private constructor(socket: Socket, airMs: number) {
    this.#socket = socket;
    this.#oneWayMs = airMs / 2;
    socket.on('message', (bytes, { address, port }) => {
      const peer = { host: address, port };
      this.#afterAir(() => this.onDatagram?.(bytes, peer));
    });
    // What the system could not deliver is lost, as on any network.
    socket.on('error', () => undefined);
  }

  /** Binds the socket; port 0 for any, `airMs` a round trip. Rejects with CoapError `NETWORK` when the address is taken or not ours. */
  static open(host: string, port: number, airMs: number): Promise<AirSocket> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    return new Promise((resolve, reject) => {
      const refused = (cause: Error): void => {
        socket.close();
        reject(new CoapError('NETWORK', `Cannot open UDP ${host}:${port}: ${cause.message}`, { cause }));
      };
      socket.once('error', refused);
      socket.bind(port, host, () => {
        socket.off('error', refused);
        resolve(new AirSocket(socket, airMs));
      });
    });
  }

  /** Where the socket listens. */
  get address(): CoapPeer {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** Sends a datagram. Rejects with CoapError `NETWORK` where there is no air between; over the air it is lost in silence. */
  send(bytes: Uint8Array, peer: CoapPeer): Promise<void> {
    if (this.#oneWayMs === 0) return this.#deliver(bytes, peer);
    this.#afterAir(() => void this.#deliver(bytes, peer).catch(() => undefined));
    return Promise.resolve();
  }

  /** Frees the port; what is on the air is lost. */
  close(): Promise<void> {
    for (const timer of this.#onTheAir) clearTimeout(timer);
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #afterAir(action: () => void): void {
    if (this.#oneWayMs === 0) return action();
    const timer = setTimeout(() => {
      this.#onTheAir.delete(timer);
      action();
    }, this.#oneWayMs);
    this.#onTheAir.add(timer);
  }

  #deliver(bytes: Uint8Array, peer: CoapPeer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, peer.port, peer.host, (cause) => {
        if (!cause) {
          resolve();
          return;
        }
        reject(new CoapError('NETWORK', `Cannot send to ${peer.host}:${peer.port}: ${cause.message}`, { cause }));
      });
    });
  }
}
