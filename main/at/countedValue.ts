import { utf8Length } from '../../shared/values.ts';
import { endOfText, skipBlanks } from './tokens.ts';

/** A value cut out of a parameter list. */
export interface CutValue {
  /** As it stands, without quotes around it. */
  readonly text: string;
  readonly quoted: boolean;
  /** Where the comma behind it stands, or the end of the list. */
  readonly end: number;
  /** What is odd about the length, where it fits all the same. */
  readonly oddity?: string;
  /** Why the length does not fit at all. */
  readonly misfit?: string;
}

/** Says whether parameters can be those that follow the value. */
export type IsTail = (texts: readonly string[]) => boolean;

/** What may stand around a value. */
export interface ValueSurroundings {
  /** Quotes around the text are its own where only that fits the length. */
  readonly isStrict: boolean;
  /** Most parameters that have a name. */
  readonly longest: number;
  readonly isTail: IsTail;
}

/** Parameters beyond those with a name that newer firmware may have appended. */
const MAX_EXTRA = 2;
const SPACE = 0x20;
const QUOTE = '"';
const plain = /^[^"\x00-\x1f\x7f]*$/;
/** What follows in the usual case. */
const quickTail = /(?:,[0-9A-Za-z, ]*)?$/y;
const hexOnly = /^[0-9A-Fa-f]*$/;
const beyondAscii = /[^\x00-\x7f]/;

/**
 * Cuts the value that begins at `from`. Firmware prints it bare or between plain quotes and escapes nothing, so the
 * length, in bytes, says where it ends (Xinyi, EC616 and MT2625 sources: `%d,%s` and `%d,"%s"` of buffer and its length);
 * binary values come as hex, two characters a byte. Which of them it is shows by what follows: nothing, or parameters that
 * can stand behind it. Where the length is unknown, or fits nothing, the text in quotes or up to the first comma counts.
 * Undefined when nothing that follows any such text makes sense. Takes time in proportion to the list.
 */
export function cutCounted(
  list: string,
  from: number,
  length: number | undefined,
  around: ValueSurroundings,
): CutValue | undefined {
  const quick = length === undefined ? undefined : plainCut(list, from, length, around, isEnd);
  if (quick) return quick;
  const { named, extended } = placesOf(list, from, around);
  if (named.length + extended.length === 0) return undefined;
  const starts = startsOf(list, from);
  if (length !== undefined) {
    for (const reading of readings) {
      if (!reading.isWorth(list)) continue;
      for (const places of [named, extended]) {
        const cut = fitting(list, starts, places, (text) => fits(text, length, reading, around.isStrict));
        if (cut) return reading.oddity === undefined ? cut : { ...cut, oddity: reading.oddity };
      }
    }
  }
  const places = named.length > 0 ? named : extended;
  const cut = unfitting(list, starts, places);
  if (length === undefined) return cut;
  return { ...cut, misfit: `the length says ${length} bytes, the text has ${utf8Length(cut.text)}` };
}

/**
 * As {@link cutCounted} in the usual cases, which cost next to nothing: ASCII whose length is right, with nothing odd around
 * it. Undefined in all others. What stands before `from` does not matter. Whoever reads what follows, and takes the value only
 * when that makes sense, may ask {@link mayEnd} in place of isEnd.
 */
export function plainCut(
  list: string,
  from: number,
  length: number,
  around: ValueSurroundings,
  isEnd: (list: string, end: number, around: ValueSurroundings) => boolean,
): CutValue | undefined {
  if (beyondAscii.test(list)) return undefined;
  const isSpaced = list[from] === ' ';
  const start = isSpaced ? from + 1 : from;
  if (list.charCodeAt(start) <= SPACE || (isSpaced && isEnd(list, from + length, around))) return undefined;
  const end = start + length;
  if (list[start] !== QUOTE) {
    if (isEnd(list, end, around)) return isSpaced && list[end - 1] === ' ' ? undefined : bareTo(list, start, end);
    const hexEnd = end + length;
    return isEnd(list, hexEnd, around) && hexOnly.test(list.slice(start, hexEnd))
      ? bareTo(list, start, hexEnd)
      : undefined;
  }
  if (around.isStrict && isEnd(list, end, around)) return undefined;
  if (list[end + 1] !== QUOTE || !isEnd(list, end + 2, around)) return undefined;
  return { text: list.slice(start + 1, end + 1), quoted: true, end: end + 2 };
}

function bareTo(list: string, start: number, end: number): CutValue {
  return { text: list.slice(start, end), quoted: false, end };
}

/** True where nothing follows, or letters and digits. */
export function mayEnd(list: string, end: number): boolean {
  quickTail.lastIndex = end;
  return quickTail.test(list);
}

/** True where nothing follows, or what may follow. */
function isEnd(list: string, end: number, { longest, isTail }: ValueSurroundings): boolean {
  if (!mayEnd(list, end)) return false;
  if (end === list.length) return isTail([]);
  const tail = list.slice(end + 1);
  const texts = tail.split(',');
  return texts.length <= longest && isTail(tail.includes(' ') ? texts.map((text) => text.trim()) : texts);
}

/** Ends of the value, leftmost first: where the list ends, or before a comma, when what follows makes sense. */
function placesOf(
  list: string,
  from: number,
  { longest, isTail }: ValueSurroundings,
): { named: number[]; extended: number[] } {
  const named: number[] = [];
  const extended: number[] = [];
  const texts: string[] = [];
  let end = list.length;
  if (isTail(texts)) named.push(end);
  while (texts.length < longest + MAX_EXTRA && end > from) {
    const comma = list.lastIndexOf(',', end - 1);
    if (comma < from) break;
    const first = Math.min(skipBlanks(list, comma + 1), end);
    const text = list.slice(first, endOfText(list, first, end));
    if (!plain.test(text)) break;
    texts.unshift(text);
    end = comma;
    if (texts.length <= longest && isTail(texts)) named.unshift(end);
    else if (isTail(texts.slice(0, longest))) extended.unshift(end);
  }
  return { named, extended };
}

/**
 * A blank behind the comma may be the value's own, or the module's habit, as the comma before the length shows; line breaks
 * there are a habit, too.
 */
function startsOf(list: string, from: number): number[] {
  const afterBlanks = skipBlanks(list, from);
  const afterBlank = Math.min(from + 1, afterBlanks);
  const before = from < 2 ? 0 : list.lastIndexOf(',', from - 2) + 1;
  const isHabit = before < from && skipBlanks(list, before) > before;
  const breaks = /[\r\n \t]*/y;
  breaks.lastIndex = from;
  breaks.test(list);
  const first = isHabit ? [afterBlank, from] : [from, afterBlank];
  return [...new Set([...first, afterBlanks, breaks.lastIndex])];
}

/** A way to count. */
interface Reading {
  /** False where it could not differ from the readings before. */
  isWorth(list: string): boolean;
  /** The text that is meant, when the length fits; undefined when it does not. */
  read(text: string, length: number): string | undefined;
  readonly oddity?: string;
}

const readings: readonly Reading[] = [
  { isWorth: () => true, read: (text, length) => (utf8Length(text) === length ? text : undefined) },
  {
    isWorth: (list) => list.includes('\r\n'),
    read(text, length) {
      const short = text.replaceAll('\r\n', '\n');
      return short !== text && utf8Length(short) === length ? short : undefined;
    },
    oddity: 'the length counts CR LF as one',
  },
  {
    // Each stands for one to three bytes that are no UTF-8.
    isWorth: (list) => list.includes('\uFFFD'),
    read(text, length) {
      const unknown = text.split('\uFFFD').length - 1;
      const longest = utf8Length(text);
      return unknown > 0 && length <= longest && length >= longest - 2 * unknown ? text : undefined;
    },
    oddity: 'bytes that are no UTF-8 in the value',
  },
  {
    isWorth: (list) => beyondAscii.test(list),
    read: (text, length) => (text.length === length || [...text].length === length ? text : undefined),
    oddity: 'the length counts characters',
  },
];

type Read = (text: string) => Pick<CutValue, 'text' | 'quoted'> | undefined;

function fitting(list: string, starts: readonly number[], places: readonly number[], read: Read): CutValue | undefined {
  for (const start of starts) {
    for (const end of places) {
      for (const limit of new Set([end, endOfText(list, start, end)])) {
        const cut = read(list.slice(start, limit));
        if (cut) return { ...cut, end };
      }
    }
  }
  return undefined;
}

/** Bare, between quotes, or either as hex. */
function fits(text: string, length: number, { read, oddity }: Reading, isStrict: boolean): ReturnType<Read> {
  const inner = withoutQuotes(text);
  // Quotes are the text's own only where nothing else is odd.
  const isOwn = isStrict && oddity === undefined;
  const bare = inner === undefined || isOwn ? read(text, length) : undefined;
  if (bare !== undefined) return { text: bare, quoted: false };
  const value = inner === undefined ? undefined : read(inner, length);
  if (value !== undefined) return { text: value, quoted: true };
  const hex = inner ?? text;
  return hex.length === length * 2 && hexOnly.test(hex) ? { text: hex, quoted: inner !== undefined } : undefined;
}

function withoutQuotes(text: string): string | undefined {
  return text.length > 1 && text.startsWith(QUOTE) && text.endsWith(QUOTE) ? text.slice(1, -1) : undefined;
}

/** By its quotes, else by its commas. */
function unfitting(list: string, starts: readonly number[], places: readonly number[]): CutValue {
  const start = starts.at(-1) as number;
  for (const end of places) {
    const text = withoutQuotes(list.slice(start, endOfText(list, start, end)));
    if (text !== undefined) return { text, quoted: true, end };
  }
  const end = places[0] as number;
  return { text: list.slice(start, endOfText(list, start, end)), quoted: false, end };
}
