import { Buffer } from 'node:buffer';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout } from '../logItem.ts';
import type { LogTime } from '../logTime.ts';
import type { TextRow } from '../textRows.ts';
import { withoutColours } from '../toolMarks.ts';

/** `{"version": 2, "width": 80, "height": 24, …}`. */
const head = /^\{.{0,200}?"version": ?([23])\b/;
/** The same of version 1, where it may stand over several rows. */
const firstVersion = /^\s*\{[^]{0,200}?"version"\s*:\s*1\b/;
/** Where the frames of version 1 begin. */
const frames = /"stdout"\s*:\s*\[/y;
const token = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*"/y;

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

const timeAt = (seconds: number): LogTime => ({ at: String(Math.round(seconds * 1e6) / 1e6), clock: 'start' });

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
    const time = timeAt(this.#seconds);
    // What was typed is shown as well, by the module's echo or by the program.
    if (kind !== 'o')
      return [{ kind: 'mark', line, raw, note: 'typed, or an event of the terminal', ...told(undefined, time) }];
    return [{ kind: 'wire', line, bytes: Buffer.from(withoutColours(data)), ...told(undefined, time) }];
  }
}

function stringOf(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch {
    return undefined;
  }
}

/** Casts of asciinema 1: one object, in one row or in many, whose frames are pairs of a delay and what was printed. */
class FirstAsciinemaReader implements LayoutReader {
  #isInFrames = false;
  #seconds = 0;

  read({ line, text: raw }: TextRow): LogItem[] {
    const items = this.#framesIn(line, raw);
    const isBlank = raw.trim() === '';
    return items.length > 0 || isBlank ? items : [{ kind: 'mark', line, raw, note: 'head of the cast', isFrame: true }];
  }

  #framesIn(line: number, raw: string): LogItem[] {
    const items: LogItem[] = [];
    for (let place = 0; place < raw.length;) {
      const begins = matchAt(frames, raw, place);
      const found = begins ?? matchAt(token, raw, place);
      // A string without an end: looked for once, not from each quote in it.
      if (found === undefined && raw[place] === '"') break;
      place += found?.length ?? 1;
      if (begins !== undefined) this.#isInFrames = true;
      else if (found !== undefined && this.#isInFrames) items.push(...this.#tokenOf(line, found));
    }
    return items;
  }

  #tokenOf(line: number, found: string): LogItem[] {
    if (!found.startsWith('"')) {
      this.#seconds += Number(found);
      return [];
    }
    const data = stringOf(found);
    if (data === undefined) return [];
    return [
      { kind: 'wire', line, bytes: Buffer.from(withoutColours(data)), ...told(undefined, timeAt(this.#seconds)) },
    ];
  }
}

function matchAt(pattern: RegExp, text: string, place: number): string | undefined {
  pattern.lastIndex = place;
  return pattern.exec(text)?.[0];
}

/** asciinema 2 and 3. */
export const asciinemaLayout: LogLayout = {
  name: 'asciinema',
  recognise: ([first = '']) => (head.test(first) ? 1 : 0),
  open: () => new AsciinemaReader(),
};

/** asciinema 1. */
export const firstAsciinemaLayout: LogLayout = {
  name: 'asciinema, version 1',
  recognise: (rows) => (firstVersion.test(rows.slice(0, 20).join('\n').slice(0, 1000)) ? 1 : 0),
  open: () => new FirstAsciinemaReader(),
};
