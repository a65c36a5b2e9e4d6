import { median, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { timed, withModule } from './moduleAtPort.ts';

const SMALL = 500;
const LARGE = 8000;
const ROUNDS = 3;
/** What the costs of a burst may grow by beyond the number of its requests. */
const SLACK = 1.2;

/** Time from the first byte of a burst of reads to the last answer, milliseconds. */
const burstMs = (requests: number): Promise<number> => withModule((module) => timed(() => module.burst(requests)));

/** P12: sixteen times the requests in one burst cost sixteen times as much. `slack`: what they may cost beyond that. */
export async function measureBurst(slack = SLACK): Promise<Measurement> {
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    small.push(await burstMs(SMALL));
    large.push(await burstMs(LARGE));
  }
  const ratio = median(large) / median(small);
  const most = (slack * LARGE) / SMALL;
  return {
    id: 'P12',
    what: `a burst of ${LARGE} reads ÷ a burst of ${SMALL}, each answered`,
    bar: `≤ ${most}×`,
    reached: ratio <= most,
    figures: {
      [`ms for ${SMALL}`]: rounded(median(small)),
      [`ms for ${LARGE}`]: rounded(median(large)),
      ratio: rounded(ratio),
    },
  };
}
