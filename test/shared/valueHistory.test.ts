import { expect, it } from 'vitest';
import { numericPoints } from '../../shared/valueHistory.ts';

it('of the history of a value the numbers have a place on the line, and nothing else has', () => {
  const by = 'platform' as const;
  const points = numericPoints([
    { atMs: 1, kind: 'value', value: '20.5', by },
    { atMs: 2, kind: 'value', value: ' ', by },
    { atMs: 3, kind: 'value', value: 'open', by },
    { atMs: 4, kind: 'value', value: '1e999', by },
    { atMs: 5, kind: 'executed', count: 2 },
    { atMs: 6, kind: 'standing', standing: 'local' },
    { atMs: 7, kind: 'value', value: '-3', by },
  ]);
  expect(points).toEqual([
    [1, 20.5],
    [7, -3],
  ]);
});
