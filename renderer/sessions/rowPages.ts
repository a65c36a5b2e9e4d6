import type { FoldedRow } from '../../shared/sessions.ts';

/** Rows that are asked for at once. */
export const pageSize = 100;
/** Pages that are kept: 10,000 rows. */
const mostPages = 100;

/** Rows of a long list as far as somebody has looked at them, by their place from 0. */
export class RowPages {
  readonly #load: (from: number, count: number) => Promise<FoldedRow[]>;
  readonly #onLoaded: () => void;
  readonly #pages = new Map<number, readonly FoldedRow[]>();
  readonly #asked = new Map<number, Promise<void>>();
  /** Answers to what was asked before are no longer wanted. */
  #generation = 0;
  /** How often there were more rows than before. */
  #growths = 0;

  /** @param load reads rows from a place on; one that fails is asked for again. */
  constructor(load: (from: number, count: number) => Promise<FoldedRow[]>, onLoaded: () => void) {
    this.#load = load;
    this.#onLoaded = onLoaded;
  }

  at(index: number): FoldedRow | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Somebody looks at these; what is missing comes. Resolves when all that was asked for is there. */
  async want(first: number, last: number): Promise<void> {
    const missing: Promise<void>[] = [];
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++)
      if (!this.#pages.has(page)) missing.push(this.#asked.get(page) ?? this.#begin(page));
    await Promise.all(missing);
  }

  /** There are more rows than before: pages that were not full are asked for again, also those whose answer is under way. */
  grown(): void {
    this.#growths += 1;
    for (const [page, rows] of this.#pages) if (rows.length < pageSize) this.#pages.delete(page);
  }

  clear(): void {
    this.#generation += 1;
    this.#pages.clear();
    this.#asked.clear();
  }

  #begin(page: number): Promise<void> {
    const asked = this.#ask(page);
    this.#asked.set(page, asked);
    return asked;
  }

  async #ask(page: number): Promise<void> {
    const generation = this.#generation;
    try {
      let isShort = true;
      while (isShort) {
        const growths = this.#growths;
        const rows = await this.#load(page * pageSize, pageSize);
        if (generation !== this.#generation) return;
        this.#keep(page, rows);
        isShort = rows.length < pageSize && growths !== this.#growths;
      }
    } catch (error) {
      if (generation === this.#generation) this.#pages.delete(page);
      throw error;
    } finally {
      if (generation === this.#generation) this.#asked.delete(page);
    }
  }

  #keep(page: number, rows: readonly FoldedRow[]): void {
    this.#pages.set(page, rows);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > mostPages && oldest !== undefined) this.#pages.delete(oldest);
    this.#onLoaded();
  }
}
