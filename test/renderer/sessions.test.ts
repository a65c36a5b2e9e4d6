import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { SessionFigures, SessionRow, SessionSummary } from '../../shared/sessions.ts';
import { RowPages, pageSize } from '../../renderer/sessions/rowPages.ts';
import { heightOf, rowAtTop, topOf } from '../../renderer/sessions/rowScroll.ts';
import { chipsOf, sessionGroups } from '../../renderer/sessions/sessionGroups.ts';
import { hexRows } from '../../renderer/log/hexRows.ts';
import { cutAtHits, placeIn } from '../../renderer/sessions/sessionWords.ts';
import { stepGroups } from '../../renderer/sessions/compareGroups.ts';
import type { SessionStep, StepVerdict } from '../../shared/comparison.ts';

const figures: SessionFigures = {
  lines: 10,
  counts: { command: 2, answer: 8, unasked: 0, note: 0, problem: 0 },
  durationMs: 1000,
  lateCount: 0,
  gapCount: 0,
  damageCount: 0,
  isTorn: false,
  wasRepaired: false,
  isRegistered: true,
};

function session(name: string, more: Partial<SessionSummary> = {}): SessionSummary {
  const plain = { folder: 'window', bytes: 1, modifiedMs: 0, isGrowing: false, about: {} } as const;
  return { id: `window/${name}`, name, ...plain, content: figures, ...more };
}

describe('the list of sessions', () => {
  const all = [
    session('a', { startedMs: 1000, journalSite: 'Pump 3', content: { ...figures, imei: '869334030000010' } }),
    session('b', { startedMs: 3000, journalSite: 'Pump 3', about: { note: 'Antenna on the lid', tags: ['golden'] } }),
    session('c', { startedMs: 2000, about: { site: 'Meter room' }, content: { ...figures, lateCount: 2 } }),
    session('d', { startedMs: 9000 }),
  ];
  const names = (search: string, problemsOnly = false, by: 'site' | 'imei' | 'date' = 'site') =>
    sessionGroups(all, { by, search, problemsOnly }).map(({ title, sessions }) => [
      title,
      sessions.map(({ name }) => name).join(''),
    ]);

  it('has the newest first, in groups and of the groups, and what has no name last', () => {
    expect(names('')).toEqual([
      ['Pump 3', 'ba'],
      ['Meter room', 'c'],
      ['', 'd'],
    ]);
    expect(names('', false, 'imei')).toEqual([
      ['869334030000010', 'a'],
      ['', 'dbc'],
    ]);
  });

  it('is searched by every word of site, IMEI, note and tag, and by problems', () => {
    expect(names('pump lid')).toEqual([['Pump 3', 'b']]);
    expect(names('GOLDEN')).toEqual([['Pump 3', 'b']]);
    expect(names('0010')).toEqual([['Pump 3', 'a']]);
    expect(names('nowhere')).toEqual([]);
    expect(names('', true)).toEqual([['Meter room', 'c']]);
  });

  it('gives the honest count as verdict', () => {
    const of = (more: Partial<SessionFigures>) => {
      const chips = chipsOf(session('x', { content: { ...figures, ...more } }));
      return chips.map(({ key, mark, values }) => [mark, key, ...Object.values(values ?? {})].join(' '));
    };
    expect(of({ verdict: { passed: 31, failed: 0, inconclusive: 0, skipped: 1 } })).toEqual([
      '✓ verdict 31 32',
      '– skipped 1',
    ]);
    expect(of({ verdict: { passed: 29, failed: 2, inconclusive: 1, skipped: 0 } })).toEqual(['✕ verdict 29 32']);
    expect(of({ isRegistered: false, lateCount: 2, gapCount: 1 })).toEqual(['✕ notOnline', '▲ late 2', '⊘ gaps 1']);
    expect(of({ isTorn: true, damageCount: 4 })).toEqual(['– noVerdict', '▲ torn', '≈ damaged 3']);
    expect(of({ isTorn: true, damageCount: 1 })).toEqual(['– noVerdict', '▲ torn']);
    expect(chipsOf(session('x', { fault: { code: 'FILE_BAD_JOURNAL', message: '' } })).map(({ key }) => key)).toEqual([
      'unreadable',
    ]);
  });
});

