import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports of this worker alone, below those that Linux gives to connections and to servers that do not choose one. */
const portsOfWorker = 500;
let next = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 24) * portsOfWorker;

/** A port of this machine that nobody listens on, and that the system gives to nobody before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next++;
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
