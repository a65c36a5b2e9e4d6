import type { ShownResult, WaitingWork, WorkOutcome } from '../../shared/stations.ts';
import { localTime } from '../../shared/localTime.ts';
import { span } from '../ui/format.ts';

/** How long ago, in whole seconds: what is heard every ten seconds needs no hundredths. */
export function secondsAgo(nowMs: number, thenMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - thenMs) / 1000));
  return seconds < 100 ? `${seconds} s` : span(seconds * 1000);
}

/** A mark beside the word, and its tone: colour alone says nothing. */
export const outcomeMarks: Readonly<Record<WorkOutcome, readonly [mark: string, tone: string]>> = {
  passed: ['✓', 'ok'],
  failed: ['✕', 'error'],
  notRun: ['▲', 'warn'],
  setAside: ['▲', 'warn'],
  cancelled: ['–', 'dim'],
};

/** Day and time of a date that another machine wrote. */
export function endedAt({ finishedMs }: Pick<ShownResult, 'finishedMs'>): string {
  return momentText(finishedMs);
}

/** The same of work that waits. */
export function addedAt({ addedMs }: WaitingWork): string {
  return addedMs === undefined ? '' : momentText(addedMs);
}

/** The last moment that a date can name. */
const LAST_MS = 8_640_000_000_000_000;

function momentText(ms: number): string {
  if (ms > LAST_MS) return '';
  const { date, time } = localTime(ms);
  return `${date} ${time.slice(0, 5)}`;
}

/** Cases that came to a verdict, of them those that passed. */
export function casesOf({ counts }: Pick<ShownResult, 'counts'>): { readonly passed: number; readonly count: number } {
  const { passed, failed, inconclusive } = counts;
  return { passed, count: passed + failed + inconclusive };
}
