import { Buffer, isUtf8 } from 'node:buffer';

/**
 * Longest line in bytes; what is longer comes in pieces of this size, each flagged `cut`. The longest there is carries a
 * write of 2 KB in hex.
 */
export const maximumLineBytes = 8192;

/** One line as it came from the wire, without its separators. */
export interface AtLine {
  /** UTF-8 decoded; malformed bytes are U+FFFD. Never empty. */
  readonly text: string;
  /** Monotonic time of the chunk that brought the first byte, nanoseconds. */
  readonly startedNs: bigint;
  /** Monotonic time of the chunk that brought the separator (or the last byte of a piece), nanoseconds. */
  readonly finishedNs: bigint;
  /** Place of the first byte in the stream since the splitter was made. */
  readonly offset: number;
  /** Bytes, separators not counted. */
  readonly length: number;
  /** The bytes were not valid UTF-8. */
  readonly damaged: boolean;
  /** A piece of a line longer than {@link maximumLineBytes}. */
  readonly cut: boolean;
  /** Pushed out by {@link LineSplitter.flush} before a separator came. */
  readonly partial: boolean;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Bytes to lines: a line ends at CR or LF, empty lines are dropped (V.250 §5.7.1 frames every answer with CR LF on both
 * sides). Takes bytes at any cut and any content, never throws, and keeps at most {@link maximumLineBytes} bytes.
 * The receiver of the lines must not throw.
 */
export class LineSplitter {
  readonly #onLine: (line: AtLine) => void;
  /** Beginning of a line whose end has not come yet. */
  readonly #pending = Buffer.allocUnsafe(maximumLineBytes);
  #pendingLength = 0;
  #pendingIsAscii = true;
  #pendingNs = 0n;
  #lastNs = 0n;
  /** Bytes in all chunks before the present one. */
  #consumed = 0;
  /** A piece of the present line has been given out already. */
  #cutting = false;

  constructor(onLine: (line: AtLine) => void) {
    this.#onLine = onLine;
  }

  /** Bytes that wait for the end of their line. */
  get pendingBytes(): number {
    return this.#pendingLength;
  }

  /** Takes a chunk that arrived at `atNs` (monotonic, nanoseconds) and gives out the lines that are complete. */
  push(chunk: Uint8Array, atNs: bigint): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const length = bytes.length;
    this.#lastNs = atNs;
    let index = 0;
    while (index < length) {
      const start = index;
      let seen = 0;
      while (index < length) {
        const byte = bytes[index] as number;
        if (byte === lineFeed || byte === carriageReturn) break;
        seen |= byte;
        index++;
      }
      const from = this.#cutLong(bytes, start, index, seen < 0x80);
      if (index === length) {
        this.#keep(bytes, from, index, seen < 0x80);
      } else {
        this.#finish(bytes, from, index, seen < 0x80);
        this.#cutting = false;
        index++;
      }
    }
    this.#consumed += length;
  }

  /** Gives out the beginning of a line whose end did not come, flagged `partial`. */
  flush(): void {
    const length = this.#pendingLength;
    if (length === 0) return;
    this.#pendingLength = 0;
    const cut = this.#cutting;
    this.#cutting = false;
    this.#emit(this.#pending, 0, length, this.#pendingIsAscii, this.#pendingNs, this.#consumed - length, cut, true);
  }

  /** Gives out full pieces while the line is too long; returns where the rest begins. */
  #cutLong(bytes: Buffer, start: number, end: number, isAscii: boolean): number {
    let from = start;
    while (this.#pendingLength + end - from > maximumLineBytes) {
      const pieceEnd = from + maximumLineBytes - this.#pendingLength;
      this.#cutting = true;
      this.#finish(bytes, from, pieceEnd, isAscii);
      from = pieceEnd;
    }
    return from;
  }

  /** Gives out what is pending together with `bytes[from, end)`. */
  #finish(bytes: Buffer, from: number, end: number, isAscii: boolean): void {
    if (this.#pendingLength === 0) {
      // The usual case copies nothing: the whole line lies in this chunk.
      if (end > from) {
        this.#emit(bytes, from, end, isAscii, this.#lastNs, this.#consumed + from, this.#cutting, false);
      }
      return;
    }
    const offset = this.#consumed + from - this.#pendingLength;
    this.#keep(bytes, from, end, isAscii);
    const length = this.#pendingLength;
    this.#pendingLength = 0;
    this.#emit(this.#pending, 0, length, this.#pendingIsAscii, this.#pendingNs, offset, this.#cutting, false);
  }

  #keep(bytes: Buffer, from: number, end: number, isAscii: boolean): void {
    if (this.#pendingLength === 0) {
      this.#pendingNs = this.#lastNs;
      this.#pendingIsAscii = true;
    }
    bytes.copy(this.#pending, this.#pendingLength, from, end);
    this.#pendingLength += end - from;
    this.#pendingIsAscii &&= isAscii;
  }

  #emit(
    bytes: Buffer,
    from: number,
    end: number,
    isAscii: boolean,
    startedNs: bigint,
    offset: number,
    cut: boolean,
    partial: boolean,
  ): void {
    this.#onLine({
      text: bytes.toString(isAscii ? 'latin1' : 'utf8', from, end),
      startedNs,
      finishedNs: this.#lastNs,
      offset,
      length: end - from,
      damaged: !isAscii && !isUtf8(bytes.subarray(from, end)),
      cut,
      partial,
    });
  }
}
