import { Buffer, isUtf8 } from 'node:buffer';

/** A longer line comes in pieces of this size: a file without line ends must not fill the memory. */
export const maximumRowBytes = 1 << 20;

/** A line of a text file. */
export interface TextRow {
  /** Counts from 1. */
  readonly line: number;
  readonly text: string;
  /** A piece of a line that was too long. */
  readonly isPiece: boolean;
}

const LINE_FEED = 0x0a;
/** Serial tools of Chinese Windows write their marks and remarks in this. */
const chinese = new TextDecoder('gb18030', { fatal: true });

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  try {
    return chinese.decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

/** Cuts bytes into the lines of a text file, as they come: one array for each chunk, and one for what is left at the end. */
export async function* textRows(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<TextRow[]> {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let isPiece = false;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([pending, Buffer.from(chunk as Uint8Array)]);
    const rows: TextRow[] = [];
    let start = 0;
    while (start < bytes.length) {
      const feed = bytes.indexOf(LINE_FEED, start);
      const end = feed < 0 ? bytes.length : feed;
      if (end - start > maximumRowBytes) {
        const cut = start + maximumRowBytes;
        rows.push({ line, text: textOf(bytes.subarray(start, cut)), isPiece: true });
        isPiece = true;
        start = cut;
        continue;
      }
      if (feed < 0) break;
      rows.push({ line, text: textOf(bytes.subarray(start, feed)), isPiece });
      isPiece = false;
      line++;
      start = feed + 1;
    }
    pending = bytes.subarray(start);
    if (rows.length > 0) yield rows;
  }
  if (pending.length > 0) yield [{ line, text: textOf(pending), isPiece }];
}
