import { describe, expect, it } from 'vitest';
import type { AcceptanceCase } from '../../shared/acceptance.ts';
import { initialState } from '../../shared/state.ts';
import type { AppState } from '../../shared/state.ts';
import {
  answerBars,
  casesOf,
  progressOf,
  resumeRefusal,
  roughly,
  shownText,
  signalChart,
  startRefusal,
  usualPlatform,
} from '../../renderer/acceptance.ts';
import { planState } from './harness/sampleAcceptance.ts';

const ready: AppState = {
  ...planState(initialState('1', 'en')),
  connection: { phase: 'ready', port: { path: '/dev/ttyUSB0', kind: 'serial' } },
};
const reason = (refusal: ReturnType<typeof startRefusal>): string | undefined => refusal?.reason.key.split('.')[2];

describe('whether a run may begin', () => {
  it('needs a module that is ready and a selected case', () => {
    expect(reason(startRefusal(initialState('1', 'en'), 'operator'))).toBe('link');
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
    const virtual: AppState = { ...ready, connection: { phase: 'ready', port: { path: 'sim:x', kind: 'virtual' } } };
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
    expect(shownText('', '', 'Pump 3')).toBe('Pump 3');
    expect(shownText('Li', '', '')).toBe('Li');
    expect(shownText('Pump 34', 'Pump', 'Pump 3')).toBe('Pump 34');
  });
});

describe('the charts', () => {
  it('puts every answer into one bar, and marks the late ones', () => {
    const bars = answerBars([0, 100, 101, 3000, 3001]);
    expect(bars.map(({ count }) => count)).toEqual([2, 1, 0, 0, 0, 1, 1]);
    expect(bars.at(-1)).toMatchObject({ range: '> 3 s', isLate: true });
    expect(bars[0]?.share).toBe(1);
  });

  it('draws what was measured', () => {
    expect(signalChart([], ['rssiDbm'])).toBeUndefined();
    expect(signalChart([{ atMs: 0 }], ['rssiDbm'])).toBeUndefined();
    const chart = signalChart(
      [{ atMs: 0, rssiDbm: -71 }, { atMs: 50 }, { atMs: 100, rssiDbm: -79, rsrpDbm: -80 }],
      ['rssiDbm', 'rsrpDbm', 'snrDb'],
    );
    expect(chart).toMatchObject({ low: -80, high: -70 });
    expect(chart?.lines.map(({ key, points }) => [key, points])).toEqual([
      ['rssiDbm', '0,10 100,90'],
      ['rsrpDbm', '100,100'],
    ]);
  });
});
