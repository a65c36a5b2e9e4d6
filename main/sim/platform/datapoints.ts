import { jsonText, type Json } from './jsonText.ts';

/** One value of a stream with its time of arrival in milliseconds since 1970. */
export interface Datapoint {
  readonly atMs: number;
  readonly value: Json;
}

/** Which points are asked for; all parts optional, as in GET /devices/<id>/datapoints. */
export interface DatapointQuery {
  /** Stream names such as `3303_0_5700`; all when absent. */
  readonly streams?: readonly string[];
  readonly startMs?: number;
  readonly endMs?: number;
  /** Most points in one answer; default 100 with a start, else one per stream. */
  readonly limit?: number;
  /** Points already given by earlier answers to the same question. */
  readonly offset?: number;
}

/** Points by stream, in order of time; `nextOffset` when more are waiting. */
export interface DatapointPage {
  readonly count: number;
  readonly nextOffset: number | undefined;
  readonly streams: readonly { readonly id: string; readonly datapoints: readonly Datapoint[] }[];
}

const MAX_POINTS_PER_STREAM = 10_000;
const MAX_STREAMS = 1000;
const DEFAULT_LIMIT = 100;

/** Memory that the points of all devices of a platform share, in characters of their text. */
export class PointBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True where so much more has room. */
  hasRoomFor(size: number): boolean {
    return this.#used + size <= this.#limit;
  }

  /** Takes, or with a negative size gives back. */
  take(size: number): void {
    this.#used += size;
  }
}

/** A point of its own takes some memory, too. */
const POINT_SIZE = 64;
const sizeOf = ({ value }: Datapoint): number => POINT_SIZE + jsonText(value).length;

/** What one device reported, by stream `<object>_<instance>_<resource>`. The oldest points give way to new ones. */
export class Datapoints {
  readonly #streams = new Map<string, Datapoint[]>();
  readonly #budget: PointBudget;

  constructor(budget: PointBudget) {
    this.#budget = budget;
  }

  /**
   * Adds a point; points come in order of time. A device that invents streams without end is cut short; where the memory of
   * all is full, older points of the stream give way, or the new one is lost.
   */
  add(stream: string, point: Datapoint): void {
    const points = this.#streams.get(stream) ?? [];
    if (points.length === 0 && this.#streams.size >= MAX_STREAMS) return;
    const size = sizeOf(point);
    while (points.length >= MAX_POINTS_PER_STREAM || (points.length > 0 && !this.#budget.hasRoomFor(size))) {
      const oldest = points.shift();
      if (oldest) this.#budget.take(-sizeOf(oldest));
    }
    if (!this.#budget.hasRoomFor(size)) return;
    this.#budget.take(size);
    points.push(point);
    this.#streams.set(stream, points);
  }

  /** Gives all memory back. */
  clear(): void {
    for (const points of this.#streams.values()) for (const point of points) this.#budget.take(-sizeOf(point));
    this.#streams.clear();
  }

  /** Answers a question; without a start the newest points, of each stream one unless a limit says more. */
  find(query: DatapointQuery): DatapointPage {
    const { streams, startMs, endMs = Infinity, limit } = query;
    const names = [...this.#streams.keys()].filter((name) => streams?.includes(name) ?? true);
    if (startMs === undefined) {
      return pageOf(names.map((id) => ({ id, datapoints: (this.#streams.get(id) ?? []).slice(-(limit ?? 1)) })));
    }
    const offset = query.offset ?? 0;
    const end = offset + (limit ?? DEFAULT_LIMIT);
    let seen = 0;
    const cut = names.map((id) => {
      const inTime = (this.#streams.get(id) ?? []).filter(({ atMs }) => atMs >= startMs && atMs <= endMs);
      const before = seen;
      seen += inTime.length;
      return { id, datapoints: inTime.slice(Math.max(0, offset - before), Math.max(0, end - before)) };
    });
    return { ...pageOf(cut), nextOffset: seen > end ? end : undefined };
  }
}

function pageOf(streams: DatapointPage['streams']): DatapointPage {
  const filled = streams.filter(({ datapoints }) => datapoints.length > 0);
  const count = filled.reduce((sum, { datapoints }) => sum + datapoints.length, 0);
  return { count, nextOffset: undefined, streams: filled };
}

/** OneNET keeps Beijing time, whatever the clock of the computer. */
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** `2015-12-01 17:10:24.981`, Beijing time. */
export function formatPlatformTime(atMs: number): string {
  return new Date(atMs + BEIJING_OFFSET_MS).toISOString().replace('T', ' ').replace('Z', '');
}

/** Reads `2015-01-10T08:00:35` as Beijing time; undefined when it is no date. */
export function parsePlatformTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,3})?$/.test(text)) return undefined;
  const atMs = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
