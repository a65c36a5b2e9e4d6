import { CodedError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import { isInRange } from './wholeRange.ts';
import type { WholeRange } from './wholeRange.ts';

/**
 * What a value of unknown origin must be, as plain data: the type of the value, the check and the examples of the tests
 * follow from it (docs/decisions/contract-as-data.md).
 */
export type Schema =
  | TextSchema
  | WholeSchema
  | NumberSchema
  | TruthSchema
  | WordSchema
  | ListSchema
  | MapSchema
  | ObjectSchema
  | VariantSchema
  | EitherSchema;

/** What a value must be beyond its shape. The examples are there to be read and to be tried by the tests. */
export interface Rule<T> {
  /** What it must be, in English, after the name of the argument: `must be an IP address`. */
  readonly must: string;
  holds(value: T): boolean;
  readonly example: T;
  /** Breaks this rule and nothing else. */
  readonly counterexample: T;
  /** Instead of `BAD_ARGUMENT`; its detail is then the text itself. */
  readonly code?: ErrorCode;
}

/** Text of at most `maxLength` UTF-16 units. */
export interface TextSchema {
  readonly type: 'text';
  readonly maxLength: number;
  /** Blanks around it are dropped before the rule is tried. */
  readonly isTrimmed: boolean;
  readonly rule?: Rule<string>;
}
/** A whole number of a range. */
export interface WholeSchema extends WholeRange {
  readonly type: 'whole';
}
/** A finite number, both ends included. */
export interface NumberSchema {
  readonly type: 'number';
  readonly min: number;
  readonly max: number;
}
/** True or false. */
export interface TruthSchema {
  readonly type: 'truth';
}
/** One of a few texts or numbers, or null. */
export interface WordSchema<W extends string | number | null = string | number | null> {
  readonly type: 'word';
  readonly words: readonly W[];
}
/** A list of at most `maxLength` values. */
export interface ListSchema<S extends Schema = Schema> {
  readonly type: 'list';
  readonly of: S;
  readonly maxLength: number;
}
/** An object with any keys that are `key`, at most `maxSize` of them. */
export interface MapSchema<S extends Schema = Schema> {
  readonly type: 'map';
  readonly key: TextSchema;
  readonly of: S;
  readonly maxSize: number;
}
/** An object with these fields and no others, unless it is open. */
export interface ObjectSchema<F extends Fields = Fields> {
  readonly type: 'object';
  readonly fields: F;
  /** Fields that are not named are let through as they are: a program of another version may have written more. */
  readonly isOpen?: true;
  readonly rule?: Rule<ObjectOf<F>>;
}
/** One of several objects, told apart by the word in the field `by`. */
export interface VariantSchema<B extends string = string, C extends Cases = Cases> {
  readonly type: 'variant';
  readonly by: B;
  readonly cases: C;
}
/** What one of several schemas takes. */
export interface EitherSchema<S extends Schema = Schema> {
  readonly type: 'either';
  readonly of: readonly S[];
}

/** A field that may be missing; one that is there but undefined is wrong. */
export type Optional<S extends Schema = Schema> = S & { readonly isOptional: true };
/** The fields of an object by name. */
export type Fields = Readonly<Record<string, Schema>>;
/** The objects of a variant by their word. */
export type Cases = Readonly<Record<string, ObjectSchema>>;

type OptionalNames<F> = { [N in keyof F]: F[N] extends { readonly isOptional: true } ? N : never }[keyof F];
type Flat<T> = { [N in keyof T]: T[N] };
type ObjectOf<F> = Flat<
  {
    readonly [N in keyof F as N extends OptionalNames<F> ? never : N]: ValueOf<F[N]>;
  } & { readonly [N in keyof F as N extends OptionalNames<F> ? N : never]?: ValueOf<F[N]> }
>;

/** The value that a schema describes; of a schema that is not known before run time, nothing is known. */
export type ValueOf<S> = Schema extends S ? unknown : KnownValueOf<S>;

type KnownValueOf<S> = S extends TextSchema
  ? string
  : S extends WholeSchema | NumberSchema
    ? number
    : S extends TruthSchema
      ? boolean
      : S extends WordSchema<infer W>
        ? W
        : S extends ListSchema<infer E>
          ? readonly ValueOf<E>[]
          : S extends MapSchema<infer E>
            ? Readonly<Record<string, ValueOf<E>>>
            : S extends ObjectSchema<infer F>
              ? ObjectOf<F>
              : S extends VariantSchema<infer B, infer C>
                ? { [K in keyof C]: Flat<{ readonly [N in B]: K } & ValueOf<C[K]>> }[keyof C]
                : S extends EitherSchema<infer E>
                  ? ValueOf<E>
                  : never;

/** Text of at most `maxLength` characters that keeps the rule. */
export const text = (maxLength: number, rule?: Rule<string>): TextSchema => ({
  type: 'text',
  maxLength,
  isTrimmed: false,
  ...(rule && { rule }),
});
/** The same without the blanks around it, which a person may have typed. */
export const trimmed = (maxLength: number, rule: Rule<string>): TextSchema => ({
  ...text(maxLength, rule),
  isTrimmed: true,
});
/** A whole number, both ends included. */
export const whole = (min: number, max: number): WholeSchema => ({ type: 'whole', min, max });
/** A number, both ends included; any finite one where no range is given. */
export const number = (min = -Number.MAX_VALUE, max = Number.MAX_VALUE): NumberSchema => ({ type: 'number', min, max });
/** True or false. */
export const truth: TruthSchema = { type: 'truth' };
/** One of these. */
export const word = <const W extends string | number | null>(words: readonly W[]): WordSchema<W> => ({
  type: 'word',
  words,
});
/** A list. */
export const list = <S extends Schema>(of: S, maxLength: number): ListSchema<S> => ({ type: 'list', of, maxLength });
/** An object with keys of its own. */
export const map = <S extends Schema>(key: TextSchema, of: S, maxSize: number): MapSchema<S> => ({
  type: 'map',
  key,
  of,
  maxSize,
});
/** An object with these fields. */
export const object = <F extends Fields>(fields: F, rule?: Rule<ObjectOf<F>>): ObjectSchema<F> => ({
  type: 'object',
  fields,
  ...(rule && { rule }),
});
/** One of several objects. */
export const variant = <B extends string, C extends Cases>(by: B, cases: C): VariantSchema<B, C> => ({
  type: 'variant',
  by,
  cases,
});
/** An object that has at least these fields. */
export const open = <F extends Fields>(fields: F): ObjectSchema<F> => ({ ...object(fields), isOpen: true });
/** What one of them takes. */
export const either = <const S extends readonly Schema[]>(...of: S): EitherSchema<S[number]> => ({
  type: 'either',
  of,
});
/** The field may be missing. */
export const optional = <S extends Schema>(schema: S): Optional<S> => ({ ...schema, isOptional: true });
/** The same object, of which every field may be missing. */
export const partial = <F extends Fields>({
  fields,
}: ObjectSchema<F>): ObjectSchema<{ [N in keyof F]: Optional<F[N]> }> =>
  object(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(field)])) as {
      [N in keyof F]: Optional<F[N]>;
    },
  );

