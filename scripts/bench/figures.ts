import { percentile as percentileOf } from '../../shared/percentile.ts';

/** One bar of the brief and what was measured against it. */
export interface Measurement {
  readonly id:
    'P1' | 'P1b' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'P10' | 'P11' | 'P12' | 'P13' | 'P14' | 'P15';
  readonly what: string;
  /** Figures of ours, of the reference in the same run, and their ratios. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly bar: string;
  readonly reached: boolean;
}

/** The same of values in any order; not a number where there are none. */
export function percentile(values: readonly number[], share: number): number {
  return (
    percentileOf(
      values.toSorted((a, b) => a - b),
      share,
    ) ?? Number.NaN
  );
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Three significant digits are all a run on a shared machine is worth. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The measurements as a table for people. */
export function table(measurements: readonly Measurement[]): string {
  return measurements
    .map(({ id, what, figures, bar, reached }) => {
      const rows = Object.entries(figures).map(([name, value]) => `      ${name.padEnd(34)} ${value}`);
      return [`${id}  ${reached ? 'reached' : 'MISSED '}  ${what}`, `      ${'bar'.padEnd(34)} ${bar}`, ...rows].join(
        '\n',
      );
    })
    .join('\n\n');
}
