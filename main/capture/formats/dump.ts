import { Buffer } from 'node:buffer';
import { defined } from '../../../shared/defined.ts';
import { readHexRow, readMarkedBytes, readOdRow } from '../hexRow.ts';
import { speakerOf, told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { LogTime } from '../logTime.ts';
import { remembered } from '../remembered.ts';
import { readMarkedRow } from '../rowMarks.ts';
import type { Speaker } from '../../log/conversation.ts';
import type { MarkedRow } from '../rowMarks.ts';
import type { TextRow } from '../textRows.ts';
import { readToolMark } from '../toolMarks.ts';

/** PuTTY: `Incoming raw data at 2026-01-05 14:03:09`, `Outgoing packet #0x5, type 94 …`. */
const flow = /^(Incoming|Outgoing) (?:raw data|packet)(?: at (.{1,40}))?/;
/** Bytes that a heading must not swallow: the name of a port is one word. */
const portName = /^\S{1,200}$/;

/** hexdump and od end with the length of all, in 6 (od -A x) to 8 digits. */
const lengthAlone = /^[0-9a-f]{6,8}$/i;

/** What stands above rows of bytes: time, port, direction. */
interface Heading {
  readonly from?: Speaker;
  readonly port?: string;
  readonly stamped: MarkedRow['stamp'];
}

/** A row that is no bytes but says when, where or whose the next ones are; undefined for anything else. */
function readHeading(text: string): Heading | undefined {
  const [, way, moment = ''] = flow.exec(text) ?? [];
  if (way !== undefined) {
    return { from: way === 'Incoming' ? 'module' : 'host', stamped: readStamp(moment, 0)?.stamp };
  }
  const marked = readMarkedRow(text);
  if (marked.stamp === undefined && marked.from === undefined) return undefined;
  if (marked.text !== '' && !portName.test(marked.text)) return undefined;
  return {
    stamped: marked.stamp,
    ...defined({ from: marked.from }),
    ...(marked.text === '' ? {} : { port: marked.text }),
  };
}

interface FoundBytes {
  readonly bytes: Uint8Array;
  readonly marked?: MarkedRow;
}

/** The bytes of a row, with or without marks before them. */
function readBytes(text: string): FoundBytes | undefined {
  const bytes = readHexRow(text) ?? readOdRow(text);
  if (bytes) return { bytes };
  const marked = readMarkedRow(text);
  if (marked.stamp === undefined && marked.from === undefined) return undefined;
  const behind = readHexRow(marked.textWithRemark) ?? readMarkedBytes(marked.textWithRemark);
  return behind && { bytes: behind, marked };
}

/** Rows of bytes in hex or binary below headings or behind marks: jpnevulator, hexdump, xxd, hex views of terminals. */
class DumpReader implements LayoutReader {
  readonly #clock = new LogClock();
  #speaker: Speaker | undefined;
  #time: LogTime | undefined;

  read({ line, text: raw }: TextRow, style: LogStyle): LogItem[] {
    const text = raw.replace(/\r$/, '');
    if (text.trim() === '') return [];
    const isCompact = style.isCompactHex && compactHex.test(text);
    const found: FoundBytes | undefined = isCompact ? { bytes: Buffer.from(text.trim(), 'hex') } : readBytes(text);
    if (found) {
      const { marked, bytes } = found;
      if (marked) {
        this.#speaker = speakerOf(marked.from, style);
        this.#time = marked.stamp && this.#clock.read(marked.stamp, style);
      }
      return [{ kind: 'wire', line, bytes, ...told(this.#speaker, this.#time) }];
    }
    const heading = readHeading(text);
    if (!heading) return [{ kind: 'mark', line, raw, note: 'written by the tool, not on the wire' }];
    const named = heading.port === undefined ? undefined : style.speakers.get(heading.port);
    this.#speaker = speakerOf(heading.from, style) ?? named;
    this.#time = heading.stamped && this.#clock.read(heading.stamped, style);
    return [
      { kind: 'mark', line, raw, note: 'head of the bytes below', isFrame: true, ...told(this.#speaker, this.#time) },
    ];
  }
}

/** Share of the rows that must be bytes or stand above some. */
const LEAST_SHARE = 0.8;

const compactHex = /^[ \t]*(?:[0-9A-Fa-f]{2}){1,4096}[ \t]*$/;

/** Bytes without any blank (xxd -p), which have no other sign: every row is so, and line ends are among them. */
export function areCompactHex(rows: readonly string[]): boolean {
  const filled = rows.filter((row) => row.trim() !== '');
  const isAll = filled.length > 0 && filled.every((row) => compactHex.test(row) && !/^\s*\d+\s*$/.test(row));
  return isAll && /^(?:..)*?0d(?:..)*?0a/i.test(filled.map((row) => row.trim()).join(''));
}

const bytesIn = remembered(readBytes);
const headingIn = remembered(readHeading);

/** Hex dumps of any tool that has no layout of its own. */
export const dumpLayout: LogLayout = {
  name: 'dump',
  recognise(rows) {
    const filled = rows.filter(
      (row) => row.trim() !== '' && !lengthAlone.test(row) && readToolMark(row.trim()) === undefined,
    );
    if (areCompactHex(filled)) return 1;
    const dumps = filled.map(bytesIn).filter((found) => found !== undefined);
    const headings = filled.filter((row) => !bytesIn(row) && headingIn(row) !== undefined);
    // A row or two of digits may be anything: a session in hex has line ends in it.
    const hasLineEnds = dumps.some(({ bytes }) => bytes.includes(0x0d) || bytes.includes(0x0a));
    const share = (dumps.length + headings.length) / Math.max(1, filled.length);
    return hasLineEnds && dumps.length >= headings.length / 2 && share >= LEAST_SHARE ? share : 0;
  },
  open: () => new DumpReader(),
};

/** The ports that headings name, each with the bytes below them, in their order. */
export function bytesOfPorts(rows: readonly string[]): Map<string, Uint8Array[]> {
  const ports = new Map<string, Uint8Array[]>();
  let port: string | undefined;
  for (const row of rows) {
    const found = bytesIn(row.replace(/\r$/, ''));
    if (!found) port = headingIn(row.replace(/\r$/, ''))?.port;
    else if (port !== undefined) ports.set(port, [...(ports.get(port) ?? []), found.bytes]);
  }
  return ports;
}
