import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';

/** One port of a serial server, in the words of ser2net.yaml(5). */
export interface ServedPort {
  readonly port: number;
  /** In front of `tcp`, such as `telnet(rfc2217)`; nothing for a raw port. */
  readonly layers?: string;
  readonly device: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** The ser2net of this machine, with a configuration of its own. */
export class Ser2net {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'mipl-ser2net-'));
  #process: ChildProcess | undefined;

  static async started(ports: readonly ServedPort[]): Promise<Ser2net> {
    const server = new Ser2net();
    await server.start(ports);
    return server;
  }

  async start(ports: readonly ServedPort[]): Promise<void> {
    const file = path.join(this.#folder, 'ser2net.yaml');
    const lines = ports.flatMap(({ port, layers, device, options = {} }, index) => [
      `connection: &c${index}`,
      `  accepter: ${layers === undefined ? '' : `${layers},`}tcp,127.0.0.1,${port}`,
      `  connector: serialdev,${device},9600n81,local`,
      ...(Object.keys(options).length === 0 ? [] : ['  options:']),
      ...Object.entries(options).map(([name, value]) => `    ${name}: ${value}`),
    ]);
    writeFileSync(file, `${lines.join('\n')}\n`);
    // -n: stays a child of ours; -P: no file in a folder of the system's.
    const args = ['-n', '-c', file, '-P', path.join(this.#folder, 'pid')];
    this.#process = spawn('ser2net', args, { stdio: 'ignore' });
    // Looked for as a client of the first port only where that does not take the port from anybody.
    await vi.waitUntil(() => isListening(ports[0]?.port ?? 0), { timeout: 5000, interval: 20 });
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isThere = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isThere;
}
