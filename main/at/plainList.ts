import { mayEnd, plainCut } from './countedValue.ts';
import type { ValueSurroundings } from './countedValue.ts';
import { isWidth } from './fields.ts';
import type { Bounds, CountedRule } from './fields.ts';
import { isBlank, isDigit, skipBlanks } from './tokens.ts';

/** The value of a shape whose length stands before it. */
export interface CountedPlace {
  /** Parameters before it; the last of them is its length. */
  readonly index: number;
  readonly rule: CountedRule;
  readonly around: ValueSurroundings;
}

/** How a parameter stands in a list that holds nothing unusual. */
export interface PlainEntry {
  readonly name: string;
  readonly isOptional: boolean;
  /** Bounds of a number; undefined for text, which is what stands there. */
  readonly bounds: Bounds | undefined;
  /** What it reads tells whether it is there at all. */
  readonly isTold: boolean;
  /** It takes all that is left of the list. */
  readonly isRest: boolean;
  /** The number before it is its length. */
  readonly counted: CountedPlace | undefined;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
/** More digits than any number of the table has. */
const MAX_DIGITS = 15;
/** No parameter is left. */
const OVER = -1;
/** No number stood there. */
const NONE = -1;

/**
 * Reads a parameter list in which every parameter is bare or between quotes, fits its field and has a name, as nearly all do:
 * goes through the characters once and makes nothing but the values. Undefined where anything is unusual: then the codec cuts
 * and reads the list thoroughly, and says why. Where there is a result, it is the same.
 */
export function readPlain(
  entries: readonly PlainEntry[],
  text: string,
  from: number,
): Record<string, string | number> | undefined {
  const params: Record<string, string | number> = {};
  const list = new PlainList(text, from);
  for (const entry of entries) {
    if (list.place === OVER && entry.isOptional) continue;
    if (list.place === OVER || entry.isTold) return undefined;
    const value = entry.bounds === undefined ? list.text(entry) : list.number(entry.bounds);
    if (list.isEmpty && entry.isOptional) continue;
    if (value === undefined) return undefined;
    params[entry.name] = value;
  }
  return list.place === OVER ? params : undefined;
}

class PlainList {
  readonly #text: string;
  /** Where the next parameter begins. */
  place: number;
  /** The last one had nothing in it. */
  isEmpty = false;
  /** The last two numbers, of which the later may be a length, and the other a type. */
  #number = NONE;
  #numberBefore = NONE;

  constructor(text: string, from: number) {
    this.#text = text;
    this.place = from;
  }

  number({ min, max }: Bounds): number | undefined {
    const text = this.#text;
    const start = skipBlanks(text, this.place);
    const isNegative = text.charCodeAt(start) === MINUS;
    const first = isNegative ? start + 1 : start;
    let end = first;
    let value = 0;
    for (let code = text.charCodeAt(end); isDigit(code); code = text.charCodeAt(++end))
      value = value * 10 + code - DIGIT_0;
    this.#numberBefore = this.#number;
    this.#number = NONE;
    if (!this.#close(start, end) || end === first || end - first > MAX_DIGITS) return undefined;
    this.#number = isNegative ? 0 - value : value;
    return this.#number < min || this.#number > max ? undefined : this.#number;
  }

  text({ isRest, counted }: PlainEntry): string | undefined {
    const text = this.#text;
    const [type, length] = [this.#numberBefore, this.#number];
    this.isEmpty = false;
    this.#numberBefore = length;
    this.#number = NONE;
    if (counted && !isWidth(counted.rule, type)) return this.#counted(counted, type, length);
    const first = skipBlanks(text, this.place);
    if (text.charCodeAt(first) === QUOTE) {
      const quote = isRest ? -1 : text.indexOf('"', first + 1);
      return quote >= 0 && this.#close(first, quote + 1) ? text.slice(first + 1, quote) : undefined;
    }
    const end = isRest ? text.length : endOfBare(text, first);
    if (end > first && isBlank(text.charCodeAt(end - 1))) return undefined;
    this.#close(first, end);
    return text.slice(first, end);
  }

  #counted({ rule, around }: CountedPlace, type: number, length: number): string | undefined {
    if (length < 0 || (rule.isTyped && type < 0)) return undefined;
    // What follows the value is read next, and nothing is taken when that makes no sense.
    const cut = plainCut(this.#text, this.place, length, around, mayEnd);
    if (cut) this.#close(this.place, cut.end);
    return cut?.text;
  }

  /** The parameter in `[first, end)` is whole when the list or a comma ends it. */
  #close(first: number, end: number): boolean {
    const isLast = end === this.#text.length;
    const isWhole = isLast || this.#text.charCodeAt(end) === COMMA;
    this.isEmpty = isWhole && end === first;
    if (isWhole) this.place = isLast ? OVER : end + 1;
    return isWhole;
  }
}

/** Words are short: looking at each character costs less than a search. */
function endOfBare(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) !== COMMA) end++;
  return end;
}
