/** Nearest rank of times or other figures in ascending order, 0 the smallest, 1 the largest; undefined where there are none. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
