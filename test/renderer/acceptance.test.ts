import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AcceptanceCase } from '../../shared/acceptance.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DeviceState } from '../../shared/state.ts';
import {
  casesOf,
  copiesOf,
  movedTo,
  progressOf,
  repeatedTimes,
  resumeRefusal,
  roughly,
  fieldText,
  startRefusal,
  usualPlatform,
} from '../../renderer/acceptance/runView.ts';
import { answerBars, placeOnBars, signalColumns, signalLines } from '../../renderer/acceptance/acceptanceCharts.ts';
import { planState } from './samples/sampleAcceptance.ts';

const ready: DeviceState = {
  ...planState(initialDeviceState()),
  connection: { phase: 'ready', port: { path: '/dev/ttyUSB0', kind: 'serial' } },
};
const reason = (refusal: ReturnType<typeof startRefusal>): string | undefined => refusal?.reason.key.split('.')[2];

describe('whether a run may begin', () => {
  it('needs a module that is ready and a selected case', () => {
    expect(reason(startRefusal(initialDeviceState(), 'operator'))).toBe('link');
    const isBusy = { ...ready, stages: { ...ready.stages, network: { status: 'running' as const } } };
    expect(reason(startRefusal(isBusy, 'operator'))).toBe('busy');
    expect(reason(startRefusal({ ...ready, acceptanceCases: {} }, 'operator'))).toBe('cases');
    expect(startRefusal(ready, 'operator')).toBeUndefined();
  });

  it('needs a platform that can be asked', () => {
    expect(reason(startRefusal(ready, 'simulated'))).toBe('platform');
    expect(reason(startRefusal(ready, 'host'))).toBe('key');
    const keyed = { ...ready, platform: { ...ready.platform, hasKey: true } };
    expect(startRefusal(keyed, 'host')).toBeUndefined();
    expect([usualPlatform(ready), usualPlatform(keyed)]).toEqual(['operator', 'host']);
    const virtual: DeviceState = { ...ready, connection: { phase: 'ready', port: { path: 'sim:x', kind: 'virtual' } } };
    expect(usualPlatform(virtual)).toBe('simulated');
  });

  it('goes on only on the connection it was begun on', () => {
    expect(reason(resumeRefusal(ready))).toBe('retryLink');
    expect(resumeRefusal({ ...ready, acceptance: { ...ready.acceptance, canResume: true } })).toBeUndefined();
  });
});

describe('the progress', () => {
  const [first, second, third] = casesOf(ready) as [AcceptanceCase, AcceptanceCase, AcceptanceCase];
  const cases: AcceptanceCase[] = [
    { ...first, expectedMs: 4000, status: 'passed' },
    { ...second, expectedMs: 4000, status: 'running', startedMs: 1000 },
    { ...third, expectedMs: 2000 },
    { ...third, isSelected: false, expectedMs: 9000, status: 'skipped' },
  ];

  it('counts the selected cases and weighs them by expected time', () => {
    expect(progressOf(cases, 2000)).toMatchObject({ done: 1, all: 3, leftMs: 5000, share: 0.5 });
    expect(progressOf(cases, 2000).counts).toMatchObject({ passed: 1, skipped: 1, failed: 0 });
  });

  it('does not promise less than nothing for a case that takes longer', () => {
    expect(progressOf(cases, 60_000).leftMs).toBe(2000);
    expect(progressOf([], 0)).toMatchObject({ done: 0, all: 0, share: 0 });
  });

  it('is told roughly', () => {
    expect([400, 12_300, 250_000].map(roughly)).toEqual(['< 1 s', '12 s', '4 min']);
  });
});

describe('a field that is typed in', () => {
  it('takes over what main has, and never loses what is being typed', () => {
    expect(fieldText('', '', 'Pump 3')).toBe('Pump 3');
    expect(fieldText('Li', '', '')).toBe('Li');
    expect(fieldText('Pump 34', 'Pump', 'Pump 3')).toBe('Pump 34');
  });
});

