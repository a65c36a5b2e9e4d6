import { EntryRing } from '../../shared/entryRing.ts';
import type { LogEntry } from '../../shared/log.ts';

/**
 * The newest lines of the log in the screen's memory: a ring, bounded in lines and in bytes. What falls out stays in the journal.
 * Plain data on purpose; nothing here is reactive.
 */
export class LogBuffer {
  readonly #ring: EntryRing<LogEntry>;

  constructor(capacity: number, maxBytes = Infinity) {
    this.#ring = new EntryRing(capacity, maxBytes);
  }

  get size(): number {
    return this.#ring.size;
  }

  /** Sequence number of the oldest entry held; 0 when empty. */
  get firstSeq(): number {
    return this.#ring.at(0)?.seq ?? 0;
  }

  get newest(): LogEntry | undefined {
    return this.#ring.newest;
  }

  /**
   * Takes a batch; entries already held are dropped. A sequence number that starts over with a newer time is a new
   * session and empties the ring. Returns what was added and whether the ring was emptied.
   */
  append(batch: readonly LogEntry[]): { added: LogEntry[]; restarted: boolean } {
    const added: LogEntry[] = [];
    let restarted = false;
    for (const entry of batch) {
      const { newest } = this;
      if (newest !== undefined && entry.seq <= newest.seq) {
        if (entry.atMs <= newest.atMs) continue;
        this.clear();
        added.length = 0;
        restarted = true;
      }
      this.#ring.push(entry);
      added.push(entry);
    }
    return { added, restarted };
  }

  clear(): void {
    this.#ring.clear();
  }

  /** The entries from oldest to newest that pass. */
  select(passes: (entry: LogEntry) => boolean): LogEntry[] {
    const selected: LogEntry[] = [];
    for (let position = 0; position < this.#ring.size; position += 1) {
      const entry = this.#ring.at(position);
      if (entry !== undefined && passes(entry)) selected.push(entry);
    }
    return selected;
  }
}
