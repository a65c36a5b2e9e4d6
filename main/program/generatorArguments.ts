import { CodedError } from '../../shared/errors.ts';
import { generatorKinds } from '../../shared/generator.ts';
import type { GeneratorSpec } from '../../shared/generator.ts';
import { record, text, truth, whole, word } from './arguments.ts';

const MAX_TABLE = 1_000_000;
const MAX_SECONDS = 86_400;
const fields = ['from', 'to', 'centre', 'amplitude', 'start', 'step', 'min', 'max', 'seed', 'periodSeconds'] as const;
const allFields = ['kind', 'everySeconds', 'value', 'text', 'column', 'repeat', ...fields];

function finite(value: unknown, name: string, min = -1e15, max = 1e15): number {
  if (typeof value !== 'number' || !(value >= min && value <= max))
    throw new CodedError('BAD_ARGUMENT', `${name} must be a number from ${min} to ${max}`);
  return value;
}

/** A generator as the screen sends it. @throws CodedError `BAD_ARGUMENT`. */
export function generatorSpecOf(given: unknown): GeneratorSpec {
  const spec = record(given, allFields);
  const number = (name: (typeof fields)[number]): number => finite(spec[name], name);
  const everySeconds = finite(spec['everySeconds'], 'everySeconds', 0.1, MAX_SECONDS);
  const periodSeconds = (): number => finite(spec['periodSeconds'], 'periodSeconds', 0.1, MAX_SECONDS);
  switch (word(spec['kind'], 'kind', generatorKinds)) {
    case 'constant':
      return { kind: 'constant', everySeconds, value: text(spec['value'], 'value') };
    case 'ramp':
      return { kind: 'ramp', everySeconds, from: number('from'), to: number('to'), periodSeconds: periodSeconds() };
    case 'sine':
      return {
        kind: 'sine',
        everySeconds,
        centre: number('centre'),
        amplitude: number('amplitude'),
        periodSeconds: periodSeconds(),
      };
    case 'randomWalk': {
      const [min, max] = [number('min'), number('max')];
      if (min > max) throw new CodedError('BAD_ARGUMENT', 'min is above max');
      const seed = whole(spec['seed'], 'seed', 0, 0xffffffff);
      return { kind: 'randomWalk', everySeconds, start: number('start'), step: number('step'), min, max, seed };
    }
    case 'csv':
      return {
        kind: 'csv',
        everySeconds,
        text: text(spec['text'], 'text', MAX_TABLE),
        column: text(spec['column'], 'column', 100),
        repeat: truth(spec['repeat'], 'repeat'),
      };
  }
}
