import { appendFile, copyFile, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FollowedFind } from '../../main/sessions/followedFind.ts';
import { OpenSession } from '../../main/sessions/openSession.ts';
import { findQueryOf } from '../../main/sessions/sessionFind.ts';
import type { SessionFindTold } from '../../shared/sessions.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { virtualVisit } from './virtualVisit.ts';

const query = { text: '+MIPL', isPattern: false, matchesCase: false, classes: [] };

/** A session of which a part has come yet, and the rest of it. */
async function growing() {
  const file = join(await tempDirectory(), 'visit.mipl.ndjson');
  await copyFile(await virtualVisit(), file);
  const whole = await readFile(file);
  const cut = whole.lastIndexOf('\n', Math.floor(whole.length * 0.6)) + 1;
  await writeFile(file, whole.subarray(0, cut));
  const told: Omit<SessionFindTold, 'id'>[] = [];
  const listener = { onChange: () => undefined, onFind: (one: Omit<SessionFindTold, 'id'>) => told.push(one) };
  const session = await OpenSession.open(file, listener, () => 0);
  onTestFinished(() => session.close());
  await session.settled;
  return { session, told, more: () => appendFile(file, whole.subarray(cut)) };
}

it('a search goes on with the lines that come: count and hits follow, and what was found stays in its place', async () => {
  const { session, told, more } = await growing();
  const find = session.find(query);
  await vi.waitFor(() => expect(told.at(-1)?.isEnded).toBe(true), 10_000);
  const before = told.at(-1);
  const firstHits = session.hitsAmong(1, session.state.lines);
  expect(firstHits).toHaveLength(before?.found ?? NaN);
  await more();
  await session.look();
  await vi.waitFor(() => expect(told.at(-1)?.found).toBeGreaterThan(before?.found ?? NaN), 10_000);
  // The same search, which is never less than it was.
  expect(told.map((one) => one.find)).toEqual(told.map(() => find));
  expect(told.map(({ found }) => found)).toEqual(told.map(({ found }) => found).toSorted((a, b) => a - b));
  const hits = session.hitsAmong(1, session.state.lines);
  expect(hits).toHaveLength(told.at(-1)?.found ?? NaN);
  expect(hits.slice(0, firstHits.length)).toEqual(firstHits);
  expect(session.hit(session.state.lines, true)?.seq).toBe(hits.at(-1));
});

it('a search that goes on reads the end of its session alone, and all of one that was written anew', async () => {
  const file = join(await tempDirectory(), 'long.mipl.ndjson');
  const visit = await readFile(await virtualVisit(), 'utf8');
  const [header = '', ...records] = visit.trimEnd().split('\n');
  const times = Math.ceil(600_000 / visit.length);
  const text = `${[header, ...Array.from({ length: times }, () => records).flat()].join('\n')}\n`;
  await writeFile(file, text);
  const told: Omit<SessionFindTold, 'id'>[] = [];
  const listener = { onChange: () => undefined, onFind: (one: Omit<SessionFindTold, 'id'>) => told.push(one) };
  const session = await OpenSession.open(file, listener, () => 0);
  onTestFinished(() => session.close());
  await session.settled;
  const find = session.find(query);
  await vi.waitFor(() => expect(told.at(-1)?.isEnded).toBe(true), 10_000);
  const { found = 0 } = told.at(-1) ?? {};
  // Whoever read the middle again would miss what stood there.
  const middle = await open(file, 'r+');
  await middle.write('x'.repeat(200_000), 100_000);
  await middle.close();
  await appendFile(file, `${records.join('\n')}\n`);
  await session.look();
  await vi.waitFor(() => expect(told.at(-1)?.found).toBeGreaterThan(found), 10_000);
  expect(session.hitsAmong(1, session.state.lines)).toHaveLength(told.at(-1)?.found ?? NaN);
  // Another file under that name, and a shorter one.
  await writeFile(file, `${[header, ...records].join('\n')}\n`);
  await session.look();
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ find, found: Math.round(found / times) }), 10_000);
});

it('a search whose file was replaced by a shorter one follows that, also where it rested until just then', async () => {
  const file = join(await tempDirectory(), 'visit.mipl.ndjson');
  const visit = await readFile(await virtualVisit(), 'utf8');
  const rows = visit.trimEnd().split('\n');
  const textOf = (share: number): string => `${rows.slice(0, Math.floor(rows.length * share)).join('\n')}\n`;
  await writeFile(file, visit);
  const told: { found: number; isEnded: boolean }[] = [];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const find = new FollowedFind(
    {
      file,
      query: findQueryOf(query),
      checkpoints: () => [],
      signal: ending.signal,
      onTold: (one) => told.push(one),
    },
    1000,
  );
  await vi.waitFor(() => expect(told.at(-1)?.isEnded).toBe(true), 10_000);
  const { found } = told.at(-1) as { found: number };
  await writeFile(file, textOf(0.5));
  find.startAnew();
  // Its rest is over before it is known how many lines the other file has.
  await vi.waitFor(() => expect(told.at(-1)?.found).toBeLessThan(found), 10_000);
  const half = told.at(-1)?.found ?? NaN;
  find.follow(500);
  await writeFile(file, textOf(0.8));
  find.follow(800);
  await vi.waitFor(() => expect(told.at(-1)?.found).toBeGreaterThan(half), 10_000);
  expect(told.at(-1)?.found).toBeLessThan(found);
});

it('a search that was ended does not go on', async () => {
  const { session, told, more } = await growing();
  session.find(query);
  await vi.waitFor(() => expect(told.at(-1)?.isEnded).toBe(true), 10_000);
  session.stopFind();
  const count = told.length;
  const kept = session.hitsAmong(1, session.state.lines);
  await more();
  await session.look();
  const other = session.find({ ...query, text: 'no such text' });
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ find: other, isEnded: true }), 10_000);
  expect(kept.length).toBeGreaterThan(0);
  expect(told.slice(count).map((one) => one.find)).toEqual(told.slice(count).map(() => other));
});
