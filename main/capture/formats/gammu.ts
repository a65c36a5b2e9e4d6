import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { Buffer } from 'node:buffer';
import { LogClock, readStamp } from '../logTime.ts';
import type { LogTime, Stamp } from '../logTime.ts';
import type { Speaker } from '../../log/conversation.ts';
import type { TextRow } from '../textRows.ts';

/** `SENDING frame type 0x00/length 0x03/3`, `RECEIVED frame …`. */
const frame = /^(SENDING|RECEIVED) frame type 0x[0-9A-F]{1,2}\/length 0x[0-9A-F]{1,8}\/(\d{1,9})$/i;
/** `1 "AT"`: a line of the answer as gammu took it apart, said beside the dump or instead of it. */
const answerLine = /^\d{1,4} "(.*)"$/;
const byteCell = /([0-9A-F]{2})[^]/iy;
const BYTES_PER_ROW = 16;

/** `41A|54T|0D |`: each byte in hex and as a character, at fixed places. */
function readCells(row: string, most: number): Uint8Array {
  const bytes: number[] = [];
  for (let cell = 0; cell < Math.min(most, BYTES_PER_ROW); cell++) {
    byteCell.lastIndex = cell * 4;
    const [, digits] = byteCell.exec(`${row} `) ?? [];
    if (digits === undefined || (cell > 0 && row[cell * 4 - 1] !== '|')) break;
    bytes.push(parseInt(digits, 16));
  }
  return Uint8Array.from(bytes);
}

/** A row of the `…date` formats begins with the time and a colon: `Fri 2026/01/05 14:03:09: `. */
function withoutStamp(row: string): { readonly text: string; readonly stamp?: Stamp } {
  const found = readStamp(
    row.replace(/^\S{1,20} (?=\d{4}\/)/, (day) => ' '.repeat(day.length)),
    skipBlanks(row),
  );
  if (!found || row.slice(found.end, found.end + 2) !== ': ') return { text: row };
  return { text: row.slice(found.end + 2), stamp: found.stamp };
}

/** Behind the name of the day, which is in the language of the machine. */
function skipBlanks(row: string): number {
  return /^\S{1,20} (?=\d{4}\/)/.exec(row)?.[0].length ?? 0;
}

/** gammu's log (1.42) in the formats text, textall, textalldate, errors and errorsdate. */
class GammuReader implements LayoutReader {
  readonly #clock = new LogClock();
  #speaker: Speaker = 'host';
  #time: LogTime | undefined;
  #missing = 0;

  read({ line, text: raw }: TextRow, style: LogStyle): LogItem[] {
    const { text, stamp } = withoutStamp(raw.replace(/\r$/, ''));
    const time = stamp && this.#clock.read(stamp, style);
    if (text === '') return [];
    const [, verb, length] = frame.exec(text) ?? [];
    if (verb !== undefined) {
      this.#speaker = verb.toUpperCase() === 'SENDING' ? 'host' : 'module';
      this.#missing = Number(length);
      this.#time = time;
      return [{ kind: 'mark', line, raw, note: 'head of a frame', isFrame: true, ...told(this.#speaker, time) }];
    }
    if (this.#missing > 0) {
      const bytes = readCells(text, this.#missing);
      this.#missing = bytes.length === 0 ? 0 : this.#missing - bytes.length;
      if (bytes.length > 0) return [{ kind: 'wire', line, bytes, ...told(this.#speaker, time ?? this.#time) }];
    }
    const answer = style.hasDumps ? undefined : answerLine.exec(text)?.[1];
    if (answer !== undefined)
      return [{ kind: 'wire', line, raw, bytes: Buffer.from(`${answer}\r\n`), ...told('module', time) }];
    return [{ kind: 'mark', line, raw, note: 'written by the tool, not on the wire', ...told(undefined, time) }];
  }
}

/** Whether a row is the head of a frame, which a dump follows. */
export function isGammuFrame(row: string): boolean {
  return frame.test(withoutStamp(row.trimEnd()).text);
}

/** gammu. */
export const gammuLayout: LogLayout = {
  name: 'gammu',
  recognise: (rows) => (rows.some((row) => isGammuFrame(row) || /^\[Gammu +- /.test(withoutStamp(row).text)) ? 1 : 0),
  open: () => new GammuReader(),
};
