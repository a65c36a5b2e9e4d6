import { EntryRing } from '../../shared/entryRing.ts';
import type { LogEntry } from '../../shared/log.ts';

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
 * The newest lines of the log in the screen's memory: a ring, bounded in lines and in bytes. What falls out stays in the journal.
 * Plain data on purpose; nothing here is reactive.
 */
export class LogBuffer {
  readonly #ring: EntryRing<HeldEntry>;
  #joiner = new AnswerJoiner();

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

  get newest(): HeldEntry | undefined {
    return this.#ring.newest;
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
      this.#ring.push(entry);
      added.push(entry);
    }
    return { added, restarted };
  }

  clear(): void {
    this.#ring.clear();
    this.#joiner = new AnswerJoiner();
  }

  /** The entries from oldest to newest that pass. */
  select(passes: (entry: HeldEntry) => boolean): HeldEntry[] {
    const selected: HeldEntry[] = [];
    for (let position = 0; position < this.#ring.size; position += 1) {
      const entry = this.#ring.at(position);
      if (entry !== undefined && passes(entry)) selected.push(entry);
    }
    return selected;
  }
}
