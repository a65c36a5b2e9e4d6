import { errors } from '@nats-io/transport-node';
import type { QueueConnection, QueueStores } from './queueConnection.ts';

/** With one server of three gone a third of the questions go nowhere: of a thousand files not one goes so twelve times. */
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
