import { percentile } from '../../shared/percentile.ts';

/** Times of a kind, milliseconds. */
export interface TimeFigures {
  readonly count: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly worstMs?: number;
}

/** What a fleet came to, and what its server did with it. */
export interface FleetFigures {
  readonly modules: number;
  /** Registered now, and the most that ever were at once. */
  readonly registered: number;
  readonly mostRegistered: number;
  /** From the start of bring-up until the server had the registration. */
  readonly registration: TimeFigures;
  /** Requests of the server that came to modules, by kind. */
  readonly requests: Readonly<Record<string, number>>;
  /** From request to answer on the line, of all modules together. */
  readonly answers: { readonly count: number; readonly lateCount: number; readonly worstMs?: number };
  /** Round trips of our own platform's reads; absent with another server. */
  readonly reads?: TimeFigures & { readonly failed: number };
  /** What our own platform had; absent with another server. */
  readonly platform?: { readonly updates: number; readonly notifications: number; readonly offline: number };
  /** Processor time of this process, as a share of one core, and its memory. */
  readonly coreShare: number;
  readonly megabytes: number;
  readonly seconds: number;
}

/** Counts times without keeping more of them than a screen of figures needs. */
export class Times {
  #values: number[] = [];
  #count = 0;

  add(valueMs: number): void {
    this.#count++;
    // The last hundred thousand: a fleet runs for days.
    if (this.#values.length >= MOST_VALUES) this.#values = this.#values.slice(MOST_VALUES / 2);
    this.#values.push(valueMs);
  }

  get values(): readonly number[] {
    return this.#values;
  }

  figures(): TimeFigures {
    return { ...timesOf(this.#values), count: this.#count };
  }
}

/** Figures of times in any order. */
export function timesOf(values: readonly number[]): TimeFigures {
  const sorted = values.toSorted((one, other) => one - other);
  const [p50Ms, p95Ms, worstMs] = [0.5, 0.95, 1].map((share) => percentile(sorted, share));
  if (p50Ms === undefined || p95Ms === undefined || worstMs === undefined) return { count: values.length };
  return { count: values.length, p50Ms, p95Ms, worstMs };
}

const MOST_VALUES = 100_000;
