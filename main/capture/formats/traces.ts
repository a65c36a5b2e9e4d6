import { Buffer } from 'node:buffer';
import { readHexRow } from '../hexRow.ts';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { LogTime, Stamp } from '../logTime.ts';
import type { Speaker } from '../../log/conversation.ts';
import type { TextRow } from '../textRows.ts';
import { withoutColours } from '../toolMarks.ts';

/** What a row says of the wire. */
interface Traced {
  /** Absent in a row that goes on with what the one above it announced. */
  readonly from?: Speaker;
  /** As the row has it, or seconds since the start. */
  readonly time?: string | undefined;
  /** Bytes of the wire; absent where they are in the rows below. */
  readonly bytes?: Uint8Array;
}

/** A program that writes in its log what it sends and hears, between other things. */
interface Program {
  readonly name: string;
  readonly read: (row: string) => Traced | undefined;
  /** The bytes of a row below a head; absent where none has any. */
  readonly dump?: (row: string) => Uint8Array | undefined;
  /** The end of the line is left out of its dumps. */
  readonly hasBareLines?: true;
}

/** Rows of traces are short, what is longer is somebody's text. */
const LONGEST_ROW = 16_384;

const speaker = (isHost: boolean): Speaker => (isHost ? 'host' : 'module');
const bytesOfHex = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const line = (text: string): Uint8Array => Buffer.from(`${text}\r\n`);

/** `[00:00:12.532,000]`, or with a clock as Linux has it `[   12.532000]`: since the start. */
const zephyrStamp = /\[(?:(\d{2,4}):(\d\d):(\d\d)[.,]?((?:\d{3},?){0,2})| {0,8}(\d{1,9}\.\d{6}))\]\s</;

function zephyrTime(row: string): string | undefined {
  const [, hours, minutes, seconds, fraction = '', plain] = zephyrStamp.exec(row) ?? [];
  if (hours === undefined) return plain;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return fraction === '' ? String(whole) : `${whole}.${fraction.replace(',', '')}`;
}

const chatSent = / modem_chat: modem_chat_script_next: sending: (.*)$/;
const chatHeard = / modem_chat: modem_chat_(?:log_received_command|on_unknown_command_received): (.*)$/;
/** The name with which the line was known, and its parameters. */
const taken = /^([+*^%#&$][^:]{1,24}:) {1,2}([^,]*)$/;

/** Zephyr prints what it has taken apart, with blanks where the commas were. */
function putTogether(text: string): string {
  const [, name, list = ''] = taken.exec(text) ?? [];
  if (name === undefined) return text.trim();
  return `${name} ${list.replace(/"[^"]*"| /g, (part) => (part === ' ' ? ',' : part))}`;
}

/** Zephyr's `modem_chat`: `[00:00:12.532,000] <dbg> modem_chat: modem_chat_script_next: sending: AT+CMEE=1`. */
const zephyrChat: Program = {
  name: 'zephyr chat',
  read(row) {
    const sent = chatSent.exec(row)?.[1];
    if (sent !== undefined) return { from: 'host', time: zephyrTime(row), bytes: line(sent) };
    const heard = chatHeard.exec(row)?.[1];
    return heard === undefined ? undefined : { from: 'module', time: zephyrTime(row), bytes: line(putTogether(heard)) };
  },
};

const zephyrDump = /^ {8,60}((?:[0-9a-f]{2} {1,2}){1,16}) *\|/;
const zephyrHead = / modem_cmd_handler: (?:[a-z_]{3,40}: )?(RECV|SENT DATA|SENT DIRECT DATA) *$/;

/** Zephyr's `modem_cmd_handler`, before: a head, and the line in hex below it. */
const zephyrHandler: Program = {
  name: 'zephyr handler',
  read(row) {
    const way = zephyrHead.exec(row)?.[1];
    return way === undefined ? undefined : { from: speaker(way !== 'RECV'), time: zephyrTime(row) };
  },
  dump(row) {
    const hex = zephyrDump.exec(row)?.[1];
    return hex === undefined ? undefined : bytesOfHex(hex);
  },
  hasBareLines: true,
};

const portHead = /^\[(\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d)\] (Written|Read) data \(COM\d{1,3}\)\s*$/;

/** Eltima's Serial Port Monitor, dump view: `[25/10/2018 10:15:36] Written data (COM2)`, and hex with characters below it. */
const portMonitor: Program = {
  name: 'port monitor',
  read(row) {
    const [, time, way] = portHead.exec(row) ?? [];
    return way === undefined ? undefined : { from: speaker(way === 'Written'), time };
  },
  dump: readHexRow,
};

const serilog =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{3})? [+-]\d\d:\d\d) \[(?:INF\] (<-|->)|DBG\] \[HEX\]((?:[0-9A-F]{2} ?)+)$)/;

