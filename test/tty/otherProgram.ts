import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { readLockFile } from '../../main/transport/lockFiles.ts';
import { hasOpen } from '../../main/transport/portHolders.ts';

/** Whose /proc tells what a program has open, and whose script(1) runs a command. */
export const isLinux = process.platform === 'linux';

/** True where the program can be started and watched. */
export function isInstalled(program: string): boolean {
  return isLinux && spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

const lockFolder = '/run/lock';

/** A program that a person uses at a terminal, on a pseudo terminal of its own (script(1)). */
export class OtherProgram {
  /** What it printed so far, without the movements of the cursor. */
  output = '';
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  constructor(command: string) {
    // A group of its own, so that what script starts can be ended with it.
    const child = spawn('script', ['-qfc', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: { ...process.env, TERM: 'xterm', LC_ALL: 'C' },
    });
    child.stdout.on('data', (bytes: Buffer) => {
      this.output += bytes.toString('latin1').replace(/\x1b[^A-Za-z]*[A-Za-z]/g, '');
    });
    this.#child = child;
    this.#exit = once(child, 'exit');
  }

  /** Waits until a process below it has the device open; gives its number. */
  async hasOpened(device: string): Promise<number> {
    const realPath = realpathSync(device);
    return vi.waitUntil(
      async () => {
        if (this.#child.exitCode !== null) throw new Error(`ended: ${this.output}`);
        for (const processId of descendants(this.#child.pid ?? 0))
          if (await hasOpen(processId, realPath)) return processId;
        return undefined;
      },
      { timeout: 10_000, interval: 20 },
    );
  }

  /** Waits until it ended by itself. */
  async ended(): Promise<void> {
    await this.#exit;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // Asked, they take their lock files away; none is left behind when one does not listen.
    const family = descendants(this.#child.pid ?? 0);
    for (const processId of family) send(processId, 'SIGTERM');
    await Promise.race([this.#exit, new Promise((resolve) => setTimeout(resolve, 2000))]);
    for (const processId of [...family, this.#child.pid ?? 0]) send(processId, 'SIGKILL');
    await this.#exit;
    // minicom leaves its lock file behind when it is ended so.
    for (const name of readdirSync(lockFolder).filter((entry) => entry.startsWith('LCK..'))) {
      const owner = readLockFile(readFileSync(path.join(lockFolder, name)));
      if (owner !== undefined && family.includes(owner)) rmSync(path.join(lockFolder, name));
    }
  }
}

function send(processId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(processId, signal);
  } catch {
    // Gone already.
  }
}

/** Processes that a process started, and theirs. */
function descendants(processId: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === processId)
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
}

function parentOf(name: string): number | undefined {
  try {
    const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(path.join('/proc', name, 'status'), 'utf8')) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}
