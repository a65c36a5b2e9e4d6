import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';

/** What a module says that nobody asked: network, radio and words of its firmware. */
const floodLines = Buffer.from(
  '\r\n+CSCON:1\r\n\r\ntrace 0x7f31 rrc connection reconfiguration complete\r\n\r\n+NSONMI:0,30\r\n',
);

/** A virtual module behind a serial server on this machine, whose cable can be pulled and which can talk without pause. */
export class TcpModule {
  readonly #simulator: Simulator;
  #server: Server | undefined;
  #socket: Socket | undefined;
  #port = 0;
  /** The cable goes when that comes from the host, before the module has it. */
  #pullsAt: string | undefined;
  /** Bytes that were said beyond what the module said. */
  flooded = 0;

  private constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  /** A module that can be connected to. */
  static async start(): Promise<TcpModule> {
    const module = new TcpModule(await openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: 1000 }));
    await module.plugIn();
    return module;
  }

  /** `tcp://127.0.0.1:port`. */
  get address(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  get platform(): string {
    return this.#simulator.simulator.http;
  }

  get imei(): string {
    return this.#simulator.simulator.imei;
  }

  /** The serial server is there, always at the same address. */
  async plugIn(): Promise<void> {
    const server = createServer((socket) => {
      this.#socket = socket;
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        if (this.#pullsAt === undefined || !bytes.includes(this.#pullsAt))
          return void this.#simulator.link.write(bytes);
        this.#pullsAt = undefined;
        void this.pull();
      });
    });
    this.#simulator.link.onData = (bytes) => void this.#socket?.write(bytes);
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** The serial server is gone in the middle of whatever was said. */
  async pull(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    this.#socket?.destroy();
    await closed;
  }

  /** Pulls the cable in the middle of what the host says: where this stands in it. */
  pullAt(text: string): void {
    this.#pullsAt = text;
  }

  /** Talks as fast as the connection takes it, until the returned function is called. */
  flood(): () => void {
    let isOver = false;
    const talk = (): void => {
      const socket = this.#socket;
      if (isOver || !socket || socket.destroyed) return;
      let hasRoom = true;
      for (let line = 0; line < 100 && hasRoom; line++) {
        hasRoom = socket.write(floodLines);
        this.flooded += floodLines.length;
      }
      if (hasRoom) setImmediate(talk);
      else socket.once('drain', () => setImmediate(talk));
    };
    talk();
    return () => (isOver = true);
  }

  async close(): Promise<void> {
    if (this.#server?.listening) await this.pull();
    await this.#simulator.close();
  }
}
