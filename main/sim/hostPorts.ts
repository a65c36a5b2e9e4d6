import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ModemLines } from '../../shared/lineSettings.ts';
import type { Link } from '../transport/link.ts';
import { TelnetPort } from './telnetPort.ts';

/** A host that reconnects may be here before its old connection is seen to end. Milliseconds. */
const handoverMs = 100;

/** A host that sends on and on and hears nothing is hung up on when so much waits for it, bytes. */
const mostWaiting = 1_000_000;

/** What hosts can do beside sending bytes. */
export interface HostLine {
  /** Bits per second of the module's line, to which a host must set a serial server's port; 0 where any will do. */
  readonly baudRate: number;
  /** The host moved one of its lines. */
  readonly onLine: (line: 'dtr' | 'rts', isUp: boolean) => void;
}

/** Any rate, and no line that leads anywhere. */
const anyLine: HostLine = { baudRate: 0, onLine: () => undefined };

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
  readonly #line: HostLine;
  readonly #hosts = new Set<(bytes: Uint8Array) => void>();
  readonly #hangUps = new Set<() => void>();

  /** @param link the host's end of the module; used by nobody else from here on. */
  constructor(link: Link, line: HostLine = anyLine) {
    this.#link = link;
    this.#line = line;
    link.onData = (bytes) => {
      for (const tell of this.#hosts) tell(bytes);
    };
    link.onClose = () => {
      for (const hangUp of [...this.#hangUps]) hangUp();
    };
  }

  /**
   * Serves the raw byte stream, or telnet and RFC 2217 where the host begins with that, to one TCP connection at a time; further ones
   * are hung up on. Port 0 is any.
   */
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
    this.#watch(device);
    return {
      address: path,
      close: async () => {
        hangUp();
        await device.close();
      },
    };
  }

  /** A cable crosses the lines: what the host calls DTR arrives as DSR, its RTS as CTS. */
  #watch(device: Link): void {
    let before: ModemLines | undefined;
    device.line?.watch({
      onLines: (lines) => {
        if (before && before.dsr !== lines.dsr) this.#line.onLine('dtr', lines.dsr);
        if (before && before.cts !== lines.cts) this.#line.onLine('rts', lines.cts);
        before = lines;
      },
      onReturn: () => undefined,
    });
  }

  #connect(socket: Socket): void {
    const port = new TelnetPort({
      ...this.#line,
      send: (bytes) => {
        socket.write(bytes);
        if (socket.writableLength > mostWaiting) hangUp();
      },
      onData: (bytes) => this.#hear(bytes),
      onNonsense: () => hangUp(),
    });
    const tell = (bytes: Uint8Array): void => port.tell(bytes);
    const hangUp = (): void => {
      this.#hosts.delete(tell);
      this.#hangUps.delete(hangUp);
      socket.destroy();
    };
    this.#hosts.add(tell);
    this.#hangUps.add(hangUp);
    socket.on('data', (bytes: Buffer) => port.receive(bytes));
    // A host that half-closes has gone: AT has no use for a one-way line.
    socket.on('end', hangUp);
    socket.on('close', hangUp);
  }

  #hear(bytes: Uint8Array): void {
    // After the cable was pulled there is nobody to hear it.
    this.#link.write(Uint8Array.from(bytes)).catch(() => undefined);
  }
}
