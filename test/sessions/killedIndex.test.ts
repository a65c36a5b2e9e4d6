import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { currentIndex, saveIndex } from '../../main/sessions/indexFile.ts';
import { extendIndex, indexJournal } from '../../main/sessions/journalIndex.ts';
import { OpenSession } from '../../main/sessions/openSession.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { virtualVisit } from './virtualVisit.ts';

/** What a session opened anew shows: all its rows, and what it holds. */
async function shownOf(file: string) {
  const session = await OpenSession.open(file, { onChange: () => undefined, onFind: () => undefined }, () => 0);
  await session.settled;
  const { lines, content } = session.state;
  const rows = await session.rows(1, 5000);
  const middle = await session.rows(Math.max(1, lines >> 1), 5);
  await session.close();
  return { lines, content, rows, middle };
}

it('killed at any moment while the journal was written and indexed, it opens with every line that is on the disk', async () => {
  const folder = await tempDirectory();
  const visit = await readFile(await virtualVisit());
  const header = visit.indexOf('\n') + 1;
  // Long enough for places that one can jump to.
  const whole = Buffer.concat([visit, ...Array.from({ length: 4 }, () => visit.subarray(header))]);
  const place = fc.integer({ min: header, max: whole.length });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(place, place, place, fc.boolean(), async (one, other, torn, isIndexTorn) => {
      const [indexed, grown] = [Math.min(one, other), Math.max(one, other)];
      const file = join(folder, `${count++}.mipl.ndjson`);
      await writeFile(file, whole.subarray(0, indexed));
      let index = await indexJournal(file);
      await writeFile(file, whole.subarray(0, grown));
      index = await extendIndex(file, index);
      await saveIndex(file, index);
      const indexFile = file.replace(/\.ndjson$/, '.index');
      // The program is killed: the index may be older than the journal, or torn itself.
      if (isIndexTorn) {
        const bytes = await readFile(indexFile);
        await writeFile(indexFile, bytes.subarray(0, torn % bytes.length));
      }
      await writeFile(file, whole.subarray(0, torn));
      const left = await shownOf(file);
      const fresh = join(folder, `${count++}.mipl.ndjson`);
      await writeFile(fresh, whole.subarray(0, torn));
      expect(left).toEqual(await shownOf(fresh));
      expect((await currentIndex(file))?.content).toEqual((await currentIndex(fresh))?.content);
    }),
    { numRuns: 200 },
  );
}, 300_000);
