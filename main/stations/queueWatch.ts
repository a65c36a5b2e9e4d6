import { defined } from '../../shared/defined.ts';
import { clockOffMs, mostRows, stationShownMs, workOutcomes } from '../../shared/stations.ts';
import type {
  OutcomeCounts,
  QueueView,
  RunningWork,
  ShownResult,
  ShownStation,
  WaitingWork,
} from '../../shared/stations.ts';
import type { Clock } from '../time/clock.ts';
import { pause, startTicks } from '../time/timers.ts';
import { readProgress, readStation } from './progress.ts';
import type { Progress, StationState } from './progress.ts';
import { readResult } from './work.ts';
import type { WorkResult } from './work.ts';
import type { WorkQueue } from './workQueue.ts';

/** The stream of work is looked at so often; buckets tell by themselves. */
const LOOK_MS = 1500;
/** Changes of so long become one view. */
const JOIN_MS = 250;
/** Of one result or station: what a stranger wrote may be long, and all of it goes to the screen. */
const MOST_CASES = 40;
const MOST_PORTS = 64;
const MOST_PROBLEM = 500;

/** A queue as it changes, for a screen: asked once, told from then on. */
export class QueueWatch {
  readonly #queue: WorkQueue;
  readonly #clock: Clock;
  readonly #tell: (view: QueueView) => void;
  readonly #results = new Map<string, ShownResult>();
  readonly #progress = new Map<string, Progress>();
  readonly #stations = new Map<string, ShownStation>();
  /** What waits, by id; work never changes while it is in the queue. */
  #read = new Map<string, WaitingWork>();
  #queued: readonly string[] = [];
  #isChanged = true;

  constructor(queue: WorkQueue, clock: Clock, tell: (view: QueueView) => void) {
    this.#queue = queue;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Tells until the signal. @throws CodedError `QUEUE_…` where this user may not look, or the connection is closed for good. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const until = AbortSignal.any([signal, ended.signal]);
    const ticks = startTicks(() => this.#tellChanges(), JOIN_MS);
    const take = <T>(map: Map<string, T>) => {
      return (key: string, value: T | undefined): void => {
        if (value === undefined) map.delete(key);
        else map.set(key, value);
        this.#isChanged = true;
      };
    };
    try {
      await Promise.all([
        this.#queue.watch('results', (bytes) => shownOf(readResult(bytes)), take(this.#results), until),
        this.#queue.watch('progress', readProgress, take(this.#progress), until),
        this.#queue.watch('stations', (bytes) => this.#heard(readStation(bytes)), take(this.#stations), until),
        this.#lookAtWork(until),
      ]);
    } finally {
      ended.abort();
      ticks.stop();
    }
  }

  #heard(state: StationState | undefined): ShownStation | undefined {
    if (!state) return undefined;
    const { station, version, ports, waiting, wallMs } = state;
    const shown = ports
      .slice(0, MOST_PORTS)
      .map(({ port, phase, work, site, imei }) => ({ port, phase, work, site, imei }));
    const off = defined({ clockOffMs: clockOffMs(wallMs, this.#clock.wallMs()) });
    return { station, version, ports: shown, waiting, heardMs: this.#clock.steadyMs(), ...off };
  }

  async #lookAtWork(signal: AbortSignal): Promise<void> {
    let seen = '';
    while (!signal.aborted) {
      // While the connection is lost what was known stays.
      if (!this.#queue.isAway) {
        const mark = await this.#queue.workMark();
        if (mark !== seen) {
          this.#queued = (await this.#queue.queued()).toSorted();
          seen = mark;
          this.#isChanged = true;
        }
        await this.#readFirst();
      }
      await pause(LOOK_MS, signal).catch(() => undefined);
    }
  }

  /** What stands in the pieces of work that are shown. */
  async #readFirst(): Promise<void> {
    const wanted = this.#waitingIds().slice(0, mostRows);
    const missing = wanted.filter((id) => !this.#read.has(id));
    const found = await this.#queue.readQueued(missing);
    if (missing.length > 0) this.#isChanged = true;
    this.#read = new Map(
      wanted.flatMap((id) => {
        const known = this.#read.get(id) ?? found.get(id);
        return known ? [[id, known] as const] : [];
      }),
    );
  }

  #waitingIds(): string[] {
    return this.#queued.filter((id) => !this.#results.has(id) && !this.#progress.has(id));
  }

  #tellChanges(): void {
    const goneMs = this.#clock.steadyMs() - stationShownMs;
    for (const [name, { heardMs }] of this.#stations)
      if (heardMs < goneMs) {
        this.#stations.delete(name);
        this.#isChanged = true;
      }
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#tell(this.#view());
  }

  #view(): QueueView {
    const results = [...this.#results.values()].toSorted((one, other) => other.finishedMs - one.finishedMs);
    // A cancelled piece of a station that is gone has its result and is at nobody's.
    const running = [...this.#progress].filter(([id]) => !this.#results.has(id)).map(([id, one]) => runningOf(id, one));
    const waiting = this.#waitingIds();
    return {
      stations: [...this.#stations.values()]
        .toSorted((one, other) => (one.station < other.station ? -1 : 1))
        .slice(0, mostRows),
      running: running.slice(0, mostRows),
      runningCount: running.length,
      waiting: waiting.slice(0, mostRows).flatMap((id) => this.#read.get(id) ?? []),
      waitingCount: waiting.length,
      counts: countsOf(results),
      results: results.slice(0, mostRows),
      failures: results.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'cancelled').slice(0, mostRows),
    };
  }
}

function shownOf(result: WorkResult | undefined): ShownResult | undefined {
  if (!result) return undefined;
  const { id, site, outcome, isPractice, station, port, finishedMs, counts, notPassed, files } = result;
  const { imei, model, firmware, problem } = result;
  return {
    ...{ id, site, outcome, isPractice, station, port, finishedMs, counts },
    ...(imei === undefined ? {} : { imei }),
    ...(model === undefined ? {} : { model }),
    ...(firmware === undefined ? {} : { firmware }),
    notPassed: notPassed.slice(0, MOST_CASES),
    ...(problem === undefined ? {} : { problem: problem.slice(0, MOST_PROBLEM) }),
    files: files.map(({ name, bytes }) => ({ name, bytes })),
  };
}

function runningOf(id: string, { site, attempts, done, count, failed }: Progress): RunningWork {
  const at = attempts.at(-1);
  return { id, site, ...(at ? { station: at.station, port: at.port } : {}), done, count, failed };
}

function countsOf(results: readonly ShownResult[]): OutcomeCounts {
  const none = (): Record<ShownResult['outcome'], number> =>
    Object.fromEntries(workOutcomes.map((outcome) => [outcome, 0])) as Record<ShownResult['outcome'], number>;
  const counts = { real: none(), practice: none() };
  for (const { outcome, isPractice } of results) counts[isPractice ? 'practice' : 'real'][outcome]++;
  return counts;
}
