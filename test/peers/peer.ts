import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';

/** A program of others that runs beside us. */
export interface Peer {
  /** All it has printed. */
  output(): string;
  /** Types a line at its console. */
  say(line: string): void;
  /** Ends it as Ctrl+C would; resolves when it is gone. */
  stop(): Promise<void>;
}

/** The first start after its packages were installed reads each of them from the disk. */
const startMs = 60_000;

/**
 * Starts the command of a peer, with `{host}` and its like replaced. Words are separated by blanks and may
 * stand in double quotes; no shell reads them, so the `;` of an endpoint name needs no care. See docs/peers.md.
 */
export function startPeer(template: string, values: Readonly<Record<string, string | number>>): Peer {
  const words = [...template.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const filled = words.map((word) =>
    word.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)),
  );
  const [program = '', ...args] = filled;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  child.on('error', (error) => (text += `\n${error.message}`));
  child.stdin.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(stubborn);
  };
  onTestFinished(stop);
  return { output: () => text, say: (line) => child.stdin.write(`${line}\n`), stop };
}

/** A UDP port of this machine nobody uses, of four digits: CIS modules take no other for a bootstrap server. */
export async function freePort(): Promise<number> {
  // Files that run at once begin at different places: what one has just found free another would find, too.
  const first = 5783 + ((process.pid * 61) % 4000);
  for (let port = first; port < 9999; port++) {
    const socket = createSocket('udp4');
    const isFree = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    if (isFree) return port;
  }
  throw new Error('No port is free');
}

/** Waits as long as a program may take to start; what the peer has printed stands in the failure. */
export async function until(what: string, peer: Peer, isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect
    .poll(async () => ((await isSo()) ? 'yes' : `${what}: not yet; the peer says\n${peer.output()}`), {
      timeout: startMs,
      interval: 100,
    })
    .toBe('yes');
}
