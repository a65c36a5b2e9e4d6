import { rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { timed, withModule } from './moduleAtPort.ts';

const LINES = 10_000;
const MOST_MS = 3000;
const ROUNDS = 3;

/** P14: what nobody asked for, 10,000 lines at once, and behind it one read: it must be answered all the same. */
export async function measureStorm(): Promise<Measurement> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await withModule((module) => timed(() => module.storm(LINES))));
  }
  const worst = Math.max(...times);
  return {
    id: 'P14',
    what: `${LINES} lines nobody asked for, then one read: first byte in → answer out`,
    bar: `≤ ${MOST_MS} ms`,
    reached: worst <= MOST_MS,
    figures: { 'worst ms': rounded(worst), 'best ms': rounded(Math.min(...times)), rounds: ROUNDS },
  };
}