/** The name of what has no other. */
const whatIsGiven = 'argument';
/** A name in a message: what a stranger wrote may be of any length. */
const MAX_NAME = 60;

function bad(name: string, must: string): never {
  throw new CodedError('BAD_ARGUMENT', `${name} ${must}`, name);
}

function keep<T>(rule: Rule<T> | undefined, value: T, name: string): T {
  if (rule === undefined || rule.holds(value)) return value;
  if (rule.code === undefined) bad(name, rule.must);
  throw new CodedError(rule.code, `${name} ${rule.must}`, String(value));
}

type Entries = Readonly<Record<string, unknown>>;

/** Told by its tag: what came over a process border has the prototypes of nobody, or of another world. */
function entriesOf(value: unknown, name: string): Entries {
  if (Object.prototype.toString.call(value) !== '[object Object]') bad(name, 'must be an object');
  return value as Entries;
}

/** Names that no field has; undefined: there are none, as mostly. */
function othersIn(given: Entries, fields: Fields): string[] | undefined {
  let others: string[] | undefined;
  for (const key of Object.keys(given)) if (!Object.hasOwn(fields, key)) (others ??= []).push(key);
  return others;
}

/** Where a field stands: `operation.values[2].value`; the fields of the argument itself go by their names. */
const below = (name: string, field: string): string => {
  const short = field.length > MAX_NAME ? `${field.slice(0, MAX_NAME)}…` : field;
  return name === whatIsGiven ? short : `${name}.${short}`;
};

