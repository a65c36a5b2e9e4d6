import type { ResourceValue, ValueWriter } from './lwm2m.ts';
import type { SteadyTimeMs, ValueStanding } from './state.ts';

/** Something that happened to a value: it was set, executed, or has travelled. */
export type ValueEvent = { readonly atMs: SteadyTimeMs } & (
  | { readonly kind: 'value'; readonly value: ResourceValue; readonly by: ValueWriter | 'model' }
  | { readonly kind: 'executed'; readonly count: number }
  | { readonly kind: 'standing'; readonly standing: ValueStanding }
);

/** So many events of a resource are kept; older ones are in the journal. */
export const MAX_VALUE_EVENTS = 500;

/** Time and number of each value that is one, for a line; the others have no place on it. */
export function numericPoints(events: readonly ValueEvent[]): readonly (readonly [atMs: number, value: number])[] {
  return events.flatMap((event) => {
    if (event.kind !== 'value' || event.value.trim() === '') return [];
    const value = Number(event.value);
    return Number.isFinite(value) ? [[event.atMs, value] as const] : [];
  });
}