describe('a list of rows of any length', () => {
  const sizes = fc.record({
    count: fc.integer({ min: 0, max: 100_000_000 }),
    rowHeight: fc.constantFrom(22, 24),
    height: fc.integer({ min: 40, max: 2000 }),
  });

  it('every row can be scrolled to, and stands where it is then', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        expect(heightOf(all)).toBeLessThanOrEqual(16_000_000);
        const index = Math.floor(share * Math.max(0, all.count - all.height / all.rowHeight));
        const top = topOf(index, all);
        expect(rowAtTop(top, all)).toBeCloseTo(index, 3);
        expect(topOf(index, all, top)).toBeCloseTo(top, 0);
      }),
    );
  });

  it('the last row stands at the end', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        const end = Math.max(0, heightOf(all) - all.height);
        if (all.count * all.rowHeight <= all.height) return;
        const bottom = topOf(all.count - 1, all, end) + all.rowHeight;
        expect(Math.abs(bottom - heightOf(all))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('pages of rows', () => {
  const row = (index: number): SessionRow => ({
    ...{ seq: index + 1, line: index + 2, atMs: 0, sinceStartMs: 0, kind: 'answer', text: `row ${index}` },
  });

  it('are asked for once, and again when they were not full or failed', async () => {
    const asked: number[] = [];
    let count = pageSize + 5;
    let fails = false;
    const load = (from: number, many: number): Promise<SessionRow[]> => {
      asked.push(from);
      if (fails) return Promise.reject(new Error('gone'));
      const length = Math.max(0, Math.min(many, count - from));
      return Promise.resolve(Array.from({ length }, (_, place) => row(from + place)));
    };
    const pages = new RowPages(load, () => undefined);
    await Promise.all([pages.want(0, pageSize + 1), pages.want(0, 3)]);
    expect(asked).toEqual([0, pageSize]);
    expect([pages.at(0)?.seq, pages.at(pageSize + 4)?.seq, pages.at(pageSize + 5)]).toEqual([
      1,
      pageSize + 5,
      undefined,
    ]);
    count += 1;
    pages.grown();
    await pages.want(0, pageSize + 5);
    expect(pages.at(pageSize + 5)?.seq).toBe(pageSize + 6);
    expect(asked).toEqual([0, pageSize, pageSize]);
    pages.clear();
    fails = true;
    await expect(pages.want(0, 1)).rejects.toThrow('gone');
    fails = false;
    await pages.want(0, 1);
    expect(pages.at(0)?.seq).toBe(1);
  });

  it('whoever wants what another one has asked for waits for the same answer', async () => {
    const waiting: ((rows: SessionRow[]) => void)[] = [];
    const pages = new RowPages(
      () => new Promise((resolve) => waiting.push(resolve)),
      () => undefined,
    );
    void pages.want(0, 1);
    let isThere = false;
    const later = pages.want(0, 1).then(() => (isThere = pages.at(0) !== undefined));
    await Promise.resolve();
    expect([waiting.length, isThere]).toEqual([1, false]);
    waiting[0]?.([row(0)]);
    await later;
    expect(isThere).toBe(true);
  });

  it('are asked for again where more rows came while the answer was under way', async () => {
    const waiting: ((rows: SessionRow[]) => void)[] = [];
    const pages = new RowPages(
      () => new Promise((resolve) => waiting.push(resolve)),
      () => undefined,
    );
    const wanted = pages.want(0, 1);
    pages.grown();
    waiting[0]?.([row(0)]);
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    expect(pages.at(0)?.seq).toBe(1);
    waiting[1]?.([row(0), row(1)]);
    await wanted;
    expect([waiting.length, pages.at(1)?.seq]).toEqual([2, 2]);
  });

  it('an answer to what was asked before all was put away does not count', async () => {
    const waiting: ((rows: SessionRow[]) => void)[] = [];
    const pages = new RowPages(
      () => new Promise((resolve) => waiting.push(resolve)),
      () => undefined,
    );
    const before = pages.want(0, 1);
    pages.clear();
    const after = pages.want(0, 1);
    waiting[1]?.([row(7)]);
    waiting[0]?.([row(0)]);
    await Promise.all([before, after]);
    expect(pages.at(0)?.seq).toBe(8);
  });
});

it('a text is cut where it holds what is looked for, and nothing of it is lost', () => {
  expect(cutAtHits('AT+MIPLREAD=mipl', 'MIPL', false)).toEqual(['AT+', 'MIPL', 'READ=', 'mipl', '']);
  expect(cutAtHits('AT+MIPLREAD=mipl', 'MIPL', true)).toEqual(['AT+', 'MIPL', 'READ=mipl']);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ maxLength: 2, unit: 'binary' }),
      fc.boolean(),
      (text, wanted, capitals) => {
        expect(cutAtHits(text, wanted, capitals).join('')).toBe(text);
      },
    ),
  );
});

