import { rm } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type { WorkOutcome } from '../../shared/stations.ts';
import type { Clock } from '../time/clock.ts';
import { pause, startTicks } from '../time/timers.ts';
import type { Delivery, KeptResult, Outbox } from './outbox.ts';
import { isPoisoned } from './progress.ts';
import type { Attempt, Progress } from './progress.ts';
import { newName, readWork, resultWithoutRun } from './work.ts';
import type { Work, WorkResult } from './work.ts';
import type { TakenWork, WorkQueue } from './workQueue.ts';

/** What a run on a device came to, without what the queue knows of it. */
export type RunResult = Omit<
  WorkResult,
  'format' | 'version' | 'id' | 'site' | 'attempt' | 'station' | 'port' | 'startedMs' | 'finishedMs' | 'files'
> & {
  /** False: it was broken off, and counts as not begun. */
  readonly isComplete: boolean;
};

/** How far a run has come. */
export type RunProgress = Pick<Progress, 'done' | 'count' | 'failed'>;

/** What a station tells while it works. */
export type StationEvent =
  | { readonly type: 'taken'; readonly port: string; readonly id: string; readonly site: string }
  | {
      readonly type: 'ended';
      readonly port: string;
      readonly id: string;
      readonly outcome: WorkOutcome;
      readonly problem?: string;
    }
  | { readonly type: 'stored'; readonly id: string; readonly delivery: Delivery }
  | { readonly type: 'waiting'; readonly id: string; readonly problem: string }
  | { readonly type: 'givenBack'; readonly port: string; readonly id: string; readonly problem: string }
  | { readonly type: 'brokenOff'; readonly directory: string }
  | { readonly type: 'queueLost'; readonly fault: Fault }
  | { readonly type: 'queueBack' }
  /** The folder of the results cannot be read any more. */
  | { readonly type: 'outboxLost'; readonly problem: string };

/** What a station works with. */
export interface StationParts {
  readonly name: string;
  /** Of the program. */
  readonly version: string;
  readonly ports: readonly string[];
  readonly queue: WorkQueue;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** After so long without a word the server gives work to another. */
  readonly silenceMs: number;
  /** Ends once the queue is empty and nobody is at anything. */
  readonly isUntilEmpty: boolean;
  /** Resolves once a device is at the port that was not tested there before. @throws AbortError. */
  readonly nextDevice: (port: string, signal: AbortSignal) => Promise<void>;
  /** Tests the device at the port; all files go into the folder. @throws CodedError, `PORT_…` where the port is at fault. */
  readonly run: (
    work: Work,
    port: string,
    directory: string,
    onProgress: (progress: RunProgress) => void,
    signal: AbortSignal,
  ) => Promise<RunResult>;
  readonly tell: (event: StationEvent) => void;
}

const TAKE_MS = 2000;
const RETRY_MS = 1000;
/** A port that could not be opened is left alone for a while; others take the work meanwhile. */
const PORT_REST_MS = 10_000;
const TELL_MS = 10_000;

/** Takes work of a queue, one device each, runs it on its ports and gives the results away; nothing is lost on the way. */
export class Station {
  readonly #parts: StationParts;
  readonly #ports = new Map<string, { phase: string; work: string; site: string; imei: string }>();
  /** Work whose result lies in the outbox, by attempt. */
  readonly #unanswered = new Map<string, TakenWork>();
  readonly #finished: WorkResult[] = [];
  #isLost = false;
  #delivering: Promise<void> = Promise.resolve();
  #round: Promise<void> | undefined;

  constructor(parts: StationParts) {
    this.#parts = parts;
    for (const port of parts.ports) this.#ports.set(port, { phase: 'waiting', work: '', site: '', imei: '' });
  }

