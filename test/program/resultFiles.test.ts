import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { openResultFile } from '../../main/program/resultFiles.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { nobodysDesktop } from './served.ts';
import { tempDirectory } from '../tempDirectory.ts';

it('the journal of a result is opened where nobody has had a session yet, and is for this user alone', async () => {
  const [content, file] = [Buffer.from('{"t":"head"}\n'), 'bench.mipl.ndjson'];
  const hash = createHash('sha256').update(content);
  const queue = queueWith(file, [content], content.length, hash.digest('hex'));
  const journals = join(await tempDirectory(), 'not', 'there', 'yet');
  const sessions = { journals, idOf: (journal: string) => `window/${basename(journal)}` };
  const opened = await openResultFile({ queue, id: 'a', file, sessions, app: '0', desktop: nobodysDesktop });
  expect(opened).toEqual({ shown: 'session', session: `window/${file}` });
  expect(await readFile(join(journals, file))).toEqual(content);
  if (process.platform !== 'win32') expect((await stat(join(journals, file))).mode & 0o077).toBe(0);
});

/** A result with one file, which the server gives piece by piece, and of which it says that it has a thousand. */
function queueWith(file: string, pieces: Iterable<Uint8Array>, bytes: number, sha256: string): WorkQueue {
  const left = pieces[Symbol.iterator]();
  const given: Uint8Array[] = [];
  const digest = `SHA-256=${Buffer.from(sha256, 'hex').toString('base64url')}`;
  const getMessage = (_stream: string, { seq }: { readonly seq: number }): Promise<unknown> => {
    while (given.length < seq) {
      const { value, done } = left.next();
      if (done) return Promise.resolve(null);
      given.push(value);
    }
    return Promise.resolve({ seq, data: given[seq - 1] });
  };
  return {
    result: () => Promise.resolve({ id: 'a', attempt: 'x', files: [{ name: file, bytes, sha256 }] }),
    connection: {
      connection: { info: {} },
      files: { info: () => Promise.resolve({ size: bytes, digest, nuid: 'n', chunks: 1000, deleted: false }) },
      manager: { streams: { getMessage } },
    },
  } as unknown as WorkQueue;
}

const noSessions = { journals: '/nowhere', idOf: (journal: string) => journal };

it('a page too large for a window is saved where the person says', async () => {
  const target = join(await tempDirectory(), 'large.html');
  const shown: string[] = [];
  const desktop = {
    ...nobodysDesktop,
    showPage: (html: string) => Promise.resolve(void shown.push(html)),
    chooseSaveFile: () => Promise.resolve(target),
  };
  const content = Buffer.alloc(20_000_001, ' ');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const queue = queueWith('r.html', [content], content.length, sha256);
  const opened = await openResultFile({ queue, id: 'a', file: 'r.html', sessions: noSessions, app: '0', desktop });
  expect(opened).toEqual({ shown: 'saved', file: target });
  expect(shown).toEqual([]);
  expect((await stat(target)).size).toBe(content.length);
});

it('a file that goes on after the length that the result tells is broken off there, and nothing of it is kept', async () => {
  const target = join(await tempDirectory(), 'endless.json');
  const desktop = { ...nobodysDesktop, chooseSaveFile: () => Promise.resolve(target) };
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    while (given < 1000) {
      given += 1;
      yield Buffer.alloc(1000);
    }
  }
  const queue = queueWith('r.json', endless(), 3500, '00'.repeat(32));
  await expect(
    openResultFile({ queue, id: 'a', file: 'r.json', sessions: noSessions, app: '0', desktop }),
  ).rejects.toMatchObject({ code: 'QUEUE_BAD_FILE', message: expect.stringContaining('longer than') as string });
  expect(given).toBeLessThan(10);
  await expect(stat(target)).rejects.toThrow('ENOENT');
});
