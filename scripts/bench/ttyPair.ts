import { spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Two ttys tied together. */
export interface TtyPair {
  readonly host: string;
  readonly module: string;
  close(): Promise<void>;
}

const LIMIT_MS = 5000;

/** Opens a pair with socat. @throws Error when socat is missing or the links do not appear. */
export async function openTtyPair(): Promise<TtyPair> {
  const directory = await mkdtemp(join(tmpdir(), 'mipl-tty-'));
  const [host, module] = [join(directory, 'host'), join(directory, 'module')];
  const socat = spawn('socat', [`pty,raw,echo=0,link=${host}`, `pty,raw,echo=0,link=${module}`], { stdio: 'ignore' });
  const ended = new Promise((resolve) => socat.once('close', resolve));
  let failure: Error | undefined;
  socat.once('error', (error) => (failure = error));
  const limit = Date.now() + LIMIT_MS;
  for (;;) {
    if (failure) throw new Error('socat cannot be started; install the package socat', { cause: failure });
    const isThere = await Promise.all([access(host), access(module)]).then(
      () => true,
      () => false,
    );
    if (isThere) break;
    if (Date.now() > limit) throw new Error('socat made no tty pair');
    await pause(10);
  }
  return {
    host,
    module,
    async close() {
      socat.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
