import { Buffer } from 'node:buffer';
import { withControls } from '../controlNames.ts';
import { readSpacedHex } from '../hexRow.ts';
import { speakerOf, told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle, WireItem } from '../logItem.ts';
import { LogClock } from '../logTime.ts';
import type { LogTime } from '../logTime.ts';
import { readMarkedRow } from '../rowMarks.ts';
import type { Speaker } from '../../log/conversation.ts';
import type { MarkedRow } from '../rowMarks.ts';
import type { TextRow } from '../textRows.ts';
import { readExchange, readSentMessage, readToolMark, withoutColours } from '../toolMarks.ts';
import type { ToolMark } from '../toolMarks.ts';

/** What a row of marks alone says of the rows behind it. */
interface Heading {
  readonly from?: Speaker;
  readonly time?: LogTime;
  readonly isHex?: true;
}

/** Of one row, or of a piece of it between carriage returns. */
interface Piece {
  readonly raw: string;
  /** The end of the line, where there is one. */
  readonly end: string;
}

/** A row may hold carriage returns of the wire; what stands between them are lines of their own. */
function piecesOf(text: string, { keepsReturns }: LogStyle): Piece[] {
  const raws = text.split('\r');
  const last = raws.length - 1;
  const lineEnd = keepsReturns ? '\n' : '\r\n';
  return raws.map((raw, index) => ({ raw, end: index < last ? '\r' : lineEnd }));
}

/** One line of the wire a row, with or without stamps and marks before it: most tools, and plain captures. */
class RowsReader implements LayoutReader {
  readonly #clock = new LogClock();
  #heading: Heading = {};
  /** What the piece before in the same row said. */
  #ofRow: Heading | undefined;

  read(row: TextRow, style: LogStyle): LogItem[] {
    const { line, text, isPiece } = row;
    if (isPiece) return [{ kind: 'wire', line, raw: text, bytes: Buffer.from(text), isPiece }];
    this.#ofRow = undefined;
    return piecesOf(text, style).flatMap((piece) => this.#readPiece(line, piece, style));
  }

  #readPiece(line: number, { raw, end }: Piece, style: LogStyle): LogItem[] {
    const { from, time } = this.#ofRow ?? this.#heading;
    if (raw.trim() === '') return [{ kind: 'wire', line, raw, bytes: Buffer.from(raw + end), ...told(from, time) }];
    const plain = style.hasColours ? withoutColours(raw) : raw;
    const mark = readToolMark(plain.trim());
    const sent = mark && readSentMessage(plain.trim());
    if (sent?.isHex) return [{ kind: 'wire', line, bytes: Buffer.from(sent.text, 'hex'), ...told('host', undefined) }];
    if (sent) return [this.#wire(line, raw, unescaped(sent.text), 'host', undefined)];
    const exchange = mark && readExchange(plain.trim());
    if (exchange) {
      const { command, answer } = exchange;
      const asked = this.#wire(line, raw, `${command}\r`, 'host', undefined);
      return answer === undefined ? [asked] : [asked, this.#wire(line, raw, `${answer}\r\n`, 'module', undefined)];
    }
    if (mark) return this.#readMark(line, raw, mark, style);
    const shown = style.controls === undefined ? plain : withControls(plain, style.controls);
    if (shown.trim() === '') return [{ kind: 'wire', line, raw, bytes: Buffer.from(shown), ...told(from, time) }];
    const marked = readMarkedRow(shown, style);
    const isMarked = marked.stamp !== undefined || marked.from !== undefined;
    // What a program says beside the wire, in a log in which it says of each line who spoke.
    if (style.hasOrigins && marked.stamp !== undefined && marked.from === undefined && marked.text !== '') {
      const { time: toldTime } = this.#ownOf(marked, style);
      return [
        { kind: 'mark', line, raw, note: 'written by the program, not on the wire', ...told(undefined, toldTime) },
      ];
    }
    if (marked.text !== '') return this.#readLine(line, { raw, end }, marked, style);
    const own = this.#ownOf(marked, style);
    // SSCOM: what a module says begins with a line end, so its first row is a mark alone.
    const isHeading = style.hasHeadings || (style.marksBothSides && marked.from !== undefined);
    if (isMarked && isHeading) this.#heading = { ...own, ...(marked.isHex ? { isHex: true } : {}) };
    const frame = isMarked ? ({ isFrame: true } as const) : {};
    return [{ kind: 'mark', line, raw, note: 'nothing but marks or a remark', ...frame, ...told(own.from, own.time) }];
  }

  #readMark(line: number, raw: string, mark: ToolMark, style: LogStyle): LogItem[] {
    const time = mark.stamp && this.#clock.read(mark.stamp, style);
    const { from, time: timeBefore } = this.#heading;
    const before = mark.before === '' ? [] : [this.#wire(line, mark.before, mark.before, from, timeBefore)];
    if (mark.isTimeOfNext) this.#heading = told(from, time);
    return [
      ...before,
      { kind: 'mark', line, raw, note: 'written by the tool, not on the wire', ...told(undefined, time) },
    ];
  }

  #readLine(line: number, { raw, end }: Piece, marked: MarkedRow, style: LogStyle): LogItem[] {
    const own = this.#ownOf(marked, style);
    const isAlone = marked.stamp === undefined && marked.from === undefined;
    const above = isAlone ? (this.#ofRow ?? this.#heading) : undefined;
    const from = own.from ?? above?.from;
    const time = own.time ?? above?.time;
    this.#ofRow = told(from, time);
    const isHex = marked.isHex ?? this.#heading.isHex;
    const hex = isHex ? readSpacedHex(marked.text) : undefined;
    if (hex) return [{ kind: 'wire', line, bytes: hex, ...told(from, time) }];
    if (marked.from !== undefined && style.marksBothSides) this.#heading = told(from, time);
    // What the tool wrote out by name is all there was: the end of its row is its own.
    const isWhole = style.controls !== undefined && /[\r\n]$/.test(marked.rest);
    return [this.#wire(line, raw, isWhole ? marked.rest : marked.rest + end, from, time)];
  }

  /** What the row says itself. */
  #ownOf(marked: MarkedRow, style: LogStyle): Heading {
    const time = marked.stamp && this.#clock.read(marked.stamp, style);
    return told(speakerOf(marked.from, style), time);
  }

  #wire(line: number, raw: string, text: string, from?: Speaker, time?: LogTime): WireItem {
    return { kind: 'wire', line, raw, bytes: Buffer.from(text), ...told(from, time) };
  }
}

/** As a string of JavaScript shows it. */
function unescaped(text: string): string {
  const plain = text.replace(/\\(.)/g, (_, letter: string) => ({ r: '\r', n: '\n', t: '\t' })[letter] ?? letter);
  return /[\r\n]$/.test(plain) ? plain : `${plain}\r`;
}

/** What no other layout claims. */
export const rowsLayout: LogLayout = {
  name: 'rows',
  recognise: () => 0.1,
  open: () => new RowsReader(),
};
