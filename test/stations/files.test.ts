import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JetStreamApiError } from '@nats-io/jetstream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Outbox } from '../../main/stations/outbox.ts';
import { fetchFile, fetchFiles } from '../../main/stations/storedFiles.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { passed, queueAt } from './stationRoom.ts';

/** A connection of which the store of files alone is asked. */
const queueWith = (files: object): WorkQueue => ({ connection: { files } }) as unknown as WorkQueue;

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

  const wanted = Buffer.from('wanted');
  const sha256 = createHash('sha256').update(wanted).digest('hex');
  const file = { name: 'report.html', bytes: 6, sha256 };
  const result = { id: 'a', attempt: 'first' };

  /** A server that leads: what it says of a file, and which piece it has at or after a place. */
  function leader(
    info: (asked: number) => object | null,
    piece: (asked: number) => object | null,
    server: object = {},
  ): { readonly queue: WorkQueue; readonly asked: { infos: number; pieces: number } } {
    const asked = { infos: 0, pieces: 0 };
    const connection = {
      files: { info: async () => info(++asked.infos) },
      manager: { streams: { getMessage: async () => piece(++asked.pieces) } },
      connection: { info: server },
    };
    return { asked, queue: { connection } as unknown as WorkQueue };
  }
  const infoOf = (content: Buffer): object => ({
    nuid: 'n',
    size: content.length,
    chunks: 1,
    digest: `SHA-256=${createHash('sha256').update(content).digest('base64url')}`,
  });
  const pieceOf = (data: Buffer, seq = 7): object => ({ seq, data });

  it('that is another than the result names is not read at all', async () => {
    const { asked, queue } = leader(
      () => infoOf(Buffer.from('others')),
      () => pieceOf(wanted),
    );
    const target = join(await tempDirectory(), 'report.html');
    await expect(fetchFile(queue, result, file, target)).rejects.toMatchObject({ code: 'QUEUE_BAD_FILE' });
    expect(asked).toEqual({ infos: 1, pieces: 0 });
  });

  it('whose pieces are others than it says, more or fewer, is not kept', async () => {
    const directory = await tempDirectory();
    for (const piece of [
      pieceOf(Buffer.from('others')),
      pieceOf(Buffer.alloc(1000)),
      pieceOf(Buffer.from('w')),
      null,
    ]) {
      const { queue } = leader(
        () => infoOf(wanted),
        (asked) => (asked === 1 ? piece : null),
      );
      const fetching = fetchFile(queue, result, file, join(directory, 'report.html'));
      await expect(fetching).rejects.toMatchObject({ code: 'QUEUE_BAD_FILE', detail: 'report.html' });
      expect(await readdir(directory)).toEqual([]);
    }
  });

  it('that cannot be written here is said to be that', async () => {
    const { queue } = leader(
      () => infoOf(wanted),
      () => pieceOf(wanted),
    );
    const blocked = join(await tempDirectory(), 'a-file');
    await writeFile(blocked, '');
    const fetching = fetchFile(queue, result, file, join(blocked, 'report.html'));
    await expect(fetching).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
  });

  it('that who has just come to lead does not know yet is asked for again, in a cluster alone', async () => {
    const target = join(await tempDirectory(), 'report.html');
    const late = (server: object) =>
      leader(
        (asked) => (asked === 1 ? null : infoOf(wanted)),
        (asked) => (asked === 1 ? null : pieceOf(wanted)),
        server,
      );
    const { queue, asked } = late({ cluster: 'factory' });
    await fetchFile(queue, result, file, target);
    expect(await readFile(target)).toEqual(wanted);
    expect(asked).toEqual({ infos: 3, pieces: 2 });
    const alone = late({});
    await expect(fetchFile(alone.queue, result, file, target)).rejects.toMatchObject({ code: 'QUEUE_BAD_FILE' });
    expect(alone.asked).toEqual({ infos: 1, pieces: 0 });
  });

  it('is waited for while the servers of a cluster choose who leads, and not where there is one alone', async () => {
    const target = join(await tempDirectory(), 'report.html');
    const choosing = (server: object) =>
      leader(
        (asked) => {
          if (asked === 1)
            throw new JetStreamApiError({ code: 503, err_code: 10_008, description: 'temporarily unavailable' });
          return infoOf(wanted);
        },
        () => pieceOf(wanted),
        server,
      );
    await fetchFile(choosing({ cluster: 'factory' }).queue, result, file, target);
    expect(await readFile(target)).toEqual(wanted);
    const fetching = fetchFile(choosing({}).queue, result, file, target);
    await expect(fetching).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
  });
});

describe.skipIf(reasonAgainstQueue !== undefined)('files of results on a server', () => {
  it('come whole, also where their pieces were put there among those of others', async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const queue = await queueAt(server.url);
    const directory = await tempDirectory();
    const contents = Array.from({ length: 5 }, (_, index) => randomBytes(index * 400_000));
    const nameOf = (index: number): string => `file-${index}`;
    await Promise.all(
      contents.map((content, index) =>
        queue.connection.files.put({ name: `a/first/${nameOf(index)}` }, new Blob([content]).stream()),
      ),
    );
    const wanted = contents.map((content, index) => ({
      result: { id: 'a', attempt: 'first' },
      stored: {
        name: nameOf(index),
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      },
      target: join(directory, nameOf(index)),
    }));
    expect(await fetchFiles(queue, wanted)).toEqual([]);
    for (const [index, content] of contents.entries())
      expect((await readFile(join(directory, nameOf(index)))).equals(content), nameOf(index)).toBe(true);
  });
});
