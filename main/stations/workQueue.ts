import { JetStreamApiError } from '@nats-io/jetstream';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { CodedError } from '../../shared/errors.ts';
import type { WaitingWork } from '../../shared/stations.ts';
import { askedAgain } from './askedAgain.ts';
import { inPieces, keysOf, keysOfLeader, valueOf, valuesOf } from './buckets.ts';
import { connectQueue, queueNames } from './queueConnection.ts';
import { queueError } from './queueErrors.ts';
import type { BucketName, QueueConnection, QueueOptions, QueueSetup } from './queueConnection.ts';
import { pause } from '../time/timers.ts';
import { readProgress, readStation } from './progress.ts';
import type { Progress, StationState } from './progress.ts';
import { readResult, readWork, resultWithoutRun } from './work.ts';
import type { Work, WorkResult } from './work.ts';

/** A piece of work that this station has, until it says that it is done or gives it back. */
export interface TakenWork {
  /** As its place in the queue tells it; what stands in it may be anything. */
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Tells the server that somebody is at it. */
  stillAtIt(): void;
  /** It needs nobody any more; resolves with false when the server has given it to another meanwhile. */
  done(): Promise<boolean>;
  /** Somebody else may have it, after so many milliseconds. */
  giveBack(delayMs?: number): void;
}

/** In the queue and no work: left alone, said. */
export interface UnreadableWork {
  readonly id: string;
  readonly reason: string;
}

/** How much waits, and what. */
export interface QueueList {
  readonly waiting: readonly Work[];
  readonly unreadable: readonly UnreadableWork[];
  readonly running: readonly (Progress & { readonly id: string })[];
}

const GRACE_MS = 1000;
const perSubject = /per subject/;
const encoder = new TextEncoder();
const json = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

