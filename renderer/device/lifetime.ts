import { ranges } from '../../shared/settings.ts';
import { readWhole } from '../../shared/wholeRange.ts';

/** Limits of a lifetime in seconds, as the words about it name them. */
export const lifetimeLimits = { shortest: ranges.lifetimeSeconds.min, longest: ranges.lifetimeSeconds.max } as const;

/**
 * What to say about the lifetime of an update. 0 stands in the document as "no parameters", but no firmware keeps the old
 * lifetime then (mipl-at.md §15.18).
 */
export function lifetimeVerdict(text: string): 'good' | 'zero' | 'short' | 'wrong' {
  const value = readWhole(text, { min: 0, max: lifetimeLimits.longest });
  if (value === undefined) return 'wrong';
  if (value === 0) return 'zero';
  return value < lifetimeLimits.shortest ? 'short' : 'good';
}
