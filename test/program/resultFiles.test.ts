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
  const sha256 = hash.copy().digest('hex');
  const stored = {
    info: { digest: `SHA-256=${hash.digest('base64url')}` },
    data: new Blob([content]).stream(),
    error: Promise.resolve(null),
  };
  const queue = {
    result: () => Promise.resolve({ id: 'a', attempt: 'x', files: [{ name: file, bytes: content.length, sha256 }] }),
    connection: { files: { get: () => Promise.resolve(stored) } },
  } as unknown as WorkQueue;
  const journals = join(await tempDirectory(), 'not', 'there', 'yet');
  const sessions = { journals, idOf: (journal: string) => `window/${basename(journal)}` };
  const opened = await openResultFile({ queue, id: 'a', file, sessions, app: '0', desktop: nobodysDesktop });
  expect(opened).toEqual({ shown: 'session', session: `window/${file}` });
  expect(await readFile(join(journals, file))).toEqual(content);
  if (process.platform !== 'win32') expect((await stat(join(journals, file))).mode & 0o077).toBe(0);
});
