import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withLock } from '../../scripts/lock.js';
import { temporaryDirectory } from './temporaryDirectory.ts';

const lockFile = (): string => path.join(temporaryDirectory(), 'folder', 'the.lock');
const quick = { pollMs: 5 };

it('lets one in at a time and says that the others wait', async () => {
  const file = lockFile();
  let inside = 0;
  let most = 0;
  let waits = 0;
  const enter = () =>
    withLock(
      file,
      async () => {
        most = Math.max(most, (inside += 1));
        await sleep(20);
        inside -= 1;
      },
      { ...quick, onWait: () => (waits += 1) },
    );
  await Promise.all([enter(), enter(), enter()]);
  expect(most).toBe(1);
  expect(waits).toBe(2);
  expect(existsSync(file)).toBe(false);
});

it('gives the lock back when the work fails', async () => {
  const file = lockFile();
  await expect(withLock(file, () => Promise.reject(new Error('no')), quick)).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

it('takes over from a process that is gone', async () => {
  const file = path.join(temporaryDirectory(), 'the.lock');
  writeFileSync(file, `${hostname()} 2147483646 0`);
  await expect(withLock(file, async () => 'done', quick)).resolves.toBe('done');
});

it('takes over from another machine only when that has been silent for a minute', async () => {
  const file = path.join(temporaryDirectory(), 'the.lock');
  writeFileSync(file, 'another-machine 1 0');
  let done = false;
  const waiting = withLock(file, async () => void (done = true), quick);
  await sleep(60);
  expect(done).toBe(false);
  const old = new Date(Date.now() - 61_000);
  utimesSync(file, old, old);
  await waiting;
  expect(done).toBe(true);
});
