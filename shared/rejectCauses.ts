import { phrase } from './phrase.ts';
import type { Phrase } from './phrase.ts';

/**
 * Causes for which a network turns a module away, each with a sentence under `reject.<number>`: EMM causes of TS 24.301
 * §9.9.3.9 and annex A, and of §9.9.4.4 those ESM causes that modules print in the same place.
 */
export const rejectCauses = [
  2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
  34, 35, 39, 40, 42, 50, 51, 54, 78, 95, 96, 97, 98, 99, 100, 101, 111,
] as const;
const known: ReadonlySet<number> = new Set(rejectCauses);

/** A reject cause in plain words; one that no clause names is only a number. */
export function rejectPhrase(cause: number): Phrase {
  return known.has(cause) ? phrase(`reject.${cause}`) : phrase('reject.other', { cause });
}
