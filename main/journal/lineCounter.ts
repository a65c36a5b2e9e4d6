import { maximumLineBytes } from '../at/lineSplitter.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Counts lines as the line splitter cuts them, without making them: one pass, no allocation. */
export class LineCounter {
  #length = 0;

  /** How many lines ended in this chunk. */
  push(bytes: Uint8Array): number {
    let lines = 0;
    /** Where the line under way began, seen from this chunk. */
    let start = -this.#length;
    for (let place = 0; place < bytes.length; place++) {
      const byte = bytes[place] as number;
      // Nearly every byte is greater than both.
      if (byte > CARRIAGE_RETURN || (byte !== LINE_FEED && byte !== CARRIAGE_RETURN)) continue;
      lines += Math.ceil((place - start) / maximumLineBytes);
      start = place + 1;
    }
    const length = bytes.length - start;
    // A piece is over when another byte follows it.
    const pieces = Math.max(0, Math.ceil(length / maximumLineBytes) - 1);
    this.#length = length - pieces * maximumLineBytes;
    return lines + pieces;
  }
}
