import type { AnswerTimes } from '../../shared/state.ts';

/** Enough for a day of field work; older answers leave the figures. */
const KEPT = 1000;

function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Collects times to answer (request's newline to the OK of the last line), milliseconds. */
export class AnswerTimeRecord {
  readonly #times: number[] = [];
  #count = 0;
  #lateCount = 0;
  #worstMs: number | undefined;

  add(usedMs: number, late: boolean): void {
    this.#count++;
    if (late) this.#lateCount++;
    if (this.#worstMs === undefined || usedMs > this.#worstMs) this.#worstMs = usedMs;
    this.#times[(this.#count - 1) % KEPT] = usedMs;
  }

  /** Count, late and worst over the session; median and p95 (nearest rank) over the last 1000. */
  summary(): AnswerTimes {
    const counts = { count: this.#count, lateCount: this.#lateCount };
    const sorted = [...this.#times].sort((a, b) => a - b);
    const p50Ms = percentile(sorted, 0.5);
    const p95Ms = percentile(sorted, 0.95);
    const lastMs = this.#times[(this.#count - 1) % KEPT];
    if (p50Ms === undefined || p95Ms === undefined || lastMs === undefined || this.#worstMs === undefined)
      return counts;
    return { ...counts, lastMs, p50Ms, p95Ms, worstMs: this.#worstMs };
  }
}
