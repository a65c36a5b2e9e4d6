/** How a line of the AT interpreter is cut: names, parameters, quotes. Knows no shape and no command. */
import type { NameTree } from './nameTree.ts';

/** One parameter as it stands on the line. `quoted` tells `""` (an empty string) from nothing at all. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** Of a value whose length stands before it: why that does not fit. */
  readonly misfit?: string;
  /** The same, where it fits but not as the manuals say. */
  readonly oddity?: string;
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const STAR = 0x2a;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const EQUALS = 0x3d;
const QUESTION = 0x3f;
/** Sets the bit that makes an ASCII letter small. */
const SMALL = 0x20;
const LETTER_A = 0x61;
const LETTER_T = 0x74;
const LETTER_Z = 0x7a;

/** Space or tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

function isLetter(code: number): boolean {
  const small = code | SMALL;
  return small >= LETTER_A && small <= LETTER_Z;
}

/** First place from `from` on that is no blank. */
export function skipBlanks(text: string, from: number): number {
  while (isBlank(text.charCodeAt(from))) from++;
  return from;
}

/** End of the text before `limit` without the blanks behind it, at least `from`. */
export function endOfText(text: string, from: number, limit = text.length): number {
  let end = limit;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

/** Where the name that begins at `from` with `+` or `*` ends; `from` itself when there is none. */
function endOfName(text: string, from: number): number {
  const mark = text.charCodeAt(from);
  if ((mark !== PLUS && mark !== STAR) || !isLetter(text.charCodeAt(from + 1))) return from;
  let end = from + 2;
  for (let code = text.charCodeAt(end); isLetter(code) || isDigit(code); code = text.charCodeAt(end)) end++;
  return end;
}

/** More digits than any number of the table has; beyond 2^53 they would not be exact. */
const MAX_DIGITS = 15;

/** A sign and 1 to 15 digits as a number; undefined when the text is anything else. */
export function wholeNumber(text: string): number | undefined {
  const sign = text.charCodeAt(0);
  const first = sign === PLUS || sign === MINUS ? 1 : 0;
  const digits = text.length - first;
  if (digits < 1 || digits > MAX_DIGITS) return undefined;
  let value = 0;
  for (let position = first; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (!isDigit(code)) return undefined;
    value = value * 10 + code - DIGIT_0;
  }
  return sign === MINUS ? 0 - value : value;
}

/**
 * Where a quoted text that begins after the quote at `from` ends: at a quote followed by a comma or the end of the list,
 * so that quotes which a module did not escape stay inside. -1 when it never does.
 */
function closingQuote(list: string, from: number): number {
  for (let end = list.indexOf('"', from + 1); end >= 0; end = list.indexOf('"', end + 1)) {
    const next = skipBlanks(list, end + 1);
    if (next === list.length || list.charCodeAt(next) === COMMA) return end;
  }
  return -1;
}

/**
 * Cuts a parameter list at commas outside quotes. Spaces around parameters mean nothing (mipl-at.md: ME3616 prints
 * `0, 6`, the document `5, "reset"`). With `limit`, the last of that many tokens is all that is left of the list.
 * Takes time in proportion to the list, whatever it holds.
 */
export function tokenize(list: string, limit = Infinity): Token[] {
  const tokens: Token[] = [];
  const next = cutTokens(list, 0, limit - 1, tokens);
  if (next >= 0) tokens.push(lastToken(list, skipBlanks(list, next)));
  return tokens;
}

/** How many tokens {@link tokenize} makes of the list that begins at `from`. */
export function countTokens(text: string, from: number): number {
  let count = 1;
  for (let place = from; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === QUOTE) return tokenize(text.slice(from)).length;
    if (code === COMMA) count++;
  }
  return count;
}

/**
 * Cuts tokens off from `from` on until there are `count`; returns where the one behind them begins, -1 when there is none.
 */
