import { maximumLineBytes } from '../at/lineSplitter.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Counts lines as the line splitter cuts them, without making them: one pass, no allocation. */
export class LineCounter {
  #length = 0;

  /** How many lines ended in this chunk. */
  push(bytes: Uint8Array): number {
    let lines = 0;
    let length = this.#length;
    for (const byte of bytes) {
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        if (length > 0) lines += 1;
        length = 0;
      } else {
        if (length === maximumLineBytes) {
          lines += 1;
          length = 0;
        }
        length += 1;
      }
    }
    this.#length = length;
    return lines;
  }
}
