type Entries = Readonly<Record<string, unknown>>;

/**
 * The entries of one keyed part of the state by their ids, whole numbers that grow: only so many of the newest are kept.
 * Changed in place, so that a change costs the same however many there are.
 */
export class BoundedEntries {
  readonly #kept: number;
  readonly #entries: Map<string, unknown>;

  constructor(kept: number, initial: Entries) {
    this.#kept = kept;
    this.#entries = new Map(Object.entries(initial));
  }

  get(id: string): unknown {
    return this.#entries.get(id);
  }

  /** Ids of the entries that are kept. */
  ids(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Applies a change, null removes; gives back what it came to: nulls also for what had to give way, or is too old. */
  apply(change: Entries): Entries {
    const applied: Record<string, unknown> = {};
    for (const [id, entry] of Object.entries(change)) {
      applied[id] = entry;
      if (entry === null) this.#entries.delete(id);
      else if (this.#entries.has(id) || this.#entries.size < this.#kept) this.#entries.set(id, entry);
      else this.#replaceOldest(id, entry, applied);
    }
    return applied;
  }

  /** As the state has them. */
  record(): Entries {
    return Object.fromEntries(this.#entries);
  }

  #replaceOldest(id: string, entry: unknown, applied: Record<string, unknown>): void {
    let oldest = id;
    for (const known of this.#entries.keys()) if (Number(known) < Number(oldest)) oldest = known;
    applied[oldest] = null;
    if (oldest === id) return;
    this.#entries.delete(oldest);
    this.#entries.set(id, entry);
  }
}
