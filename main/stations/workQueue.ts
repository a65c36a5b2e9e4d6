import { JetStreamApiError } from '@nats-io/jetstream';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import type { KV, KvEntry } from '@nats-io/kv';
import { errors } from '@nats-io/transport-node';
import { CodedError } from '../../shared/errors.ts';
import { connectQueue, queueNames } from './queueConnection.ts';
import { queueError } from './queueErrors.ts';
import type { QueueConnection, QueueOptions, QueueSetup } from './queueConnection.ts';
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

/** How much waits, and what. */
export interface QueueList {
  readonly waiting: readonly Work[];
  /** In the queue and no work: left alone, said. */
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
  readonly running: readonly (Progress & { readonly id: string })[];
}

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
    await this.#do(async ({ client, results }) => {
      if (await valueOf(results, work.id))
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

  /** The next piece of work; undefined when none came within `waitMs`. */
  async take(waitMs: number): Promise<TakenWork | undefined> {
    return this.#do(async ({ client }) => {
      this.#consumer ??= await client.consumers.get(queueNames.workStream, queueNames.consumer);
      const message = await this.#consumer.next({ expires: Math.max(1000, waitMs) });
      return message ? takenOf(message) : undefined;
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
    return this.#do(async ({ manager, progress, results }) => {
      const { state } = await manager.streams.info(queueNames.workStream, {
        subjects_filter: queueNames.workSubject('*'),
      });
      const begun = await allOf(progress, (entry) => {
        const read = readProgress(entry.value);
        return read ? { id: entry.key, ...read } : undefined;
      });
      // A cancelled piece of a station that is gone has its result and is at nobody's.
      const isOver = await Promise.all(begun.map(({ id }) => valueOf(results, id)));
      const running = begun.filter((_, index) => isOver[index] === undefined);
      const waiting: Work[] = [];
      const unreadable: { id: string; reason: string }[] = [];
      for (const subject of Object.keys(state.subjects ?? {})) {
        const id = idOf(subject);
        const message = await manager.streams.getMessage(queueNames.workStream, { last_by_subj: subject });
        // Done already, and kept by a server that was killed.
        if (!message || (await valueOf(results, id))) continue;
        try {
          const work = readWork(message.data);
          if (!running.some((one) => one.id === id)) waiting.push(work);
        } catch (error) {
          unreadable.push({ id, reason: queueError(error).message });
        }
      }
      return { waiting: waiting.toSorted((one, other) => one.addedMs - other.addedMs), unreadable, running };
    });
  }

  /** Takes work out of the queue; a station that is at it stops. False when it has a result already. */
  async cancel(id: string, nowMs: number, by: string): Promise<boolean> {
    return this.#do(async ({ manager, progress }) => {
      const subject = queueNames.workSubject(id);
      const message = await manager.streams.getMessage(queueNames.workStream, { last_by_subj: subject });
      const running = await valueOf(progress, id);
      if (!message && !running) return false;
      const site = running && readProgress(running.value)?.site;
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
        const entry = error instanceof JetStreamApiError ? await valueOf(results, result.id) : undefined;
        if (!entry) throw error;
        const there = readResult(entry.value);
        if (there?.attempt === result.attempt) return true;
        if (there && there.outcome !== 'setAside') return false;
        await results.update(result.id, json(result), entry.revision);
        return true;
      }
    });
  }

  /** The result of that id. */
  async result(id: string): Promise<WorkResult | undefined> {
    return this.#do(async ({ results }) => {
      const entry = await valueOf(results, id);
      return entry && readResult(entry.value);
    });
  }

  /** All results, oldest first. */
  async results(): Promise<readonly WorkResult[]> {
    return this.#do(async ({ results }) => {
      const all = await allOf(results, ({ value }) => readResult(value));
      return all.toSorted((one, other) => one.finishedMs - other.finishedMs);
    });
  }

  /** Makes room for work of an id that has a result: it may be added again. False when it had none. */
  async forget(id: string): Promise<boolean> {
    return this.#do(async ({ manager, results, progress }) => {
      if (!(await valueOf(results, id))) return false;
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
    return this.#do(async ({ progress }) => {
      const entry = await valueOf(progress, id);
      return entry && readProgress(entry.value);
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
    return this.#do(({ stations }) => allOf(stations, (entry) => readStation(entry.value)));
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

/** What stands under a key; the server answers for one that was taken away, too. */
async function valueOf(bucket: KV, key: string): Promise<KvEntry | undefined> {
  const entry = await bucket.get(key);
  return entry?.operation === 'PUT' ? entry : undefined;
}

/** Every value of a bucket that is one of ours. */
async function allOf<T>(bucket: KV, read: (entry: KvEntry) => T | undefined): Promise<T[]> {
  const found: T[] = [];
  const keys: string[] = [];
  for await (const key of await bucket.keys()) keys.push(key);
  for (const key of keys) {
    const entry = await valueOf(bucket, key);
    const value = entry && read(entry);
    if (value !== undefined) found.push(value);
  }
  return found;
}
