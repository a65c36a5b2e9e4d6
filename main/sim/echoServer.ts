import { createSocket } from 'node:dgram';
import type { RemoteInfo } from 'node:dgram';

/** What becomes of one datagram; without anything it is answered once and at once. */
export interface EchoFate {
  /** 0 loses it, 2 answers twice. */
  readonly copies?: number;
  readonly delayMs?: number;
}

/** Habits of an echo server. */
export interface EchoServerOptions {
  /** Answers with the payload alone, as RFC 862 has it, in place of `[address:port]payload`. */
  readonly isPlain?: boolean;
  /** Decides about the datagram that came as number `index`, from 0. */
  readonly fate?: (index: number) => EchoFate;
}

/** An echo server that runs. */
export interface EchoServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  /** How many datagrams came. */
  readonly received: number;
  /** Resolves when socket and timers are gone. */
  close(): Promise<void>;
}

/**
 * Stands in for the test server of the document (chapter 2, 2.3), which answers `[remote address:port]payload`. Reachable
 * from this machine only, on a free port.
 */
export async function openEchoServer({ isPlain = false, fate }: EchoServerOptions = {}): Promise<EchoServer> {
  const socket = createSocket('udp4');
  const timers = new Set<NodeJS.Timeout>();
  let received = 0;
  let closing: Promise<void> | undefined;

  const answer = (bytes: Buffer, from: RemoteInfo): void => {
    const prefix = isPlain ? '' : `[${from.address}:${from.port}]`;
    // What cannot be sent is lost, as datagrams may be.
    socket.send(Buffer.concat([Buffer.from(prefix), bytes]), from.port, from.address, () => undefined);
  };
  socket.on('message', (bytes, from) => {
    const index = received++;
    const { copies = 1, delayMs = 0 } = fate?.(index) ?? {};
    for (let copy = 0; copy < copies; copy++) {
      if (delayMs === 0) answer(bytes, from);
      else {
        const timer = setTimeout(() => {
          timers.delete(timer);
          answer(bytes, from);
        }, delayMs);
        timers.add(timer);
      }
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve();
    });
  });
  const { port } = socket.address();
  return {
    address: `127.0.0.1:${port}`,
    port,
    get received() {
      return received;
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      closing ??= new Promise<void>((resolve) => socket.close(() => resolve()));
      return closing;
    },
  };
}
