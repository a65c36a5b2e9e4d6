import { phrase } from './phrase.ts';
import type { Phrase } from './phrase.ts';
import { visible } from './wording.ts';

/** Why bytes may be missing at a place of a journal. `dropped`: the disk did not take them, the count says how many. */
export const gapReasons = ['unplugged', 'closed', 'sleep', 'resumed', 'reconnected', 'restarted', 'dropped'] as const;
export type GapReason = (typeof gapReasons)[number];

/** The reason of a gap for people; a later version may know others, which stay as they are written. */
export function gapReasonWords(reason: string): Phrase | string {
  return gapReasons.some((known) => known === reason) ? phrase(`note.reason.${reason}`) : visible(reason);
}
