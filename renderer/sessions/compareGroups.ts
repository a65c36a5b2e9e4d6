import type { ComparedStep, SessionStep, StepVerdict } from '../../shared/comparison.ts';

/** Steps of one kind, side by side. */
export interface StepGroup {
  readonly step: string;
  /** The gravest of its pairs. */
  readonly verdict: StepVerdict;
  readonly a: StepSide;
  readonly b: StepSide;
  readonly pairs: readonly ComparedStep[];
}

/** How the steps of one kind went in one session. */
export interface StepSide {
  readonly count: number;
  /** How many did not come to a good end. */
  readonly badCount: number;
  /** The middle one of the times that are known. */
  readonly medianMs?: number;
}

/** The gravest first: a different result counts before a different time. */
const gravity: readonly StepVerdict[] = ['result', 'missing', 'added', 'slower', 'faster', 'same'];

/** What came of a step counts as good. */
export function isGood({ result }: Pick<SessionStep, 'result'>): boolean {
  return result === 'done' || result === 'shown' || /^answered( [12])?$/.test(result);
}

/** A result that differs, not only a time. */
export function isOtherResult(verdict: StepVerdict): boolean {
  return verdict === 'result' || verdict === 'missing' || verdict === 'added';
}

function sideOf(steps: readonly (SessionStep | undefined)[]): StepSide {
  const there = steps.filter((step) => step !== undefined);
  const times = there
    .flatMap(({ durationMs }) => (durationMs === undefined ? [] : [durationMs]))
    .toSorted((x, y) => x - y);
  const medianMs = times[times.length >> 1];
  const badCount = there.filter((step) => !isGood(step)).length;
  return { count: there.length, badCount, ...(medianMs === undefined ? {} : { medianMs }) };
}

/** Steps by their kind, in the order in which each kind came first. Pure. */
export function stepGroups(steps: readonly ComparedStep[]): StepGroup[] {
  return [...Map.groupBy(steps, ({ step }) => step)].map(([step, pairs]) => {
    const verdicts = new Set(pairs.map(({ verdict }) => verdict));
    const verdict = gravity.find((one) => verdicts.has(one)) ?? 'same';
    return { step, verdict, a: sideOf(pairs.map(({ a }) => a)), b: sideOf(pairs.map(({ b }) => b)), pairs };
  });
}
