import type { SignalSample } from './acceptance.ts';
import { text, word } from './schema.ts';
import { rssiEndsDbm, signalLimits } from './signal.ts';

/** Places of the antenna that are compared. */
export const antennaLetters = ['A', 'B', 'C'] as const;
export type AntennaLetter = (typeof antennaLetters)[number];
export const antennaLetter = word(antennaLetters);
/** What a person calls a place. */
export const antennaName = text(40);

/** A place is measured so long; nothing shorter may win. */
export const positionMs = 60_000;
/** Measurements further apart than this are no measurement of the time between them. */
const LONGEST_GAP_MS = 10_000;
/** A number older than this is struck. */
export const oldMs = 10_000;
/** After this the tone is silent. */
export const silentMs = 5000;
/** What the number is compared with. */
export const trendMs = 30_000;
const TREND_WINDOW_MS = 5000;

/** What was measured at a place. */
export interface AntennaFigures {
  readonly count: number;
  readonly averageDbm: number;
  readonly lowDbm: number;
  readonly highDbm: number;
  readonly averageSnrDb?: number;
}

/** A place, by when it was measured, on the steady clock. */
export interface AntennaPosition {
  readonly name: string;
  readonly startedMs: number;
  /** Once it is over: what was measured, and whether that was the whole time, without a gap. */
  readonly figures?: AntennaFigures;
  readonly isFull?: boolean;
}

/** The places of the antenna at this site. */
export interface AntennaState {
  readonly positions: { readonly [L in AntennaLetter]?: AntennaPosition };
  readonly measuring?: AntennaLetter;
  /** A person wants them in the report. */
  readonly isInReport: boolean;
}

/** Before any place was measured. */
export const initialAntenna: AntennaState = { positions: {}, isInReport: false };

/** The power of a sample: RSRP, or RSSI where a module tells no other. */
export const powerOf = ({ rsrpDbm, rssiDbm }: SignalSample): number | undefined => rsrpDbm ?? rssiDbm;

/** Samples with a power within a time, both ends included. */
const between = (samples: readonly SignalSample[], fromMs: number, toMs: number): readonly SignalSample[] =>
  samples.filter((sample) => sample.atMs >= fromMs && sample.atMs <= toMs && powerOf(sample) !== undefined);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const known = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);

/** What was measured from one time to another; undefined where nothing was. */
export function figuresOf(samples: readonly SignalSample[], fromMs: number, toMs: number): AntennaFigures | undefined {
  const measured = between(samples, fromMs, toMs);
  const powers = known(measured.map(powerOf));
  if (powers.length === 0) return undefined;
  const ratios = known(measured.map(({ snrDb }) => snrDb));
  return {
    count: powers.length,
    averageDbm: mean(powers),
    lowDbm: Math.min(...powers),
    highDbm: Math.max(...powers),
    ...(ratios.length === 0 ? {} : { averageSnrDb: mean(ratios) }),
  };
}

/** Whether the whole time of a place was measured: from its start on, without a gap. */
export function isMeasuredFull(samples: readonly SignalSample[], startedMs: number): boolean {
  const times = between(samples, startedMs, startedMs + positionMs).map(({ atMs }) => atMs);
  const marks = [startedMs, ...times, startedMs + positionMs];
  return marks.every((atMs, index) => atMs - (marks[index - 1] ?? atMs) <= LONGEST_GAP_MS);
}

/** The place that wins so far, and by how much, in dB, over the next one that was measured full. */
export function bestPosition({
  positions,
}: Pick<AntennaState, 'positions'>):
  { readonly letter: AntennaLetter; readonly aheadDb?: number; readonly of?: AntennaLetter } | undefined {
  const full = antennaLetters
    .flatMap((letter) => {
      const { figures, isFull } = positions[letter] ?? {};
      return figures && isFull ? [{ letter, averageDbm: figures.averageDbm }] : [];
    })
    .sort((one, other) => other.averageDbm - one.averageDbm);
  const [best, next] = full;
  if (!best) return undefined;
  return { letter: best.letter, ...(next ? { aheadDb: best.averageDbm - next.averageDbm, of: next.letter } : {}) };
}

/** The place that Space measures next: the first without a measurement of its whole time, else the first. */
export function nextLetter({ positions, measuring }: AntennaState): AntennaLetter {
  const open = antennaLetters.filter((letter) => letter !== measuring && positions[letter]?.isFull !== true);
  return open[0] ?? 'A';
}

/** How much better it is than a while ago, dB; undefined while one of the two times has no measurement. */
export function trendOf(samples: readonly SignalSample[], nowMs: number): number | undefined {
  const now = figuresOf(samples, nowMs - TREND_WINDOW_MS, nowMs);
  const thenMs = nowMs - trendMs;
  const before = figuresOf(samples, thenMs - TREND_WINDOW_MS, thenMs + TREND_WINDOW_MS);
  return now && before ? now.averageDbm - before.averageDbm : undefined;
}

/** Ends of the scale that a number is shown on, and where its words change, worst first, in dBm. */
export function scaleOf({ rsrpDbm }: SignalSample): {
  readonly ends: readonly [number, number];
  readonly limits: readonly number[];
} {
  const isRsrp = rsrpDbm !== undefined;
  const limits = [...(isRsrp ? signalLimits.rsrpDbm : signalLimits.rssiDbm)].reverse();
  return { ends: isRsrp ? [-130, -70] : rssiEndsDbm, limits };
}

/** Where a value stands between the ends, 0 to 1; beyond them it stays at the end. */
export function placeOnScale(dbm: number, [low, high]: readonly [number, number]): number {
  return Math.min(1, Math.max(0, (dbm - low) / (high - low)));
}

/** The tone for a place on the scale: higher and faster is better. */
export function toneOf(place: number): { readonly hertz: number; readonly everyMs: number } {
  return { hertz: Math.round(300 * 4 ** place), everyMs: Math.round(900 - 720 * place) };
}
