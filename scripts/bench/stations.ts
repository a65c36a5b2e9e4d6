import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { usualSetup } from '../../main/stations/queueConnection.ts';
import { WorkQueue } from '../../main/stations/workQueue.ts';
import type { WorkResult } from '../../main/stations/work.ts';
import { findCommand } from '../systemPackages.js';
import { rounded } from './figures.ts';
import type { Measurement } from './figures.ts';

/** Four virtual modules that are not alike, the same at each station. */
const ports = ['sim:m5310a', 'sim:m5310-seed', 'sim:m5311', 'sim:bc28'];
/** What a piece of work tries: some seconds of a line at 9600 baud, as most of a plan is. */
const cases = ['version', 'create', 'add-objects', 'register', 'update', 'deregister', 'delete'];
const PIECES_A_PORT = 4;
const LEAST_EFFICIENCY = 0.8;
const MOST_COST = 0.01;

const mipl = new URL('../../main/cli/mipl.ts', import.meta.url).pathname;

/** A server of its own, on a port that was free a moment ago. */
async function startServer(directory: string): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const options = ['-js', '-sd', join(directory, 'jetstream'), '-a', '127.0.0.1', '-p', String(port)];
  const server = spawn('nats-server', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: server.stderr })) if (line.includes('Server is ready')) break;
  server.stderr.resume();
  return { url: `nats://127.0.0.1:${port}`, process: server };
}

interface LineFigures {
  readonly perMinute: number;
  /** Time between the end of a run and the beginning of the next at the same port, ÷ time of the runs. */
  readonly queueShare: number;
  readonly failed: number;
}

function figuresOf(results: readonly WorkResult[]): LineFigures {
  const firstMs = Math.min(...results.map(({ startedMs }) => startedMs));
  const lastMs = Math.max(...results.map(({ finishedMs }) => finishedMs));
  const byPort = Map.groupBy(results, ({ station, port }) => `${station} ${port}`);
  let [betweenMs, runMs] = [0, 0];
  for (const atPort of byPort.values()) {
    const inTurn = atPort.toSorted((one, other) => one.startedMs - other.startedMs);
    for (const [index, { startedMs, finishedMs }] of inTurn.entries()) {
      runMs += finishedMs - startedMs;
      const next = inTurn[index + 1];
      if (next) betweenMs += next.startedMs - finishedMs;
    }
  }
  return {
    perMinute: (results.length * 60_000) / (lastMs - firstMs),
    queueShare: betweenMs / runMs,
    failed: results.filter(({ outcome }) => outcome !== 'passed').length,
  };
}

async function line(stations: number): Promise<LineFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'mipl-line-'));
  const server = await startServer(directory);
  try {
    const queue = await WorkQueue.connect({ servers: server.url, clientName: 'bench', isPatient: false }, usualSetup);
    for (let piece = 0; piece < stations * ports.length * PIECES_A_PORT; piece++)
      await queue.add({
        ...{ format: 'mipl-work', version: 1, id: `piece-${piece}`, site: 'bench', only: cases, addedMs: piece },
      });
    const processes = Array.from({ length: stations }, (_, index) => {
      const own = ['--name', `line-${index}`, '--directory', join(directory, String(index)), '--queue', server.url];
      const options = ['station', '--until-empty', ...own, ...ports.flatMap((port) => ['--port', port])];
      return spawn(process.execPath, [mipl, ...options], { stdio: 'ignore' });
    });
    await Promise.all(processes.map((station) => once(station, 'exit')));
    const results = await queue.results();
    await queue.close();
    return figuresOf(results);
  } finally {
    const exited = once(server.process, 'exit');
    server.process.kill();
    await exited;
    await rm(directory, { recursive: true, force: true });
  }
}

/** 1, 2 and 4 stations with four virtual modules each at one queue. */
export async function measureStations(): Promise<Measurement> {
  const bar = `efficiency ≥ ${LEAST_EFFICIENCY} up to the cores that are there, queue ≤ ${MOST_COST * 100} % of a run`;
  const what = '1, 2, 4 stations × 4 virtual modules at one queue';
  if (findCommand('nats-server') === undefined)
    return { id: 'P15', what, bar, reached: false, figures: { skipped: 'nats-server is missing' } };
  const counts = [1, 2, 4];
  const measured: LineFigures[] = [];
  for (const count of counts) measured.push(await line(count));
  const alone = measured[0]?.perMinute ?? Number.NaN;
  const rows = measured.map((figures, index) => {
    const count = counts[index] ?? 0;
    return { count, ...figures, efficiency: figures.perMinute / (count * alone) };
  });
  return {
    id: 'P15',
    what,
    bar,
    reached: rows.every(
      ({ count, efficiency, queueShare, failed }) =>
        failed === 0 && queueShare <= MOST_COST && (count > cpus().length || efficiency >= LEAST_EFFICIENCY),
    ),
    figures: Object.fromEntries(
      rows.flatMap(({ count, perMinute, efficiency, queueShare, failed }) => [
        [`${count}: results a minute`, rounded(perMinute)],
        [`${count}: efficiency`, rounded(efficiency)],
        [`${count}: queue, % of a run`, rounded(queueShare * 100)],
        [`${count}: not passed`, failed],
      ]),
    ),
  };
}
