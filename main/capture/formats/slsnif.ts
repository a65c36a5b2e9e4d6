import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { TextRow } from '../textRows.ts';

/** `Host   --> A(065) T(084) \r(013)`: each byte as a character and as a number, decimal or (-x) hex. */
const row = /^(.{0,60}?)\b(Host|Device) {1,4}--> ?(.*)$/;
const cell = /[^]{0,6}?\((?:0x([0-9a-f]{2})|(\d{3}))\) ?/iy;

function bytesOf(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  cell.lastIndex = 0;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const byte = match[1] === undefined ? Number(match[2]) : parseInt(match[1], 16);
    if (byte > 0xff) return undefined;
    bytes.push(byte);
    if (cell.lastIndex === text.length) break;
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
}

/** slsnif, between a port and a pseudo terminal. */
class SlsnifReader implements LayoutReader {
  readonly #clock = new LogClock();

  read({ line, text }: TextRow, style: LogStyle): LogItem[] {
    const raw = text.replace(/\r$/, '');
    const [, before = '', who, cells = ''] = row.exec(raw) ?? [];
    const bytes = who === undefined ? undefined : bytesOf(cells);
    if (!bytes) {
      if (raw.trim() === '') return [];
      return [{ kind: 'mark', line, raw, note: 'written by the tool, not on the wire' }];
    }
    const stamp = readStamp(before.trimStart(), 0)?.stamp;
    const time = stamp && this.#clock.read(stamp, style);
    return [{ kind: 'wire', line, bytes, ...told(who === 'Host' ? 'host' : 'module', time) }];
  }
}

/** slsnif. */
export const slsnifLayout: LogLayout = {
  name: 'slsnif',
  recognise(rows) {
    const isOwn = (text: string): boolean => bytesOf(row.exec(text)?.[3] ?? '') !== undefined;
    return rows.filter(isOwn).length * 2 > rows.length ? 1 : 0;
  },
  open: () => new SlsnifReader(),
};
