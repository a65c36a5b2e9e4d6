import type { DecodedLine, LogEntry } from './log.ts';

/** What an entry costs beside its texts: the object itself, its numbers and its place. */
const BYTES_PER_ENTRY = 200;
/** Texts are kept as UTF-16 at worst. */
const BYTES_PER_CHARACTER = 2;
/** So many places may stand empty at the front before they are given back. */
const MAX_EMPTY = 1024;

/** About the bytes of memory an entry takes, its decoded parameters included. */
export function entryBytes({ text, decoded, remark }: LogEntry): number {
  const values = Object.values(remark?.values ?? {}).reduce<number>((sum, value) => sum + String(value).length, 0);
  return BYTES_PER_ENTRY + BYTES_PER_CHARACTER * (text.length + decodedLength(decoded) + values);
}

function decodedLength(decoded: DecodedLine | undefined): number {
  if (decoded === undefined) return 0;
  let length = decoded.note?.length ?? 0;
  for (const value of Object.values(decoded.params ?? {})) length += typeof value === 'string' ? value.length : 0;
  return length;
}

/**
 * The newest entries of a log, bounded in number and in bytes: a module that prints long lines must not fill the memory.
 * The newest is always kept. Each push costs the same, however much is held.
 */
export class EntryRing<E extends LogEntry> {
  readonly #capacity: number;
  readonly #maxBytes: number;
  #entries: (E | undefined)[] = [];
  /** Place of the oldest entry. */
  #head = 0;
  #bytes = 0;

  constructor(capacity: number, maxBytes: number) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** About the bytes held, see {@link entryBytes}. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The entry at a place counted from the oldest, 0; undefined beyond the newest. */
  at(position: number): E | undefined {
    return this.#entries[this.#head + position];
  }

  get newest(): E | undefined {
    return this.size === 0 ? undefined : this.#entries.at(-1);
  }

  push(entry: E): void {
    this.#entries.push(entry);
    this.#bytes += entryBytes(entry);
    while (this.size > this.#capacity || (this.#bytes > this.#maxBytes && this.size > 1)) this.#dropOldest();
  }

  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  #dropOldest(): void {
    this.#bytes -= entryBytes(this.#entries[this.#head] as E);
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    if (this.#head < MAX_EMPTY || this.#head < this.#entries.length / 2) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
