import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { faultOf } from '../../shared/errors.ts';
import { JOURNAL_SUFFIX } from '../../main/journal/format.ts';
import { verifyJournal } from '../../main/sessions/verifyJournal.ts';
import { storedName } from '../../main/stations/outbox.ts';
import type { Work, WorkResult } from '../../main/stations/work.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { pause } from '../../main/time/timers.ts';
import { runCommand } from '../cli/runCommand.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { NatsServer, freePorts, reasonAgainstQueue } from './natsServer.ts';
import { queueAt, workOf } from './stationRoom.ts';

const mipl = new URL('../../main/cli/mipl.ts', import.meta.url).pathname;
const asked = process.env['MIPL_STATION_WORK'];
/** `npm run test:stations` asks for 200; in the suite as much as shows the same. */
const pieces = Number(asked ?? 16);
/** In full a station is killed so often; in the suite as soon as something has come of the time before. */
const BETWEEN_KILLS_MS = 10_000;

describe.skipIf(reasonAgainstQueue !== undefined)('a line of stations at a cluster of three servers', () => {
  it(
    `loses none of ${pieces} and does none twice while stations are killed, a server is started again and another killed for good`,
    async () => {
      const servers = await startCluster();
      const urls = servers.map(({ url }) => url).join(',');
      const queue = await patiently(() => queueAt(urls, true, 1000, 3));
      const ids = Array.from({ length: pieces }, (_, index) => `board-${index + 1}`);
      const add = (id: string): Promise<void> => patiently(() => addOnce(queue, { ...workOf(id), only }));
      // What is left comes once a server is gone for good, so that no line is so quick that it sees no loss.
      const late = ids.slice(Math.ceil((2 * pieces) / 3));
      let added = pieces - late.length;
      for (const id of ids.slice(0, added)) await add(id);
      const stations = await Promise.all(['one', 'two', 'three'].map((name) => StationProcess.start(name, urls)));
      const results = resultsOf(queue);
      const [beganMs, kills] = [Date.now(), { stations: 0, again: 0, forGood: 0 }];
      const setAside = new Set<string>();
      /** Whoever is killed in the middle of one piece twice has it set aside and says so; a planner then puts it in again. */
      const putInAgain = async (): Promise<void> => {
        for (const { id } of (await results()).filter(({ outcome }) => outcome === 'setAside')) {
          setAside.add(id);
          await patiently(() => queue.forget(id));
          await add(id);
        }
      };
      const passedOf = async (): Promise<number> =>
        (await results()).filter(({ outcome }) => outcome === 'passed').length;
      for (let done = 0; done < pieces; done = await passedOf()) {
        await putInAgain();
        // Killed where something is under way.
        const standing = async (): Promise<string> => {
          if ((await results()).length === added) return 'working';
          return queue.list().then(
            ({ running, waiting }) => (running.length > 0 ? 'working' : `nothing runs, ${waiting.length} wait`),
            (error: unknown) => faultOf(error).message,
          );
        };
        const since = `${done} of ${pieces} done, ${JSON.stringify(kills)}`;
        await expect.poll(standing, { ...soon, message: since }).toBe('working');
        await stations[kills.stations++ % stations.length]?.killAndStart();
        if (kills.again === 0 && done >= pieces / 3) {
          kills.again++;
          await servers[1]?.startAgain();
        } else if (kills.forGood === 0 && done >= (2 * pieces) / 3) {
          kills.forGood++;
          await servers[0]?.kill();
          for (const id of late) await add(id);
          added = pieces;
        }
        const sure = Math.min(added, done + 3);
        if (asked !== undefined) await pause(BETWEEN_KILLS_MS);
        else await expect.poll(async () => (await results()).length, soon).toBeGreaterThanOrEqual(sure);
      }
      expect(kills).toMatchObject({ again: 1, forGood: 1 });
      // What a killed station had and another finished meanwhile is only acknowledged when it is given to somebody once more.
      await expect.poll(() => queue.isEmpty().catch(() => false), { timeout: 60_000 }).toBe(true);
      for (const station of stations) await station.end();

      const stored = await patiently(() => queue.results());
      expect(stored.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(stored.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
      // No file of a run that was too late is left, and none that a result names is missing.
      const named = stored.flatMap((result) => result.files.map(({ name }) => storedName(result, name)));
      let objects: readonly string[] = [];
      await patiently(async () => {
        objects = (await queue.connection.files.list()).map(({ name }) => name);
        expect(objects.toSorted()).toEqual(named.toSorted());
      });
      const journals = await savedJournals(
        servers.slice(1).map(({ url }) => url),
        stored,
      );
      expect(journals).toBe(pieces);
      if (asked !== undefined)
        console.info(
          `${stored.length} of ${pieces} results in ${Math.round((Date.now() - beganMs) / 1000)} s, ${kills.stations} times a station was killed;`,
          `${setAside.size} set aside and put in again; ${objects.length} files, ${journals} journals whole by their SHA-256`,
        );
    },
    180_000 + pieces * 6000,
  );
});

const only = ['version', 'create'];
const soon = { timeout: 240_000, interval: 250 };

/** A cluster listens before it has chosen who leads, and chooses anew when one is gone. */
const patiently = <T>(ask: () => Promise<T>): Promise<T> => vi.waitFor(ask, { timeout: 60_000, interval: 500 });

/** Results as they were known last: while the servers choose a leader they tell none. */
function resultsOf(queue: WorkQueue): () => Promise<readonly WorkResult[]> {
  let known: readonly WorkResult[] = [];
  return async () => (known = await queue.results().catch(() => known));
}

/** Fetches every file of every result; how many of them are journals that hold all that they should. */
async function savedJournals(urls: readonly string[], results: readonly WorkResult[]): Promise<number> {
  const directory = await tempDirectory();
  const ask = async (...more: readonly string[]): Promise<void> => {
    const { code, errors } = await runCommand(['queue', 'results', '--queue', urls.join(','), ...more]);
    expect(code, errors).toBe(0);
  };
  await patiently(() => ask());
  // Once there is a leader again each question is answered, also those for which the servers choose one that is gone.
  for (let time = 0; time < 3; time++) await ask();
  await ask('--save', directory);
  let journals = 0;
  for (const { id, files } of results)
    for (const { name, sha256 } of files) {
      const file = join(directory, id, name);
      expect(
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
        name,
      ).toBe(sha256);
      if (!name.endsWith(JOURNAL_SUFFIX)) continue;
      expect(await verifyJournal(file), name).toMatchObject({ isWhole: true });
      journals++;
    }
  return journals;
}

/** Asked again, the work may be in the queue already. */
async function addOnce(queue: WorkQueue, work: Work): Promise<void> {
  await queue.add(work).catch((error: unknown) => {
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
    const options = ['station', '--queue', url, '--name', name, '--directory', directory, '--identities', ...ports];
    return new StationProcess(() => spawn(process.execPath, [mipl, ...options], { stdio: 'ignore' }));
  }

  async killAndStart(): Promise<void> {
    await this.#endBy('SIGKILL');
    this.#process = this.#start();
  }

  /** As by Ctrl+C. */
  async end(): Promise<void> {
    await this.#endBy('SIGINT');
  }

  async #endBy(signal: NodeJS.Signals): Promise<void> {
    expect(this.#process.exitCode, 'the station has ended by itself').toBeNull();
    const exited = once(this.#process, 'exit');
    this.#process.kill(signal);
    await exited;
  }
}
