import type { LayoutReader, LogItem, LogLayout, LogStyle } from './logItem.ts';
import { recognise } from './style.ts';
import { RowCutter } from './textRows.ts';
import type { TextRow } from './textRows.ts';

/** Rows that say how a log is written: what has not shown by then is taken as it seems. */
const HEAD_ROWS = 400;
const HEAD_CHARACTERS = 1 << 16;

/**
 * Reads the log of any serial tool, or a plain capture, as it comes: the bytes of the wire, each with its row, and who
 * sent them and when, where the log tells. How the log is written is recognised by its first rows, and again with every
 * chunk until there are enough of them, so that nothing waits. Memory is bounded whatever the size; never throws.
 */
export class SerialLogReader {
  readonly #cutter = new RowCutter();
  readonly #head: TextRow[] = [];
  #headCharacters = 0;
  #layout: LogLayout | undefined;
  #reader: LayoutReader | undefined;
  #style: LogStyle | undefined;

  /** Takes a chunk at any cut. */
  push(chunk: Uint8Array): LogItem[] {
    return this.#read(this.#cutter.push(chunk));
  }

  /** What is left at the end of the file. */
  end(): LogItem[] {
    return this.#read(this.#cutter.end());
  }

  #read(rows: readonly TextRow[]): LogItem[] {
    if (rows.length === 0) return [];
    if (this.#wantsHead()) this.#recognise(rows);
    const [reader, style] = [this.#reader, this.#style];
    if (!reader || !style) return [];
    return rows.filter((row) => !isComment(row)).flatMap((row) => reader.read(row, style));
  }

  #wantsHead(): boolean {
    return this.#head.length < HEAD_ROWS && this.#headCharacters < HEAD_CHARACTERS;
  }

  #recognise(rows: readonly TextRow[]): void {
    for (const row of rows) {
      if (!this.#wantsHead()) break;
      if (isComment(row)) continue;
      this.#head.push(row);
      this.#headCharacters += row.text.length;
    }
    const { layout, style } = recognise(this.#head);
    this.#style = style;
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#reader = layout.open();
  }
}

/** A person's note in a transcript. */
function isComment({ text }: TextRow): boolean {
  return text.trimStart().startsWith('#');
}
