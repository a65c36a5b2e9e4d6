import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { OpenSession } from '../../main/sessions/openSession.ts';
import { SessionFold, foldedRows, linesOf } from '../../main/sessions/sessionFold.ts';
import { foldLines } from '../../shared/fold.ts';
import type { OpenedSession, SessionRow } from '../../shared/sessions.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { virtualVisit } from './virtualVisit.ts';

/** Lines of which some belong together. */
const anyRows = fc
  .array(
    fc.record({
      kind: fc.constantFrom<SessionRow['kind'][]>('engine', 'answer', 'unasked', 'note'),
      text: fc.constantFrom('AT+CSQ', 'OK'),
      exchange: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) =>
    rows.map((row, place): SessionRow => ({
      ...row,
      seq: place + 1,
      line: place + 2,
      atMs: place,
      sinceStartMs: place,
    })),
  );

it('shows what the live log shows of the same lines, in whatever pieces they come and go on', () => {
  fc.assert(
    fc.property(anyRows, fc.array(fc.nat({ max: 60 })), fc.nat({ max: 60 }), (rows, cuts, growsAt) => {
      const fold = new SessionFold();
      const ends = [...cuts.map((cut) => Math.min(cut, growsAt)), growsAt].toSorted((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        fold.push(rows.slice(from, end));
        from = Math.max(from, end);
      }
      fold.end();
      const first = fold.lastFirst;
      fold.goOn();
      fold.push(rows.slice(first - 1));
      fold.end();
      const places = fold.shownAt(0, 1000);
      const shown = foldedRows(places, rows);
      const live = foldLines(rows, new Set());
      expect(fold.shown).toBe(places.length);
      // Where the session grew, polling may have been cut.
      const covered = shown.flatMap(({ seq, fold: one }) => rows.slice(seq - 1, one?.lastSeq ?? seq));
      expect(covered).toEqual(rows);
      if (growsAt >= rows.length || growsAt === 0)
        expect(shown.map(({ seq }) => seq)).toEqual(live.rows.map(({ seq }) => seq));
    }),
  );
});

it('every place is one line, and every line is found at its place, whatever is open', () => {
  fc.assert(
    fc.property(
      anyRows,
      fc.array(fc.tuple(fc.nat({ max: 61 }), fc.boolean())),
      fc.nat({ max: 70 }),
      (rows, opened, at) => {
        const fold = new SessionFold();
        fold.push(rows);
        fold.end();
        for (const [seq, isOpen] of opened) fold.setOpen(seq, isOpen);
        const all = fold.shownAt(0, 1000);
        expect(all).toHaveLength(fold.shown);
        expect(fold.shownAt(at, 7)).toEqual(all.slice(at, at + 7));
        expect(linesOf(all)).toEqual(rows.map(({ seq }) => seq));
        const seq = Math.min(at + 1, rows.length);
        const place = fold.placeOf(seq);
        expect(fold.shownAt(place, 1)[0]?.seq).toBe(seq);
      },
    ),
  );
});

it('of nothing is nothing', () => {
  const fold = new SessionFold();
  fold.setOpen(1, true);
  fold.end();
  fold.goOn();
  expect([fold.shown, fold.placeOf(5), fold.lastFirst, fold.shownAt(0, 10)]).toEqual([0, 0, 1, []]);
});

it('is bounded in polling that goes on for ever, and its rows stay whole exchanges', () => {
  const fold = new SessionFold();
  const lines = 30_000;
  for (let seq = 1; seq <= lines; seq += 3)
    fold.push(
      (['engine', 'answer', 'answer'] as const).map((kind, place) => ({
        seq: seq + place,
        line: seq + place,
        atMs: seq,
        sinceStartMs: seq,
        kind,
        text: ['AT+CSQ', '+CSQ: 1', 'OK'][place] ?? '',
        exchange: seq,
      })),
    );
  fold.end();
  expect(fold.shown).toBeGreaterThan(20);
  expect(fold.shown).toBeLessThan(60);
  for (const { seq } of fold.shownAt(0, 100)) expect((seq - 1) % 3).toBe(0);
});

async function opened(file: string) {
  const told: Omit<OpenedSession, 'id'>[] = [];
  const session = await OpenSession.open(file, { onChange: (one) => told.push(one), onFind: () => undefined }, () => 0);
  onTestFinished(() => session.close());
  const folded = () => vi.waitFor(() => expect(session.state.folded?.done).toBe(1));
  return { session, folded, told };
}

it('folds a kept session as a whole, opens a row, finds a line that is hidden, and goes on when the session grows', async () => {
  const file = join(await tempDirectory(), 'visit.mipl.ndjson');
  await copyFile(await virtualVisit(), file);
  const whole = await readFile(file);
  const cut = whole.lastIndexOf('\n', Math.floor(whole.length * 0.7)) + 1;
  await writeFile(file, whole.subarray(0, cut));
  const { session, folded } = await opened(file);
  session.fold(true);
  await session.settled;
  await folded();
  await appendFile(file, whole.subarray(cut));
  const before = session.state.lines;
  await session.look();
  expect(session.state.lines).toBeGreaterThan(before);
  await vi.waitFor(async () => {
    const all = await session.foldedRows(0, 500);
    const last = all.at(-1);
    expect(last?.fold?.lastSeq ?? last?.seq).toBe(session.state.lines);
  });
  await folded();
  const rows = await session.foldedRows(0, 500);
  const { lines } = session.state;
  expect(session.state.folded).toEqual({ shown: rows.length, done: 1 });
  expect(rows.length).toBeLessThan(lines / 2);
  expect(rows.reduce((sum, { fold }) => sum + (fold?.count ?? 1), 0)).toBe(lines);
  const read = rows.find(({ text, fold }) => text.startsWith('+MIPLREAD') && fold);
  expect(read?.fold).toMatchObject({ isOpen: false, result: 'OK', isPolling: false });
  const place = rows.findIndex(({ seq }) => seq === read?.seq);
  session.setFoldOpen(read?.seq ?? 0, true);
  const around = await session.foldedRows(place, 3);
  expect(around.map(({ seq }) => seq)).toEqual([0, 1, 2].map((more) => (read?.seq ?? 0) + more));
  expect(around[0]?.fold?.isOpen).toBe(true);
  expect(around[1]?.fold).toBeUndefined();
  session.setFoldOpen(read?.seq ?? 0, false);
  expect(session.foldedPlace((read?.seq ?? 0) + 1)).toBe(place + 1);
  session.fold(false);
  expect(session.state.folded).toBeUndefined();
  expect([session.foldedPlace(5), await session.foldedRows(0, 5)]).toEqual([4, []]);
}, 60_000);

it('a session that is cut short while it is folded is folded anew', async () => {
  const file = join(await tempDirectory(), 'visit.mipl.ndjson');
  await copyFile(await virtualVisit(), file);
  const whole = await readFile(file);
  const { session, folded } = await opened(file);
  session.fold(true);
  await session.settled;
  await folded();
  await writeFile(file, whole.subarray(0, whole.lastIndexOf('\n', whole.length / 2) + 1));
  await session.look();
  await vi.waitFor(async () => {
    const rows = await session.foldedRows(0, 500);
    expect(rows.reduce((sum, { fold }) => sum + (fold?.count ?? 1), 0)).toBe(session.state.lines);
  });
}, 60_000);
