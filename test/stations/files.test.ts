import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../main/stations/outbox.ts';
import { fetchFile } from '../../main/stations/storedFiles.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { passed } from './stationRoom.ts';

/** A connection of which the store of files alone is asked. */
const queueWith = (files: object): WorkQueue => ({ connection: { files, quick: { files } } }) as unknown as WorkQueue;

describe('a file of a result', () => {
  it('is closed where the server went away before it had it', async () => {
    const outbox = await Outbox.open(await tempDirectory());
    const directory = await outbox.folder('a', 'first');
    await writeFile(join(directory, 'journal'), Buffer.alloc(4_000_000));
    const { isComplete: _, ...result } = passed;
    const of = { version: 1, id: 'a', site: '', attempt: 'first', station: 'desk', port: 'port' };
    const kept = await outbox.keep(directory, {
      ...of,
      ...result,
      format: 'mipl-work-result',
      startedMs: 1,
      finishedMs: 2,
    });
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    const put = async (_meta: unknown, content: ReadableStream<Uint8Array>): Promise<never> => {
      reader = content.getReader();
      await reader.read();
      throw new Error('The server went away');
    };
    await expect(outbox.deliver(kept, queueWith({ put }))).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
    expect(await outbox.isKept(kept)).toBe(true);
    await expect(reader?.closed).rejects.toThrow();
  });

  function stored(named: Buffer, sent: Buffer) {
    const seen = { isCancelled: false };
    const failed = Promise.withResolvers<null>();
    const data = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(sent),
      cancel() {
        seen.isCancelled = true;
        failed.reject(new TypeError('The stream is closed'));
      },
    });
    const digest = `SHA-256=${createHash('sha256').update(named).digest('base64url')}`;
    return { seen, queue: queueWith({ get: async () => ({ info: { digest }, data, error: failed.promise }) }) };
  }
  const wanted = Buffer.from('wanted');
  const file = { name: 'report.html', bytes: 6, sha256: createHash('sha256').update(wanted).digest('hex') };

  it('that is another than the result names is not read at all', async () => {
    const { seen, queue } = stored(Buffer.from('other'), Buffer.alloc(1000));
    const target = join(await tempDirectory(), 'report.html');
    await expect(fetchFile(queue, { id: 'a', attempt: 'first' }, file, target)).rejects.toMatchObject({
      code: 'QUEUE_BAD_FILE',
    });
    expect(seen.isCancelled).toBe(true);
  });

  it('that cannot be written here is read no further, and the error is said once', async () => {
    const { seen, queue } = stored(wanted, wanted);
    const blocked = join(await tempDirectory(), 'a-file');
    await writeFile(blocked, '');
    const target = join(blocked, 'report.html');
    await expect(fetchFile(queue, { id: 'a', attempt: 'first' }, file, target)).rejects.toThrow();
    expect(seen.isCancelled).toBe(true);
  });
});
