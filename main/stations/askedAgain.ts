import { errors } from '@nats-io/transport-node';
import { pause } from '../time/timers.ts';
import type { QueueConnection, QueueStores } from './queueConnection.ts';
import { isOfCode, noLeaderCode } from './queueErrors.ts';

/** With one server of three gone a third of the questions go nowhere: of a thousand not one goes so twelve times. */
const TRIES = 12;

/**
 * Asks for what a consumer is made for. A cluster gives a consumer to any of the servers that have a copy, also to one that is
 * gone, which never answers (nats-server 2.9); the next is likely to be another's. The last time it is waited for as long as
 * for anything else: the way there may be slow.
 */
export async function askedAgain<T>(queue: QueueConnection, ask: (stores: QueueStores) => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await ask(left > 0 ? queue.quick : queue);
    } catch (error) {
      if (left === 0 || !(error instanceof errors.TimeoutError)) throw error;
    }
  }
}

/** Whether more servers than one have what is asked for, so that one may be gone or lag behind. */
export function isCluster({ connection }: Pick<QueueConnection, 'connection'>): boolean {
  return connection.info?.cluster !== undefined;
}

/** nats-server 2.9 takes up to ten seconds, on a busy machine, to say who leads in place of one that is gone. */
const CHOICE_MS = 30_000;
const CHOICE_TURN_MS = 250;

/** Asks the server that leads; in a cluster, until the servers have chosen one. Only for what may be asked twice. */
export async function askedOfLeader<T>(queue: Pick<QueueConnection, 'connection'>, ask: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + (isCluster(queue) ? CHOICE_MS : 0);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isBetween = error instanceof errors.TimeoutError || isOfCode(error, noLeaderCode);
      if (!isBetween || performance.now() >= endMs) throw error;
    }
    await pause(CHOICE_TURN_MS);
  }
}