describe('the order of the plan', () => {
  const cases = casesOf(ready).slice(0, 4);

  it('takes a case to the place it is dropped at, forwards and backwards, and never loses one', () => {
    expect(movedTo(cases, 1, 3)).toEqual([2, 3, 1, 4]);
    expect(movedTo(cases, 4, 0)).toEqual([4, 1, 2, 3]);
    expect(movedTo(cases, 2, 1)).toEqual([1, 2, 3, 4]);
    expect(movedTo(cases, 2, 2)).toEqual([1, 2, 3, 4]);
    expect(movedTo(cases, 9, 0)).toEqual([1, 2, 3, 4]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -3, max: 9 }), (key, index) => {
        expect([...movedTo(cases, key, index)].sort()).toEqual([1, 2, 3, 4]);
      }),
    );
  });

  it('repeats a case right behind itself, and takes the last copies away first', () => {
    expect(repeatedTimes(cases, 2, 3)).toEqual([1, 2, 2, 2, 3, 4]);
    const [first, second] = cases as [AcceptanceCase, AcceptanceCase];
    const copies = [first, second, { ...second, key: 8 }, { ...second, key: 9 }];
    expect(copiesOf(copies).map(({ number, count }) => `${number}/${count}`)).toEqual(['1/1', '1/3', '2/3', '3/3']);
    expect(repeatedTimes(copies, 8, 2)).toEqual([1, 2, 8]);
    expect(repeatedTimes(copies, 9, 1)).toEqual([1, 9]);
    expect(repeatedTimes(copies, 9, 4)).toEqual([1, 2, 8, 9, 9]);
    expect(repeatedTimes(copies, 7, 4)).toEqual([1, 2, 8, 9]);
  });
});

describe('the charts', () => {
  it('puts every answer into one bar, and marks those the platform did not wait for', () => {
    const bars = answerBars([0, 100, 101, 3000, 3001], 3000);
    expect(bars.map(({ count }) => count)).toEqual([2, 1, 0, 0, 0, 1, 1]);
    expect(bars.at(-1)).toMatchObject({ limitMs: Infinity, isLate: true });
    expect(bars[0]?.share).toBe(1);
    expect(answerBars([700], 600).map(({ limitMs }) => limitMs)).toEqual([100, 250, 500, 600, Infinity]);
    fc.assert(
      fc.property(fc.array(fc.nat(100_000)), fc.integer({ min: 100, max: 60_000 }), (answers, deadlineMs) => {
        const all = answerBars(answers, deadlineMs);
        expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(answers.length);
        expect(all.at(-1)?.count).toBe(answers.filter((ms) => ms > deadlineMs).length);
      }),
    );
  });

  it('shows where a time stands among the bars', () => {
    const bars = answerBars([], 3000);
    expect(placeOnBars(bars, 50)).toBeCloseTo(0.5 / 7);
    expect(placeOnBars(bars, 100)).toBeCloseTo(1 / 7);
    expect(placeOnBars(bars, 3000)).toBeCloseTo(6 / 7);
    expect(placeOnBars(bars, 9000)).toBeCloseTo(6.5 / 7);
  });

  it('hands over what was measured as columns, with gaps where nothing was', () => {
    const samples = [{ atMs: 5000, rssiDbm: -71 }, { atMs: 5500 }, { atMs: 65_000, rssiDbm: -79, rsrpDbm: -80 }];
    expect(signalColumns(samples, ['rssiDbm', 'rsrpDbm'])).toEqual([
      [0, 0.5, 60],
      [-71, null, -79],
      [null, null, -80],
    ]);
    expect(signalLines(samples)).toEqual([
      { key: 'rssiDbm', low: -79, high: -71, last: -79 },
      { key: 'rsrpDbm', low: -80, high: -80, last: -80 },
    ]);
    expect([signalColumns([], []), signalLines([{ atMs: 0 }])]).toEqual([[[]], []]);
  });
});
