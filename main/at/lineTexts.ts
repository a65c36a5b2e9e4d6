import type { Buffer } from 'node:buffer';

const PLACES = 1024;
/** A longer line is hardly ever said twice. */
const LONGEST = 128;
/** Spreads what differs in few bits over all of them: 2^32 by the golden ratio. */
const SPREAD = 0x9e3779b1;

/**
 * The texts of short lines that came last, found by their bytes: a module says the same things again and again, and to look at
 * the bytes costs less than to make a string of them. Whoever keeps such lines keeps their text once, and one text is found in
 * other tables without a look at its characters. Each can stand at one of two places that follow from all of its bytes.
 */
export class LineTexts {
  readonly #texts: string[] = new Array<string>(PLACES).fill('');
  readonly #bytes = new Uint8Array(PLACES * LONGEST);
  /** Of each pair of places the one that is taken next. */
  readonly #next = new Uint8Array(PLACES / 2);

  /** The text of `bytes[from, end)`, all of them ASCII; made by `make` where it did not come lately. */
  of(bytes: Buffer, from: number, end: number, make: (bytes: Buffer, from: number, end: number) => string): string {
    const length = end - from;
    if (length > LONGEST) return make(bytes, from, end);
    const place = placeOf(bytes, from, end);
    if (this.#isAt(place, bytes, from, length)) return this.#texts[place] as string;
    const other = place + 1;
    if (this.#isAt(other, bytes, from, length)) return this.#texts[other] as string;
    const taken = (this.#next[place / 2] as number) === 0 ? place : other;
    this.#next[place / 2] = taken === place ? 1 : 0;
    const start = taken * LONGEST;
    for (let index = 0; index < length; index++) this.#bytes[start + index] = bytes[from + index] as number;
    return (this.#texts[taken] = make(bytes, from, end));
  }

  #isAt(place: number, bytes: Buffer, from: number, length: number): boolean {
    if ((this.#texts[place] as string).length !== length) return false;
    const kept = this.#bytes;
    const start = place * LONGEST;
    for (let index = 0; index < length; index++) if (kept[start + index] !== bytes[from + index]) return false;
    return true;
  }
}

/** An even place, of all bytes, four at a time, since lines of a module differ in any one of them. */
function placeOf(bytes: Buffer, from: number, end: number): number {
  let mixed = end - from;
  let place = from;
  for (; place + 3 < end; place += 4) {
    const four =
      (bytes[place] as number) |
      ((bytes[place + 1] as number) << 8) |
      ((bytes[place + 2] as number) << 16) |
      ((bytes[place + 3] as number) << 24);
    mixed = Math.imul(mixed ^ four, SPREAD);
    mixed ^= mixed >>> 15;
  }
  for (; place < end; place++) mixed = Math.imul(mixed ^ (bytes[place] as number), SPREAD);
  return ((mixed ^ (mixed >>> 15)) & (PLACES / 2 - 1)) * 2;
}
