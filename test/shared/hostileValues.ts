import type { Schema } from '../../shared/schema.ts';

/** A value that a schema takes. */
export function exampleOf(schema: Schema): unknown {
  switch (schema.type) {
    case 'text':
      return schema.rule?.example ?? 'x'.repeat(Math.min(schema.maxLength, 5));
    case 'whole':
    case 'number':
      return Math.min(Math.max(1, schema.min), schema.max);
    case 'truth':
      return true;
    case 'word':
      return schema.words[0];
    case 'list':
      return [exampleOf(schema.of)];
    case 'map':
      return { [exampleOf(schema.key) as string]: exampleOf(schema.of) };
    case 'object':
      return schema.rule?.example ?? fieldsOf(schema.fields);
    case 'variant':
      return examplesOf(schema)[0];
    case 'either':
      return schema.of.map(exampleOf)[0];
  }
}

const fieldsOf = (fields: Readonly<Record<string, Schema>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, exampleOf(field)]));

/** An example of every case, and with only what must be there. */
export function examplesOf(schema: Schema): unknown[] {
  if (schema.type === 'variant')
    return Object.entries(schema.cases).flatMap(([word, one]) =>
      examplesOf(one).map((example) => ({ [schema.by]: word, ...(example as object) })),
    );
  if (schema.type !== 'object' || schema.rule) return [exampleOf(schema)];
  const needed = Object.entries(schema.fields).filter(([, field]) => !('isOptional' in field));
  const [first, ...variants] = Object.entries(schema.fields).flatMap(([name, field]) =>
    examplesOf(field).map((value) => ({ ...(exampleOf(schema) as object), [name]: value })),
  );
  return [first ?? {}, ...variants, fieldsOf(Object.fromEntries(needed))];
}

/** An object or a list so deep that whoever walks it by calling himself falls over. */
function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}
const DEEP = 20_000;

/** What no schema of any type takes but those of the named ones. */
const strangers: readonly (readonly [value: unknown, takenBy: readonly Schema['type'][]])[] = [
  [null, []],
  [Number.NaN, []],
  [Infinity, []],
  [-Infinity, []],
  [10n, []],
  [true, ['truth']],
  [new Date(0), []],
  [new Map([['kind', 'value']]), []],
  [new Set(['read']), []],
  [new Uint8Array(4), []],
  [new Error('error'), []],
  [/x/, []],
  [new ArrayBuffer(8), []],
  [deep(DEEP, (inner) => [inner]), []],
  [deep(DEEP, (inner) => ({ kind: inner })), []],
  [Array(200_000).fill(0), []],
  [Array(5), []],
  [{ length: 1, 0: 'read' }, []],
  [['x'], ['list']],
];

const polluted = (value: object): unknown[] => [
  Object.defineProperty({ ...value }, '__proto__', { value: { isAdmin: true }, enumerable: true }),
  { ...value, constructor: { prototype: { isAdmin: true } } },
  { ...value, hasOwnProperty: 1 },
  { ...value, toString: 'x' },
  { ...value, '': 1 },
  { ...value, ['n'.repeat(100_000)]: 1 },
];

/** The value with one field put in the place of another. */
const withField = (value: unknown, name: string, field: unknown): unknown =>
  Object.defineProperty({ ...(value as object) }, name, { value: field, enumerable: true });

/** Everything a schema must refuse: wrong types, out of range, too long, too deep, extra, missing, tricks with prototypes. */
export function hostileTo(schema: Schema): unknown[] {
  const general = strangers.filter(([, takenBy]) => !takenBy.includes(schema.type)).map(([value]) => value);
  return [...general, ...ownHostile(schema)];
}

function ownHostile(schema: Schema): unknown[] {
  const example = exampleOf(schema);
  switch (schema.type) {
    case 'text':
      return [0, {}, 'x'.repeat(schema.maxLength + 1), ...(schema.rule ? [schema.rule.counterexample] : [])];
    case 'whole':
      return [String(example), '', {}, schema.min - 1, schema.max + 1, schema.min + 0.5, [schema.min]];
    case 'number': {
      const { min, max } = schema;
      const outside = min === -Number.MAX_VALUE ? [] : [min - Math.abs(min) - 1, max + Math.abs(max) + 1];
      return [String(example), '', {}, [min], ...outside];
    }
    case 'truth':
      return ['true', 1, 0, '', {}];
    case 'word':
      return [
        `${schema.words[0]} `,
        `${schema.words[0]}\0`,
        '',
        {},
        '__proto__',
        'constructor',
        'toString',
        [example],
        -7,
        // Nothing at all may be a word, too.
      ].filter((value) => !(schema.words as readonly unknown[]).includes(value));
    case 'list':
      return [
        'x',
        {},
        Array(schema.maxLength + 1).fill(exampleOf(schema.of)),
        ...hostileTo(schema.of).map((entry) => [exampleOf(schema.of), entry]),
      ];
    case 'map': {
      const [key, value] = [exampleOf(schema.key) as string, exampleOf(schema.of)];
      const keys = Array.from({ length: schema.maxSize + 1 }, (_, index) => [`${key}${index}`, value]);
      return [
        'x',
        0,
        Object.fromEntries(keys),
        ...polluted({ [key]: value }),
        ...(schema.key.rule ? [{ [schema.key.rule.counterexample]: value }] : []),
        ...hostileTo(schema.of).map((entry) => ({ [key]: entry })),
      ];
    }
    case 'object':
      return hostileToFields(schema.fields, example, schema.rule?.counterexample);
    case 'variant':
      return Object.entries(schema.cases).flatMap(([word, one]) => {
        const whole = { [schema.by]: word, ...(exampleOf(one) as object) };
        const others = Object.keys(schema.cases).filter((other) => other !== word);
        return [
          ...hostileToFields(one.fields, exampleOf(one), one.rule?.counterexample).map((value) =>
            typeof value === 'object' ? withField(value, schema.by, word) : value,
          ),
          exampleOf(one),
          ...[null, [word], `${word} `, '__proto__', 'toString', ...(others.length === 0 ? [word] : [])].map((wrong) =>
            withField(whole, schema.by, wrong),
          ),
        ];
      });
    case 'either':
      return schema.of.map(hostileTo).reduce((some, others) => some.filter((value) => others.includes(value)));
  }
}

function hostileToFields(fields: Readonly<Record<string, Schema>>, example: unknown, broken: unknown): unknown[] {
  const each = Object.entries(fields).flatMap(([name, field]) => [
    ...hostileTo(field).map((wrong) => withField(example, name, wrong)),
    ...('isOptional' in field
      ? []
      : [Object.fromEntries(Object.entries(example as object).filter(([other]) => other !== name))]),
  ]);
  return ['x', 0, ...polluted(example as object), ...each, ...(broken === undefined ? [] : [broken])];
}
