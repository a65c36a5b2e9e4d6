import { defined } from '../../shared/defined.ts';
import type { LogTime, Timekeeping } from './logTime.ts';
import type { Speaker } from '../log/conversation.ts';
import type { RowHabits } from './rowMarks.ts';
import type { ControlNames } from './controlNames.ts';
import type { WordShape } from './wordRow.ts';
import type { TextRow } from './textRows.ts';

/** What a log says, in the order of its rows: bytes of the wire, or something that was not on the wire. */
export type LogItem = WireItem | MarkItem;

/** Where the row stands; only where the reader was asked to tell. */
interface Placed {
  /** Byte of the file at which the row begins. */
  readonly offset?: number;
  /** The file ends in the row. */
  readonly isOpen?: true;
}

/** Bytes of the wire; they go on where those before of the same speaker ended. */
export interface WireItem extends Placed {
  readonly kind: 'wire';
  /** Row of the file, from 1. */
  readonly line: number;
  readonly bytes: Uint8Array;
  /** The row as it stands in the file, where the bytes are the whole of one; undefined for dumps. */
  readonly raw?: string;
  /** The row is part of one that is too long to be read. */
  readonly isPiece?: true;
  readonly from?: Speaker;
  readonly time?: LogTime;
}

/** A head, a stamp, a mark or a saying of the tool. */
export interface MarkItem extends Placed {
  readonly kind: 'mark';
  readonly line: number;
  readonly raw: string;
  readonly note: string;
  /** It says when, who and how much, as the lines that it frames do, or speaks of something else than the port. */
  readonly isFrame?: true;
  /** A person's: a row that begins with `#`. */
  readonly isComment?: true;
  readonly from?: Speaker;
  readonly time?: LogTime;
}

/** How the log is written, as far as its rows have shown. */
export interface LogStyle extends RowHabits, Timekeeping {
  /** Ends of lines are written out by name. */
  readonly controls: ControlNames | undefined;
  /** Rows still have their carriage returns, so ends of lines are as on the wire. */
  readonly keepsReturns: boolean;
  /** What the log's arrows call the host is the module: arrows say which side of the tool, not who. */
  readonly isSwapped: boolean;
  /** Times and directions stand on rows of their own, above the lines they are of. */
  readonly hasHeadings: boolean;
  /** Both sides are marked: a row without a mark goes on with what the one before it was. */
  readonly marksBothSides: boolean;
  /** Names of ports beside the speaker there; empty where the log does not tell. */
  readonly speakers: ReadonlyMap<string, Speaker>;
  /** Bytes are dumped, too; what the tool made of them is then said twice. */
  readonly hasDumps: boolean;
  /** Bytes are hex without blanks, and nothing else. */
  readonly isCompactHex: boolean;
  /** Bytes are dumped as numbers of several. */
  readonly words: WordShape | undefined;
  /** The tool has coloured what it shows. */
  readonly hasColours: boolean;
}

/** Reads the rows of one layout, in their order. Never throws. */
export interface LayoutReader {
  read(row: TextRow, style: LogStyle): LogItem[];
}

/** One way to lay out a log. */
export interface LogLayout {
  readonly name: string;
  /** How sure it is that these rows are its own, from 0 to 1. */
  recognise(rows: readonly string[]): number;
  /** A reader for a log with such rows at its beginning. */
  open(head: readonly string[]): LayoutReader;
}

/** The speaker that a mark names, in a log whose arrows may be the other way round. */
export function speakerOf(from: Speaker | undefined, { isSwapped }: LogStyle): Speaker | undefined {
  if (from === undefined || !isSwapped) return from;
  return from === 'host' ? 'module' : 'host';
}

/** The two of them, where they are known, for an item. */
export function told(from: Speaker | undefined, time: LogTime | undefined): { from?: Speaker; time?: LogTime } {
  return { ...defined({ from, time }) };
}
