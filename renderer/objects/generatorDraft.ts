import { generatorSpec } from '../../shared/generator.ts';
import type { GeneratorKind, GeneratorSpec } from '../../shared/generator.ts';
import type { Fields, Schema } from '../../shared/schema.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';

/** The fields of each kind, in the order the dialog shows them; `everySeconds` stands with all of them. */
export const generatorFields = {
  constant: ['value'],
  ramp: ['from', 'to', 'periodSeconds'],
  sine: ['centre', 'amplitude', 'periodSeconds'],
  randomWalk: ['start', 'step', 'min', 'max', 'seed'],
  csv: ['column'],
} as const satisfies Readonly<Record<GeneratorKind, readonly string[]>>;
export type GeneratorField = (typeof generatorFields)[GeneratorKind][number] | 'everySeconds';

/** What the dialog holds: text as typed. */
export interface GeneratorDraft {
  readonly kind: GeneratorKind;
  readonly fields: Readonly<Record<GeneratorField, string>>;
  /** Of the chosen file. */
  readonly text: string;
  readonly repeat: boolean;
}

const texts: readonly GeneratorField[] = ['value', 'column'];

/** Kinds that make sense for a type: numbers are computed, everything else is constant or from a table. */
export function kindsFor(type: ResourceType): readonly GeneratorKind[] {
  const isComputed = type === 'integer' || type === 'float' || type === 'time' || type === 'boolean';
  return isComputed ? ['ramp', 'sine', 'randomWalk', 'constant', 'csv'] : ['constant', 'csv'];
}

/** A draft around the value of now, or what drives it already. */
export function draftFor(type: ResourceType, value: string, spec: GeneratorSpec | undefined): GeneratorDraft {
  const number = Number(value);
  const middle = Number.isFinite(number) ? number : 0;
  const near = (change: number): string => String(Number((middle + change).toFixed(3)));
  const fields: Record<GeneratorField, string> = {
    everySeconds: '5',
    value,
    from: String(middle),
    to: near(10),
    periodSeconds: '60',
    centre: String(middle),
    amplitude: '5',
    start: String(middle),
    step: '0.5',
    min: near(-10),
    max: near(10),
    seed: '1',
    column: '1',
  };
  for (const [name, given] of Object.entries(spec ?? {}))
    if (name in fields) fields[name as GeneratorField] = String(given);
  return {
    kind: spec?.kind ?? kindsFor(type)[0] ?? 'constant',
    fields,
    text: '',
    repeat: spec?.kind === 'csv' ? spec.repeat : true,
  };
}

/** The first field that cannot be used. */
export function wrongField({ kind, fields }: GeneratorDraft): GeneratorField | undefined {
  const named: readonly GeneratorField[] = ['everySeconds', ...generatorFields[kind]];
  return named.find((name) => {
    const text = fields[name].trim();
    const schema: Schema | undefined = (generatorSpec.cases[kind].fields as Fields)[name];
    if (schema?.type === 'whole') return readWhole(text, schema) === undefined;
    if (schema?.type !== 'number') return name === 'column' && text === '';
    const value = Number(text);
    if (text === '' || !(value >= schema.min && value <= schema.max)) return true;
    return name === 'max' && value < Number(fields.min);
  });
}

/** The generator to set; undefined while something is missing or wrong. */
export function specOf(draft: GeneratorDraft): GeneratorSpec | undefined {
  const { kind, fields, text, repeat } = draft;
  if (wrongField(draft) !== undefined || (kind === 'csv' && text === '')) return undefined;
  const numbers = Object.fromEntries(
    ['everySeconds', ...generatorFields[kind]]
      .filter((name) => !texts.includes(name as GeneratorField))
      .map((name) => [name, Number(fields[name as GeneratorField])]),
  );
  if (kind === 'constant') return { ...numbers, kind, value: fields.value } as GeneratorSpec;
  if (kind === 'csv') return { ...numbers, kind, text, column: fields.column.trim(), repeat } as GeneratorSpec;
  return { ...numbers, kind } as GeneratorSpec;
}
