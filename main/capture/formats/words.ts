import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { bytesOfCells, isRepetition, readWordRow, wordShapeOf } from '../wordRow.ts';
import type { TextRow } from '../textRows.ts';

/** Most bytes that a row of repetitions may stand for: what is more was no session. */
const MOST_REPEATED_BYTES = 1 << 20;

/** Dumps of od and hexdump in numbers of two, four or eight bytes, or of one in decimal. */
class WordsReader implements LayoutReader {
  #row: readonly number[] = [];
  /** Zeros at the end of the row before: the last number of all is filled up with such. */
  #zeros = 0;
  /** Place of the next byte. */
  #place = 0;
  #isRepeated = false;

  read({ line, text: raw }: TextRow, { words }: LogStyle): LogItem[] {
    if (raw.trim() === '') return [];
    const mark: LogItem = { kind: 'mark', line, raw, note: 'written by the tool, not on the wire' };
    this.#isRepeated ||= isRepetition(raw);
    const row = readWordRow(raw);
    const bytes = row && words && bytesOfCells(row.cells, words);
    if (!row || !words || !bytes) return [mark];
    const start = row.offset === undefined ? this.#place : parseInt(row.offset, words.radix);
    const missing = this.#before(start, bytes.length === 0);
    this.#isRepeated = false;
    this.#place = start + bytes.length;
    this.#row = bytes;
    this.#zeros = bytes.length - (bytes.findLastIndex((byte) => byte !== 0) + 1);
    const told = [...missing, ...bytes.slice(0, bytes.length - this.#zeros)];
    if (told.length === 0) return [mark];
    return [{ kind: 'wire', line, bytes: Uint8Array.from(told) }];
  }

  /** What belongs before the byte at `start`: zeros that were none to fill up, and rows that are not written out. */
  #before(start: number, isEnd: boolean): number[] {
    const told = this.#place - this.#zeros;
    const zeros = Array<number>(Math.max(0, Math.min(this.#zeros, isEnd ? start - told : this.#zeros))).fill(0);
    const gap = start - this.#place;
    if (!this.#isRepeated || this.#row.length === 0 || gap <= 0 || gap > MOST_REPEATED_BYTES) return zeros;
    const repeated = Array.from({ length: gap }, (_, place) => this.#row[place % this.#row.length] as number);
    return [...zeros, ...repeated];
  }
}

/** od -d, -o, -x, -i, -l and the like, hexdump -d, -o, -x. */
export const wordsLayout: LogLayout = {
  name: 'words',
  // Above a dump in hex, which takes four digits for two bytes in their order.
  recognise: (rows) => (wordShapeOf(rows) === undefined ? 0 : 1.1),
  open: () => new WordsReader(),
};
