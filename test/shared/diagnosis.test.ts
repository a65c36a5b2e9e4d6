import { expect, it } from 'vitest';
import { evidenceNumbers } from '../../shared/diagnosis.ts';
import type { LikelyCause } from '../../shared/diagnosis.ts';

const cause = (...lines: readonly number[]): LikelyCause => ({
  code: 'noCoverage',
  stage: 'network',
  weight: 1,
  values: {},
  evidence: lines.map((seq) => ({ seq, text: '' })),
});

it('numbers the lines of all causes in the order of the log, and one that two were judged by once', () => {
  expect([...evidenceNumbers({ causes: [cause(9, 4), cause(20, 4)] })]).toEqual([
    [4, 1],
    [9, 2],
    [20, 3],
  ]);
});
