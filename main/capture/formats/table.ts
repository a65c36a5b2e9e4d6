import { Buffer } from 'node:buffer';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { Stamp } from '../logTime.ts';
import type { Speaker } from '../../log/conversation.ts';
import type { TextRow } from '../textRows.ts';

/** What a row of a table says: who spoke, the cells before that, and the line. */
interface Entry {
  readonly from: Speaker;
  readonly before: readonly string[];
  readonly text: string;
}

const separators = [',', ';', '\t'];
const sent = /^(?:tx|out|sen[dt]|write|written|host|>|->|发送|发)$/i;
const received = /^(?:rx|in|rec(?:v|eived?)|read|module|<|<-|接收|收)$/i;
/** No column of a table that tells who spoke is further back. */
const MOST_CELLS = 12;
const LONGEST_ROW = 16_384;

/** A cell as RFC 4180 has it, with its separator. */
const cellBefore = (separator: string): RegExp =>
  new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}][^${separator}]*|))(?:${separator}|$)`, 'y');
const doubled = /""/g;

function readEntry(row: string, separator: string): Entry | undefined {
  if (row.length > LONGEST_ROW || !row.includes(separator)) return undefined;
  const before: string[] = [];
  const cell = cellBefore(separator);
  while (before.length < MOST_CELLS && cell.lastIndex < row.length) {
    const match = cell.exec(row);
    if (!match) return undefined;
    const [, quoted, plain = ''] = match;
    const text = (quoted?.replace(doubled, '"') ?? plain).trim();
    if (sent.test(text)) return entryOf('host', before, row.slice(cell.lastIndex), separator);
    if (received.test(text)) return entryOf('module', before, row.slice(cell.lastIndex), separator);
    before.push(text);
  }
  return undefined;
}

/** The line stands in quotes, or as it is to the end of the row. */
function entryOf(from: Speaker, before: readonly string[], rest: string, separator: string): Entry | undefined {
  if (rest === '') return undefined;
  const [, quoted] = rest.startsWith('"') ? (cellBefore(separator).exec(rest) ?? []) : [];
  // A spreadsheet would calculate what begins with a plus: whoever exports for one puts an apostrophe in front.
  return { from, before, text: (quoted?.replace(doubled, '"') ?? rest).replace(/^'/, '') };
}

/** In one cell, or the date and the time in two. */
function stampOf(cells: readonly string[]): Stamp | undefined {
  for (const index of cells.keys()) {
    const found = readStamp(cells.slice(index).join(' '), 0);
    if (found) return found.stamp;
  }
  return undefined;
}

/** A byte alone may be a number: it does not tell that a table is of hex. */
const inHex = /^[0-9A-F]{2}(?: [0-9A-F]{2})+ ?$/i;
const isBytes = /^(?:[0-9A-F]{2} *)+$/i;
const onTheWire = /^(?:AT|OK$|ERROR$|[+*^%][A-Z])/i;

/** The separator with which most rows are entries of both speakers; undefined where there is none. */
function separatorOf(rows: readonly string[]): string | undefined {
  return separators.find((separator) => {
    const entries = rows.map((row) => readEntry(row, separator)).filter((entry) => entry !== undefined);
    const speakers = new Set(entries.map(({ from }) => from));
    const isWire = entries.filter(({ text }) => onTheWire.test(text) || inHex.test(text)).length > 1;
    return speakers.size === 2 && isWire && entries.length * 2 > rows.length;
  });
}

class TableReader implements LayoutReader {
  readonly #clock = new LogClock();
  #separator: string | undefined;
  /** Its lines are bytes in hex, as most of its head that tell are. */
  readonly #isHex: boolean;

  constructor(head: readonly string[]) {
    const texts = head.flatMap((row) => this.#entryIn(row)?.text ?? []);
    const count = (shape: RegExp): number => texts.filter((text) => shape.test(text)).length;
    this.#isHex = count(inHex) > count(onTheWire);
  }

  read({ line, text: raw }: TextRow, style: LogStyle): LogItem[] {
    const row = raw.replace(/\r$/, '');
    if (row.trim() === '') return [];
    const entry = this.#entryIn(row);
    if (!entry || (this.#isHex && !isBytes.test(entry.text)))
      return [{ kind: 'mark', line, raw, note: 'written by the tool, not on the wire' }];
    const stamp = stampOf(entry.before);
    const time = stamp && this.#clock.read(stamp, style);
    if (this.#isHex) {
      const bytes = Buffer.from(entry.text.replaceAll(' ', ''), 'hex');
      return [{ kind: 'wire', line, bytes, ...told(entry.from, time) }];
    }
    return [{ kind: 'wire', line, raw, bytes: Buffer.from(`${entry.text}\r\n`), ...told(entry.from, time) }];
  }

  /** A table has one separator: that of its first entry. */
  #entryIn(row: string): Entry | undefined {
    if (this.#separator !== undefined) return readEntry(row, this.#separator);
    this.#separator = separators.find((separator) => readEntry(row, separator));
    return this.#separator === undefined ? undefined : readEntry(row, this.#separator);
  }
}

/** Tables with a column that says who spoke and, behind it, the line: our own export as csv, and what others keep so. */
export const tableLayout: LogLayout = {
  name: 'table',
  recognise: (rows) => (separatorOf(rows) === undefined ? 0 : 0.9),
  open: (head) => new TableReader(head),
};
