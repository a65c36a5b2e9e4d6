import { Buffer } from 'node:buffer';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout } from '../logItem.ts';
import type { LogTime } from '../logTime.ts';
import type { TextRow } from '../textRows.ts';
import { withoutColours } from '../toolMarks.ts';

/** `{"version": 2, "width": 80, "height": 24, …}`. */
const head = /^\{.{0,200}?"version": ?([23])\b/;

function eventOf(row: string): readonly [seconds: number, kind: string, data: string] | undefined {
  if (!row.startsWith('[')) return undefined;
  try {
    const [seconds, kind, data] = JSON.parse(row) as unknown[];
    const isEvent = typeof seconds === 'number' && typeof kind === 'string' && typeof data === 'string';
    return isEvent ? [seconds, kind, data] : undefined;
  } catch {
    return undefined;
  }
}

/** Casts of asciinema, versions 2 (times since the start) and 3 (since the event before): what stood on the terminal. */
class AsciinemaReader implements LayoutReader {
  #version = '2';
  #seconds = 0;

  read({ line, text: raw }: TextRow): LogItem[] {
    this.#version = head.exec(raw)?.[1] ?? this.#version;
    const event = eventOf(raw.trim());
    if (!event) return raw.trim() === '' ? [] : [{ kind: 'mark', line, raw, note: 'head of the cast' }];
    const [seconds, kind, data] = event;
    this.#seconds = this.#version === '3' ? this.#seconds + seconds : seconds;
    const time: LogTime = { at: String(Math.round(this.#seconds * 1e6) / 1e6), clock: 'start' };
    // What was typed is shown as well, by the module's echo or by the program.
    if (kind !== 'o')
      return [{ kind: 'mark', line, raw, note: 'typed, or an event of the terminal', ...told(undefined, time) }];
    return [{ kind: 'wire', line, bytes: Buffer.from(withoutColours(data)), ...told(undefined, time) }];
  }
}

/** asciinema. */
export const asciinemaLayout: LogLayout = {
  name: 'asciinema',
  recognise: ([first = '']) => (head.test(first) ? 1 : 0),
  open: () => new AsciinemaReader(),
};
