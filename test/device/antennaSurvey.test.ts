import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { positionMs } from '../../shared/antenna.ts';
import type { AntennaState } from '../../shared/antenna.ts';
import { initialAntenna } from '../../shared/antenna.ts';
import { AntennaSurvey } from '../../main/device/antennaSurvey.ts';
import type { AntennaSurveyParts } from '../../main/device/antennaSurvey.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A survey whose clock says of the timer's end what `endsAtMs` says; a sample each five seconds. */
function survey(endsAtMs: number) {
  let antenna: AntennaState = initialAntenna;
  let nowMs = 0;
  const samples = Array.from({ length: 13 }, (_, n) => ({ atMs: n * 5000, rsrpDbm: -90 - n }));
  const holder = {
    onChange: () => undefined,
    state: { signalSamples: samples },
    get facts() {
      return { antenna };
    },
  };
  const tell = (fact: { antenna: AntennaState }): void => {
    antenna = fact.antenna;
  };
  const parts = { facts: { holder, tell }, clock: { steadyMs: () => nowMs } } as unknown as AntennaSurveyParts;
  const one = new AntennaSurvey(parts);
  one.measure('A', 'wall');
  nowMs = endsAtMs;
  return { one, position: () => antenna.positions.A };
}

it.each([positionMs - 0.4, positionMs, positionMs + 3000])(
  'a minute is whole once its timer is over, also where the clock says %d ms',
  (endsAtMs) => {
    const { position } = survey(endsAtMs);
    vi.advanceTimersByTime(positionMs);
    expect(position()).toMatchObject({ isFull: true, figures: { count: 13, averageDbm: -96 } });
  },
);

it('a place that another one follows early is not whole', () => {
  const { one, position } = survey(20_000);
  one.measure('B', 'window');
  expect(position()).toMatchObject({ isFull: false, figures: { count: 5 } });
});
