import type { Buffer } from 'node:buffer';
import { countedLength, countedPlaceOf } from './codec.ts';
import type { CountedPlace, LineSpec } from './codec.ts';
import { cutCounted } from './countedValue.ts';
import type { CutValue } from './countedValue.ts';

/** Lines of a table in which a value of counted length may hold line breaks. Handed to the splitter as data. */
export interface LineFrames {
  /**
   * What stands at `bytes[from, end)`, at whose end a line break was found: the count of bytes that are missing at least
   * until the value can be whole, 0 where the line is whole or of no matter here, -1 where breaks were taken into the
   * value already and the length does not fit after all.
   */
  missing(bytes: Buffer, from: number, end: number, hasBreaks: boolean): number;
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
/** Sets the bit that makes an ASCII letter small. */
const SMALL = 0x20;

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
  return {
    missing(bytes, from, end, hasBreaks) {
      const start = skipBlanks(bytes, from, end);
      for (const { name, place } of heads) {
        if (!hasName(bytes, start, end, name)) continue;
        const colon = skipBlanks(bytes, start + name.length, end);
        return bytes[colon] === COLON ? missingOf(bytes, colon + 1, end, place, hasBreaks) : 0;
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
  const commas: number[] = [];
  for (let place = from; place < end && commas.length < index; place++) if (bytes[place] === COMMA) commas.push(place);
  const valueFrom = commas[index - 1];
  if (valueFrom === undefined) return 0;
  const textAt = (place: number): string =>
    bytes.toString('latin1', (commas[place - 1] ?? from - 1) + 1, commas[place]).trim();
  const length = countedLength(rule, textAt(index - 1), textAt(index - 2));
  if (length === undefined) return 0;
  const first = skipBlanks(bytes, valueFrom + 1, end);
  const have = end - valueFrom - 1;
  const quotedNeeds = first - valueFrom - 1 + length + 2;
  if (have < length) return length - have;
  if (!hasBreaks && have >= quotedNeeds) return 0;
  const head = bytes.toString('utf8', (commas[index - 2] ?? from - 1) + 1, valueFrom + 1);
  const text = head + bytes.toString('utf8', valueFrom + 1, end);
  const cut = cutCounted(text, head.length, length, around);
  if (cut && cut.misfit === undefined && !isHalfQuoted(cut, text.length)) return 0;
  if (bytes[first] === QUOTE && have < quotedNeeds) return quotedNeeds - have;
  return hasBreaks ? -1 : 0;
}

/** Text in quotes whose last byte is a break, and bare text that begins with a quote, look alike. The former is likelier. */
function isHalfQuoted({ text, quoted, end }: CutValue, listLength: number): boolean {
  const isEnclosed = text.length > 1 && text.endsWith('"');
  return !quoted && end === listLength && text.trimStart().startsWith('"') && !isEnclosed;
}
