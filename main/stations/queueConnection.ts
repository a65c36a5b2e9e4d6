import { AckPolicy, DiscardPolicy, JetStreamApiCodes, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV } from '@nats-io/kv';
import { Objm } from '@nats-io/obj';
import type { ObjectStore } from '@nats-io/obj';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { CodedError } from '../../shared/errors.ts';
import { readQueueAddress, stationShownMs } from '../../shared/stations.ts';
import type { QueueServers } from '../../shared/stations.ts';
import { systemClock } from '../time/clock.ts';
import { authenticatorOf, authorityIn, expiryOf } from './queueCredentials.ts';
import type { QueueCaller } from './queueCredentials.ts';
import { isOfCode, queueError } from './queueErrors.ts';

/** Names on the server, a contract: example configurations give rights by them (docs/stations.md). */
export const queueNames = {
  workStream: 'MIPL_WORK',
  workSubject: (id: string): string => `mipl.work.${id}`,
  consumer: 'stations',
  results: 'mipl_results',
  progress: 'mipl_progress',
  stations: 'mipl_stations',
  files: 'mipl_files',
} as const;

/** How the client library names the streams of its buckets. */
const [KV_PREFIX, OBJECT_PREFIX] = ['KV_', 'OBJ_'];

/** Where the values of a bucket are kept: its stream, and the subject of a key. */
export const placeOf = (bucket: BucketName, key: string): { readonly stream: string; readonly subject: string } => ({
  stream: `${KV_PREFIX}${queueNames[bucket]}`,
  subject: `$KV.${queueNames[bucket]}.${key}`,
});

/** Where the pieces of a file are kept that the client library has given that number. */
export const piecesOf = (nuid: string): { readonly stream: string; readonly subject: string } => ({
  stream: `${OBJECT_PREFIX}${queueNames.files}`,
  subject: `$O.${queueNames.files}.C.${nuid}`,
});

export type BucketName = 'results' | 'progress' | 'stations';

/** Which server, and who asks. */
export interface QueueOptions {
  /** `nats://` or `tls://host[:port]`; several of one cluster with commas between them. */
  readonly servers: string;
  /** Asked at every connection, also at one that is made again: what was renewed counts. Absent: nobody. */
  readonly caller?: () => QueueCaller | undefined;
  /** File of the certificate authority. */
  readonly caFile?: string;
  /** Named on the server. */
  readonly clientName: string;
  /**
   * A connection that was lost is made again, for ever, also where the server turned this user away meanwhile: credentials
   * are renewed, and results wait in an outbox until then (docs/decisions/stations-queue.md). Otherwise it is closed.
   */
  readonly isPatient: boolean;
}

/** How the queue is made where there is none. */
export interface QueueSetup {
  /** Copies on the servers of a cluster: 1, 3 or 5. */
  readonly replicas: number;
  /** Pieces of work that wait at most. */
  readonly mostWork: number;
  /** Work of a station that says nothing for so long is given to another. */
  readonly silenceMs: number;
}

/** What most queues want. */
export const usualSetup: QueueSetup = { replicas: 1, mostWork: 100_000, silenceMs: 30_000 };

const CONNECT_MS = 5000;
const QUICK_MS = 1000;
const NANOS_PER_MS = 1_000_000;

/** Where values are. */
export type QueueStores = Readonly<Record<BucketName, KV>>;

/** A connection and what it is for. */
export interface QueueConnection extends QueueStores {
  readonly files: ObjectStore;
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  /** The same for questions that may be asked again: no answer is long in coming. */
  readonly quick: QueueStores;
  /** Work of a station that says nothing for so long is given to another. */
  readonly silenceMs: number;
}

/** @throws CodedError `BAD_ARGUMENT`; a password that stands in it is not said. */
export function serversOf(text: string): QueueServers {
  const read = readQueueAddress(text);
  if (read) return read;
  throw new CodedError(
    'BAD_ARGUMENT',
    `"${text.replace(/[^,]*@/g, '…@')}" is no queue: nats://host[:port] or tls://host[:port] is, without user and password`,
    'queue',
  );
}

/**
 * Connects, and makes the queue where there is none and this user may.
 * @throws CodedError `QUEUE_…`, `BAD_ARGUMENT` for an address that is none.
 */
