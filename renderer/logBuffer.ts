import type { LogEntry } from '../shared/log.ts';

/**
 * The newest lines of the log in the screen's memory: a ring of fixed size. What falls out stays in the journal.
 * Plain data on purpose; nothing here is reactive.
 */
export class LogBuffer {
  readonly capacity: number;
  #entries: LogEntry[] = [];
  /** Place of the oldest entry once the ring is full. */
  #start = 0;
  /** The command of the exchange at hand: its information text and its OK belong to the same msgid and path. */
  #command: LogEntry | undefined;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Sequence number of the oldest entry held; 0 when empty. */
  get firstSeq(): number {
    return this.#entries[this.#start]?.seq ?? 0;
  }

  get newest(): LogEntry | undefined {
    const { length } = this.#entries;
    return length === 0 ? undefined : this.#entries[(this.#start + length - 1) % length];
  }

  /** The entry with msgid and path of the command it answers, when it has none of its own. */
  #related(entry: LogEntry): LogEntry {
    if (entry.exchange === undefined) return entry;
    if (entry.exchange !== this.#command?.exchange) {
      this.#command = entry;
      return entry;
    }
    const { msgId, path } = this.#command;
    if (entry.msgId !== undefined || (msgId === undefined && path === undefined)) return entry;
    return { ...entry, ...(msgId === undefined ? {} : { msgId }), ...(path === undefined ? {} : { path }) };
  }

  #push(entry: LogEntry): void {
    if (this.#entries.length < this.capacity) {
      this.#entries.push(entry);
      return;
    }
    this.#entries[this.#start] = entry;
    this.#start = (this.#start + 1) % this.capacity;
  }

  /**
   * Takes a batch; entries already held are dropped. A sequence number that starts over with a newer time is a new
   * session and empties the ring. Returns what was added and whether the ring was emptied.
   */
  append(batch: readonly LogEntry[]): { added: LogEntry[]; restarted: boolean } {
    const added: LogEntry[] = [];
    let restarted = false;
    for (const received of batch) {
      const entry = this.#related(received);
      const { newest } = this;
      if (newest !== undefined && entry.seq <= newest.seq) {
        if (entry.atMs <= newest.atMs) continue;
        this.clear();
        added.length = 0;
        restarted = true;
      }
      this.#push(entry);
      added.push(entry);
    }
    return { added, restarted };
  }

  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#command = undefined;
  }

  /** The entries from oldest to newest that pass. */
  select(passes: (entry: LogEntry) => boolean): LogEntry[] {
    const selected: LogEntry[] = [];
    const { length } = this.#entries;
    for (let i = 0; i < length; i += 1) {
      const entry = this.#entries[(this.#start + i) % length];
      if (entry !== undefined && passes(entry)) selected.push(entry);
    }
    return selected;
  }
}
