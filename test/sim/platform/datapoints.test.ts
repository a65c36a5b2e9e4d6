import { expect, test } from 'vitest';
import { Datapoints, PointBudget } from '../../../main/sim/platform/datapoints.ts';

const kept = (datapoints: Datapoints, limit = 100): unknown[] =>
  datapoints.find({ limit }).streams.flatMap(({ datapoints: points }) => points.map(({ value }) => value));

test('a device that reports long texts without end keeps the newest, within the memory of all devices', () => {
  const budget = new PointBudget(1000);
  const [one, other] = [new Datapoints(budget), new Datapoints(budget)];
  for (let number = 0; number < 50; number++)
    one.add('3303_0_5750', { atMs: number, value: `${number}`.padEnd(300, 'x') });
  expect(kept(one).map((value) => String(value).slice(0, 2))).toEqual(['48', '49']);
  // Another stream has nothing that could give way: its point is lost, and found room for once there is some.
  other.add('3303_0_5700', { atMs: 1, value: 'y'.repeat(500) });
  expect(kept(other)).toEqual([]);
  one.clear();
  other.add('3303_0_5700', { atMs: 2, value: 'y'.repeat(500) });
  expect(kept(other)).toHaveLength(1);
});
