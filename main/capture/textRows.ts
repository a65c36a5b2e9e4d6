import { Buffer, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/** A longer line comes in pieces of this size: a file without line ends must not fill the memory. */
export const maximumRowBytes = 1 << 20;

/** A line of a text file. */
export interface TextRow {
  /** Counts from 1. */
  readonly line: number;
  /** Without its line feed; a carriage return before it stays. */
  readonly text: string;
  /** A piece of a line that was too long. */
  readonly isPiece: boolean;
  /** Byte of the file at which it begins. */
  readonly offset: number;
  /** The file ends in it: it has no line feed. */
  readonly isOpen?: true;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const delete7 = 0x7f;
/** Serial tools of Chinese Windows write their marks and remarks in this. */
const chinese = new TextDecoder('gb18030', { fatal: true });

/**
 * Whether bytes that are no UTF-8 are Chinese: GB 2312, which holds all that tools write, has both bytes of a pair above
 * 0xA0. `é` of a Western tool (Latin-1) and a letter behind it would make a pair of the extension only.
 */
function isChinese(bytes: Uint8Array): boolean {
  let plain = 0;
  let extended = 0;
  for (let index = 0; index < bytes.length; index++) {
    const lead = bytes[index] as number;
    if (lead <= delete7) continue;
    index++;
    if ((bytes[index] ?? 0) > 0xa0) plain++;
    else extended++;
  }
  return plain > extended;
}

/** Letters and signs of Western Europe; the rest of Latin-1 is controls. PuTTY's printable log writes so. */
function isLatin1(bytes: Uint8Array): boolean {
  return bytes.every(
    (byte) => (byte >= 0x20 && byte < delete7) || (byte >= 0xa0 && byte <= 0xfc) || byte === 0x09 || byte === 0x0d,
  );
}

/** UTF-8 that somebody took for Latin-1 and wrote as UTF-8 again (`Ã©`): what it was before. */
function unmangled(text: string): string {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf]/.test(text) || /[^\u0000-\u00ff]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return unmangled(bytes.toString('utf8'));
  if (isChinese(bytes)) {
    try {
      return chinese.decode(bytes);
    } catch {
      // Neither: read as what a module should print.
    }
  }
  return isLatin1(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
}

type Utf16 = 'utf-16le' | 'utf-16be';

/** How much of the beginning says whether it is UTF-16. */
const ENCODING_HEAD_BYTES = 256;

/**
 * Tera Term, PowerShell and the Notepad of old write UTF-16. A byte order mark alone is no proof: two broken bytes of a
 * waking port look the same. What is left of the text must hold ASCII in that order.
 */
function utf16Of(head: Buffer): Utf16 | undefined {
  const units = Math.floor(Math.min(head.length, ENCODING_HEAD_BYTES) / 2);
  const count = { le: 0, be: 0 };
  for (let unit = 0; unit < units; unit++) {
    const [first, second] = [head[2 * unit] as number, head[2 * unit + 1] as number];
    if (second === 0 && isAscii(first)) count.le++;
    if (first === 0 && isAscii(second)) count.be++;
  }
  const mark = units > 0 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe && count.le > 0) return 'utf-16le';
  if (mark === 0xfeff && count.be > 0) return 'utf-16be';
  if (count.le >= 2 && count.le * 2 > units) return 'utf-16le';
  return count.be >= 2 && count.be * 2 > units ? 'utf-16be' : undefined;
}

function isAscii(unit: number): boolean {
  return (unit >= 0x20 && unit < delete7) || unit === lineFeed || unit === carriageReturn || unit === 0x09;
}

/**
 * Cuts the bytes of a text file into its lines, as they come. Reads UTF-8 and UTF-16 with or without byte order mark,
 * GB 18030 and Latin-1, the last two line by line. Keeps at most {@link maximumRowBytes} bytes; never throws.
 */
export class RowCutter {
  #pending: Buffer = Buffer.alloc(0);
  #line = 1;
  #offset = 0;
  #isPiece = false;
  #encoding: Utf16 | 'bytes' | undefined;
  #decoder: TextDecoder | undefined;

  /** Takes a chunk at any cut; gives out the lines that are complete. */
  push(chunk: Uint8Array): TextRow[] {
    const bytes = this.#asBytes(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (this.#encoding === undefined && !this.#knowsEncoding(false)) return [];
    return this.#cut();
  }

  /** The lines that are left at the end of the file; the last has no line feed. */
  end(): TextRow[] {
    if (this.#encoding === undefined) this.#knowsEncoding(true);
    if (this.#decoder) this.#pending = Buffer.concat([this.#pending, Buffer.from(this.#decoder.decode())]);
    const rows = this.#cut();
    if (this.#pending.length > 0) rows.push({ ...this.#row(this.#pending, 0), isOpen: true });
    this.#pending = Buffer.alloc(0);
    return rows;
  }

  #asBytes(chunk: Buffer): Buffer {
    return this.#decoder ? Buffer.from(this.#decoder.decode(chunk, { stream: true })) : chunk;
  }

  /** Decides by the beginning; two bytes may yet become a byte order mark. */
  #knowsEncoding(isEnd: boolean): boolean {
    const head = this.#pending;
    const mayBeUtf16 = head.length < 4 && !head.includes(lineFeed);
    if (mayBeUtf16 && !isEnd) return false;
    this.#encoding = utf16Of(head) ?? 'bytes';
    if (this.#encoding !== 'bytes') {
      this.#decoder = new TextDecoder(this.#encoding);
      this.#pending = this.#asBytes(head);
      // The decoder has taken the mark away.
      if (head.readUInt16LE(0) === 0xfeff || head.readUInt16LE(0) === 0xfffe) this.#offset = 2;
    } else if (head.length >= 3 && head.readUIntBE(0, 3) === 0xefbbbf) {
      this.#pending = head.subarray(3);
      this.#offset = 3;
    }
    return true;
  }

  #cut(): TextRow[] {
    const bytes = this.#pending;
    const rows: TextRow[] = [];
    let start = 0;
    while (start < bytes.length) {
      const feed = bytes.indexOf(lineFeed, start);
      const end = feed < 0 ? bytes.length : feed;
      if (end - start > maximumRowBytes) {
        start = this.#cutLong(bytes, start, rows);
        continue;
      }
      if (feed < 0) break;
      rows.push(this.#row(bytes.subarray(start, feed), 1));
      this.#isPiece = false;
      this.#line++;
      start = feed + 1;
    }
    this.#pending = bytes.subarray(start);
    return rows;
  }

  /** A file may end its lines with carriage returns alone: where there is one, nothing is in pieces. */
  #cutLong(bytes: Buffer, start: number, rows: TextRow[]): number {
    const limit = start + maximumRowBytes;
    const lastReturn = bytes.lastIndexOf(carriageReturn, limit - 1);
    const end = lastReturn > start ? lastReturn + 1 : limit;
    const isWhole = lastReturn > start;
    const row = this.#row(bytes.subarray(start, end), 0);
    rows.push(isWhole ? row : { ...row, isPiece: true });
    this.#isPiece = !isWhole;
    return end;
  }

  /** @param ending how many characters end the row behind these */
  #row(bytes: Buffer, ending: number): TextRow {
    const offset = this.#offset;
    // UTF-16 has been made UTF-8 of.
    this.#offset += this.#decoder ? 2 * (bytes.toString('utf8').length + ending) : bytes.length + ending;
    return { line: this.#line, text: textOf(bytes), isPiece: this.#isPiece, offset };
  }
}

/** As {@link RowCutter}, over a stream: one array for each chunk that completes lines, and one for what is left at the end. */
export async function* textRows(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<TextRow[]> {
  const cutter = new RowCutter();
  for await (const chunk of chunks) {
    const rows = cutter.push(Buffer.from(chunk as Uint8Array));
    if (rows.length > 0) yield rows;
  }
  const rows = cutter.end();
  if (rows.length > 0) yield rows;
}
