import { expect, it } from 'vitest';
import {
  axisOf,
  eventsOf,
  historyOf,
  labelsWithRoom,
  powerColumns,
  samplesOf,
} from '../../renderer/device/signalHistory.ts';
import { initialDeviceState } from '../../shared/state.ts';

const fresh = initialDeviceState();

it('takes the samples in the order of time, and the power that is told', () => {
  const samples = samplesOf({ signalSamples: { 2: { atMs: 2000, rssiDbm: -80 }, 1: { atMs: 1000 } } });
  expect(powerColumns(samples)).toEqual([
    [1, 2],
    [null, -80],
  ]);
  expect(historyOf(samples)).toEqual({ spanMs: 1000, lowDbm: -80, lastDbm: -80, isRsrp: false });
  expect(historyOf([{ atMs: 1 }])).toBeUndefined();
});

it('marks the search, the network, the registration and places of the antenna, in the order of time', () => {
  const done = (startedMs: number, finishedMs: number) => ({ status: 'done', startedMs, finishedMs }) as const;
  const stages = { ...fresh.stages, network: done(10, 40), onenet: done(50, 60) };
  const antenna = { isInReport: false, positions: { B: { name: '', startedMs: 55 } } };
  expect(eventsOf({ stages, antenna }).map(({ atMs, words }) => `${atMs} ${words.key}`)).toEqual([
    '10 history.search',
    '40 history.network',
    '55 history.antenna',
    '60 history.registered',
  ]);
  const failed = { ...fresh.stages, network: { ...done(10, 40), status: 'failed' } as const };
  expect(eventsOf({ stages: failed, antenna: fresh.antenna }).map(({ mark }) => mark)).toEqual(['○', '✕']);
});

it('drops labels that would touch, never the first of them', () => {
  const labels = [0, 20, 60, 61].map((x) => ({ x, width: 40 }));
  expect(labelsWithRoom(labels)).toEqual([true, false, true, false]);
});

it('shows a minute at least, and what led to the first measurement', () => {
  const event = (atMs: number) => ({ atMs, mark: '', words: { key: '', values: {} } });
  const samples = [{ atMs: 200_000 }, { atMs: 210_000 }];
  expect(axisOf(samples, [event(1000), event(190_000)])).toEqual([189, 249]);
  expect(axisOf([...samples, { atMs: 900_000 }], [])).toEqual([199, 900]);
  expect(axisOf([], [])).toEqual([-1, 59]);
});