it('a line or a time of day can be gone to; what is neither is nothing', () => {
  const began = new Date(2026, 10, 27, 23, 50, 10, 400).getTime();
  expect(placeIn(' 1,234 ', began)).toEqual({ seq: 1234 });
  expect(placeIn('23:50:10', began)).toEqual({ atMs: new Date(2026, 10, 27, 23, 50, 10).getTime() });
  expect(placeIn('0:05', began)).toEqual({ atMs: new Date(2026, 10, 28, 0, 5).getTime() });
  expect(placeIn('00：05：01.5', began)).toEqual({ atMs: new Date(2026, 10, 28, 0, 5, 1, 500).getTime() });
  for (const odd of ['', '0', 'x', '1:2:3:4', '-5', '12:3']) expect(placeIn(odd, began)).toBeUndefined();
});

it('steps of a kind stand together with their count, the middle time and the gravest difference', () => {
  const step = (result: string, durationMs?: number): SessionStep => ({
    ...{ step: 'request read', result, atMs: 0, line: 1 },
    ...(durationMs === undefined ? {} : { durationMs }),
  });
  const pair = (verdict: StepVerdict, a?: SessionStep, b?: SessionStep) => ({
    step: 'request read',
    verdict,
    ...(a ? { a } : {}),
    ...(b ? { b } : {}),
  });
  const groups = stepGroups([
    { ...pair('same', step('done', 40), step('done', 50)), step: 'create' },
    pair('slower', step('answered 1', 70), step('answered 1', 900)),
    pair('result', step('answered 1', 90), step('dropped')),
    pair('missing', step('answered', 80)),
  ]);
  expect(groups.map(({ step: name, verdict, a, b }) => [name, verdict, a, b])).toEqual([
    ['create', 'same', { count: 1, badCount: 0, medianMs: 40 }, { count: 1, badCount: 0, medianMs: 50 }],
    ['request read', 'result', { count: 3, badCount: 0, medianMs: 80 }, { count: 2, badCount: 1, medianMs: 900 }],
  ]);
});

it('bytes stand in rows of sixteen, each once', () => {
  expect(hexRows('0D0A4F4B')).toEqual([{ place: '0000', digits: '0D 0A 4F 4B', text: '··OK' }]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
      const rows = hexRows(hex);
      expect(rows.map(({ digits }) => digits.replaceAll(' ', '')).join('')).toBe(hex);
      expect(rows.map(({ text }) => text.length).reduce((sum, one) => sum + one, 0)).toBe(bytes.length);
    }),
  );
});
