import { Buffer } from 'node:buffer';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { LogTime, Stamp } from '../logTime.ts';
import type { Speaker } from '../../log/conversation.ts';
import { withoutEnding } from '../rowEnd.ts';
import type { TextRow } from '../textRows.ts';

/** Bytes that a row tells, who sent them, and when as the row has it. */
interface Told {
  readonly bytes: Uint8Array;
  readonly from?: Speaker | undefined;
  readonly time?: string | undefined;
}

/** A tool that watches a port and writes each call, or each byte, on a row of its own; undefined for any other row. */
type ReadRow = (row: string) => Told | undefined;

const bytesOfHex = (hex: string): Uint8Array => Buffer.from(hex.replace(/[^0-9A-F]/gi, ''), 'hex');
const speaker = (isHost: boolean): Speaker => (isHost ? 'host' : 'module');

const call = /^\d{1,9}\t([\d:.]{1,20})\t(?:[^\t]*\t){1,2}IRP_MJ_(READ|WRITE)\t[^\t]*\tSUCCESS\tLength \d+: (.*)$/;
const callBytes = /^(?:[0-9A-F]{2} )*[0-9A-F]{2} ?$/i;

/** What cannot be printed is a full stop there: two or more of them, or one at the end, are the end of a line. */
function undotted(text: string): string {
  return text.replace(/\.{2,}|\.$/g, '\r\n');
}

/** Portmon of Sysinternals and AccessPort: `184 TAB 11:26:50 TAB name TAB IRP_MJ_WRITE TAB Serial0 TAB SUCCESS TAB Length 7: FE 46 …`. */
const readCall: ReadRow = (row) => {
  const [, time = '', way, data] = call.exec(row) ?? [];
  if (data === undefined) return undefined;
  const text = withoutEnding(data, '\t');
  const bytes = callBytes.test(text) ? bytesOfHex(text) : Buffer.from(undotted(text), 'latin1');
  return { bytes, from: speaker(way === 'WRITE'), time };
};

const spied = /^(\d{6,9}\.\d{3}) ([TR])X {3}[0-9A-F]{4} {2}((?:[0-9A-F]{2} {1,2}){1,16})/;

/** pyserial's `spy://`: `000002.469 TX   0000  41 54 0D 0A   AT..`. */
const readSpied: ReadRow = (row) => {
  const [, time = '', way, hex] = spied.exec(`${row}  `) ?? [];
  return hex === undefined
    ? undefined
    : { bytes: bytesOfHex(hex), from: speaker(way === 'T'), time: String(Number(time)) };
};

/** Rows of 32 bytes with what stands before and beside them; the search for their beginning costs more the longer a row is. */
const LONGEST_DUMPED = 400;
const dumped =
  /^(?:.*[\]\s])?(send\w*|recv\w*|tx|rx|urc\w*) *: [0-9A-F]{4}-[0-9A-F]{4}: ((?:[0-9A-F]{2} {1,2}){1,64})/i;

/** Raw commands of RT-Thread's AT client and dumps of EasyLogger: `[D/AT] sendline: 0000-0020: 41 54 0D 0A   AT..`. */
const readDumped: ReadRow = (row) => {
  if (row.length > LONGEST_DUMPED) return undefined;
  const [, way = '', hex] = dumped.exec(`${row} `) ?? [];
  return hex === undefined ? undefined : { bytes: bytesOfHex(hex), from: speaker(/^[st]/i.test(way)) };
};

const names: Readonly<Record<string, string>> = { COMMA: ',', '\\r': '\r', '\\n': '\n', '\\t': '\t', SPACE: ' ' };

