import { Buffer, isUtf8 } from 'node:buffer';
import { isBootLine } from './resultCodes.ts';
import { LineTexts } from './lineTexts.ts';
import type { LineFrames } from './lineFrames.ts';

/**
 * Longest line in bytes; what is longer comes in pieces of this size, each flagged `cut`. The longest there is carries a
 * write of 2 KB in hex.
 */
export const maximumLineBytes = 8192;

/**
 * How long a value with a line break inside may keep the line waiting for more, nanoseconds. Modules print such a line in
 * one go, but serial servers and repeated TCP segments put pauses into it; an answer may take 3 s.
 */
export const valuePatienceNs = 1_000_000_000n;
/** The same from the first break to the end: the longest line takes 8.6 s at 9600 baud. */
const valueLimitNs = 10_000_000_000n;

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
  /** Bytes, without separators and stray bytes. */
  readonly length: number;
  /** Control characters and broken bytes that stood before it and fell away: a port that wakes makes such. */
  readonly strayBytes: number;
  /** The same behind it: firmware that sends the NUL at the end of its text along. */
  readonly strayBytesBehind: number;
  /** The bytes were not valid UTF-8. */
  readonly damaged: boolean;
  /** A piece of a line longer than {@link maximumLineBytes}. */
  readonly cut: boolean;
  /** Pushed out by {@link LineSplitter.flush} before a separator came. */
  readonly partial: boolean;
}

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const digit0 = 0x30;
const del = 0x7f;
const beyondAscii = /[^\x00-\x7f]/g;
/** What information text and URCs begin with: `+CSQ`, `*ATREADY`, `%CESQ`, `^SIMST`. */
const head = /^(?:[+*%^#&][A-Za-z]|OK$|ERROR$)/;
/** No line of a start is longer. */
const longestHead = 64;
/**
 * A call that decodes costs as much as the rest of a line's way, so short lines are cut from one text of so many bytes. No more,
 * since whoever keeps a line keeps the text it was cut from.
 */
const windowBytes = 1024;

/** So many lines whose break was lost are looked for in one; what is more stays as it is. */
const mostInOne = 8;

function isSeparator(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/**
 * Where the line in `bytes[from, end)` begins to be one: behind control characters, and behind bytes that are no UTF-8
 * where a head, or a line of a start, follows them.
 */
function headOf(bytes: Buffer, from: number, end: number): number {
  const first = bytes[from] as number;
  return first >= space && first < del ? from : strayEnd(bytes, from, end);
}

function strayEnd(bytes: Buffer, from: number, end: number): number {
  let place = from;
  let isBroken = false;
  for (; place < end; place++) {
    const byte = bytes[place] as number;
    if ((byte >= space && byte < del) || byte === tab) break;
    isBroken ||= byte > del;
  }
  if (place === from || place === end) return from;
  if (!isBroken) return place;
  if (isUtf8(bytes.subarray(from, place))) return from;
  return isHead(bytes.toString('latin1', place, Math.min(end, place + longestHead))) ? place : from;
}

function isHead(text: string): boolean {
  return head.test(text) || isBootLine(text);
}

/**
 * Where the line in `bytes[from, end)` ends: before control characters, and before bytes that are no UTF-8 where it is a head or a
 * line of a start.
 */
function tailOf(bytes: Buffer, from: number, end: number): number {
  let place = end;
  let isBroken = false;
  for (; place > from; place--) {
    const byte = bytes[place - 1] as number;
    if ((byte >= space && byte < del) || byte === tab) break;
    isBroken ||= byte > del;
  }
  if (place === end || place === from) return end;
  if (!isBroken) return place;
  if (isUtf8(bytes.subarray(place, end))) return end;
  return isHead(bytes.toString('latin1', from, Math.min(place, from + longestHead))) ? place : end;
}

/** Where in `bytes` what follows the text begins, an ASCII character: whatever broken bytes read as, those of ASCII read as themselves. */
function placeOf(bytes: Buffer, from: number, text: string): number {
  let left = text.replace(beyondAscii, '').length;
  let place = from;
  while (left > 0 || (bytes[place] as number) > del) {
    if ((bytes[place] as number) <= del) left--;
    place++;
  }
  return place;
}

const lineTexts = new LineTexts();

/**
 * Bytes to lines: a line ends at CR or LF, empty lines are dropped (V.250 §5.7.1 frames every answer with CR LF on both
 * sides), save where `frames` says that a value of counted length is not over: then the break is the value's. When such a
 * value does not come, because its length is wrong, what was taken for it becomes the lines it would have been: nothing is
 * lost. Where `frames` says that a line holds another whose break was lost, it becomes two. Takes bytes at any cut and any content, never throws, and keeps at most {@link maximumLineBytes} bytes.
 * The receiver of the lines must not throw.
 */
export class LineSplitter {
  readonly #onLine: (line: AtLine) => void;
  readonly #frames: LineFrames | undefined;
  /** Beginning of a line whose end has not come yet. */
  readonly #pending = Buffer.allocUnsafe(maximumLineBytes + 1);
  #pendingLength = 0;
  #pendingIsAscii = true;
  #pendingNs = 0n;
  #lastNs = 0n;
  /** Bytes in all chunks before the present one. */
  #consumed = 0;
  /** A piece of the present line has been given out already. */
  #cutting = false;
  /** Pending bytes with which a value that holds line breaks may be whole; 0 while there is none. */
  #wanted = 0;
  /** When its first break came. */
  #heldNs = 0n;
  /** What stands in `#windowOf` from `#windowFrom` on, a character for each byte: {@link windowBytes} long at most. */
  #window = '';
  #windowFrom = 0;
  #windowOf: Buffer | undefined;

  /** Lines begun in the middle of the one that is given out. */
  #begun = 0;

  constructor(onLine: (line: AtLine) => void, frames?: LineFrames) {
    this.#onLine = onLine;
    this.#frames = frames;
  }

  /** Bytes that wait for the end of their line. */
  get pendingBytes(): number {
    return this.#pendingLength;
  }

  /** No line is under way: a splitter that begins here gives the same lines. */
  get isAtRest(): boolean {
    return this.#pendingLength === 0 && !this.#cutting;
  }

  /** A break seems to lie inside a value. Whoever has a clock flushes after {@link valuePatienceNs} without a byte. */
  get isHolding(): boolean {
    return this.#wanted > 0;
  }

  /** Takes a chunk that arrived at `atNs` (monotonic, nanoseconds) and gives out the lines that are complete. */
  push(chunk: Uint8Array, atNs: bigint): void {
    if (this.isHolding && (atNs - this.#lastNs > valuePatienceNs || atNs - this.#heldNs > valueLimitNs)) this.#giveUp();
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#lastNs = atNs;
    this.#scan(bytes);
    this.#consumed += bytes.length;
    // Whose chunk it is may fill it anew.
    this.#windowOf = undefined;
  }

  /** Gives out the beginning of a line whose end did not come, flagged `partial`, and what was taken for a value. */
  flush(): void {
    this.#giveUp();
    const length = this.#pendingLength;
    if (length === 0) return;
    this.#pendingLength = 0;
    const cut = this.#cutting;
    this.#cutting = false;
    this.#emit(this.#pending, 0, length, this.#pendingIsAscii, this.#pendingNs, this.#consumed - length, cut, true);
  }

  #scan(bytes: Buffer): void {
    const length = bytes.length;
    let index = 0;
    while (index < length) {
      const start = index;
      // What a value still needs is no separator, whatever it reads.
      const counted = this.#wanted > 0 ? start + this.#wanted - this.#pendingLength : 0;
      let seen = 0;
      while (index < length) {
        const byte = bytes[index] as number;
        if (byte <= carriageReturn && (byte === lineFeed || byte === carriageReturn) && index >= counted) break;
        seen |= byte;
        index++;
      }
      if (this.#wanted > 0 && this.#pendingLength + index - start > maximumLineBytes) {
        this.#release(this.#consumed + start);
        index = start;
        continue;
      }
      const isLong = this.#pendingLength + index - start > maximumLineBytes;
      const from = isLong ? this.#cutLong(bytes, start, index, seen < 0x80) : start;
      if (index === length) {
        this.#keep(bytes, from, index, seen < 0x80);
      } else {
        this.#endLine(bytes, from, index, seen < 0x80);
        this.#cutting = false;
        index++;
      }
    }
  }

  /** A separator stands at `end`: it ends the line, or belongs to the value that is not over. */
  #endLine(bytes: Buffer, from: number, end: number, isAscii: boolean): void {
    if (this.#pendingLength > 0) return this.#endPending(bytes, from, end, isAscii);
    // Half of all separators end nothing. The usual line lies whole in this chunk and is not copied.
    if (end === from) return;
    const first = bytes[from] as number;
    // No head begins with a letter or a digit, as most other lines do.
    if (!(first >= digit0 && first < del) && this.#holds(bytes, from, end, isAscii)) return;
    this.#emit(bytes, from, end, isAscii, this.#lastNs, this.#consumed + from, this.#cutting, false);
  }

  #holds(bytes: Buffer, from: number, end: number, isAscii: boolean): boolean {
    const missing = this.#missing(bytes, from, end);
    if (missing <= 0) return false;
    this.#keep(bytes, from, end + 1, isAscii);
    this.#hold(end - from + missing);
    return true;
  }

  #endPending(bytes: Buffer, from: number, end: number, isAscii: boolean): void {
    this.#keep(bytes, from, end, isAscii);
    const missing = this.#missing(this.#pending, 0, this.#pendingLength);
    if (missing < 0) {
      this.#release(this.#consumed + end);
      return this.#endLine(bytes, end, end, true);
    }
    if (missing === 0) {
      this.#wanted = 0;
      // Where the line ends, as in a chunk: see #begin.
      this.#pending[this.#pendingLength] = bytes[end] as number;
      return this.#finish(bytes, end, end, true);
    }
    const wanted = this.#pendingLength + missing;
    this.#keep(bytes, end, end + 1, true);
    this.#hold(wanted);
  }

  /** As {@link LineFrames.missing}; a line that cannot become whole within the bounds is not waited for. */
  #missing(bytes: Buffer, from: number, end: number): number {
    if (this.#frames === undefined || this.#cutting) return 0;
    const first = headOf(bytes, from, end);
    const missing = this.#frames.missing(bytes, first, end, this.isHolding);
    const isTooLong = missing > 0 && end - from + missing >= maximumLineBytes;
    return missing === 0 || isTooLong || this.#tailOf(bytes, first, end) < end ? 0 : missing;
  }

  /** As {@link tailOf}, save that what a length counts is never stray. */
  #tailOf(bytes: Buffer, from: number, end: number): number {
    const byte = bytes[end - 1] as number;
    if (byte >= space && byte < del) return end;
    const last = tailOf(bytes, from, end);
    const isWhole = last === end || !this.#frames || this.#frames.missing(bytes, from, last, this.isHolding) === 0;
    return isWhole ? last : end;
  }

  #hold(wanted: number): void {
    if (!this.isHolding) this.#heldNs = this.#lastNs;
    this.#wanted = wanted;
  }

  #giveUp(): void {
    while (this.isHolding) this.#release(this.#consumed);
  }

  /** What was taken for a value is none: its lines go their way. `end`: place in the stream behind what is pending. */
  #release(end: number): void {
    const held = Buffer.from(this.#pending.subarray(0, this.#pendingLength));
    const consumed = this.#consumed;
    const first = held.findIndex(isSeparator);
    this.#wanted = 0;
    this.#pendingLength = 0;
    this.#consumed = end - held.length;
    const now = this.#lastNs;
    this.#lastNs = this.#heldNs;
    this.#emit(held, 0, first, this.#pendingIsAscii, this.#pendingNs, this.#consumed, false, false);
    this.#lastNs = now;
    this.#consumed += first + 1;
    this.#scan(held.subarray(first + 1));
    this.#consumed = consumed;
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

  /** Gives out what is pending together with `bytes[from, end)`, one of which there is. */
  #finish(bytes: Buffer, from: number, end: number, isAscii: boolean): void {
    if (this.#pendingLength === 0) {
      return this.#emit(bytes, from, end, isAscii, this.#lastNs, this.#consumed + from, this.#cutting, false);
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

  readonly #asciiText = (bytes: Buffer, from: number, end: number): string => {
    if (bytes === this.#pending || end - from > windowBytes) return bytes.toString('latin1', from, end);
    if (bytes !== this.#windowOf || from < this.#windowFrom || end > this.#windowFrom + this.#window.length) {
      this.#window = bytes.toString('latin1', from, from + windowBytes);
      this.#windowFrom = from;
      this.#windowOf = bytes;
    }
    return this.#window.slice(from - this.#windowFrom, end - this.#windowFrom);
  };

  /** A line that begins in the middle of another: it is whole, or has a value to which the separator at `end` belongs. */
  #begin(bytes: Buffer, from: number, end: number, isAscii: boolean, startedNs: bigint, offset: number): void {
    const missing = this.#missing(bytes, from, end);
    if (missing <= 0) return this.#emit(bytes, from, end, isAscii, startedNs, offset, false, false);
    this.#keep(bytes, from, end + 1, isAscii);
    this.#pendingNs = startedNs;
    this.#hold(end - from + missing);
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
    const first = cut ? from : headOf(bytes, from, end);
    const last = cut ? end : this.#tailOf(bytes, first, end);
    const text = isAscii ? lineTexts.of(bytes, first, last, this.#asciiText) : bytes.toString('utf8', first, last);
    const next = cut || partial || this.#begun === mostInOne ? undefined : this.#frames?.nextLine?.(text);
    if (next) {
      const middle = isAscii ? first + next.at : placeOf(bytes, first, text.slice(0, next.at));
      this.#begun++;
      this.#emit(bytes, from, middle, isAscii, startedNs, offset, false, next.isTorn);
      this.#begin(bytes, middle, end, isAscii, startedNs, offset + middle - from);
      this.#begun--;
      return;
    }
    this.#onLine({
      text,
      startedNs,
      finishedNs: this.#lastNs,
      offset: offset + first - from,
      length: last - first,
      strayBytes: first - from,
      strayBytesBehind: end - last,
      damaged: !isAscii && !isUtf8(bytes.subarray(first, last)),
      cut,
      partial,
    });
  }
}
