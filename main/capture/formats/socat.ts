import { Buffer } from 'node:buffer';
import { readHexRow } from '../hexRow.ts';
import { speakerOf, told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { LogTime } from '../logTime.ts';
import type { Speaker } from '../../log/conversation.ts';
import type { TextRow } from '../textRows.ts';

/** `> 2026/01/05 14:03:09.000041182  length=7 from=0 to=6`, also behind the text of a chunk without a line feed. */
const header = /^([<>]) (\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d)(?:\.(\d{6,9}))?  length=(\d{1,9}) from=\d+ to=\d+$/;

interface Chunk {
  readonly from: Speaker;
  readonly stampText: string;
  readonly length: number;
}

function readHeader(text: string): Chunk | undefined {
  const match = header.exec(text);
  if (!match) return undefined;
  const [, arrow, moment = '', fraction, length] = match;
  // Version 1.7 prints microseconds in nine digits, the first three always 0.
  const micros = fraction?.length === 9 && fraction.startsWith('000') ? fraction.slice(3) : fraction;
  return {
    from: arrow === '>' ? 'host' : 'module',
    stampText: micros === undefined ? moment : `${moment}.${micros}`,
    length: Number(length),
  };
}

/** Where a header may begin in a row. */
const headerStart = /[<>] \d{4}\/\d\d\/\d\d /g;

/**
 * socat -v, -x and both (1.7, 1.8). The length in the header says how many bytes follow, so that a header behind text
 * without a line feed is found, and none is made of text that reads like one.
 */
class SocatReader implements LayoutReader {
  readonly #clock = new LogClock();
  #speaker: Speaker | undefined;
  #time: LogTime | undefined;
  /** Bytes of the chunk that have not come yet. */
  #missing = 0;

  read({ line, text: row }: TextRow, style: LogStyle): LogItem[] {
    const items: LogItem[] = [];
    const text = withoutReturn(row);
    let rest = text;
    for (;;) {
      if (this.#missing === 0) {
        const chunk = readHeader(rest);
        if (chunk) items.push(this.#begin(line, rest, chunk, style));
        else if (rest !== '' && rest !== '--')
          items.push({ kind: 'mark', line, raw: rest, note: 'written by the tool, not on the wire' });
        return items;
      }
      const lost = readHeader(rest);
      if (lost) {
        // The log was cut: what the chunk before still owes does not come.
        items.push(this.#begin(line, rest, lost, style));
        return items;
      }
      const dump = rest === text ? readHexRow(text) : undefined;
      if (dump && text.startsWith(' ') && dump.length <= this.#missing) {
        items.push(this.#wire(line, dump));
        return items;
      }
      const taken = takeText(rest, this.#missing);
      items.push(this.#wire(line, taken.bytes));
      if (this.#missing > 0 && taken.rest !== '') {
        this.#missing = 0;
      } else if (this.#missing > 0) {
        items.push(this.#wire(line, Buffer.from('\n')));
        return items;
      } else if (taken.rest === '') return items;
      rest = taken.rest;
    }
  }

  #begin(line: number, raw: string, { from, stampText, length }: Chunk, style: LogStyle): LogItem {
    const stamp = readStamp(stampText, 0)?.stamp;
    this.#speaker = speakerOf(from, style);
    this.#time = stamp && this.#clock.read(stamp, style);
    this.#missing = length;
    return { kind: 'mark', line, raw, note: 'head of a chunk', isFrame: true, ...told(this.#speaker, this.#time) };
  }

  #wire(line: number, bytes: Uint8Array): LogItem {
    this.#missing = Math.max(0, this.#missing - bytes.length);
    return { kind: 'wire', line, bytes, ...told(this.#speaker, this.#time) };
  }
}

/** A return that was on the wire is written out (`-v`) or a number (`-x`): one at the end of a row is that of an editor of Windows. */
const withoutReturn = (row: string): string => (row.endsWith('\r') ? row.slice(0, -1) : row);

/** Text of -v up to so many bytes, or up to the end of the row or a header: `\r` and `\\` are written out. */
function takeText(row: string, limit: number): { readonly bytes: Uint8Array; readonly rest: string } {
  const end = headerAt(row);
  const bytes: number[] = [];
  let index = 0;
  while (index < end && bytes.length < limit) {
    const isEscape = row[index] === '\\' && (row[index + 1] === 'r' || row[index + 1] === '\\');
    const character = isEscape ? row.slice(index, index + 2) : String.fromCodePoint(row.codePointAt(index) as number);
    index += character.length;
    if (isEscape) bytes.push(character === '\\r' ? 0x0d : 0x5c);
    else bytes.push(...Buffer.from(character));
  }
  return { bytes: Uint8Array.from(bytes), rest: row.slice(index) };
}

/** Where a header ends the text of the row; the row's length where none does. */
function headerAt(row: string): number {
  for (const { index } of row.matchAll(headerStart)) if (readHeader(row.slice(index))) return index;
  return row.length;
}

/** socat with -v or -x. */
export const socatLayout: LogLayout = {
  name: 'socat',
  recognise: (rows) =>
    rows.map(withoutReturn).some((row) => readHeader(row) ?? readHeader(row.slice(headerAt(row)))) ? 1 : 0,
  open: () => new SocatReader(),
};
