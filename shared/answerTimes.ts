/** Time to answer over the session, in milliseconds. */
export interface AnswerTimes {
  readonly count: number;
  readonly lateCount: number;
  readonly lastMs?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly worstMs?: number;
}
