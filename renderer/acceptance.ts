import { verdicts } from '../shared/acceptance.ts';
import type { AcceptanceCase, AcceptancePlatform, SignalSample, Verdict } from '../shared/acceptance.ts';
import type { AppState } from '../shared/state.ts';
import type { Phrase } from './phrase.ts';
import { phrase } from './phrase.ts';

/** Why something cannot be done and what to do about it; undefined when it can. */
export type Refusal = { readonly reason: Phrase; readonly advice: Phrase } | undefined;

const no = (why: string): Refusal => ({
  reason: phrase(`acceptance.no.${why}.reason`),
  advice: phrase(`acceptance.no.${why}.advice`),
});

/** The sign beside a verdict: its shape says it, the colour only repeats it. */
export const caseMarks: Readonly<Record<AcceptanceCase['status'], string>> = {
  waiting: '○',
  preparing: '◔',
  running: '◉',
  passed: '✓',
  failed: '✕',
  inconclusive: '?',
  skipped: '–',
};

/** Class of a colour. */
export const caseTones: Readonly<Record<AcceptanceCase['status'], string>> = {
  waiting: 'dim',
  preparing: 'accent',
  running: 'accent',
  passed: 'ok',
  failed: 'error',
  inconclusive: 'warn',
  skipped: 'dim',
};

/** The cases in the order of the plan. */
export function casesOf(state: Pick<AppState, 'acceptanceCases'>): readonly AcceptanceCase[] {
  return Object.values(state.acceptanceCases).sort((one, other) => one.position - other.position);
}

export const isUnderway = ({ phase }: AppState['acceptance']): boolean => phase === 'running' || phase === 'stopping';

function notReady({ connection, stages }: AppState): Refusal {
  if (connection.phase === 'closed') return no('link');
  const isBusy = connection.phase !== 'ready' || Object.values(stages).some(({ status }) => status === 'running');
  return isBusy ? no('busy') : undefined;
}

/** What a field shows when main's text changed: that, unless somebody has typed something else meanwhile. */
export const shownText = (typed: string, before: string, now: string): string => (typed === before ? now : typed);

/** Whose platform can be asked at the present port, best first. */
export function usualPlatform({ connection, platform }: AppState): AcceptancePlatform {
  if (connection.port?.kind === 'virtual') return 'simulated';
  return platform.hasKey ? 'host' : 'operator';
}

/** Whether a run of the selected cases may begin. */
export function startRefusal(state: AppState, platform: AcceptancePlatform): Refusal {
  const refusal = notReady(state);
  if (refusal) return refusal;
  if (!Object.values(state.acceptanceCases).some(({ isSelected }) => isSelected)) return no('cases');
  if (platform === 'simulated' && state.simulator === null) return no('platform');
  if (platform === 'host' && !state.platform.hasKey) return no('key');
  return undefined;
}

/** Whether a run may go on, or one of its cases be run again. */
export function resumeRefusal(state: AppState): Refusal {
  return notReady(state) ?? (state.acceptance.canResume ? undefined : no('retryLink'));
}

/** How far a run has come. */
export interface RunProgress {
  readonly done: number;
  readonly all: number;
  /** 0 to 1, by expected time. */
  readonly share: number;
  readonly leftMs: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

/** Progress over the selected cases; those that were left out take no time. */
export function progressOf(cases: readonly AcceptanceCase[], nowMs: number): RunProgress {
  const counts = Object.fromEntries(
    verdicts.map((verdict) => [verdict, cases.filter(({ status }) => status === verdict).length]),
  ) as Record<Verdict, number>;
  const chosen = cases.filter(({ isSelected }) => isSelected);
  const isOver = ({ status }: AcceptanceCase): boolean => (verdicts as readonly string[]).includes(status);
  let leftMs = 0;
  let allMs = 0;
  for (const one of chosen) {
    allMs += one.expectedMs;
    if (!isOver(one)) leftMs += Math.max(0, one.expectedMs - spentMs(one, nowMs));
  }
  const done = chosen.filter(isOver).length;
  return { done, all: chosen.length, share: allMs === 0 ? 0 : 1 - leftMs / allMs, leftMs, counts };
}

/** Time a case under way has taken so far. */
export function spentMs({ status, startedMs }: AcceptanceCase, nowMs: number): number {
  const isNow = status === 'preparing' || status === 'running';
  return isNow && startedMs !== undefined ? Math.max(0, nowMs - startedMs) : 0;
}

/** A rough time: `< 1 s`, `12 s`, `3 min`. */
export function roughly(ms: number): string {
  if (ms < 1000) return '< 1 s';
  if (ms < 100_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** A bar of the distribution. */
export interface AnswerBar {
  readonly range: string;
  readonly count: number;
  /** 0 to 1, of the longest bar. */
  readonly share: number;
  readonly isLate: boolean;
}

const answerLimitsMs = [100, 250, 500, 1000, 2000, 3000];

/** How many answers came within which time; the last bar is later than the platform waits. */
export function answerBars(answersMs: readonly number[]): readonly AnswerBar[] {
  const limits = [...answerLimitsMs, Number.POSITIVE_INFINITY];
  const counts = limits.map((limit, index) => {
    const from = limits[index - 1] ?? -1;
    return answersMs.filter((ms) => ms > from && ms <= limit).length;
  });
  const most = Math.max(1, ...counts);
  return counts.map((count, index) => {
    const isLate = index === limits.length - 1;
    const limit = (isLate ? limits[index - 1] : limits[index]) ?? 0;
    return { range: `${isLate ? '>' : '≤'} ${limit / 1000} s`, count, share: count / most, isLate };
  });
}

export const signalKeys = ['rssiDbm', 'rsrpDbm', 'snrDb'] as const;
export type SignalKey = (typeof signalKeys)[number];

/** Lines of a chart in a box of 100 × 100, y downwards. */
export interface SignalChart {
  readonly low: number;
  readonly high: number;
  readonly lines: readonly {
    readonly key: SignalKey;
    readonly last: number;
    readonly points: string;
    readonly end: readonly [x: number, y: number];
  }[];
}

/** The measurements of these names over time; undefined when there are none. */
export function signalChart(samples: readonly SignalSample[], keys: readonly SignalKey[]): SignalChart | undefined {
  const values = samples.flatMap((sample) => keys.map((key) => sample[key])).filter((value) => value !== undefined);
  const first = samples[0]?.atMs;
  if (values.length === 0 || first === undefined) return undefined;
  const low = Math.floor(Math.min(...values) / 10) * 10;
  const high = Math.max(low + 10, Math.ceil(Math.max(...values) / 10) * 10);
  const width = Math.max(1, (samples.at(-1)?.atMs ?? first) - first);
  const place = (atMs: number, value: number): readonly [number, number] => [
    Math.round(((atMs - first) / width) * 1000) / 10,
    Math.round(((high - value) / (high - low)) * 1000) / 10,
  ];
  const lines = keys.flatMap((key) => {
    const places = samples.flatMap(({ atMs, [key]: value }) => (value === undefined ? [] : [place(atMs, value)]));
    const last = samples.findLast((sample) => sample[key] !== undefined)?.[key];
    const end = places.at(-1);
    if (last === undefined || end === undefined) return [];
    return [{ key, last, end, points: places.map((point) => point.join(',')).join(' ') }];
  });
  return { low, high, lines };
}
