const longestLifetime = 268_435_455;
/** Xinyi, BC95 and NB73 refuse less (mipl-at.md §4). */
const shortestLifetime = 15;

/**
 * What to say about the lifetime of an update. 0 stands in the document as "no parameters", but no firmware keeps the old
 * lifetime then (mipl-at.md §15.18).
 */
export function lifetimeVerdict(text: string): 'good' | 'zero' | 'short' | 'wrong' {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value > longestLifetime) return 'wrong';
  if (value === 0) return 'zero';
  return value < shortestLifetime ? 'short' : 'good';
}
