import { CodedError } from '../../shared/errors.ts';
import { quote, splitHead, tokenize, wholeNumber } from './tokens.ts';
import type { CommandForm, Token } from './tokens.ts';

/**
 * Why a text is not what its field wants; `parameter` is named by {@link tryParams}. A result and no exception, because a
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

/** How one parameter is read and written. Build them with {@link integer}, {@link raw}, {@link quoted} and friends. */
export interface Field<T> {
  readonly kind: string;
  /** Written between quotes (V.250 §5.4.2.2). */
  readonly quoted: boolean;
  readonly optional: boolean;
  /** The last of its line, and takes all that is left, commas included. */
  readonly rest?: true;
  read(token: Token): T | Unreadable;
  /** Throws a CodedError `AT_BAD_LINE`. `others` are the parameters beside it: a value's quoting follows its type. */
  write(value: T, others: Readonly<Record<string, unknown>>): string;
}

/** A parameter that may be left out at the end of the line. */
export interface OptionalField<T> extends Field<T> {
  readonly optional: true;
}

/** Parameters in the order of the line. */
export type Shape = Readonly<Record<string, Field<never> | Field<number> | Field<string>>>;

type ValueOf<F> = F extends Field<infer T> ? T : never;
type OptionalNames<S> = { [N in keyof S]: S[N] extends OptionalField<ValueOf<S[N]>> ? N : never }[keyof S];

/** The values of a shape: required parameters as they are, optional ones may be absent. */
export type ParamsOf<S extends Shape> = { readonly [N in Exclude<keyof S, OptionalNames<S>>]: ValueOf<S[N]> } & {
  readonly [N in OptionalNames<S>]?: ValueOf<S[N]>;
};

/** A line that has the right head but not the right parameters. `parameter` names the one that failed. */
export class LineError extends Error {
  readonly parameter: string;

  constructor(parameter: string, reason: string) {
    super(`${parameter}: ${reason}`);
    this.name = 'LineError';
    this.parameter = parameter;
  }
}

const hasControl = /[\x00-\x1f\x7f]/;

