import type { ResourceValue } from '../../shared/lwm2m.ts';

/** A value of the store. */
export interface PathValue {
  readonly path: string;
  readonly value: ResourceValue;
}

/** Characters that a row shows: more than any answer carries; a write of several blocks has all of its value in the store. */
export const MAX_VALUE_TEXT = 1000;

/**
 * What a request read or wrote, as its row shows it: the value at the path itself, or of several below it each behind its place:
 * `5850=1 5851=22`.
 */
export function valueText(path: string, values: readonly PathValue[]): string {
  const text = values
    .map((one) => (one.path === path ? one.value : `${one.path.slice(path.length + 1)}=${one.value}`))
    .join(' ');
  return text.length > MAX_VALUE_TEXT ? `${text.slice(0, MAX_VALUE_TEXT)}…` : text;
}
