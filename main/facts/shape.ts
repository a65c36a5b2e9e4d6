/**
 * Whether a value that was read back is of a kind. Looser than a schema of the contract, which is for what people ask: it was
 * written by a program once, this one or a later one, and what is not known of it is let through.
 */
export type Check = (value: unknown) => boolean;

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
type RequiredKeys<T> = Exclude<keyof T, OptionalKeys<T>>;

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => typeof value === 'number';
export const isFlag: Check = (value) => typeof value === 'boolean';
/** Data that is only handed on and shown as JSON. */
export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const oneOf =
  (known: readonly unknown[]): Check =>
  (value) =>
    known.includes(value);

export const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** Fields by any name. */
export const entriesOf =
  (check: Check): Check =>
  (value) =>
    isFields(value) && Object.values(value).every(check);

/** Named fields; those that are not named are let through, a later version may have more. */
export function fieldsOf<T>(
  required: { readonly [K in RequiredKeys<T>]: Check },
  optional: { readonly [K in OptionalKeys<T>]: Check },
): Check {
  const [must, may] = [Object.entries<Check>(required), Object.entries<Check>(optional)];
  return (value) =>
    isFields(value) &&
    must.every(([name, check]) => check(value[name])) &&
    may.every(([name, check]) => value[name] === undefined || check(value[name]));
}
