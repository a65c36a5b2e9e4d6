import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replayJournal } from '../../main/facts/replayJournal.ts';
import { StateSnapshots } from '../../main/sessions/stateSnapshots.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { virtualVisit } from './virtualVisit.ts';

/** A journal so long that there are many places from which it can be folded: the visit, and the rest of it again and again. */
async function longJournal(times: number): Promise<{ file: string; lines: number }> {
  const file = join(await tempDirectory(), 'long.mipl.ndjson');
  const [header = '', ...records] = (await readFile(await virtualVisit(), 'utf8')).trimEnd().split('\n');
  const all = [header, ...Array.from({ length: times }, () => records).flat()];
  await writeFile(file, `${all.join('\n')}\n`);
  return { file, lines: all.length };
}

it('the state at any line is that of folding all before it, in whatever order they are asked for', async () => {
  const { file, lines } = await longJournal(6);
  const snapshots = new StateSnapshots(file, 40_000);
  const places = [lines, 1, 2, Math.round(lines / 2), Math.round(lines / 3), lines - 1, Infinity];
  for (const line of places) {
    const until = line === Infinity ? {} : { until: { line } };
    const { state } = await replayJournal(file, { onProblem: () => undefined, ...until });
    expect(await snapshots.stateAt(line)).toEqual(state);
  }
  expect(snapshots.size).toBeGreaterThan(3);
});

it('folds from the last place before a line, and not all of the file again', async () => {
  const { file, lines } = await longJournal(6);
  const snapshots = new StateSnapshots(file, 40_000);
  const state = await snapshots.stateAt(lines);
  // What stands before is looked at no more: it may be anything.
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill('x', 0, Math.floor(bytes.length / 2)));
  expect(await snapshots.stateAt(lines)).toEqual(state);
  snapshots.clear();
  await expect(snapshots.stateAt(lines)).rejects.toMatchObject({ code: 'FILE_BAD_JOURNAL' });
});
