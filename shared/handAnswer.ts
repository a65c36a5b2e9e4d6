import { resourcePath } from './lwm2m.ts';
import type { RequestKind } from './requestKinds.ts';
import { map, object, optional, text, variant, whole } from './schema.ts';
import type { ValueOf } from './schema.ts';
import { ranges } from './settings.ts';

/** Sent this much later; at once when absent. */
const later = { afterMs: optional(ranges.answerDelayMs) };

/** What a person may have a request answered with, by kind. */
const ways = {
  value: {
    ...later,
    /** By path, what a read is told instead of the values in the store; the store keeps its own. */
    values: optional(map(resourcePath, text(4096), 1000)),
  },
  error: { ...later, result: whole(11, 15) },
  never: later,
};

/** Of the request. */
const id = { id: text(20) };

/** A person's answer to a request on hold. */
export const handAnswer = variant('kind', {
  value: object({ ...id, ...ways.value }),
  error: object({ ...id, ...ways.error }),
  never: object({ ...id, ...ways.never }),
});
export type HandAnswer = ValueOf<typeof handAnswer>;

/** The same for a request that has yet to come. */
export const presetAnswer = variant('kind', {
  value: object(ways.value),
  error: object(ways.error),
  never: object(ways.never),
});
export type PresetAnswer = ValueOf<typeof presetAnswer>;

/** Results a request may be refused with: firmware refuses 15 for what is written or executed (mipl-at.md §5). */
export function errorResults(kind: RequestKind): readonly number[] {
  const isAnsweredWithContent = kind === 'read' || kind === 'observe' || kind === 'cancel' || kind === 'discover';
  return isAnsweredWithContent ? [11, 12, 13, 14, 15] : [11, 12, 13, 14];
}
