import type { ResourceValue } from './lwm2m.ts';

/** Every kind of generator. */
export const generatorKinds = ['constant', 'ramp', 'sine', 'randomWalk', 'csv'] as const;
export type GeneratorKind = (typeof generatorKinds)[number];

/** What drives a value instead of a sensor. Periods in seconds. */
export type GeneratorSpec = {
  /** A new value this often. */
  readonly everySeconds: number;
} & (
  | { readonly kind: 'constant'; readonly value: ResourceValue }
  /** From one value to the other, then from the beginning. */
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number; readonly periodSeconds: number }
  | { readonly kind: 'sine'; readonly centre: number; readonly amplitude: number; readonly periodSeconds: number }
  /** A step up or down each time, kept between `min` and `max`; the same seed walks the same way. */
  | {
      readonly kind: 'randomWalk';
      readonly start: number;
      readonly step: number;
      readonly min: number;
      readonly max: number;
      readonly seed: number;
    }
  /** The column of a table, by its number from 1 or by its name in the first line. */
  | { readonly kind: 'csv'; readonly text: string; readonly column: string; readonly repeat: boolean }
);

/** A generator at work. Of a table the state keeps the rows' count, not the text. */
export interface GeneratorState {
  readonly spec: GeneratorSpec;
  readonly startedMs: number;
  readonly rows?: number;
  /** A table that does not repeat has come to its end; the last value stays. */
  readonly isOver?: true;
}
