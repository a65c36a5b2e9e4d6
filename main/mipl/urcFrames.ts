import type { LineSpec } from '../at/codec.ts';
import { countedPlaceOf } from '../at/codec.ts';
import { lineFrames } from '../at/lineFrames.ts';
import type { LineFrames, NextLine } from '../at/lineFrames.ts';
import { RecentTexts } from '../at/recentTexts.ts';
import { decodeLine } from './decode.ts';
import { headOf, isInQuotes } from './lineHead.ts';
import { urcs } from './messages.ts';
import { isBareAnswer } from './strayLines.ts';
import type { DecodedLine } from '../../shared/log.ts';

const specs = Object.values<LineSpec>(urcs);
/** URCs whose value may read like a line of its own, with the count of parameters before it. */
const valuePlaces: ReadonlyMap<string | undefined, number> = new Map(
  specs.flatMap(({ name, params }) => {
    const place = countedPlaceOf(params);
    return place ? [[name, place.index] as const] : [];
  }),
);

/** What a line can begin with behind one that lost its break: a name, or a final result that ends it. */
const beginnings = /\+[A-Z]+[ \t]*:|(?:OK|ERROR|\+C(?:ME|MS|IS) ERROR *: *\d+)$/gi;
/** What must not be lost, whatever stands before it: a request or an event. */
const urgent = /^\+MIPL(?:READ|WRITE|EXECUTE|OBSERVE|DISCOVER|PARAMETER|EVENT)\b/i;
const SPACE = 0x20;
const DEL = 0x7f;
const LETTER_K = 0x4b;
const LETTER_R = 0x52;

/** More names than stand in lines that were printed; whoever makes up lines must not cost more than others. */
const mostNames = 8;

/** Most lines hold no second name and no result at their end. */
function mayHoldMore(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  if ((last === LETTER_K && text.endsWith('OK')) || (last === LETTER_R && text.endsWith('ERROR'))) return true;
  return text.indexOf('+', 1) > 0 && text.includes(':', text.lastIndexOf('+'));
}

/** Without the control characters at its end: one look at each, as many as a hostile line may have. */
function withoutControls(text: string): string {
  let end = text.length;
  while (end > 0 && isControl(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

function isControl(code: number): boolean {
  return code < SPACE || code === DEL;
}

function isRead({ kind }: DecodedLine): boolean {
  return kind !== 'unknown' && kind !== 'data';
}

/** A command, or a value whose length says that it goes on, is one line whatever stands in it. */
function isOne(whole: DecodedLine): boolean {
  return isRead(whole) && (whole.kind === 'command' || valuePlaces.has(whole.name));
}

/** A line of the table that broke off before its value: what a value that lies about its length holds begins no line. */
function isTorn(before: string): boolean {
  const head = headOf(before);
  return head?.namesakes !== undefined && before.split(',').length <= (valuePlaces.get(head.name) ?? Infinity);
}

/**
 * Where in a line another one begins whose break was lost: bytes fall away on a wire, and two tasks of a module may print at the
 * same time. What stands before it must be a line of the table, or what a bare answer may read; anything else stays as it is, with
 * what stands behind it.
 */
function nextLineIn(text: string): NextLine | undefined {
  const whole = decodeLine(text);
  if (isOne(whole)) return undefined;
  for (const { 0: head, index: at } of [...text.matchAll(beginnings)].slice(0, mostNames)) {
    const before = withoutControls(text.slice(0, at));
    if (before.trim() === '' || isInQuotes(before)) continue;
    const isUrgent = urgent.test(head);
    const isWhole = isRead(decodeLine(before)) || isBareAnswer(before, isUrgent);
    if (isUrgent) {
      if (isWhole || isTorn(before)) return { at, isTorn: !isWhole };
    } else if (isWhole && !isRead(whole) && isRead(decodeLine(text.slice(at)))) return { at, isTorn: false };
  }
  return undefined;
}

/** Every result ends like one that lost its break, so that most lines which may hold more have been looked at lately. */
const looked = new RecentTexts((text): { readonly next: NextLine | undefined } => ({ next: nextLineIn(text) }));

/** Lines whose values may hold line breaks, and lines that lost the break between them: for the splitter. */
export const urcFrames: LineFrames = {
  ...lineFrames(specs),
  nextLine: (text) => (mayHoldMore(text) ? looked.of(text).next : undefined),
};
