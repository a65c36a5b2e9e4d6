import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject, onTestFinished, vi } from 'vitest';
import type { RunEvent } from '../tty/mipl.ts';

/** A path of this side as Windows has it: Wine shows the root as drive Z. */
export function windowsPath(file: string): string {
  return `Z:${path.resolve(file).replaceAll('/', '\\')}`;
}

/** A folder of its own for a test; gone when the test is. */
export function testFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'windows-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** How a program is started. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** In a window of its own, as by a click; what it prints is seen there only. */
  readonly isInWindow?: boolean;
  /** Without the variable of the time zone, so that only what is set in Windows counts. It cannot be stopped then. */
  readonly isWithoutZone?: boolean;
}

/**
 * A command of the command line on Windows. What it prints goes through files: Node's pipes do not work under Wine.
 */
export class WindowsMipl {
  readonly #out: string;
  readonly #err: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;

  /** Started at once; ended with the test at the latest. */
  constructor(args: readonly string[], { env = {}, isInWindow = false, isWithoutZone = false }: StartOptions = {}) {
    const machine = inject('windows');
    const folder = testFolder();
    this.#out = path.join(folder, 'out.txt');
    this.#err = path.join(folder, 'err.txt');
    const [out, err] = [openSync(this.#out, 'w'), openSync(this.#err, 'w')];
    const command = [windowsPath(machine.node), windowsPath(machine.program), ...args];
    const words = isWithoutZone ? ['cmd', '/c', `set TZ=&& ${command.join(' ')}`] : command;
    this.#child = spawn('wine', isInWindow ? ['wineconsole', ...words] : words, {
      stdio: ['ignore', out, err],
      env: { ...machine.env, ...env },
      cwd: folder,
    });
    closeSync(out);
    closeSync(err);
    this.#exit = once(this.#child, 'exit').then(([code]) => code as number | null);
    onTestFinished(async () => {
      if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
      await this.#exit;
    });
  }

  /** Standard output so far. */
  get output(): string {
    return readFileSync(this.#out, 'utf8');
  }

  /** Standard error so far. */
  get errors(): string {
    return readFileSync(this.#err, 'utf8');
  }

  /** The events of `mipl run` so far; a line that is being written is none yet. */
  get events(): RunEvent[] {
    const whole = this.output.split('\n').slice(0, -1);
    return whole.map((line) => JSON.parse(line) as RunEvent);
  }

  /** Waits until something is so. @throws Error with what it printed where it ended before, or in time it is not. */
  async until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
    return vi.waitFor(
      async () => {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        throw new Error(`Still waiting: ${what}\n${this.errors}\n${this.output.slice(-2000)}`);
      },
      { timeout: 60_000, interval: 50 },
    );
  }

  /** The first event after the given number of events that fits. */
  async event(what: string, fits: (event: RunEvent) => boolean, after = 0): Promise<RunEvent> {
    return this.until(what, () => this.events.slice(after).find(fits));
  }

  /** The exit code, once it ended by itself. */
  get exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Ctrl+C, and the exit code. */
  async stop(): Promise<number | null> {
    // Wine makes the console's Ctrl+C of this signal.
    this.#child.kill('SIGINT');
    return this.#exit;
  }
}

/** Runs a command to its end. */
export async function runMipl(
  args: readonly string[],
  options?: StartOptions,
): Promise<{ code: number | null; output: string; errors: string }> {
  const mipl = new WindowsMipl(args, options);
  const code = await mipl.exit;
  return { code, output: mipl.output, errors: mipl.errors };
}

/** The event of a device that has registered. */
export const isRegistered = ({ event, value }: RunEvent): boolean =>
  event === 'registration' && value['phase'] === 'registered';
