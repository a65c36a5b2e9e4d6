/** So many gaps after a final result the next command leaves, whatever the module goes on saying. */
const mostGaps = 10;

/** When what happened; monotonic clock, nanoseconds. */
export interface LineTimes {
  readonly nowNs: bigint;
  readonly lastFinalNs: bigint;
  readonly lastDataNs: bigint;
}

/**
 * How long until the line has been quiet for the gap since the last final result, milliseconds; 0 or less when it has. An answer
 * that is said twice would else be taken for that of the next command. A line that is never quiet holds nobody longer than some gaps.
 */
export function gapLeftMs(gapMs: number, { nowNs, lastFinalNs, lastDataNs }: LineTimes): number {
  const leftMs = (sinceNs: bigint, gaps: number): number => gaps * gapMs - Number(nowNs - sinceNs) / 1e6;
  return Math.min(Math.max(leftMs(lastFinalNs, 1), leftMs(lastDataNs, 1)), leftMs(lastFinalNs, mostGaps));
}
