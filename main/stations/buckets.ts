import type { StoredMsg } from '@nats-io/jetstream';
import { askedAgain } from './askedAgain.ts';
import { placeOf } from './queueConnection.ts';
import type { BucketName, QueueConnection } from './queueConnection.ts';

/**
 * What stands under a key; undefined where it was taken away. The server that leads is asked: of a cluster's copies one may
 * lag behind.
 */
export async function valueOf(
  { manager }: QueueConnection,
  bucket: BucketName,
  key: string,
): Promise<StoredMsg | undefined> {
  const { stream, subject } = placeOf(bucket, key);
  const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
  return message && message.header.get('KV-Operation') === '' ? message : undefined;
}

/** Keys that have a value, cheap however many were taken away; of a copy that may lag behind. */
export async function keysOf(queue: QueueConnection, bucket: BucketName): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of await askedAgain(queue, (stores) => stores[bucket].keys())) keys.push(key);
  return keys;
}

/** Keys that have a value or had one, by the server that leads: none that was written is missing. */
export async function keysOfLeader({ manager }: QueueConnection, bucket: BucketName): Promise<string[]> {
  const { stream, subject } = placeOf(bucket, '');
  const { state } = await manager.streams.info(stream, { subjects_filter: `${subject}*` });
  return Object.keys(state.subjects ?? {}).map((one) => one.slice(subject.length));
}

/** Values of a bucket that are ours. */
export async function valuesOf<T>(
  queue: QueueConnection,
  bucket: BucketName,
  keys: readonly string[],
  read: (value: Uint8Array, key: string) => T | undefined,
): Promise<T[]> {
  const found = await inPieces(keys, async (key) => {
    const entry = await valueOf(queue, bucket, key);
    return entry && read(entry.data, key);
  });
  return found.flatMap((one) => one ?? []);
}

/** Questions on the way at once: a server across a country answers each of ten thousand after its round trip. */
const PIECE = 64;

/** Asks for each, many at once. */
export async function inPieces<K, T>(keys: readonly K[], ask: (key: K) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < keys.length; from += PIECE)
    found.push(...(await Promise.all(keys.slice(from, from + PIECE).map(ask))));
  return found;
}
