import { Buffer } from 'node:buffer';
import type { ByteRecord } from './format.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
const BRACE_CLOSE = 0x7d;
const SMALL_N = 0x6e;
const SMALL_R = 0x72;
const SMALL_U = 0x75;
const FIRST_BEYOND_ASCII = 0x80;
const LINE_FEED = 0x0a;
/** Of U+0080 to U+00FF in UTF-8. */
const LEAD_80 = 0xc2;
const LEAD_C0 = 0xc3;
/** So many digits are a whole number without loss, whatever they are; more are none of a session's. */
const MAX_DIGITS = 15;

const headOf = (direction: 'in' | 'out'): Uint8Array => Buffer.from(`{"t":"${direction}","n":`, 'latin1');
const inHead = headOf('in');
const outHead = headOf('out');
const wallHead = Buffer.from(',"w":', 'latin1');
const bytesHead = Buffer.from(',"b":"', 'latin1');
/** Where the two heads differ. */
const DIRECTION_AT = 6;
const SMALL_I = 0x69;

/** What stands behind a backslash, but for `u`; 0: nothing that JSON has. */
const escapes = new Uint8Array(256);
for (const [sign, value] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [...pair] as const))
  escapes[(sign as string).charCodeAt(0)] = (value as string).charCodeAt(0);

/** The number that a hex digit stands for; 255: it is none. */
const hexDigits = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) {
  hexDigits[value.toString(16).charCodeAt(0)] = value;
  hexDigits[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** `\u0000` … `\u00ff`; -1 for anything else. `place` is that of the `u`. */
function unicodeEscape(bytes: Uint8Array, place: number): number {
  if (bytes[place + 1] !== DIGIT_0 || bytes[place + 2] !== DIGIT_0) return -1;
  const [high, low] = [hexDigits[bytes[place + 3] ?? 0] as number, hexDigits[bytes[place + 4] ?? 0] as number];
  return high > 15 || low > 15 ? -1 : (high << 4) | low;
}

/**
 * Reads the lines of byte records as they are usually written (`byteLine`), straight from the bytes of the file: they are nearly all
 * lines of a journal, and to make a text of each and an object of that costs many times as much. Any other line, be it good or
 * damaged, is left to `readRecordLine`, which says the same of these.
 */
export class ByteRecordReader {
  #bytes: Uint8Array = new Uint8Array();
  #place = 0;

  /** Behind the record that was read last, where its line ends. */
  get end(): number {
    return this.#place;
  }

  /** The record of the line that begins at `from`, with its number in the file; undefined where it is written in any other way. */
  read(bytes: Uint8Array, from: number, line: number): (ByteRecord & { readonly line: number }) | undefined {
    this.#bytes = bytes;
    this.#place = from;
    const direction = bytes[from + DIRECTION_AT] === SMALL_I ? 'in' : 'out';
    if (!this.#passes(direction === 'in' ? inHead : outHead)) return undefined;
    const sinceStartNs = this.#whole();
    if (sinceStartNs === undefined || !this.#passes(wallHead)) return undefined;
    const wallMs = this.#number();
    if (wallMs === undefined || !this.#passes(bytesHead)) return undefined;
    const content = this.#content();
    return content && { kind: 'bytes', direction, sinceStartNs, wallMs, bytes: content, line };
  }

  #passes(text: Uint8Array): boolean {
    const [bytes, from] = [this.#bytes, this.#place];
    for (let index = 0; index < text.length; index++) if (bytes[from + index] !== text[index]) return false;
    this.#place = from + text.length;
    return true;
  }

  #whole(): number | undefined {
    const bytes = this.#bytes;
    const from = this.#place;
    let place = from;
    let value = 0;
    for (; place < bytes.length; place++) {
      const digit = (bytes[place] as number) - DIGIT_0;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const count = place - from;
    // JSON has no zeros before a number.
    if (count === 0 || count > MAX_DIGITS || (bytes[from] === DIGIT_0 && count > 1)) return undefined;
    this.#place = place;
    return value;
  }

  #number(): number | undefined {
    const bytes = this.#bytes;
    const from = this.#place;
    const whole = this.#whole();
    if (whole === undefined || bytes[this.#place] !== DOT) return whole;
    const dot = this.#place;
    let place = dot + 1;
    while (place < bytes.length && (bytes[place] as number) >= DIGIT_0 && (bytes[place] as number) <= DIGIT_0 + 9)
      place++;
    if (place === dot + 1) return undefined;
    this.#place = place;
    let text = '';
    for (let index = from; index < place; index++) text += String.fromCharCode(bytes[index] as number);
    return Number(text);
  }

  #content(): Uint8Array | undefined {
    const bytes = this.#bytes;
    const from = this.#place;
    const length = this.#measure();
    if (length < 0) return undefined;
    const content = Buffer.allocUnsafe(length);
    let place = from;
    for (let index = 0; index < length; index++) {
      const byte = bytes[place++] as number;
      if (byte === BACKSLASH) {
        const sign = bytes[place] as number;
        content[index] = sign === SMALL_U ? unicodeEscape(bytes, place) : (escapes[sign] as number);
        place += sign === SMALL_U ? 5 : 1;
      } else if (byte < FIRST_BEYOND_ASCII) content[index] = byte;
      else content[index] = (byte === LEAD_C0 ? 0x40 : 0) | (bytes[place++] as number);
    }
    return content;
  }

  /** Of how many bytes the text tells that ends the line, and goes to the line's end; -1: it is none of ours. */
  #measure(): number {
    const bytes = this.#bytes;
    let place = this.#place;
    let length = 0;
    for (; place < bytes.length; length++) {
      const byte = bytes[place] as number;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        const sign = bytes[place + 1] as number;
        // Nearly all escapes are of line breaks.
        if (sign === SMALL_R || sign === SMALL_N || escapes[sign]) place += 2;
        else if (sign === SMALL_U && unicodeEscape(bytes, place + 1) >= 0) place += 6;
        else return -1;
      } else if (byte < FIRST_BEYOND_ASCII) {
        if (byte < SPACE) return -1;
        place += 1;
      } else {
        const next = bytes[place + 1] as number;
        if ((byte !== LEAD_80 && byte !== LEAD_C0) || (next & 0xc0) !== 0x80) return -1;
        place += 2;
      }
    }
    if (bytes[place] !== QUOTE || bytes[place + 1] !== BRACE_CLOSE) return -1;
    place += 2;
    if (place < bytes.length && bytes[place] !== LINE_FEED) return -1;
    this.#place = place;
    return length;
  }
}
