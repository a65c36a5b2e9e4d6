import type { ResourceType } from './lwm2m.ts';

/** What the registry allows for a value, read from its wording. */
export type OmaRange =
  /** The value itself. */
  | { readonly kind: 'between'; readonly spans: readonly ValueRange[] }
  /** How long it may be, in bytes of UTF-8 or of the opaque value. */
  | { readonly kind: 'length'; readonly spans: readonly ValueRange[] }
  /** One of these words. */
  | { readonly kind: 'oneOf'; readonly words: readonly string[] }
  /** For people only. */
  | { readonly kind: 'prose'; readonly text: string };

/** From the least to the most, both allowed. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
}

const number = '[-+]?\\d+(?:\\.\\d+)?';
/** `0..255`, `1...15`, `-90.0..90.0`, `3.8` */
const spanPattern = new RegExp(`^(${number})(?:\\s*\\.{2,3}\\s*(${number}))?$`);
/** `0: RELEASED` on a line of its own. */
const enumerationPattern = new RegExp(`^(${number})\\s*[:=]`);
/** `0..64 bytes`, `32 bytes`, `8-Bits`, `2 Instances` */
const measuredPattern = new RegExp(
  `^(${number}(?:\\s*\\.{2,3}\\s*${number})?)[\\s-]*(bytes?|bits?|instances?|characters?)$`,
  'i',
);

function spanOf(text: string): ValueRange | undefined {
  const match = spanPattern.exec(text.trim());
  if (!match) return undefined;
  const least = Number(match[1]);
  const other = match[2] === undefined ? least : Number(match[2]);
  // `-30..-120` stands there, too.
  return { least: Math.min(least, other), most: Math.max(least, other) };
}

function spansOf(parts: readonly string[]): ValueRange[] | undefined {
  const spans = parts.map(spanOf);
  return spans.every((span) => span !== undefined) ? spans : undefined;
}

/** `8-Bits` is a length in bytes; a count of instances says nothing about a value. */
function measured(text: string): OmaRange | undefined {
  const match = measuredPattern.exec(text);
  const span = match && spanOf(match[1] as string);
  if (!match || !span) return undefined;
  const unit = (match[2] as string).toLowerCase();
  if (unit.startsWith('instance')) return { kind: 'prose', text };
  const scale = unit.startsWith('bit') ? 1 / 8 : 1;
  const least = text.includes('..') ? span.least * scale : 0;
  return { kind: 'length', spans: [{ least, most: Math.ceil(span.most * scale) }] };
}

/**
 * Reads a `RangeEnumeration` of the registry, where 17 notations stand for the same few things. A plain number behind a
 * text or an opaque value is a length. What is none of them is prose: shown to people, and nothing is refused for it.
 * @param text as in the file @param isCounted the value is text or bytes, so that a number can only be its length
 */
export function rangeOf(text: string, isCounted: boolean): OmaRange | undefined {
  const plain = text.trim();
  if (plain === '') return undefined;
  const lines = plain.split(/\n+/).map((line) => line.trim());
  const numbers = lines.map((line) => enumerationPattern.exec(line)?.[1]);
  if (numbers.every((found) => found !== undefined)) {
    return { kind: 'between', spans: numbers.map((found) => ({ least: Number(found), most: Number(found) })) };
  }
  const length = measured(plain);
  if (length) return length;
  const spans = spansOf(plain.split(/[,;]/));
  if (spans && isCounted) return { kind: 'length', spans: countedSpans(plain, spans) };
  if (spans) return { kind: 'between', spans };
  if (/^\w+(;\w+)+$/.test(plain)) return { kind: 'oneOf', words: plain.split(';') };
  return { kind: 'prose', text: plain };
}

/** A single number is the most; a list names the lengths that there are. */
function countedSpans(text: string, spans: readonly ValueRange[]): readonly ValueRange[] {
  const [only] = spans;
  return spans.length === 1 && only && !text.includes('..') ? [{ least: 0, most: only.most }] : spans;
}

/** True when a value keeps to the range. @param value in its lexical form @param bytes that it has on the wire */
export function isWithin(range: OmaRange, value: string, bytes: number): boolean {
  const inside = (measure: number): boolean =>
    'spans' in range && range.spans.some(({ least, most }) => measure >= least && measure <= most);
  switch (range.kind) {
    case 'between':
      return inside(Number(value));
    case 'length':
      return inside(bytes);
    case 'oneOf':
      return range.words.includes(value);
    case 'prose':
      return true;
  }
}

/** Texts and bytes are counted: a number in the registry can only be their length. */
export function isCounted(type: ResourceType): boolean {
  return type === 'string' || type === 'opaque';
}