/** `0x41`, `A`, `\r`, `'13'`, `COMMA`: a byte as an analyser is set to show it. */
function byteNamed(name: string): number | undefined {
  const [, hex, decimal] = /^"?(?:0x([0-9A-F]{1,2})|'(\d{1,3})')"?$/i.exec(name) ?? [];
  if (hex !== undefined) return parseInt(hex, 16);
  if (decimal !== undefined) return Number(decimal) & 0xff;
  const text = names[name] ?? name.replace(/^(['"])(.)\1$/, '$2');
  return text.length === 1 ? text.charCodeAt(0) & 0xff : undefined;
}

const LONGEST_BYTE = 200;
const oldCell = /^(\d+\.\d{6,15}),(.{1,8}?),(?:Error|),(?:Error|)$/;
const newCell = /^"?([^",]{0,60})"?,"?data"?,(\d+(?:\.\d{1,12})?),[\d.e-]{1,24},(.{1,8}?)(?:,(?:error|true|false|))*$/i;
const sigrok = /^(?:(\d{1,15})-\d{1,15} )?uart-\d+: (?:[TR]X data: )?([0-9A-F]{2})$/i;

/** Who speaks on a line that somebody has named: `TX` is the host's, unless it is the module's. */
function speakerNamed(name: string): Speaker | undefined {
  const isOfModule = /\b(?:module|modem|dce)\b/i.test(name);
  const way = /\b([tr])xd?\b/i.exec(name)?.[1];
  if (way !== undefined) return speaker(/t/i.test(way) !== isOfModule);
  if (isOfModule) return 'module';
  return /\b(?:host|mcu|dte)\b/i.test(name) ? 'host' : undefined;
}

/** Saleae's analyser of serial lines, as its program has exported it before and since version 2, and `sigrok-cli`: a byte a row. */
const readByte: ReadRow = (row) => {
  if (row.length > LONGEST_BYTE) return undefined;
  const [, oldTime, oldByte] = oldCell.exec(row) ?? [];
  const [, name = '', newTime, newByte] = newCell.exec(row) ?? [];
  const [, , hex] = sigrok.exec(row) ?? [];
  const byte = hex === undefined ? byteNamed(oldByte ?? newByte ?? '') : parseInt(hex, 16);
  if (byte === undefined) return undefined;
  const from = speakerNamed(name);
  return { bytes: Uint8Array.of(byte), from, time: oldTime ?? newTime };
};

const head = /^(?:Time \[s\],Value,Parity Error,Framing Error|name,type,start_time,duration,data)\b/;

class MonitorReader implements LayoutReader {
  readonly #clock = new LogClock();
  readonly #readRow: ReadRow;

  constructor(readRow: ReadRow) {
    this.#readRow = readRow;
  }

  read({ line, text }: TextRow, style: LogStyle): LogItem[] {
    const raw = text.replace(/\r$/, '');
    const said = this.#readRow(raw);
    if (said) return [{ kind: 'wire', line, bytes: said.bytes, ...told(said.from, this.#timeOf(said.time, style)) }];
    return raw.trim() === '' ? [] : [{ kind: 'mark', line, raw, note: 'written by the tool, not on the wire' }];
  }

  #timeOf(text: string | undefined, style: LogStyle): LogTime | undefined {
    if (text === undefined) return undefined;
    const elapsed: Stamp = { kind: 'elapsed', seconds: text, since: 'start' };
    return this.#clock.read(text.includes(':') ? (readStamp(text, 0)?.stamp ?? { kind: 'other' }) : elapsed, style);
  }
}

function layoutOf(name: string, readRow: ReadRow): LogLayout {
  return {
    name,
    recognise(rows) {
      const own = rows.filter((row) => readRow(row) !== undefined || head.test(row));
      return own.length > 1 && own.length * 2 > rows.length ? 1 : 0;
    },
    open: () => new MonitorReader(readRow),
  };
}

/** Tools that watch a port or a wire and write a call, a chunk or a byte on each row. */
export const monitorLayouts: readonly LogLayout[] = [
  layoutOf('portmon', readCall),
  layoutOf('spy', readSpied),
  layoutOf('hexdump of a driver', readDumped),
  layoutOf('analyser', readByte),
];
