import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished, vi } from 'vitest';
import { findCommand } from '../../scripts/systemPackages.js';

/** A program of others that runs, with what it says. */
export class HostProgram {
  /** Both outputs, escape sequences of terminals taken out. */
  said = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const env = { ...process.env, TERM: 'vt100', LC_ALL: 'C', ...environment };
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const hear = (bytes: Buffer): void => {
      this.said += bytes.toString('latin1').replace(/\x1b(?:\[[0-9;?]*[A-Za-z]|[()][AB0]|.)/g, '');
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
    // Typing to one that has gone is its own fault and told by what it said.
    this.#child.stdin?.on('error', () => undefined);
    this.#ended = once(this.#child, 'close');
    onTestFinished(() => this.stop());
  }

  /** On a terminal of its own, made by socat: what these programs talk to. */
  static onTerminal(command: string, ...args: string[]): HostProgram {
    const words = [command, ...args].join(' ');
    return new HostProgram('socat', ['-t1', '-', `EXEC:"${words}",pty,setsid,ctty,stderr,raw,echo=0`]);
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Types until it has said what is waited for: programs that start up lose what is typed too early. */
  async typeUntil(text: string, said: RegExp, timeoutMs = 15_000): Promise<void> {
    await vi.waitUntil(
      () => {
        if (said.test(this.said)) return true;
        this.type(text);
        return false;
      },
      { timeout: timeoutMs, interval: 300 },
    );
  }

  async until(said: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    try {
      return await vi.waitUntil(() => said.exec(this.said) ?? undefined, { timeout: timeoutMs, interval: 20 });
    } catch {
      throw new Error(`${said} was not said, but: ${this.said}`);
    }
  }

  /** Resolves with its exit code once it ends by itself. */
  async exit(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await this.#ended;
    clearTimeout(limit);
  }
}

/** Path of a program; undefined, and a word about it, where this machine does not have it. */
export function programOf(name: string): string | undefined {
  const path = process.platform === 'linux' ? findCommand(name) : undefined;
  if (path === undefined) console.log(`${name} is not installed here: its tests are skipped.`);
  return path;
}
