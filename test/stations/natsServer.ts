import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, vi } from 'vitest';
import { findCommand } from '../../scripts/systemPackages.js';

/** Why there is no queue to test with, or undefined where there is one. */
export const reasonAgainstQueue =
  findCommand('nats-server') === undefined ? 'for nats-server is missing: apt-get install nats-server' : undefined;

/** How a server of the tests is started. */
export interface ServerOptions {
  /** Lines of its configuration. */
  readonly config?: string;
  /** How it is reached where it has a certificate: `tls://localhost`. */
  readonly host?: string;
  readonly hasJetStream?: boolean;
}

/** A real NATS server on the loopback interface, which can be taken away and started again on the same files. */
export class NatsServer {
  readonly url: string;
  readonly #start: (port: number) => Promise<ChildProcess>;
  readonly #directory: string;
  readonly #port: number;
  readonly #configure: (config: string) => Promise<void>;
  #process: ChildProcess;

  private constructor(
    { directory, port, url }: { readonly directory: string; readonly port: number; readonly url: string },
    process: ChildProcess,
    start: (port: number) => Promise<ChildProcess>,
    configure: (config: string) => Promise<void>,
  ) {
    this.#configure = configure;
    this.url = url;
    this.#directory = directory;
    this.#port = port;
    this.#process = process;
    this.#start = start;
  }

  /** Resolves once it listens. */
  static async start({
    config = '',
    hasJetStream = true,
    host = 'nats://127.0.0.1',
  }: ServerOptions = {}): Promise<NatsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'mipl-nats-'));
    const file = join(directory, 'server.conf');
    const store = hasJetStream ? `jetstream { store_dir: ${JSON.stringify(join(directory, 'store'))} }` : '';
    const configure = (lines: string): Promise<void> => writeFile(file, `${store}\n${lines}\n`);
    await configure(config);
    const start = async (port: number): Promise<ChildProcess> => {
      const options = ['--config', file, '--addr', '127.0.0.1', '--port', String(port), '--ports_file_dir', directory];
      const process = spawn('nats-server', options, { stdio: ['ignore', 'ignore', 'pipe'] });
      let log = '';
      process.stderr?.setEncoding('utf8');
      for await (const line of createInterface({ input: process.stderr as NodeJS.ReadableStream })) {
        log += `${line}\n`;
        if (/Server is ready/.test(line)) {
          process.stderr?.resume();
          return process;
        }
      }
      throw new Error(`nats-server did not start:\n${log}`);
    };
    const process = await start(-1);
    // It is ready a moment before the file is whole.
    const port = await vi.waitFor(() => portIn(directory), { timeout: 10_000 });
    return new NatsServer({ directory, port, url: `${host}:${port}` }, process, start, configure);
  }

  /** Ends as by a power cut. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** For good. */
  async close(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true });
  }

  /** On the same port and files; with other lines of its configuration, where they are given. */
  async startAgain(config?: string): Promise<void> {
    await this.kill();
    if (config !== undefined) await this.#configure(config);
    this.#process = await this.#start(this.#port);
    expect(this.#process.exitCode).toBeNull();
  }
}

async function portIn(directory: string): Promise<number> {
  const name = (await readdir(directory)).find((one) => one.endsWith('.ports')) ?? '';
  const { nats } = JSON.parse(await readFile(join(directory, name), 'utf8')) as { nats: string[] };
  return Number(new URL(nats[0] ?? '').port);
}

/** Ports that were free a moment ago, for servers that have to know of each other before they listen. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
