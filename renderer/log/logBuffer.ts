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
   * Takes a batch; returns what was added. Entries up to the newest are held already, or have left: a device numbers its lines
   * as long as it is there. Their times tell nothing: a line that began before a remark is entered after it.
   */
  append(batch: readonly LogEntry[]): LogEntry[] {
    const newestSeq = this.newest?.seq ?? 0;
    const added = batch.filter(({ seq }) => seq > newestSeq);
    for (const entry of added) this.#ring.push(entry);
    return added;
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