export function cutTokens(list: string, from: number, count: number, tokens: Token[]): number {
  let next = from;
  let mayClose = true;
  while (tokens.length < count) {
    const position = isBlank(list.charCodeAt(next)) ? skipBlanks(list, next) : next;
    const isQuote = list.charCodeAt(position) === QUOTE;
    const close = isQuote && mayClose ? closingQuote(list, position) : -1;
    let comma: number;
    if (close >= 0) {
      tokens.push({ text: list.slice(position + 1, close), quoted: true });
      comma = skipBlanks(list, close + 1);
    } else {
      // A quote that does not close here has nothing after it that would close a later one.
      if (isQuote) mayClose = false;
      comma = list.indexOf(',', position);
      if (comma < 0) comma = list.length;
      const end = isBlank(list.charCodeAt(comma - 1)) ? endOfText(list, position, comma) : comma;
      tokens.push({ text: list.slice(position, end), quoted: false });
    }
    if (comma === list.length) return -1;
    next = comma + 1;
  }
  return next;
}

/** All that is left as one token; quotes are taken off when they stand around the whole. */
function lastToken(list: string, from: number): Token {
  const end = endOfText(list, from);
  return list.charCodeAt(from) === QUOTE && closingQuote(list, from) === end - 1
    ? { text: list.slice(from + 1, end - 1), quoted: true }
    : { text: list.slice(from, end), quoted: false };
}

/**
 * `+NAME: a,b` cut into head and list; undefined when there is no such head. The head's case is normalised. Blanks at the
 * end stay: they may be those of a value that the length before it counts.
 */
export function splitHead(line: string): { readonly name: string; readonly list: string } | undefined {
  const start = skipBlanks(line, 0);
  const end = endOfName(line, start);
  if (end === start) return undefined;
  const colon = skipBlanks(line, end);
  if (line.charCodeAt(colon) !== COLON) return undefined;
  const from = skipBlanks(line, colon + 1);
  return { name: line.slice(start, end).toUpperCase(), list: line.slice(from) };
}

/** V.250 and 27.007 names: `AT+X` execute, `AT+X?` read, `AT+X=…` write, `AT+X=?` test. */
export type CommandForm = 'execute' | 'read' | 'write' | 'test';

/** A command line cut into its parts. */
export interface SplitCommand {
  readonly name: string;
  readonly form: CommandForm;
  readonly list: string;
}

/**
 * A command line cut into its parts; undefined when it is not `AT+…` (or a basic command such as `ATE0`, `ATI`). A name that
 * `names` knows is found and not made, which is most of the cost.
 */
export function splitCommand(line: string, names?: NameTree<string>): SplitCommand | undefined {
  const start = skipBlanks(line, 0);
  if ((line.charCodeAt(start) | SMALL) !== LETTER_A || (line.charCodeAt(start + 1) | SMALL) !== LETTER_T) {
    return undefined;
  }
  const head = start + 2;
  const last = endOfText(line, head);
  const known = names?.find(line, head);
  const end = known === undefined ? endOfName(line, head) : head + known.length;
  if (end === head) return splitBasic(line, head, last);
  const name = known ?? line.slice(head, end).toUpperCase();
  const mark = skipBlanks(line, end);
  if (mark >= last) return { name, form: 'execute', list: '' };
  const code = line.charCodeAt(mark);
  if (code === QUESTION) return mark + 1 === last ? { name, form: 'read', list: '' } : undefined;
  if (code !== EQUALS) return undefined;
  if (line.charCodeAt(mark + 1) === QUESTION && mark + 2 === last) return { name, form: 'test', list: '' };
  const from = skipBlanks(line, mark + 1);
  return { name, form: 'write', list: line.slice(from, Math.max(from, last)) };
}

/** V.250 §5.3.1: a letter and, often, a number; nothing at all is the bare `AT`. */
function splitBasic(line: string, from: number, last: number): SplitCommand | undefined {
  if (from < last && !isLetter(line.charCodeAt(from))) return undefined;
  for (let position = from + 1; position < last; position++) {
    if (!isDigit(line.charCodeAt(position))) return undefined;
  }
  return { name: line.slice(from, last).toUpperCase(), form: 'execute', list: '' };
}
