import { CodedError } from '../../shared/errors.ts';
import { wholeNumber } from './tokens.ts';
import type { Token } from './tokens.ts';

/**
 * Why a text is not what its field wants; `parameter` is named by tryParams. A result and no exception, because a
 * flood of broken lines must not cost a stack trace each.
 */
export class Unreadable {
  readonly reason: string;
  readonly parameter: string;

  constructor(reason: string, parameter = '') {
    this.reason = reason;
    this.parameter = parameter;
  }
}

/** Least and greatest value of a number. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** How one parameter is read and written. Build them with {@link integer}, {@link raw}, {@link quoted} and friends. */
export interface Field<T> {
  readonly kind: string;
  /** Written between quotes. */
  readonly quoted: boolean;
  readonly optional: boolean;
  /** The last of its line, and takes all that is left, commas included. */
  readonly rest?: true;
  /** Its length is the parameter before it: see {@link counted}. */
  readonly counted?: CountedRule;
  /** All there is to its reading: a number within bounds, or the text that stands there. Absent where it takes more. */
  readonly plain?: Bounds | 'text';
  /** An optional one that is left out although something stands in its place: that belongs to the next. */
  readonly isOther?: (token: Token) => boolean;
  read(token: Token): T | Unreadable;
  /** Throws a CodedError `AT_BAD_LINE`. `others` are the parameters beside it: a value's quoting follows its type. */
  write(value: T, others: Readonly<Record<string, unknown>>): string;
}

/** A parameter that may be left out at the end of the line. */
export interface OptionalField<T> extends Field<T> {
  readonly optional: true;
}

/** What there is to know of a value whose length stands before it. */
export interface CountedRule {
  /** The type stands before the length; where it is a number's, the length is a width in memory and says nothing of the text. */
  readonly isTyped: boolean;
  /** The text never holds quotes or line breaks, so a quote behind it ends it although the length says otherwise. */
  readonly isPlain: boolean;
  /** A length that does not fit makes the line unreadable. Otherwise quotes around the text are never its own. */
  readonly isStrict: boolean;
}

const hasControl = /[\x00-\x1f\x7f]/;

function refuse(reason: string): never {
  throw new CodedError('AT_BAD_LINE', reason);
}

/** True for text that no command line can carry between quotes: a line break would end it (V.250 §5.2.1). */
export function hasControlCharacter(text: string): boolean {
  return hasControl.test(text);
}

/**
 * A whole number from `min` to `max`; the default takes unsigned 32-bit, since observe ids pass 65535
 * (counter << 16 | CoAP message id). Quotes around it are tolerated when reading.
 */
export function integer(min = 0, max = 0xffffffff): Field<number> & { readonly optional: false } {
  return {
    kind: `integer ${min}..${max}`,
    quoted: false,
    optional: false,
    plain: { min, max },
    read({ text }) {
      const value = wholeNumber(text);
      if (value === undefined) return new Unreadable(`"${text}" is not a whole number`);
      return value < min || value > max ? new Unreadable(`${text} is outside ${min}..${max}`) : value;
    },
    write(value) {
      if (!Number.isInteger(value) || value < min || value > max) refuse(`${value} is outside ${min}..${max}`);
      return String(value);
    },
  };
}

/** A number behind its name: `QUEUES=3`. Read also without. */
export function assigned(name: string): Field<number> & { readonly optional: false } {
  const number = integer();
  const head = new RegExp(`^${name} *= *`, 'i');
  return {
    kind: number.kind,
    quoted: false,
    optional: false,
    read: (token) => number.read({ ...token, text: token.text.replace(head, '') }),
    write: (value, others) => `${name}=${number.write(value, others)}`,
  };
}

/** Text without quotes: hex, addresses, words. Control characters and commas are refused when writing. */
export function raw(): Field<string> & { readonly optional: false } {
  return {
    kind: 'text',
    quoted: false,
    optional: false,
    plain: 'text',
    read: ({ text }) => text,
    write(value) {
      if (hasControl.test(value)) refuse('a control character would end the command early');
      if (value.includes(',')) refuse('a comma without quotes would shift the parameters');
      return value;
    },
  };
}

/** All that is left of the line, commas and quotes included: answers that are text for people, lists of a test command. */
export function rest(): Field<string> & { readonly optional: false } {
  return {
    kind: 'text to the end',
    quoted: false,
    optional: false,
    rest: true,
    plain: 'text',
    read: ({ text }) => text,
    write(value) {
      if (hasControl.test(value)) refuse('a control character would end the line early');
      return value;
    },
  };
}

/**
 * Text between quotes, as it stands: no firmware that is known undoes the `\hh` of V.250 §5.4.2.2 (Xinyi, EC616, MT2625
 * and China Mobile's own copy the bytes). So a quote inside is refused when writing. Read with or without quotes.
 */
export function quoted(): Field<string> & { readonly optional: false } {
  return {
    kind: 'quoted text',
    quoted: true,
    optional: false,
    plain: 'text',
    read: ({ text }) => text,
    write(value) {
      if (value.includes('"')) refuse('a quote would end the text early');
      return between(value);
    },
  };
}

function between(text: string): string {
  if (hasControl.test(text)) refuse('a control character would end the command early');
  return `"${text}"`;
}

/**
 * Text whose length in bytes is the parameter before it, and which ends where that says: bare or between quotes, with
 * commas, quotes and line breaks inside (countedValue.ts). Where it is not strict, a length that does not fit is a note,
 * since real hosts, and modules that take their lines, are lax about it (mipl-at.md §6). Written between quotes; of a
 * typed one, only text (type 1).
 */
export function counted({
  isTyped = false,
  isPlain = false,
  isStrict = false,
}: Partial<CountedRule> = {}): Field<string> & {
  readonly optional: false;
} {
  const bare = raw();
  return {
    kind: isTyped ? 'value' : 'quoted text',
    quoted: !isTyped,
    optional: false,
    counted: { isTyped, isPlain, isStrict },
    plain: 'text',
    read: ({ text, misfit }) => (isStrict && misfit !== undefined ? new Unreadable(misfit) : text),
    write: (value, others) =>
      isTyped && others['valueType'] !== STRING_TYPE ? bare.write(value, others) : between(value),
  };
}

/**
 * True where the length is a width in memory and says nothing of the text: types 3 integer, 4 float, 5 boolean
 * (mipl-at.md §6).
 */
export function isWidth({ isTyped }: CountedRule, type: number | undefined): boolean {
  return isTyped && (type === 3 || type === 4 || type === 5);
}

/** `valueType` of text (mipl-at.md §6). */
const STRING_TYPE = 1;

/**
 * Makes a field one that may be missing at the end of the line. With `shape`, text of another shape in its place belongs
 * to the field behind it.
 */
export function optional<T>(field: Field<T>, shape?: RegExp): OptionalField<T> {
  return { ...field, optional: true, ...(shape ? { isOther: ({ text }: Token) => !shape.test(text) } : {}) };
}