  /** Works until the signal, until the queue is empty or closed for good; resolves with what this station has run to its end. */
  async run(signal: AbortSignal): Promise<readonly WorkResult[]> {
    const { ports, outbox, tell, queue, name } = this.#parts;
    for (const directory of (await outbox.waiting()).brokenOff) tell({ type: 'brokenOff', directory });
    await this.#deliverAll();
    const states = startTicks(() => void this.#tellState(), TELL_MS);
    const deliveries = startTicks(() => void this.#deliverAll(), TELL_MS);
    void this.#tellState();
    try {
      await Promise.all(ports.map((port) => this.#work(port, signal)));
    } finally {
      states.stop();
      deliveries.stop();
      // Whoever ends a program whose server is away does not wait for it: results stay, and its name goes by itself.
      if (!queue.isAway) {
        await this.#deliverAll();
        await queue.forgetStation(name).catch(() => undefined);
      }
    }
    return this.#finished;
  }

  async #work(port: string, signal: AbortSignal): Promise<void> {
    const { nextDevice, queue, isUntilEmpty } = this.#parts;
    while (!signal.aborted && !queue.isClosed) {
      this.#stand(port, 'waiting for a device');
      try {
        await nextDevice(port, signal);
      } catch {
        return;
      }
      this.#stand(port, 'waiting for work');
      try {
        const taken = await queue.take(TAKE_MS);
        this.#reached();
        if (taken && signal.aborted) taken.giveBack();
        else if (taken) await this.#do(taken, port, signal);
        else if (isUntilEmpty && (await queue.isEmpty())) return;
      } catch (error) {
        await this.#unreached(error);
        await pause(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }

  /** @throws CodedError `QUEUE_…` before anything was begun: the server gives the work to another. */
  async #do(taken: TakenWork, port: string, signal: AbortSignal): Promise<void> {
    const { queue, clock } = this.#parts;
    const work = this.#read(taken);
    if (work instanceof CodedError) {
      await this.#endWithoutRun(taken, { id: taken.id, site: '' }, 'notRun', work.message, port);
      return;
    }
    // Side by side: while they are asked for the port stands still.
    const [result, waiting, progress] = await Promise.all([
      queue.result(work.id),
      this.#parts.outbox.waiting(),
      queue.progress(work.id),
    ]);
    if (result) {
      await taken.done();
      return;
    }
    const kept = waiting.kept.find((one) => one.result.id === work.id);
    if (kept) {
      this.#unanswered.set(kept.result.attempt, taken);
      await this.#deliver(kept);
      return;
    }
    const attempts = progress?.attempts ?? [];
    if (isPoisoned({ attempts })) {
      const stations = attempts.map(({ station, port: where }) => `${station} at ${where}`).join(', ');
      const problem = `${attempts.length} stations ended in the middle of it: ${stations}`;
      await this.#endWithoutRun(taken, work, 'setAside', problem, port);
      return;
    }
    const attempt = { attempt: newName(clock.wallMs()), station: this.#parts.name, port, startedMs: clock.wallMs() };
    await this.#attempt(taken, work, { attempts, attempt }, port, signal);
  }

  #read(taken: TakenWork): Work | CodedError {
    try {
      const work = readWork(taken.bytes);
      if (work.id === taken.id) return work;
      return new CodedError('QUEUE_BAD_WORK', `It says that it is ${work.id}`);
    } catch (error) {
      return error as CodedError;
    }
  }

  async #endWithoutRun(
    taken: TakenWork,
    work: Pick<Work, 'id' | 'site'>,
    outcome: 'notRun' | 'setAside',
    problem: string,
    port: string,
  ): Promise<void> {
    const { queue, name, clock, tell } = this.#parts;
    const nowMs = clock.wallMs();
    const at = { station: name, port, nowMs, attempt: newName(nowMs) };
    const result = resultWithoutRun(work, outcome, problem, at);
    await queue.store(result);
    await queue.tellProgress(work.id, undefined);
    await taken.done();
    this.#finished.push(result);
    tell({ type: 'ended', port, id: work.id, outcome, problem });
  }

  async #attempt(
    taken: TakenWork,
    work: Work,
    { attempts, attempt }: { readonly attempts: readonly Attempt[]; readonly attempt: Attempt },
    port: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { queue, outbox, tell, silenceMs } = this.#parts;
    let far: RunProgress = { done: 0, count: 0, failed: 0 };
    const told = (): Progress => ({
      site: work.site,
      attempts: [...attempts, attempt],
      ...far,
      changedMs: this.#parts.clock.wallMs(),
    });
    // Before anything is done: who ends in the middle of it is to be known.
    await queue.tellProgress(work.id, told());
    tell({ type: 'taken', port, id: work.id, site: work.site });
    this.#stand(port, 'testing', work);
    const cancelled = new AbortController();
    const beats = startTicks(() => {
      taken.stillAtIt();
      void queue
        .result(work.id)
        .then((result) => result?.outcome === 'cancelled' && cancelled.abort())
        .catch(() => undefined);
      void queue.tellProgress(work.id, told()).catch(() => undefined);
    }, silenceMs / 3);
    let kept: KeptResult;
    try {
      kept = await this.#runAndKeep(work, attempt, port, AbortSignal.any([signal, cancelled.signal]), (now) => {
        far = now;
      });
    } catch (error) {
      const problem = cancelled.signal.aborted ? 'it was cancelled' : faultOf(error).message;
      tell({ type: 'givenBack', port, id: work.id, problem });
      await rm(await outbox.folder(work.id, attempt.attempt), { recursive: true });
      if (cancelled.signal.aborted) {
        await queue.tellProgress(work.id, undefined);
        await taken.done();
        return;
      }
      // Work that loses its port each time is set aside as one that ends its station.
      const isLost = faultOf(error).code === 'PORT_LOST';
      const counted = isLost ? told().attempts : attempts;
      await queue.tellProgress(work.id, { ...told(), attempts: counted, done: 0, failed: 0 });
      taken.giveBack();
      if (!signal.aborted) await pause(PORT_REST_MS, signal).catch(() => undefined);
      return;
    } finally {
      beats.stop();
    }
    const { outcome, problem } = kept.result;
    tell({ type: 'ended', port, id: work.id, outcome, ...(problem === undefined ? {} : { problem }) });
    this.#finished.push(kept.result);
    this.#unanswered.set(attempt.attempt, taken);
    await this.#deliver(kept);
  }

  /** @throws CodedError where the work is to be given back: the port is at fault, or the run was broken off. */
  async #runAndKeep(
    work: Work,
    { attempt, startedMs }: Attempt,
    port: string,
    signal: AbortSignal,
    onProgress: (progress: RunProgress) => void,
  ): Promise<KeptResult> {
    const { run, outbox, clock, name } = this.#parts;
    const directory = await outbox.folder(work.id, attempt);
    const of = { id: work.id, site: work.site, attempt, station: name, port, startedMs };
    try {
      const { isComplete, ...result } = await run(work, port, directory, onProgress, signal);
      if (!isComplete && signal.aborted) throw new CodedError('CANCELLED', 'the run was broken off');
      if (!isComplete) throw new CodedError('PORT_LOST', 'the connection was lost in the middle and did not come back');
      const finishedMs = clock.wallMs();
      return await outbox.keep(directory, { format: 'mipl-work-result', version: 1, ...of, finishedMs, ...result });
    } catch (error) {
      const { code, message } = faultOf(error);
      if (code === 'CANCELLED' || code.startsWith('PORT_') || code === 'FILE_NOT_WRITTEN') throw error;
      const at = { station: name, port, nowMs: clock.wallMs(), attempt };
      const { files: _, ...result } = resultWithoutRun(work, 'notRun', `${code}: ${message}`, at);
      return outbox.keep(directory, { ...result, startedMs });
    }
  }

