import { percentile } from '../../shared/percentile.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';

/** Enough for a day of field work; older answers leave the percentiles. */
const KEPT = 1000;

/** The place of the first that is not below `value`. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Collects times to answer (request's newline to the OK of the last line), milliseconds. One for a session: the link may be
 * lost and come back meanwhile.
 */
export class AnswerTimeRecord {
  /** The last ones as they came, a ring. */
  readonly #times: number[] = [];
  /** The same in order, kept so with each answer: sorting anew costs more than an answer. */
  readonly #sorted: number[] = [];
  #count = 0;
  #lateCount = 0;
  #worstMs = 0;

  add(usedMs: number, late: boolean): void {
    const place = this.#count % KEPT;
    const leaving = this.#times[place];
    if (leaving !== undefined) this.#sorted.splice(placeOf(this.#sorted, leaving), 1);
    this.#sorted.splice(placeOf(this.#sorted, usedMs), 0, usedMs);
    this.#times[place] = usedMs;
    this.#count++;
    if (late) this.#lateCount++;
    this.#worstMs = Math.max(this.#worstMs, usedMs);
  }

  /** Count, late and worst over the session; median and p95 (nearest rank) over the last 1000. */
  summary(): AnswerTimes {
    const counts = { count: this.#count, lateCount: this.#lateCount };
    const p50Ms = percentile(this.#sorted, 0.5);
    const p95Ms = percentile(this.#sorted, 0.95);
    const lastMs = this.#times[(this.#count - 1) % KEPT];
    if (p50Ms === undefined || p95Ms === undefined || lastMs === undefined) return counts;
    return { ...counts, lastMs, p50Ms, p95Ms, worstMs: this.#worstMs };
  }
}