/** LLCOM: `2021-06-01 10:00:01.123 +08:00 [INF] <-AT`, where arrows point to the port; the same in hex below it. */
const llcom: Program = {
  name: 'llcom',
  read(row) {
    const [, time, way, hex] = serilog.exec(row) ?? [];
    if (way !== undefined) return { from: speaker(way === '<-'), time };
    return hex === undefined ? undefined : { time, bytes: bytesOfHex(hex) };
  },
};

const ril =
  /^(?:\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{3})?)\][^[]{0,3})?\[[A-Z]\]-\[ril\.(sendat|proatc)\] ?(.*)$/;

/** Scripts of Luat and LuatOS, by Luatools: `[2020-06-24 23:19:16.308] [I]-[ril.sendat] ATE0`. What no one asked for is told twice. */
const luat: Program = {
  name: 'luat',
  read(row) {
    const [, time, way, text] = ril.exec(row) ?? [];
    return text === undefined ? undefined : { from: speaker(way === 'sendat'), time, bytes: line(text) };
  },
};

const mbedRow = /\]: AT ([TR])X \( ?\d{1,6}\): (.*)$/;
const mbedControls = /<(cr|ln|[0-9A-F]{2})>/g;

/** Mbed's `ATHandler`: `[INFO][CELL]: AT TX (10): AT+CGSN=1<cr>`. */
const mbed: Program = {
  name: 'mbed',
  read(row) {
    const [, way, text] = mbedRow.exec(row) ?? [];
    if (text === undefined) return undefined;
    const plain = text.replace(mbedControls, (_, code: string) => controlNamed(code));
    return { from: speaker(way === 'T'), bytes: Buffer.from(plain, 'latin1') };
  },
};

function controlNamed(code: string): string {
  if (code === 'cr') return '\r';
  return code === 'ln' ? '\n' : String.fromCharCode(parseInt(code, 16));
}

class TraceReader implements LayoutReader {
  readonly #clock = new LogClock();
  readonly #program: Program;
  #from: Speaker | undefined;
  #time: LogTime | undefined;
  /** The row above said who, or is such a row's dump. */
  #isHeaded = false;
  /** A line was dumped whose end is still to be told. */
  #isOpen = false;

  constructor(program: Program) {
    this.#program = program;
  }

  read({ line: number, text }: TextRow, style: LogStyle): LogItem[] {
    const raw = withoutColours(text.replace(/\r$/, ''));
    if (raw.trim() === '') return [];
    const traced = raw.length > LONGEST_ROW ? undefined : this.#program.read(raw);
    const dumped = traced || !this.#isHeaded ? undefined : this.#program.dump?.(raw);
    if (dumped) return this.#dumped(number, dumped);
    const ended = this.#ended(number);
    this.#isHeaded = traced !== undefined;
    if (!traced)
      return [...ended, { kind: 'mark', line: number, raw, note: 'written by the program, not on the wire' }];
    this.#from = traced.from ?? this.#from;
    this.#time = this.#timeOf(traced.time, style);
    const said = told(this.#from, this.#time);
    if (traced.bytes) return [...ended, { kind: 'wire', line: number, bytes: traced.bytes, ...said }];
    return [...ended, { kind: 'mark', line: number, raw, note: 'head of a dump', isFrame: true, ...said }];
  }

  #dumped(number: number, bytes: Uint8Array): LogItem[] {
    this.#isOpen = this.#program.hasBareLines === true;
    return [{ kind: 'wire', line: number, bytes, ...told(this.#from, this.#time) }];
  }

  #ended(number: number): LogItem[] {
    if (!this.#isOpen) return [];
    this.#isOpen = false;
    return [{ kind: 'wire', line: number, bytes: Buffer.from('\r\n'), ...told(this.#from, this.#time) }];
  }

  #timeOf(text: string | undefined, style: LogStyle): LogTime | undefined {
    if (text === undefined) return undefined;
    const stamp: Stamp | undefined = text.includes(':')
      ? readStamp(text, 0)?.stamp
      : { kind: 'elapsed', seconds: text, since: 'start' };
    return stamp && this.#clock.read(stamp, style);
  }
}

function layoutOf(program: Program): LogLayout {
  return {
    name: program.name,
    // Their rows are like nobody else's, however few of them there are.
    recognise: (rows) => (rows.filter((row) => program.read(row) !== undefined).length > 1 ? 1.2 : 0),
    open: () => new TraceReader(program),
  };
}

/** Programs and libraries that write in logs of their own what they say to a module. */
export const traceLayouts: readonly LogLayout[] = [zephyrChat, zephyrHandler, portMonitor, llcom, luat, mbed].map(
  layoutOf,
);
