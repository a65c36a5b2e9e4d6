import type { LogEntry } from '../shared/log.ts';

/** A line as the screen holds it. */
export interface HeldEntry extends LogEntry {
  /** Information text and final result: name of the command they answer, where it stands in the log. */
  readonly answers?: string;
}

/** Joins answers to their commands, which only stand before them. */
export class AnswerJoiner {
  /** The command of the exchange at hand. */
  #command: LogEntry | undefined;

  /** The entry; an answer with name, msgid and path of its command when it has none of its own. */
  join(entry: LogEntry): HeldEntry {
    if (entry.exchange === undefined) return entry;
    if (entry.kind !== 'answer') {
      this.#command = entry;
      return entry;
    }
    if (entry.exchange !== this.#command?.exchange) return entry;
    const { msgId, path, decoded } = this.#command;
    return {
      ...entry,
      ...(decoded?.name === undefined ? {} : { answers: decoded.name }),
      ...(msgId === undefined || entry.msgId !== undefined ? {} : { msgId }),
      ...(path === undefined || entry.path !== undefined ? {} : { path }),
    };
  }
}

/**
 * The newest lines of the log in the screen's memory: a ring of fixed size. What falls out stays in the journal.
 * Plain data on purpose; nothing here is reactive.
 */
export class LogBuffer {
  readonly capacity: number;
  #entries: HeldEntry[] = [];
  /** Place of the oldest entry once the ring is full. */
  #start = 0;
  #joiner = new AnswerJoiner();

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

  get newest(): HeldEntry | undefined {
    const { length } = this.#entries;
    return length === 0 ? undefined : this.#entries[(this.#start + length - 1) % length];
  }

  #push(entry: HeldEntry): void {
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
  append(batch: readonly LogEntry[]): { added: HeldEntry[]; restarted: boolean } {
    const added: HeldEntry[] = [];
    let restarted = false;
    for (const received of batch) {
      const { newest } = this;
      if (newest !== undefined && received.seq <= newest.seq) {
        if (received.atMs <= newest.atMs) continue;
        this.clear();
        added.length = 0;
        restarted = true;
      }
      const entry = this.#joiner.join(received);
      this.#push(entry);
      added.push(entry);
    }
    return { added, restarted };
  }

  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#joiner = new AnswerJoiner();
  }

  /** The entries from oldest to newest that pass. */
  select(passes: (entry: HeldEntry) => boolean): HeldEntry[] {
    const selected: HeldEntry[] = [];
    const { length } = this.#entries;
    for (let i = 0; i < length; i += 1) {
      const entry = this.#entries[(this.#start + i) % length];
      if (entry !== undefined && passes(entry)) selected.push(entry);
    }
    return selected;
  }
}