export async function connectQueue(options: QueueOptions, setup?: QueueSetup): Promise<QueueConnection> {
  const { servers, isEncrypted } = serversOf(options.servers);
  const { caFile, caller, isPatient } = options;
  let connection: NatsConnection | undefined;
  try {
    const ca = caFile === undefined ? undefined : await authorityIn(caFile);
    connection = await connect({
      servers: [...servers],
      name: options.clientName,
      timeout: CONNECT_MS,
      reconnect: isPatient,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: isPatient,
      // What a server tells of its cluster is where it stands for itself, which need not be where we reach it.
      ignoreClusterUpdates: servers.length > 1,
      noAsyncTraces: true,
      ...(caller === undefined ? {} : { authenticator: authenticatorOf(caller) }),
      ...(isEncrypted || ca !== undefined ? { tls: ca === undefined ? {} : { ca } } : {}),
    });
    return await opened(connection, setup);
  } catch (error) {
    await connection?.close();
    throw expiredOr(queueError(error), caller);
  }
}

/** At the door a server says of credentials that are past their time no more than that it does not take them. */
function expiredOr(error: CodedError, caller: QueueOptions['caller']): CodedError {
  const asked = error.code === 'QUEUE_DENIED' ? caller?.() : undefined;
  const expiryMs = asked && 'credentials' in asked ? expiryOf(asked.credentials) : undefined;
  if (expiryMs === undefined || expiryMs > systemClock.wallMs()) return error;
  const at = new Date(expiryMs).toISOString();
  return new CodedError('QUEUE_EXPIRED', `The credentials have expired at ${at}`, at, { cause: error });
}

async function opened(connection: NatsConnection, setup: QueueSetup | undefined): Promise<QueueConnection> {
  const manager = await jetstreamManager(connection);
  const client = jetstream(connection);
  if (setup) await setUpWork(manager, setup);
  const { config } = await manager.consumers.info(queueNames.workStream, queueNames.consumer);
  const [kvs, objects] = [new Kvm(connection), new Objm(connection)];
  // Opened wherever they are there: to make them, too, most users have no right.
  const isThere = (stream: string): Promise<boolean> => exists(manager, stream);
  const bucket = async (name: string, ttl?: number): Promise<KV> => {
    if (!setup || (await isThere(`${KV_PREFIX}${name}`))) return kvs.open(name, { allow_direct: true });
    return kvs.create(name, { replicas: setup.replicas, history: 1, ...(ttl === undefined ? {} : { ttl }) });
  };
  const { results, progress, stations, files } = queueNames;
  const stores = {
    results: await bucket(results),
    progress: await bucket(progress),
    stations: await bucket(stations, stationShownMs),
    files:
      !setup || (await isThere(`${OBJECT_PREFIX}${files}`))
        ? await objects.open(files)
        : await objects.create(files, { replicas: setup.replicas, storage: StorageType.File }),
  };
  return {
    ...stores,
    quick: await quickStores(connection),
    silenceMs: (config.ack_wait ?? usualSetup.silenceMs * NANOS_PER_MS) / NANOS_PER_MS,
    connection,
    client,
    manager,
  };
}

async function quickStores(connection: NatsConnection): Promise<QueueStores> {
  const client = jetstream(connection, { timeout: QUICK_MS });
  const kvs = new Kvm(client);
  const [results, progress, stations] = await Promise.all([
    kvs.open(queueNames.results, { allow_direct: true }),
    kvs.open(queueNames.progress, { allow_direct: true }),
    kvs.open(queueNames.stations, { allow_direct: true }),
  ]);
  return { results, progress, stations };
}

async function exists({ streams }: JetStreamManager, name: string): Promise<boolean> {
  try {
    await streams.info(name);
    return true;
  } catch (error) {
    if (isOfCode(error, JetStreamApiCodes.StreamNotFound)) return false;
    throw error;
  }
}

/** A work queue gives each piece to one station, and again where nobody said that it is done. */
async function setUpWork(manager: JetStreamManager, setup: QueueSetup): Promise<void> {
  const { workStream, workSubject, consumer } = queueNames;
  if (!(await exists(manager, workStream)))
    await manager.streams.add({
      name: workStream,
      subjects: [workSubject('*')],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      // The same id twice is the same work.
      max_msgs_per_subject: 1,
      discard_new_per_subject: true,
      max_msgs: setup.mostWork,
      num_replicas: setup.replicas,
    });
  try {
    await manager.consumers.info(workStream, consumer);
  } catch (error) {
    if (!isOfCode(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(workStream, {
      durable_name: consumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: setup.silenceMs * NANOS_PER_MS,
      max_ack_pending: 10_000,
    });
  }
}