type Readers = { readonly [T in Schema['type']]: (schema: never, value: unknown, name: string) => unknown };

const readers: Readers = {
  text({ maxLength, isTrimmed, rule }: TextSchema, value, name) {
    if (typeof value !== 'string') return bad(name, 'must be text');
    if (value.length > maxLength) return bad(name, `must be of at most ${maxLength} characters`);
    return keep(rule, isTrimmed ? value.trim() : value, name);
  },
  whole(schema: WholeSchema, value, name) {
    return isInRange(value, schema) ? value : bad(name, `must be a whole number from ${schema.min} to ${schema.max}`);
  },
  number({ min, max }: NumberSchema, value, name) {
    const isNumber = typeof value === 'number' && value >= min && value <= max;
    return isNumber ? value : bad(name, `must be a number from ${min} to ${max}`);
  },
  truth(_schema: TruthSchema, value, name) {
    return typeof value === 'boolean' ? value : bad(name, 'must be true or false');
  },
  word({ words }: WordSchema, value, name) {
    return words.includes(value as string) ? value : bad(name, `must be one of ${words.join(', ')}`);
  },
  list({ of, maxLength }: ListSchema, value, name) {
    if (!Array.isArray(value)) return bad(name, 'must be a list');
    if (value.length > maxLength) return bad(name, `must have at most ${maxLength} entries`);
    return Array.from(value, (entry, index) => read(of, entry, `${name}[${index}]`));
  },
  map({ key, of, maxSize }: MapSchema, value, name) {
    const entries = Object.entries(entriesOf(value, name));
    if (entries.length > maxSize) return bad(name, `must have at most ${maxSize} entries`);
    return Object.fromEntries(
      entries.map(([word, entry]) => {
        const place = below(name, word);
        return [read(key, word, place), read(of, entry, place)];
      }),
    );
  },
  object({ fields, rule, isOpen }: ObjectSchema, value, name) {
    const given = entriesOf(value, name);
    const others = othersIn(given, fields);
    if (others && !isOpen) bad(below(name, others[0] as string), 'is unknown');
    // Given names may be any, such as `__proto__`; those of the fields are ours.
    const made: Record<string, unknown> = others ? Object.fromEntries(others.map((key) => [key, given[key]])) : {};
    for (const key of Object.keys(fields)) {
      const field = fields[key] as Schema;
      const isGiven = Object.hasOwn(given, key);
      if (isGiven || !('isOptional' in field))
        made[key] = read(field, isGiven ? given[key] : undefined, below(name, key));
    }
    return keep(rule, made, name);
  },
  variant({ by, cases }: VariantSchema, value, name) {
    const { [by]: which, ...others } = entriesOf(value, name);
    const words = Object.keys(cases);
    const chosen = words.includes(which as string) ? cases[which as string] : undefined;
    if (chosen === undefined) return bad(below(name, by), `must be one of ${words.join(', ')}`);
    return { [by]: which, ...(read(chosen, others, name) as object) };
  },
  either({ of }: EitherSchema, value, name) {
    const taken = of.find((one) => fits(one, value));
    return taken ? read(taken, value, name) : bad(name, 'is of no kind that it may be');
  },
};

/**
 * The value, checked and made anew: what was given may be anything and shares nothing with it. `name` is where it stands.
 * @throws CodedError `BAD_ARGUMENT` with the argument's name as detail, or the code of the rule that is broken.
 */
export function read<S extends Schema>(schema: S, value: unknown, name = whatIsGiven): ValueOf<S> {
  const reader = readers[schema.type] as (schema: Schema, value: unknown, name: string) => unknown;
  return reader(schema, value, name) as ValueOf<S>;
}

/** Whether the schema takes the value; for values that are then used as they are. */
export function fits<S extends Schema>(schema: S, value: unknown): value is ValueOf<S> {
  try {
    read(schema, value);
    return true;
  } catch {
    return false;
  }
}
