import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';

/** A serial cable with a tty at either end, made by socat. It can be pulled and plugged in again. */
export class Cable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'mipl-tty-'));
  // The programs' lock files bear the last part of the name: each cable has names of its own.
  readonly #name = path.basename(this.folder);
  /** The end the engine opens. */
  readonly near = path.join(this.folder, `A-${this.#name}`);
  /** The end of the module. */
  readonly far = path.join(this.folder, `B-${this.#name}`);
  readonly #otherEnd: string | undefined;
  #socat: ChildProcess | undefined;

  private constructor(otherEnd: string | undefined) {
    this.#otherEnd = otherEnd;
  }

  /** @param otherEnd a socat address in place of the far tty, such as a module that is reached over TCP. */
  static async plugged(otherEnd?: string): Promise<Cable> {
    const cable = new Cable(otherEnd);
    await cable.plugIn();
    return cable;
  }

  async plugIn(): Promise<void> {
    const tty = (link: string): string => `pty,raw,echo=0,link=${link}`;
    const ends = [tty(this.near), this.#otherEnd ?? tty(this.far)];
    this.#socat = spawn('socat', ['-d', '-d', ...ends], { stdio: 'ignore' });
    const files = this.#otherEnd === undefined ? [this.near, this.far] : [this.near];
    await vi.waitUntil(() => files.every((file) => existsSync(file)), { timeout: 5000, interval: 10 });
  }

  /** Both ttys are gone at once, as when a plug is pulled. */
  async pull(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (!socat || socat.exitCode !== null || socat.signalCode !== null) return;
    const gone = once(socat, 'exit');
    socat.kill('SIGKILL');
    await gone;
    // A killed socat leaves its links behind, pointing nowhere; a system takes them away with the device.
    for (const file of [this.near, this.far]) rmSync(file, { force: true });
  }

  async close(): Promise<void> {
    await this.pull();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
