import { ranges } from '../../shared/settings.ts';
import { readWhole } from '../../shared/wholeRange.ts';

const { min: shortestLifetime, max: longestLifetime } = ranges.lifetimeSeconds;

/**
 * What to say about the lifetime of an update. 0 stands in the document as "no parameters", but no firmware keeps the old
 * lifetime then (mipl-at.md §15.18).
 */
export function lifetimeVerdict(text: string): 'good' | 'zero' | 'short' | 'wrong' {
  const value = readWhole(text, { min: 0, max: longestLifetime });
  if (value === undefined) return 'wrong';
  if (value === 0) return 'zero';
  return value < shortestLifetime ? 'short' : 'good';
}
