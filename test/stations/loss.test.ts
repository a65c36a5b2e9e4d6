import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { faultOf } from '../../shared/errors.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { runCommand } from '../cli/runCommand.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { NatsServer, freePorts, reasonAgainstQueue } from './natsServer.ts';
import { passed, queueAt, stationAt, workOf } from './stationRoom.ts';

const mipl = new URL('../../main/cli/mipl.ts', import.meta.url).pathname;
/** `MIPL_STATION_WORK=200` asks for more; in the suite as much as shows the same. */
const pieces = Number(process.env['MIPL_STATION_WORK'] ?? 16);

describe.skipIf(reasonAgainstQueue !== undefined)('a line of stations', () => {
  it(
    'loses nothing and does nothing twice while stations are killed and the server is started again',
    async () => {
      const server = await NatsServer.start();
      onTestFinished(() => server.close());
      const queue = await queueAt(server.url, true);
      const only = ['version', 'create'];
      for (let index = 1; index <= pieces; index++) await queue.add({ ...workOf(`board-${index}`), only });
      const stations = await Promise.all(['one', 'two', 'three'].map((name) => StationProcess.start(name, server.url)));
      let isServerBack = false;
      for (let turn = 0; (await doneOf(queue)) < pieces; turn++) {
        const victim = stations[turn % stations.length];
        const before = await doneOf(queue);
        // Killed where something is under way; another turn once something has come of it.
        await expect.poll(async () => (await queue.list()).running.length, { timeout: 60_000 }).toBeGreaterThan(0);
        await victim?.killAndStart();
        if (!isServerBack && before >= pieces / 2) {
          isServerBack = true;
          await server.startAgain();
        }
        await expect
          .poll(() => doneOf(queue), { timeout: 120_000, interval: 250 })
          .toBeGreaterThanOrEqual(Math.min(pieces, before + 3));
      }
      expect(isServerBack).toBe(true);
      const directory = await tempDirectory();
      const { output } = await runCommand(['queue', 'results', '--queue', server.url, '--json', '--save', directory]);
      const results = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; outcome: string; files: { name: string; sha256: string }[] });
      expect(results.map(({ id }) => id).toSorted()).toEqual(
        Array.from({ length: pieces }, (_, index) => `board-${index + 1}`).toSorted(),
      );
      // Whoever is killed in the middle of one piece twice has it set aside; that is a result, and said.
      expect(results.filter(({ outcome }) => !['passed', 'setAside'].includes(outcome))).toEqual([]);
      expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(pieces / 2);
      for (const { id, files } of results)
        for (const { name, sha256 } of files) {
          const content = await readFile(join(directory, id, name));
          expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
        }
      // What a killed station had and another finished meanwhile is only acknowledged when it is given to somebody once more.
      await expect.poll(() => queue.isEmpty(), { timeout: 60_000 }).toBe(true);
    },
    120_000 + pieces * 5000,
  );

  it('goes on when one of three servers of a cluster is killed', async () => {
    const servers = await startCluster();
    const urls = servers.map(({ url }) => url).join(',');
    const queue = await patiently(() => queueAt(urls, true, 1000, 3));
    for (let index = 1; index <= 6; index++) await patiently(() => addOnce(queue, `board-${index}`));
    let count = 0;
    const { station } = await stationAt(urls, {
      queue: await patiently(() => queueAt(urls, true, 1000, 3)),
      run: async () => {
        if (++count === 3) await servers[0]?.kill();
        return passed;
      },
    });
    await station.run(new AbortController().signal);
    const left = servers
      .slice(1)
      .map(({ url }) => url)
      .join(',');
    const after = await patiently(() => queueAt(left, true, 1000, 3));
    const results = await patiently(() => after.results());
    expect(results.map(({ id, outcome }) => [id, outcome]).toSorted()).toEqual(
      Array.from({ length: 6 }, (_, index) => [`board-${index + 1}`, 'passed']),
    );
  }, 120_000);
});

/** A cluster listens before it has chosen who leads, and chooses anew when one is gone. */
const patiently = <T>(ask: () => Promise<T>): Promise<T> => vi.waitFor(ask, { timeout: 60_000, interval: 500 });

const doneOf = async (queue: WorkQueue): Promise<number> => (await queue.results().catch(() => [])).length;

/** Asked again, the work may be in the queue already. */
async function addOnce(queue: WorkQueue, id: string): Promise<void> {
  await queue.add(workOf(id)).catch((error: unknown) => {
    if (faultOf(error).code !== 'QUEUE_BAD_WORK') throw error;
  });
}

async function startCluster(): Promise<NatsServer[]> {
  const ports = await freePorts(3);
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  const servers = await Promise.all(
    ports.map((port, index) =>
      NatsServer.start({
        config: `server_name: node${index}\ncluster { name: factory, listen: "127.0.0.1:${port}", routes: [ ${routes} ] }`,
      }),
    ),
  );
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))));
  return servers;
}

/** A station as a program of its own, which is killed and started again on the same folder. */
class StationProcess {
  readonly #start: () => ChildProcess;
  #process: ChildProcess;

  private constructor(start: () => ChildProcess) {
    this.#start = start;
    this.#process = start();
    onTestFinished(() => void this.#process.kill('SIGKILL'));
  }

  static async start(name: string, url: string): Promise<StationProcess> {
    const directory = await tempDirectory();
    const ports = ['--port', 'sim:m5310a', '--port', 'sim:m5310-seed'];
    const options = ['station', '--queue', url, '--name', name, '--directory', directory, ...ports];
    return new StationProcess(() => spawn(process.execPath, [mipl, ...options], { stdio: 'ignore' }));
  }

  async killAndStart(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    this.#process = this.#start();
  }
}
