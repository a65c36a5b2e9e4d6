/** A number that must be printed as it is: `20.123`, `0.0`, a 64-bit integer. */
export interface JsonNumber {
  readonly numberText: string;
}

/** What can be printed by {@link jsonText}. Keys come out in the order they stand. */
export type Json = string | number | boolean | null | JsonNumber | readonly Json[] | { readonly [key: string]: Json };

const isNumberText = (value: object): value is JsonNumber => 'numberText' in value;

/**
 * Prints JSON without blanks. JSON.stringify would turn the `0.0` and `99.0` of OneNET's answers into `0` and `99`, and
 * round integers beyond 2^53.
 */
export function jsonText(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(jsonText).join(',')}]`;
  if (isNumberText(value)) return value.numberText;
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member as Json)}`)
    .join(',')}}`;
}
