import type { SignalSample } from '../../shared/acceptance.ts';

/** A bar of the distribution. */
export interface AnswerBar {
  /** Longest time in it, in milliseconds; infinite for those that came too late. */
  readonly limitMs: number;
  readonly count: number;
  /** 0 to 1, of the highest bar. */
  readonly share: number;
  readonly isLate: boolean;
}

const usualLimitsMs = [100, 250, 500, 1000, 2000, 5000, 10_000, 30_000];

/** How many answers came within which time; the last bar is later than the platform waits. */
export function answerBars(answersMs: readonly number[], deadlineMs: number): readonly AnswerBar[] {
  const limits = [...usualLimitsMs.filter((limit) => limit < deadlineMs), deadlineMs, Number.POSITIVE_INFINITY];
  const counts = limits.map((limit, index) => {
    const from = limits[index - 1] ?? -1;
    return answersMs.filter((ms) => ms > from && ms <= limit).length;
  });
  const most = Math.max(1, ...counts);
  return counts.map((count, index) => ({
    limitMs: limits[index] as number,
    count,
    share: count / most,
    isLate: index === limits.length - 1,
  }));
}

/** Where a time stands over the bars, 0 to 1 from left to right; within a bar in proportion. */
export function placeOnBars(bars: readonly AnswerBar[], ms: number): number {
  const index = bars.findIndex(({ limitMs }) => ms <= limitMs);
  const from = bars[index - 1]?.limitMs ?? 0;
  const to = bars[index]?.limitMs ?? from;
  const within = Number.isFinite(to) ? (ms - from) / (to - from) : 0.5;
  return (index + Math.min(1, Math.max(0, within))) / bars.length;
}

export const signalKeys = ['rssiDbm', 'rsrpDbm', 'snrDb'] as const;
export type SignalKey = (typeof signalKeys)[number];

/** Columns as uPlot takes them: seconds since the first measurement, then a column for each key; null is a gap. */
export function signalColumns(
  samples: readonly SignalSample[],
  keys: readonly SignalKey[],
): [seconds: number[], ...values: (number | null)[][]] {
  const first = samples[0]?.atMs ?? 0;
  return [
    samples.map(({ atMs }) => (atMs - first) / 1000),
    ...keys.map((key) => samples.map((sample) => sample[key] ?? null)),
  ];
}

/** What a line of the chart says, for those who cannot see it. */
export interface SignalLine {
  readonly key: SignalKey;
  readonly low: number;
  readonly high: number;
  readonly last: number;
}

/** The measured ones of the lines. */
export function signalLines(samples: readonly SignalSample[]): readonly SignalLine[] {
  return signalKeys.flatMap((key) => {
    const values = samples.map((sample) => sample[key]).filter((value) => value !== undefined);
    const last = values.at(-1);
    return last === undefined ? [] : [{ key, low: Math.min(...values), high: Math.max(...values), last }];
  });
}
