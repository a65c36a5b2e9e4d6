import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const program = fileURLToPath(new URL('../../main/cli/mipl.ts', import.meta.url));

/** A command of the command line as a process of its own. */
export class Mipl {
  /** Lines of standard output, as they came. */
  readonly lines: string[] = [];
  /** Standard error so far. */
  errors = '';
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;

  /** @param nodeArgs what Node itself is told */
  constructor(args: readonly string[], nodeArgs: readonly string[] = []) {
    const child = spawn(process.execPath, [...nodeArgs, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    child.stderr.on('data', (bytes: Buffer) => (this.errors += bytes.toString()));
    this.#child = child;
    this.#exit = once(child, 'close').then(([code]) => code as number | null);
  }

  /** The first line of output that fits, as JSON. */
  async event<T>(fits: (event: T) => boolean = () => true, timeoutMs = 20_000): Promise<T> {
    let next = 0;
    return vi.waitUntil(
      () => {
        while (next < this.lines.length) {
          const event = JSON.parse(this.lines[next++] ?? '') as T;
          if (fits(event)) return event;
        }
        if (this.#child.exitCode !== null) throw new Error(`mipl ended with ${this.#child.exitCode}: ${this.errors}`);
        return undefined;
      },
      { timeout: timeoutMs, interval: 10 },
    );
  }

  /** The exit code, once it ended by itself. */
  get exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Sends it a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, and gives its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }
}

/** What `mipl sim` prints when it is ready. */
export interface Ready {
  readonly tcp?: string;
  readonly pty?: string;
  readonly coap: string;
  readonly http: string;
  readonly imei: string;
  readonly imsi: string;
}

/** An event of `mipl run`. */
export interface RunEvent {
  readonly at: string;
  readonly event: string;
  readonly key?: string;
  readonly value: Record<string, unknown>;
}
