import type { LayoutReader, LogItem, LogLayout, LogStyle } from './logItem.ts';
import { recognise } from './style.ts';
import type { Recognised } from './style.ts';
import { withoutEnding } from './rowEnd.ts';
import { RowCutter } from './textRows.ts';
import type { TextRow } from './textRows.ts';

/** Rows that say how a log is written: what has not shown by then is taken as it seems. */
const HEAD_ROWS = 400;
const HEAD_CHARACTERS = 1 << 16;

/** A way to lay out a log that somebody has told, so that it need not be recognised. */
export interface OwnLayout {
  recognise(head: readonly TextRow[]): Recognised;
}

/** What a reader may be told. */
export interface SerialLogOptions {
  /** Also what stands where, and remarks of persons. */
  readonly isExact?: boolean;
  readonly layout?: OwnLayout;
}

/**
 * Reads the log of any serial tool, or a plain capture, as it comes: the bytes of the wire, each with its row, and who
 * sent them and when, where the log tells. How the log is written is recognised by its first rows, and again with every
 * chunk until there are enough of them, so that nothing waits. Memory is bounded whatever the size; never throws.
 */
export class SerialLogReader {
  readonly #cutter = new RowCutter();
  readonly #isExact: boolean;
  readonly #own: OwnLayout | undefined;
  readonly #head: TextRow[] = [];
  #headCharacters = 0;
  #layout: LogLayout | undefined;
  #reader: LayoutReader | undefined;
  #style: LogStyle | undefined;

  constructor({ isExact = false, layout }: SerialLogOptions = {}) {
    this.#isExact = isExact;
    this.#own = layout;
  }

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
    return this.#isExact
      ? rows.flatMap((row) => this.#placed(row, reader, style))
      : rows.filter((row) => !this.#isComment(row)).flatMap((row) => reader.read(row, style));
  }

  /** Everything, and where it stands. */
  #placed(row: TextRow, reader: LayoutReader, style: LogStyle): LogItem[] {
    const { line, text: raw, offset, isOpen } = row;
    const comment = { kind: 'mark', line, raw, note: 'a remark', isComment: true } as const;
    const items = this.#isComment(row) ? [comment] : reader.read(row, style);
    return items.map((item) => ({ ...item, offset, ...(isOpen ? { isOpen } : {}) }));
  }

  /** A person's note in a transcript. A layout of a person's own says itself what its rows are. */
  #isComment({ text }: TextRow): boolean {
    return this.#own === undefined && text.trimStart().startsWith('#');
  }

  #wantsHead(): boolean {
    return this.#head.length < HEAD_ROWS && this.#headCharacters < HEAD_CHARACTERS;
  }

  #recognise(rows: readonly TextRow[]): void {
    for (const row of rows) {
      if (!this.#wantsHead()) break;
      if (this.#isComment(row)) continue;
      this.#head.push(row);
      this.#headCharacters += row.text.length;
    }
    const { layout, style } = this.#own?.recognise(this.#head) ?? recognise(this.#head);
    this.#style = style;
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#reader = layout.open(this.#head.map(({ text }) => withoutEnding(text, '\r')));
  }
}
