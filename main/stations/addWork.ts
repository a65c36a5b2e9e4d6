import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../../shared/errors.ts';
import { inPieces, keysOfLeader, valueOf } from './buckets.ts';
import { queueNames } from './queueConnection.ts';
import { queueError } from './queueErrors.ts';
import { readWork } from './work.ts';
import type { Work } from './work.ts';
import type { WorkQueue } from './workQueue.ts';

const MOST_SAID = 5;

/** How work is added. */
export interface AddOptions {
  /** Ids that say what the work is: those that are in the queue, or have a result, are there already. */
  readonly made?: ReadonlySet<string>;
  readonly onAdded?: (work: Work) => unknown;
}

/** How many pieces of work came into the queue, and how many were there already just so. */
export interface AddedWork {
  readonly added: number;
  readonly already: number;
}

/**
 * Puts pieces of work into the queue, all of them or, as far as can be seen before, none. What is there already just so is left
 * alone: whoever repeats it after a failure adds the rest.
 * @throws CodedError `QUEUE_BAD_WORK`, `QUEUE_FULL` with nothing added; later `QUEUE_PARTLY` (detail: how many of how
 * many, and the last).
 */
export async function addWorks(
  queue: WorkQueue,
  works: readonly Work[],
  { made = new Set(), onAdded = () => undefined }: AddOptions = {},
): Promise<AddedWork> {
  const missing = await missingOf(queue, works, made);
  let added = 0;
  for (const work of missing) {
    try {
      await queue.add(work);
    } catch (error) {
      const last = missing[added - 1];
      if (!last) throw error;
      const said = `${works.length - missing.length + added}/${works.length}, … ${last.id}`;
      throw new CodedError('QUEUE_PARTLY', `${queueError(error).message}; in the queue are ${said}`, said, {
        cause: error,
      });
    }
    added += 1;
    await onAdded(work);
  }
  return { added, already: works.length - missing.length };
}

async function missingOf(
  queue: WorkQueue,
  works: readonly Work[],
  made: ReadonlySet<string>,
): Promise<readonly Work[]> {
  try {
    const { manager } = queue.connection;
    const { config, state } = await manager.streams.info(queueNames.workStream, {
      subjects_filter: queueNames.workSubject('*'),
    });
    const queued = new Set(Object.keys(state.subjects ?? {}));
    const over = new Set(await keysOfLeader(queue.connection, 'results'));
    const wrong: string[] = [];
    const missing = await inPieces(works, async (work) => {
      const subject = queueNames.workSubject(work.id);
      if (over.has(work.id) && (await valueOf(queue.connection, 'results', work.id))) {
        if (!made.has(work.id)) wrong.push(`there is a result of ${work.id}`);
        return [];
      }
      if (!queued.has(subject)) return [work];
      const message = await manager.streams.getMessage(queueNames.workStream, { last_by_subj: subject });
      // An id that was made says what the work is; names of its files may be others.
      if (message && !made.has(work.id) && !isSame(message.data, work))
        wrong.push(`other work of the id ${work.id} is in the queue`);
      return message ? [] : [work];
    });
    const more = wrong.length > MOST_SAID ? ` and ${wrong.length - MOST_SAID} more` : '';
    const said = `${wrong.slice(0, MOST_SAID).join('; ')}${more}; nothing was added`;
    if (wrong.length > 0) throw new CodedError('QUEUE_BAD_WORK', said, said);
    const rest = missing.flat();
    const room = config.max_msgs < 0 ? Infinity : config.max_msgs - state.messages;
    if (rest.length > room)
      throw new CodedError(
        'QUEUE_FULL',
        `The queue has room for ${Math.max(0, room)} of ${rest.length}; nothing was added`,
      );
    return rest;
  } catch (error) {
    throw queueError(error);
  }
}

/** The same work, whenever it was added and in whichever order its fields were written. */
function isSame(bytes: Uint8Array, work: Work): boolean {
  try {
    return isDeepStrictEqual({ ...readWork(bytes), addedMs: 0 }, { ...work, addedMs: 0 });
  } catch {
    return false;
  }
}
