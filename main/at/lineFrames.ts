import type { Buffer } from 'node:buffer';
import { utf8Length } from '../../shared/values.ts';
import { countedPlaceOf } from './codec.ts';
import type { LineSpec } from './codec.ts';
import { cutCounted } from './countedValue.ts';
import type { CutValue } from './countedValue.ts';
import { isWidth } from './fields.ts';
import type { CountedPlace } from './plainList.ts';

/** Lines of a table in which a value of counted length may hold line breaks. Handed to the splitter as data. */
export interface LineFrames {
  /**
   * What stands at `bytes[from, end)`, at whose end a line break was found: the count of bytes that are missing at least
   * until the value can be whole, 0 where the line is whole or of no matter here, -1 where breaks were taken into the
   * value already and the length does not fit after all.
   */
  missing(bytes: Buffer, from: number, end: number, hasBreaks: boolean): number;
  /** Where in a line that has come another one begins; absent where nobody looks. */
  nextLine?(text: string): NextLine | undefined;
}

/** A line that begins in the middle of another. */
export interface NextLine {
  /** Place in the text. */
  readonly at: number;
  /** What stands before it is not whole. */
  readonly isTorn: boolean;
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
/** Stands for the colon in what the M5311 specification prints. */
const EQUALS = 0x3d;
/** Sets the bit that makes an ASCII letter small. */
const SMALL = 0x20;

const DIGIT_0 = 0x30;
/** More digits than any length has. */
const MAX_DIGITS = 7;

interface Head {
  /** Bytes of the name, letters small. */
  readonly name: readonly number[];
  readonly place: CountedPlace;
}

/** The lines of `specs` that carry a counted value which may hold line breaks. */
export function lineFrames(specs: readonly LineSpec[]): LineFrames {
  const heads = specs.flatMap(({ name, params }): Head[] => {
    const place = countedPlaceOf(params);
    if (!place || place.rule.isPlain) return [];
    return [{ name: [...name].map((letter) => letter.charCodeAt(0) | SMALL), place }];
  });
  // Names begin alike; the first letter in which they differ tells most other lines at once.
  const differs = heads[0]?.name.findIndex((letter, place) => heads.some(({ name }) => name[place] !== letter)) ?? 0;
  const differsAt = Math.max(0, differs);
  const letters = Uint8Array.from(heads, ({ name }) => name[differsAt] as number);
  return {
    missing(bytes, from, end, hasBreaks) {
      const start = skipBlanks(bytes, from, end);
      if (!letters.includes((bytes[start + differsAt] as number) | SMALL)) return 0;
      for (const { name, place } of heads) {
        if (!hasName(bytes, start, end, name)) continue;
        const colon = skipBlanks(bytes, start + name.length, end);
        const isHead = bytes[colon] === COLON || bytes[colon] === EQUALS;
        return isHead ? missingOf(bytes, colon + 1, end, place, hasBreaks) : 0;
      }
      return 0;
    },
  };
}

function skipBlanks(bytes: Buffer, from: number, end: number): number {
  while (from < end && (bytes[from] === SPACE || bytes[from] === TAB)) from++;
  return from;
}

/** Compares from the end on: names begin alike and differ there. */
function hasName(bytes: Buffer, start: number, end: number, name: readonly number[]): boolean {
  if (end - start < name.length) return false;
  for (let place = name.length - 1; place >= 0; place--) {
    if (((bytes[start + place] as number) | SMALL) !== name[place]) return false;
  }
  return true;
}

function missingOf(
  bytes: Buffer,
  from: number,
  end: number,
  { index, rule, around }: CountedPlace,
  hasBreaks: boolean,
): number {
  let [typeFrom, lengthFrom, valueFrom] = [from, from, from];
  let count = 0;
  for (; valueFrom < end && count < index; valueFrom++) {
    if (bytes[valueFrom] !== COMMA || ++count === index) continue;
    typeFrom = lengthFrom;
    lengthFrom = valueFrom + 1;
  }
  if (count < index) return 0;
  const length = numberAt(bytes, lengthFrom, valueFrom - 1);
  if (length === undefined || isWidth(rule, numberAt(bytes, typeFrom, lengthFrom - 1))) return 0;
  const first = skipBlanks(bytes, valueFrom, end);
  const have = end - valueFrom;
  const quotedNeeds = first - valueFrom + length + 2;
  if (have < length) return length - have;
  if (!hasBreaks && have >= quotedNeeds) return 0;
  const head = bytes.toString('utf8', lengthFrom, valueFrom);
  const text = head + bytes.toString('utf8', valueFrom, end);
  const cut = cutCounted(text, head.length, length, around);
  if (cut && cut.misfit === undefined && !isHalfQuoted(cut, text.length)) return 0;
  if (bytes[first] === QUOTE && have < quotedNeeds) return quotedNeeds - have;
  if (!hasBreaks) return 0;
  const slack = slackOf(text);
  if (cut?.quoted) return Math.abs(utf8Length(cut.text) - length) <= slack ? 0 : -1;
  return bytes[first] === QUOTE && have < quotedNeeds + slack ? 1 : -1;
}

/** By so much a length may be wrong beside the breaks that it counts otherwise. */
const nearMissBytes = 2;

/**
 * A length that is a little wrong leaves one line that cannot be read, where a text between quotes ends near it, and no lines of
 * their own: what stands behind a break could read as an `OK` or an event.
 */
function slackOf(text: string): number {
  return nearMissBytes + text.split(/[\r\n]/).length - 1;
}

/** Text in quotes whose last byte is a break, and bare text that begins with a quote, look alike. The former is likelier. */
function isHalfQuoted({ text, quoted, end }: CutValue, listLength: number): boolean {
  const isEnclosed = text.length > 1 && text.endsWith('"');
  return !quoted && end === listLength && text.trimStart().startsWith('"') && !isEnclosed;
}

/** The digits between `from` and `end`, blanks around them aside; undefined for anything else. */
function numberAt(bytes: Buffer, from: number, end: number): number | undefined {
  const first = skipBlanks(bytes, from, end);
  let place = first;
  let number = 0;
  for (; place < end; place++) {
    const digit = (bytes[place] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  const isNumber = place > first && place - first <= MAX_DIGITS && skipBlanks(bytes, place, end) === end;
  return isNumber ? number : undefined;
}