function refuse(reason: string): never {
  throw new CodedError('AT_BAD_LINE', reason);
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

/** Text without quotes: hex, addresses, words. Control characters and commas are refused when writing. */
export function raw(): Field<string> & { readonly optional: false } {
  return {
    kind: 'text',
    quoted: false,
    optional: false,
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
    read: ({ text }) => text,
    write(value) {
      if (hasControl.test(value)) refuse('a control character would end the line early');
      return value;
    },
  };
}

/** Text between quotes; `"`, `\` and control characters travel as `\hh` (V.250 §5.4.2.2). Read with or without quotes. */
export function quoted(): Field<string> & { readonly optional: false } {
  return {
    kind: 'quoted text',
    quoted: true,
    optional: false,
    read: ({ text }) => text,
    write: (value) => quote(value),
  };
}

/** The value of a NOTIFY or READRSP: between quotes when `valueType` is 1 (string), bare otherwise. */
export function typedValue(): Field<string> & { readonly optional: false } {
  const bare = raw();
  return {
    kind: 'value',
    quoted: false,
    optional: false,
    read: ({ text }) => text,
    write: (value, others) => (others['valueType'] === 1 ? quote(value) : bare.write(value, others)),
  };
}

/** Makes a field one that may be missing at the end of the line. */
export function optional<T>(field: Field<T>): OptionalField<T> {
  return { ...field, optional: true };
}

/** A parameter list read with a shape. `note` tells of parameters beyond the shape: a note, never an error. */
export interface ReadParams<S extends Shape> {
  readonly params: ParamsOf<S>;
  readonly note?: string;
}

interface ShapeEntry {
  readonly name: string;
  readonly field: Field<unknown>;
}

const entriesByShape = new WeakMap<Shape, readonly ShapeEntry[]>();

function entriesOf(shape: Shape): readonly ShapeEntry[] {
  let entries = entriesByShape.get(shape);
  if (!entries) {
    entries = Object.entries(shape).map(([name, field]) => ({ name, field: field as Field<unknown> }));
    entriesByShape.set(shape, entries);
  }
  return entries;
}

/** Cuts a list into tokens for a shape: what its last field takes as a whole stays whole. */
export function tokenizeFor(shape: Shape, list: string): Token[] {
  const entries = entriesOf(shape);
  return entries[entries.length - 1]?.field.rest ? tokenize(list, entries.length) : tokenize(list);
}

/**
 * Reads parameters with a shape. An optional parameter that is absent, or bare and empty, is left out; a required one
 * may be empty where its field allows it (`…,2,0,,0` is a real empty write). What cannot be read is told as a result.
 */
export function tryParams<S extends Shape>(shape: S, tokens: readonly Token[]): ReadParams<S> | Unreadable {
  const params: Record<string, unknown> = {};
  const entries = entriesOf(shape);
  let position = 0;
  for (const { name, field } of entries) {
    const token = tokens[position++];
    if (token === undefined) {
      if (field.optional) continue;
      return new Unreadable('is missing', name);
    }
    if (field.optional && token.text === '' && !token.quoted) continue;
    const value = field.read(token);
    if (value instanceof Unreadable) return new Unreadable(value.reason, name);
    params[name] = value;
  }
  if (tokens.length <= entries.length) return { params: params as ParamsOf<S> };
  const extra = tokens.slice(entries.length).map((token) => token.text);
  return { params: params as ParamsOf<S>, note: `extra parameters: ${extra.join(',')}` };
}

/** Reads parameters as {@link tryParams}. @throws LineError naming the parameter. */
export function readParams<S extends Shape>(shape: S, tokens: readonly Token[]): ReadParams<S> {
  const read = tryParams(shape, tokens);
  if (read instanceof Unreadable) throw new LineError(read.parameter, read.reason);
  return read;
}

/**
 * Writes parameters in the order of the shape; absent optional ones at the end are dropped, in the middle left empty.
 * @throws CodedError `AT_BAD_LINE` with the parameter's name as detail.
 */
export function writeParams<S extends Shape>(shape: S, params: ParamsOf<S>): string {
  const values = params as Readonly<Record<string, unknown>>;
  const texts = entriesOf(shape).map(({ name, field }) => {
    const value = values[name];
    if (value === undefined) {
      if (!field.optional) throw new CodedError('AT_BAD_LINE', `${name} is missing`, name);
      return undefined;
    }
    try {
      return field.write(value, values);
    } catch (error) {
      throw new CodedError('AT_BAD_LINE', `${name}: ${(error as Error).message}`, name);
    }
  });
  while (texts.length > 0 && texts[texts.length - 1] === undefined) texts.pop();
  return texts.map((text) => text ?? '').join(',');
}

/** Information text of a command, or a URC: its name and parameters. An empty name is a bare line (`0,10`). */
export interface LineSpec<N extends string = string, S extends Shape = Shape> {
  readonly name: N;
  readonly params: S;
  /** Counts of parameters this line may have, where the shape alone cannot tell it from a namesake (+CEREG). */
  readonly counts?: readonly number[];
}

/** One command of the table. */
export interface CommandSpec<N extends string = string, S extends Shape = Shape, A extends LineSpec = LineSpec> {
  /** `+MIPLOPEN`; for basic commands the letters after AT (`E0`, `I`, or empty for the bare AT). */
  readonly name: N;
  readonly form: CommandForm;
  readonly params: S;
  /** How long the final result may take. */
  readonly timeoutMs: number;
  /** Information text, where the command has any. */
  readonly answer?: A;
}

/** The values in an information line of a command. */
export type AnswerOf<C extends CommandSpec> =
  C extends CommandSpec<string, Shape, infer A> ? ParamsOf<A['params']> : never;

const DEFAULT_TIMEOUT_MS = 5000;

/** Declares a command; form is write when it has parameters, else execute. */
export function command<
  const N extends string,
  const S extends Shape = Record<never, never>,
  const A extends LineSpec = LineSpec,
>(spec: { name: N; form?: CommandForm; params?: S; timeoutMs?: number; answer?: A }): CommandSpec<N, S, A> {
  const params = spec.params ?? ({} as S);
  return {
    name: spec.name,
    form: spec.form ?? (Object.keys(params).length > 0 ? 'write' : 'execute'),
    params,
    timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(spec.answer === undefined ? {} : { answer: spec.answer }),
  };
}

/** Declares an information line or a URC. */
export function line<const N extends string, const S extends Shape>(
  name: N,
  params: S,
  counts?: readonly number[],
): LineSpec<N, S> {
  return counts === undefined ? { name, params } : { name, params, counts };
}

/** The command line of a command, without line ending. @throws CodedError `AT_BAD_LINE`. */
export function formatCommand<C extends CommandSpec>(spec: C, params: ParamsOf<C['params']>): string {
  const head = `AT${spec.name}`;
  if (spec.form === 'read') return `${head}?`;
  if (spec.form === 'test') return `${head}=?`;
  if (spec.form === 'execute') return head;
  return `${head}=${writeParams(spec.params, params)}`;
}

/** True when the line has the spec's name and a count of parameters it allows. */
export function matchesLine(spec: LineSpec, text: string): boolean {
  const list = listOf(spec, text);
  return list !== undefined && allowsCount(spec, list);
}

/** True when the list has a count of parameters that the spec allows. */
export function allowsCount({ counts }: LineSpec, list: string): boolean {
  return counts === undefined || counts.includes(tokenize(list).length);
}

function listOf(spec: LineSpec, text: string): string | undefined {
  if (spec.name === '') return text;
  const head = splitHead(text);
  return head?.name === spec.name ? head.list : undefined;
}

/** Reads an information line or URC. @throws LineError, also when the name is another. */
export function readLine<L extends LineSpec>(spec: L, text: string): ReadParams<L['params']> {
  const list = listOf(spec, text);
  if (list === undefined) throw new LineError('name', `is not ${spec.name}`);
  return readParams(spec.params, tokenizeFor(spec.params, list));
}

/** Writes an information line or URC; `separator` stands after the colon, `comma` between parameters (module habits). */
export function formatLine<L extends LineSpec>(
  spec: L,
  params: ParamsOf<L['params']>,
  separator = ' ',
  comma = ',',
): string {
  const list = writeParams(spec.params, params);
  const spaced = comma === ',' ? list : tokenizeKeepingQuotes(list).join(comma);
  return spec.name === '' ? spaced : `${spec.name}:${separator}${spaced}`;
}

function tokenizeKeepingQuotes(list: string): string[] {
  return tokenize(list).map((token) => (token.quoted ? quote(token.text) : token.text));
}