/** The queue of work and what comes of it, on a NATS server. Every function throws CodedError `QUEUE_…`. */
export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #queue: QueueConnection;
  #consumer: Consumer | undefined;

  #isAway = false;

  /** What the server told of later than of the request that was at fault. */
  #denied: Error | undefined;

  private constructor(options: QueueOptions, queue: QueueConnection) {
    this.#options = options;
    this.#queue = queue;
    void this.#hear();
  }

  /** Connects; with a set-up the queue is made where there is none. @throws CodedError `QUEUE_…`, `BAD_ARGUMENT`. */
  static async connect(options: QueueOptions, setup?: QueueSetup): Promise<WorkQueue> {
    return new WorkQueue(options, await connectQueue(options, setup));
  }

  get connection(): QueueConnection {
    return this.#queue;
  }

  /** For good: the server turned this user away, also when he came again. */
  get isClosed(): boolean {
    return this.#queue.connection.isClosed();
  }

  /** The connection is lost, and not made again yet. */
  get isAway(): boolean {
    return this.#isAway || this.isClosed;
  }

  /**
   * Why the server is not there: a connection that is made again and again does not say it. Undefined when it is there for
   * whoever comes now.
   */
  async whyAway(): Promise<CodedError | undefined> {
    try {
      await (await connectQueue({ ...this.#options, isPatient: false })).connection.close();
      return undefined;
    } catch (error) {
      return queueError(error);
    }
  }

  async close(): Promise<void> {
    await this.#queue.connection.close();
  }

  /** @throws CodedError also `QUEUE_BAD_WORK` when work of that id waits or has a result. */
  async add(work: Work): Promise<void> {
    await this.#do(async ({ client }) => {
      if (await valueOf(this.#queue, 'results', work.id))
        throw new CodedError('QUEUE_BAD_WORK', 'There is a result of that id', work.id);
      try {
        await client.publish(queueNames.workSubject(work.id), json(work));
      } catch (error) {
        if (error instanceof JetStreamApiError && perSubject.test(error.message))
          throw new CodedError('QUEUE_BAD_WORK', 'Work of that id is in the queue', work.id);
        throw error;
      }
    });
  }

  /** The next piece of work; undefined when none came within `waitMs`, or a little later where the connection was lost. */
  async take(waitMs: number): Promise<TakenWork | undefined> {
    return this.#do(async ({ client }) => {
      this.#consumer ??= await client.consumers.get(queueNames.workStream, queueNames.consumer);
      const expires = Math.max(1000, waitMs);
      const next = this.#consumer.next({ expires });
      // The library waits for the connection to come back, however long that takes.
      const isOver = new AbortController();
      const none = pause(expires + GRACE_MS, isOver.signal).then(
        () => 'over' as const,
        () => 'over' as const,
      );
      const message = await Promise.race([next, none]).finally(() => isOver.abort());
      if (message !== 'over') return message ? takenOf(message) : undefined;
      // What comes after all is somebody else's.
      void next.then(
        (late) => late?.nak(),
        () => undefined,
      );
      throw new CodedError('QUEUE_UNREACHABLE', 'The queue does not answer');
    });
  }

  /**
   * True when nothing waits and nobody is at anything. The consumer says it, not the stream: a server that was killed may
   * keep messages that were acknowledged, and gives them to nobody.
   */
  async isEmpty(): Promise<boolean> {
    return this.#do(async ({ manager }) => {
      const state = await manager.consumers.info(queueNames.workStream, queueNames.consumer);
      return state.num_pending === 0 && state.num_ack_pending === 0;
    });
  }

  /** What waits and what runs, oldest first. */
  async list(): Promise<QueueList> {
    return this.#do(async () => {
      const begun = await keysOf(this.#queue, 'progress');
      // Only now: what ends meanwhile is over.
      const over = new Set(await keysOf(this.#queue, 'results'));
      // A cancelled piece of a station that is gone has its result and is at nobody's.
      const left = begun.filter((id) => !over.has(id));
      const running = await valuesOf(this.#queue, 'progress', left, (value, id) => {
        const read = readProgress(value);
        return read && { id, ...read };
      });
      const isRunning = new Set(running.map(({ id }) => id));
      // What has a result was done, and kept by a server that was killed.
      const ids = (await this.queued()).filter((id) => !over.has(id) && !isRunning.has(id));
      const found = await inPieces(ids, (id) => this.#workOf(id));
      const isWork = (one: Work | UnreadableWork): one is Work => !('reason' in one);
      const queued = found.flatMap((one) => one ?? []);
      return {
        waiting: queued.filter(isWork).toSorted((one, other) => one.addedMs - other.addedMs),
        unreadable: queued.flatMap((one) => (isWork(one) ? [] : [one])),
        running,
      };
    });
  }

  /** Ids of all that is in the stream of work, whether somebody is at it or not. */
  async queued(): Promise<readonly string[]> {
    return this.#do(async ({ manager }) => {
      const { state } = await manager.streams.info(queueNames.workStream, {
        subjects_filter: queueNames.workSubject('*'),
      });
      return Object.keys(state.subjects ?? {}).map(idOf);
    });
  }

  /** Another text each time that something came into the stream of work or left it; costs the server nothing. */
  async workMark(): Promise<string> {
    return this.#do(async ({ manager }) => {
      const { state } = await manager.streams.info(queueNames.workStream);
      return [state.messages, state.first_seq, state.last_seq, state.num_deleted ?? 0].join(' ');
    });
  }

  /** What stands in pieces of work, by id; without those that have left meanwhile. */
  async readQueued(ids: readonly string[]): Promise<ReadonlyMap<string, WaitingWork>> {
    return this.#do(async () => {
      const found = await inPieces(ids, (id) => this.#workOf(id));
      return new Map(found.flatMap((work) => (work ? [[work.id, waitingOf(work)] as const] : [])));
    });
  }

  async #workOf(id: string): Promise<Work | UnreadableWork | undefined> {
    const message = await this.#queue.manager.streams.getMessage(queueNames.workStream, {
      last_by_subj: queueNames.workSubject(id),
    });
    if (!message) return undefined;
    try {
      return { ...readWork(message.data), id };
    } catch (error) {
      return { id, reason: queueError(error).message };
    }
  }

  /**
   * Tells every value of a bucket that is there and each that changes, until the signal; undefined for one that was taken
   * away or is none of ours.
   */
  async watch<T>(
    bucket: BucketName,
    read: (bytes: Uint8Array) => T | undefined,
    tell: (key: string, value: T | undefined) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#do(async (queue) => {
      const entries = await askedAgain(queue, (stores) => stores[bucket].watch());
      const stop = (): void => entries.stop();
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      try {
        for await (const { key, operation, value } of entries) tell(key, operation === 'PUT' ? read(value) : undefined);
      } finally {
        signal.removeEventListener('abort', stop);
        stop();
      }
    });
  }

  /** Takes work out of the queue; a station that is at it stops. False when it has a result already. */
  async cancel(id: string, nowMs: number, by: string): Promise<boolean> {
    return this.#do(async ({ manager }) => {
      const subject = queueNames.workSubject(id);
      const message = await manager.streams.getMessage(queueNames.workStream, { last_by_subj: subject });
      const running = await valueOf(this.#queue, 'progress', id);
      if (!message && !running) return false;
      const site = running && readProgress(running.data)?.site;
      const at = { station: by, port: '', nowMs, attempt: 'cancelled' };
      const isFirst = await this.store(
        resultWithoutRun({ id, site: site ?? siteOf(message?.data) }, 'cancelled', 'It was cancelled', at),
      );
      // By its number: nats-server 2.9 takes the purge of a subject for a reason to pass by all else that waits.
      if (message) await manager.streams.deleteMessage(queueNames.workStream, message.seq);
      return isFirst;
    });
  }

  /** Puts a result down; false when there is one of that id, which stays, unless it only says that the work was set aside. */
  async store(result: WorkResult): Promise<boolean> {
    return this.#do(async ({ results }) => {
      try {
        await results.create(result.id, json(result));
        return true;
      } catch (error) {
        const entry = error instanceof JetStreamApiError ? await valueOf(this.#queue, 'results', result.id) : undefined;
        if (!entry) throw error;
        const there = readResult(entry.data);
        if (there?.attempt === result.attempt) return true;
        if (there && there.outcome !== 'setAside') return false;
        await results.update(result.id, json(result), entry.seq);
        return true;
      }
    });
  }

  /** The result of that id. */
  async result(id: string): Promise<WorkResult | undefined> {
    return this.#do(async () => {
      const entry = await valueOf(this.#queue, 'results', id);
      return entry && readResult(entry.data);
    });
  }

  /** All results, oldest first. */
  async results(): Promise<readonly WorkResult[]> {
    return this.#do(async () => {
      const keys = await keysOfLeader(this.#queue, 'results');
      const all = await valuesOf(this.#queue, 'results', keys, readResult);
      return all.toSorted((one, other) => one.finishedMs - other.finishedMs);
    });
  }

  /** Makes room for work of an id that has a result: it may be added again. False when it had none. */
  async forget(id: string): Promise<boolean> {
    return this.#do(async ({ manager, results, progress }) => {
      if (!(await valueOf(this.#queue, 'results', id))) return false;
      const left = await manager.streams.getMessage(queueNames.workStream, {
        last_by_subj: queueNames.workSubject(id),
      });
      if (left) await manager.streams.deleteMessage(queueNames.workStream, left.seq);
      await progress.purge(id);
      await results.purge(id);
      return true;
    });
  }

  /** What goes on with a piece of work. */
  async progress(id: string): Promise<Progress | undefined> {
    return this.#do(async () => {
      const entry = await valueOf(this.#queue, 'progress', id);
      return entry && readProgress(entry.data);
    });
  }

  async tellProgress(id: string, told: Progress | undefined): Promise<void> {
    await this.#do(async ({ progress }) => {
      if (told) await progress.put(id, json(told));
      else await progress.purge(id);
    });
  }

  /** Stations that told of themselves within the last half minute. */
  async stations(): Promise<readonly StationState[]> {
    return this.#do(async () => valuesOf(this.#queue, 'stations', await keysOf(this.#queue, 'stations'), readStation));
  }

  async tellStation(state: StationState): Promise<void> {
    await this.#do(({ stations }) => stations.put(state.station, json(state)));
  }

  /** The station leaves. */
  async forgetStation(name: string): Promise<void> {
    await this.#do(({ stations }) => stations.purge(name));
  }

  async #do<T>(action: (queue: QueueConnection) => Promise<T>): Promise<T> {
    this.#denied = undefined;
    try {
      return await action(this.#queue);
    } catch (error) {
      throw queueError(this.#denied ?? error);
    }
  }

  async #hear(): Promise<void> {
    for await (const status of this.#queue.connection.status()) {
      if (status.type === 'disconnect') this.#isAway = true;
      if (status.type === 'reconnect') this.#isAway = false;
      if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
        this.#denied = status.error;
    }
  }
}

function waitingOf(work: Work | UnreadableWork): WaitingWork {
  if ('reason' in work) return { id: work.id, site: '', problem: work.reason };
  return { id: work.id, site: work.site, addedMs: work.addedMs };
}

const idOf = (subject: string): string => subject.slice(queueNames.workSubject('').length);

function takenOf(message: JsMsg): TakenWork {
  return {
    id: idOf(message.subject),
    bytes: message.data,
    stillAtIt: () => message.working(),
    done: () => message.ackAck(),
    giveBack: (delayMs) => message.nak(delayMs),
  };
}

function siteOf(bytes: Uint8Array | undefined): string {
  try {
    return bytes ? readWork(bytes).site : '';
  } catch {
    return '';
  }
}
