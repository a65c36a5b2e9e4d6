import { resourcePath } from './lwm2m.ts';
import { map, object, optional, text, variant, whole } from './schema.ts';
import type { ValueOf } from './schema.ts';
import { ranges } from './settings.ts';

const common = {
  /** Of the request. */
  id: text(20),
  /** Sent this much later; at once when absent. */
  afterMs: optional(ranges.answerDelayMs),
};

/** A person's answer to a request on hold. */
export const handAnswer = variant('kind', {
  value: object({
    ...common,
    /** By path, what a read is told instead of the values in the store; the store keeps its own. */
    values: optional(map(resourcePath, text(4096), 1000)),
  }),
  error: object({ ...common, result: whole(11, 15) }),
  never: object(common),
});
export type HandAnswer = ValueOf<typeof handAnswer>;
