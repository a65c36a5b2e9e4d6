import { number, object, text, truth, variant, whole } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** What a person may want of a number; far inside what a double holds exactly. */
const figure = number(-1e15, 1e15);
const seconds = number(0.1, 86_400);
/** A new value this often. */
const everySeconds = seconds;

/** What drives a value instead of a sensor. Periods in seconds. */
export const generatorSpec = variant('kind', {
  constant: object({ everySeconds, value: text(4096) }),
  /** From one value to the other, then from the beginning. */
  ramp: object({ everySeconds, from: figure, to: figure, periodSeconds: seconds }),
  sine: object({ everySeconds, centre: figure, amplitude: figure, periodSeconds: seconds }),
  /** A step up or down each time, kept between `min` and `max`; the same seed walks the same way. */
  randomWalk: object(
    { everySeconds, start: figure, step: figure, min: figure, max: figure, seed: whole(0, 0xffffffff) },
    {
      must: 'must have min below max',
      holds: ({ min, max }) => min <= max,
      example: { everySeconds: 1, start: 20, step: 0.5, min: 15, max: 25, seed: 7 },
      counterexample: { everySeconds: 1, start: 20, step: 0.5, min: 25, max: 15, seed: 7 },
    },
  ),
  /** The column of a table, by its number from 1 or by its name in the first line. */
  csv: object({ everySeconds, text: text(1_000_000), column: text(100), repeat: truth }),
});
export type GeneratorSpec = ValueOf<typeof generatorSpec>;
export type GeneratorKind = GeneratorSpec['kind'];

/** Every kind of generator. */
export const generatorKinds = Object.keys(generatorSpec.cases) as readonly GeneratorKind[];

/** A generator at work. Of a table the state keeps the rows' count, not the text. */
export interface GeneratorState {
  readonly spec: GeneratorSpec;
  readonly startedMs: number;
  readonly rows?: number;
  /** A table that does not repeat has come to its end; the last value stays. */
  readonly isOver?: true;
}
