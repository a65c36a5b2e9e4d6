import { CodedError } from '../../shared/errors.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { askedAgain } from './askedAgain.ts';
import { hexOfDigest, storedName } from './outbox.ts';
import { queueError } from './queueErrors.ts';
import type { StoredFile, WorkResult } from './work.ts';
import type { WorkQueue } from './workQueue.ts';

/**
 * Fetches a file of a result, whole and checked by its SHA-256, or nothing of it.
 * @throws CodedError `QUEUE_BAD_FILE` (detail: its name) for one that is gone or another than the result names, `QUEUE_…`.
 */
export async function fetchFile(
  queue: WorkQueue,
  result: Pick<WorkResult, 'id' | 'attempt'>,
  { name, bytes, sha256 }: StoredFile,
  target: string,
): Promise<void> {
  const bad = (what: string): CodedError => new CodedError('QUEUE_BAD_FILE', `${result.id}: ${name} ${what}`, name);
  try {
    const stored = await askedAgain(queue.connection, ({ files }) => files.get(storedName(result, name)));
    if (!stored) throw bad('is not there any more');
    // Whoever stops in the middle hears of it from the stream; nobody asks here any more.
    stored.error.catch(() => undefined);
    try {
      if (hexOfDigest(stored.info.digest) !== sha256) throw bad('is another file than the result names');
      await writeWhole(target, async (write) => {
        let left = bytes;
        for await (const piece of stored.data) {
          // Whoever put it there may go on for ever.
          left -= piece.length;
          if (left < 0) throw bad('is longer than the result says');
          await write(piece);
        }
        // The client has counted its checksum meanwhile.
        if (await stored.error) throw bad('is another file than the result names');
      });
    } catch (error) {
      // The server would go on sending, and all of it would wait in our memory.
      await stored.data.cancel().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw queueError(error);
  }
}
