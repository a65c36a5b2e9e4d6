import { verdicts } from '../../shared/acceptance.ts';
import type { AcceptanceCase, AcceptancePlatform, Verdict } from '../../shared/acceptance.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { Obstacle } from '../ui/obstacle.ts';
import { phrase } from '../../shared/phrase.ts';

const no = (why: string): Obstacle => ({
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
export function casesOf(state: Pick<DeviceState, 'acceptanceCases'>): readonly AcceptanceCase[] {
  return Object.values(state.acceptanceCases).sort((one, other) => one.position - other.position);
}

function notReady({ connection, stages }: DeviceState): Obstacle | undefined {
  if (connection.phase === 'closed') return no('link');
  const isBusy = connection.phase !== 'ready' || Object.values(stages).some(({ status }) => status === 'running');
  return isBusy ? no('busy') : undefined;
}

/** What a field shows when main's text changed: that, unless somebody has typed something else meanwhile. */
export const fieldText = (typed: string, before: string, now: string): string => (typed === before ? now : typed);

/** Whose platform can be asked at the present port, best first. */
export function usualPlatform({ connection, platform }: DeviceState): AcceptancePlatform {
  if (connection.port?.kind === 'virtual') return 'simulated';
  return platform.hasKey ? 'host' : 'operator';
}

/** Whether a run of the selected cases may begin. */
export function startRefusal(state: DeviceState, platform: AcceptancePlatform): Obstacle | undefined {
  const refusal = notReady(state);
  if (refusal) return refusal;
  if (!Object.values(state.acceptanceCases).some(({ isSelected }) => isSelected)) return no('cases');
  if (platform === 'simulated' && state.simulator === null) return no('platform');
  if (platform === 'host' && !state.platform.hasKey) return no('key');
  return undefined;
}

/** Whether a run may go on, or one of its cases be run again. */
export function resumeRefusal(state: DeviceState): Obstacle | undefined {
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

/** The keys with one case put before the one at that index; its own place counts as well. */
export function movedTo(cases: readonly AcceptanceCase[], key: number, index: number): readonly number[] {
  const keys = cases.map((one) => one.key);
  const from = keys.indexOf(key);
  if (from < 0) return keys;
  const others = keys.filter((one) => one !== key);
  const place = index > from ? index - 1 : index;
  return [...others.slice(0, Math.max(0, place)), key, ...others.slice(Math.max(0, place))];
}

/** Which of the same cases a case is, and of how many. */
export interface Copy {
  readonly number: number;
  readonly count: number;
}

/** That of each case of the plan. */
export function copiesOf(cases: readonly AcceptanceCase[]): readonly Copy[] {
  const counts = new Map<string, number>();
  const numbers = cases.map(({ info: { id } }) => {
    const number = (counts.get(id) ?? 0) + 1;
    counts.set(id, number);
    return number;
  });
  return cases.map(({ info }, index) => ({ number: numbers[index] ?? 1, count: counts.get(info.id) ?? 1 }));
}

/** The keys with as many of this case as said: more follow it, the last of the others go. */
export function repeatedTimes(cases: readonly AcceptanceCase[], key: number, times: number): readonly number[] {
  const chosen = cases.find((one) => one.key === key);
  if (!chosen) return cases.map((one) => one.key);
  const others = cases.filter((one) => one.info.id === chosen.info.id && one.key !== key);
  const gone = new Set(others.slice(Math.max(0, times - 1)).map((one) => one.key));
  const more = Array.from({ length: Math.max(0, times - 1 - others.length) }, () => key);
  return cases.filter((one) => !gone.has(one.key)).flatMap((one) => (one.key === key ? [key, ...more] : [one.key]));
}
