import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSession } from './session.ts';
import { runMipl, testFolder, windowsPath } from './windowsMipl.ts';

describe('the time zone that is set in Windows', () => {
  it.each([
    ['Asia/Shanghai', '+08:00'],
    ['America/St_Johns', '-03:30'],
  ])('names journals and stands in what is made of them (%s)', async (zone, offset) => {
    const journals = testFolder();
    // Wine sets up its Windows by the variable, and the program is started without it.
    const options = { isWithoutZone: true, env: { TZ: zone } };
    const startMs = Date.now();
    await runMipl(['run', '--port', 'sim:m5310-seed', '--journal', windowsPath(journals), '--for', '1'], options);
    const [journal = ''] = await readdir(journals);
    const [, date = '', time = ''] = /_(\d{8})-(\d{6})\.mipl\.ndjson$/.exec(journal) ?? [];
    const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}${offset}`;
    expect(Date.parse(iso)).toBeGreaterThan(startMs - 1000);
    expect(Date.parse(iso)).toBeLessThanOrEqual(Date.now());
    const target = path.join(journals, 'out.txt');
    const out = ['export', windowsPath(path.join(journals, journal)), '-o', windowsPath(target)];
    const { code, errors } = await runMipl(out, options);
    expect(code, errors).toBe(0);
    expect(await readFile(target, 'utf8')).toContain(offset);
  });
});

it('stamps what happens with clocks that go as fast as ours', async () => {
  const journals = testFolder();
  const startMs = Date.now();
  const registered = await runSession(journals);
  expect(Date.parse(registered.at)).toBeGreaterThan(startMs);
  expect(Date.parse(registered.at)).toBeLessThan(Date.now());
  const [journal = ''] = await readdir(journals);
  const text = await readFile(path.join(journals, journal), 'utf8');
  const stamps = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { n?: number; w?: number })
    .filter(({ n, w }) => n !== undefined && w !== undefined);
  const [first, last] = [stamps[0], stamps.at(-1)];
  const steady = ((last?.n ?? 0) - (first?.n ?? 0)) / 1e6;
  const wall = (last?.w ?? 0) - (first?.w ?? 0);
  expect(stamps.length).toBeGreaterThan(20);
  expect(Math.abs(steady - wall)).toBeLessThan(100);
  expect(stamps.map(({ n }) => n)).toEqual(stamps.map(({ n }) => n ?? 0).toSorted((left, right) => left - right));
});
