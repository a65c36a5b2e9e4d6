import { EntryRing, entryBytes } from '../../shared/entryRing.ts';
import type { LogEntry } from '../../shared/log.ts';
import { aboutNothing, aboutOf } from './aboutOf.ts';

/** Entries kept in memory for the screen's paging; a usual one takes about 500 bytes. */
const KEPT = 50_000;
const KEPT_BYTES = 64 * 1024 * 1024;
const BATCH_MS = 34;
const MAX_BATCH = 600;
/** A batch of long lines must not hold up the screen. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** What is known of a line when it is entered; msgid and path of the command that it answers, where the line itself names none. */
export type LogInput = Omit<LogEntry, 'seq'>;

/** The AT log of the session as the screen shows it: a ring of entries, told in batches of at most 30 a second. */
export class LogBook {
  /** Without gaps: the newest has the number {@link lastSeq}. */
  readonly #ring = new EntryRing<LogEntry>(KEPT, KEPT_BYTES);
  readonly #listeners = new Set<(entries: LogEntry[]) => void>();
  readonly #entryListeners = new Set<(entry: LogEntry) => void>();
  #lastSeq = 0;
  #lastExchange = 0;
  #toldSeq = 0;
  #timer: NodeJS.Timeout | undefined;

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The highest number of an exchange so far. */
  get lastExchange(): number {
    return this.#lastExchange;
  }

  /** Enters a line; gives the entry. */
  add(input: LogInput): LogEntry {
    // What is copied stands first, here and below: another order costs several times as much.
    const numbered: LogEntry = { ...input, seq: ++this.#lastSeq };
    const about = aboutOf(input.decoded);
    const entry = about === aboutNothing ? numbered : { ...numbered, ...about };
    this.#lastExchange = Math.max(this.#lastExchange, input.exchange ?? 0);
    this.#ring.push(entry);
    for (const tell of this.#entryListeners) tell(entry);
    this.#timer ??= setTimeout(() => this.#tell(), BATCH_MS);
    return entry;
  }

  /** Entries from sequence number `from`, at most `count`; what fell out of memory is left out. */
  read(from: number, count: number): LogEntry[] {
    const firstSeq = this.#lastSeq - this.#ring.size + 1;
    const first = Math.max(from, firstSeq);
    const last = Math.min(from + count - 1, this.#lastSeq);
    const entries: LogEntry[] = [];
    for (let seq = first; seq <= last; seq++) {
      entries.push(this.#ring.at(seq - firstSeq) as LogEntry);
    }
    return entries;
  }

  /** The newest entries behind `after`, as many as a batch holds. */
  newest(after = 0): LogEntry[] {
    const from = Math.max(after + 1, this.#lastSeq - MAX_BATCH + 1);
    return newestWithin(this.read(from, MAX_BATCH), MAX_BATCH_BYTES);
  }

  /** Hears each entry at once; must cost next to nothing. The returned function ends it. */
  onEntry(listener: (entry: LogEntry) => void): () => void {
    this.#entryListeners.add(listener);
    return () => this.#entryListeners.delete(listener);
  }

  /** Hears batches of new entries; the returned function ends it. Under flood the oldest of a batch are left to paging. */
  onBatch(listener: (entries: LogEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#tell();
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#toldSeq === this.#lastSeq) return;
    const batch = this.newest(this.#toldSeq);
    this.#toldSeq = this.#lastSeq;
    for (const tell of this.#listeners) tell(batch);
  }
}

/** The newest of the entries that take no more bytes than this together; at least one. */
function newestWithin(entries: LogEntry[], maxBytes: number): LogEntry[] {
  let first = entries.length;
  let bytes = 0;
  for (const entry of entries.toReversed()) {
    bytes += entryBytes(entry);
    if (bytes > maxBytes && first < entries.length) break;
    first -= 1;
  }
  return first === 0 ? entries : entries.slice(first);
}
