import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Link } from '../transport/link.ts';

/** A host that reconnects may be here before its old connection is seen to end. Milliseconds. */
const handoverMs = 100;

/** Where a host may connect to, and how to end that. */
export interface HostAccess {
  /** `host:port` as bound, IPv6 addresses in brackets, or the path of the device. */
  readonly address: string;
  /** Resolves when nothing of it is left. */
  close(): Promise<void>;
}

/**
 * Lets hosts come and go at one virtual module, over TCP or a tty device. The module lives on between them; what it says
 * while nobody listens is lost, as on a cable without a host.
 */
export class HostPorts {
  readonly #link: Link;
  readonly #hosts = new Set<(bytes: Uint8Array) => void>();
  readonly #hangUps = new Set<() => void>();

  /** @param link the host's end of the module; used by nobody else from here on. */
  constructor(link: Link) {
    this.#link = link;
    link.onData = (bytes) => {
      for (const tell of this.#hosts) tell(bytes);
    };
    link.onClose = () => {
      for (const hangUp of [...this.#hangUps]) hangUp();
    };
  }

  /** Serves the raw byte stream to one TCP connection at a time; further ones are hung up on. Port 0 is any. */
  async listen(host: string, port: number): Promise<HostAccess> {
    let current: Socket | undefined;
    const accept = (socket: Socket): void => {
      if (!server.listening || current?.destroyed === false) {
        socket.destroy();
        return;
      }
      current = socket;
      this.#connect(socket);
    };
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      if (current?.destroyed === false) setTimeout(() => accept(socket), handoverMs);
      else accept(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const bound = server.address() as AddressInfo;
    return {
      address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
      close: () =>
        new Promise((resolve) => {
          for (const hangUp of [...this.#hangUps]) hangUp();
          server.close(() => resolve());
        }),
    };
  }

  /** Serves an open link, such as one end of a tty pair. */
  join(device: Link, path: string): HostAccess {
    const tell = (bytes: Uint8Array): void => {
      device.write(bytes).catch(() => undefined);
    };
    const hangUp = (): void => {
      this.#hosts.delete(tell);
      this.#hangUps.delete(hangUp);
      void device.close();
    };
    this.#hosts.add(tell);
    this.#hangUps.add(hangUp);
    device.onData = (bytes) => this.#hear(bytes);
    device.onClose = hangUp;
    return {
      address: path,
      close: async () => {
        hangUp();
        await device.close();
      },
    };
  }

  #connect(socket: Socket): void {
    const tell = (bytes: Uint8Array): void => {
      socket.write(bytes);
    };
    const hangUp = (): void => {
      this.#hosts.delete(tell);
      this.#hangUps.delete(hangUp);
      socket.destroy();
    };
    this.#hosts.add(tell);
    this.#hangUps.add(hangUp);
    socket.on('data', (bytes: Buffer) => this.#hear(bytes));
    // A host that half-closes has gone: AT has no use for a one-way line.
    socket.on('end', hangUp);
    socket.on('close', hangUp);
  }

  #hear(bytes: Uint8Array): void {
    // After the cable was pulled there is nobody to hear it.
    this.#link.write(Uint8Array.from(bytes)).catch(() => undefined);
  }
}