  /**
   * Results that wait here; one at a time, since two would take each other's folders away. While one round goes on no other
   * begins, and it ends at the first that cannot be given away: a server that is not there costs each of them seconds.
   */
  #deliverAll(): Promise<void> {
    this.#round ??= this.#delivering
      .then(async () => {
        for (const kept of (await this.#parts.outbox.waiting()).kept) if (!(await this.#deliverOne(kept))) return;
      })
      .catch((error: unknown) => this.#parts.tell({ type: 'outboxLost', problem: faultOf(error).message }))
      .finally(() => (this.#round = undefined));
    this.#delivering = this.#round;
    return this.#round;
  }

  #deliver(kept: KeptResult): Promise<void> {
    this.#delivering = this.#delivering.then(async () => void (await this.#deliverOne(kept)));
    return this.#delivering;
  }

  /** What cannot be given away now stays in the outbox, and false is told. */
  async #deliverOne(kept: KeptResult): Promise<boolean> {
    const { outbox, queue, tell } = this.#parts;
    const { id, attempt } = kept.result;
    try {
      // Another turn may have given it away already.
      if (await outbox.isKept(kept)) tell({ type: 'stored', id, delivery: await outbox.deliver(kept, queue) });
      // The result is there: neither needs the other.
      await Promise.all([queue.tellProgress(id, undefined), this.#unanswered.get(attempt)?.done()]);
      this.#unanswered.delete(attempt);
      this.#reached();
      return true;
    } catch (error) {
      tell({ type: 'waiting', id, problem: faultOf(error).message });
      if (queue.isAway) await this.#unreached(error);
      return false;
    }
  }

  #stand(port: string, phase: string, work?: Work): void {
    this.#ports.set(port, { phase, work: work?.id ?? '', site: work?.site ?? '', imei: '' });
  }

  async #tellState(): Promise<void> {
    const { queue, name, version, outbox, clock } = this.#parts;
    const ports = [...this.#ports].map(([port, standing]) => ({ port, ...standing }));
    try {
      const waiting = (await outbox.waiting()).kept.length;
      await queue.tellStation({ station: name, version, ports, waiting, wallMs: clock.wallMs() });
    } catch (error) {
      // The next word will do; but a station that waits for work has no other way to see that nobody hears it.
      if (queue.isAway) await this.#unreached(error);
    }
  }

  async #unreached(error: unknown): Promise<void> {
    if (this.#isLost) return;
    this.#isLost = true;
    const reason = (await this.#parts.queue.whyAway()) ?? error;
    // Meanwhile another port may have found it again.
    if (this.#isLost) this.#parts.tell({ type: 'queueLost', fault: faultOf(reason) });
  }

  #reached(): void {
    if (this.#isLost) this.#parts.tell({ type: 'queueBack' });
    this.#isLost = false;
  }
}
