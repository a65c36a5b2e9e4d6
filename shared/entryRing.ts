import type { DecodedLine, LogEntry } from './log.ts';
import type { Remark } from './remarks.ts';

/** What an entry costs beside its texts: the object itself, its numbers and its place. */
const BYTES_PER_ENTRY = 200;
/** Texts are kept as UTF-16 at worst. */
const BYTES_PER_CHARACTER = 2;

/** About the bytes of memory an entry takes, its decoded parameters included. */
export function entryBytes({ text, decoded, remark }: LogEntry): number {
  return BYTES_PER_ENTRY + BYTES_PER_CHARACTER * (text.length + decodedLength(decoded) + remarkLength(remark));
}

function remarkLength(remark: Remark | undefined): number {
  if (remark === undefined) return 0;
  return Object.values(remark.values).reduce<number>((sum, value) => sum + String(value).length, 0);
}

function decodedLength(decoded: DecodedLine | undefined): number {
  if (decoded === undefined) return 0;
  let length = decoded.note?.length ?? 0;
  const { params } = decoded;
  // Names and values come from our own table: nothing is inherited, and a list of them would be made for each line.
  for (const name in params) {
    const value = params[name];
    if (typeof value === 'string') length += value.length;
  }
  return length;
}

/**
 * The newest entries of a log, bounded in number and in bytes: a module that prints long lines must not fill the memory.
 * The newest is always kept. Each push costs the same, however much is held.
 */
export class EntryRing<E extends LogEntry> {
  readonly #capacity: number;
  readonly #maxBytes: number;
  /** Grows up to the capacity; from then on places are used again. */
  #entries: (E | undefined)[] = [];
  /** Of each entry, at its place. */
  #sizes: number[] = [];
  /** Place of the oldest entry. */
  #head = 0;
  #size = 0;
  #bytes = 0;

  constructor(capacity: number, maxBytes: number) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#size;
  }

  /** About the bytes held, see {@link entryBytes}. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The entry at a place counted from the oldest, 0; undefined beyond the newest. */
  at(position: number): E | undefined {
    return position < this.#size ? this.#entries[this.#placeOf(position)] : undefined;
  }

  get newest(): E | undefined {
    return this.at(this.#size - 1);
  }

  push(entry: E): void {
    const bytes = entryBytes(entry);
    if (this.#size === this.#capacity) this.#dropOldest();
    const place = this.#placeOf(this.#size);
    this.#entries[place] = entry;
    this.#sizes[place] = bytes;
    this.#size += 1;
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes && this.#size > 1) this.#dropOldest();
  }

  clear(): void {
    this.#entries = [];
    this.#sizes = [];
    this.#head = 0;
    this.#size = 0;
    this.#bytes = 0;
  }

  #placeOf(position: number): number {
    return (this.#head + position) % this.#capacity;
  }

  #dropOldest(): void {
    this.#bytes -= this.#sizes[this.#head] as number;
    this.#entries[this.#head] = undefined;
    this.#head = this.#placeOf(1);
    this.#size -= 1;
  }
}
