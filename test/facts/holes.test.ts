import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FactRecord } from '../../main/facts/factRecord.ts';
import { replayJournal } from '../../main/facts/replayJournal.ts';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { openJournal } from '../../main/journal/journalWriter.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { foldable } from './anyFact.ts';

/** A disk that is full now and then. */
function disk() {
  const it = {
    content: '',
    isFull: false,
    write: (bytes: Uint8Array) => {
      if (it.isFull) return Promise.reject(new Error('ENOSPC: no space left on device'));
      it.content += Buffer.from(bytes).toString('utf8');
      return Promise.resolve({ bytesWritten: bytes.length });
    },
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return it;
}

it('whatever a disk did not take, folding what it has gives the state of the end', async () => {
  const directory = await tempDirectory();
  const file = join(directory, 'session');
  /** What the disk does before a fact is told. */
  const moments = fc.array(fc.constantFrom('full', 'room', 'flush', 'nothing', 'nothing'), { minLength: 60 });
  let holes = 0;
  await fc.assert(
    fc.asyncProperty(foldable, moments, fc.integer({ min: 0, max: 10_000 }), async (facts, before, memoryLength) => {
      const output = disk();
      const journal = await openJournal(
        directory,
        { appVersion: '1', port: 'x', baudRate: 9600 },
        { create: () => Promise.resolve(output), memoryLength, retryMs: 1, flushMs: 1 },
      );
      const record = new FactRecord(new StateHolder(initialDeviceState()));
      record.beginJournal(journal);
      for (const [index, fact] of facts.entries()) {
        if (before[index] === 'flush') await journal.flush();
        else if (before[index] !== 'nothing') output.isFull = before[index] === 'full';
        record.tell(fact);
      }
      output.isFull = false;
      await journal.close();
      await writeFile(file, output.content);
      const problems: unknown[] = [];
      const { state } = await replayJournal(file, { onProblem: (problem) => problems.push(problem) });
      expect(problems).toEqual([]);
      expect(state).toEqual(record.holder.state);
      if (output.content.includes('"dropped"')) holes++;
    }),
    { numRuns: 100 },
  );
  expect(holes).toBeGreaterThan(10);
}, 60_000);
