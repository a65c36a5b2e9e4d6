import { CodedError } from '../../shared/errors.ts';
import { cutCounted } from './countedValue.ts';
import { Unreadable, isWidth } from './fields.ts';
import type { Field, OptionalField } from './fields.ts';
import { readPlain } from './plainList.ts';
import type { CountedPlace, PlainEntry } from './plainList.ts';
import { countTokens, cutTokens, splitHead, tokenize, wholeNumber } from './tokens.ts';
import type { CommandForm, Token } from './tokens.ts';

export { Unreadable, counted, assigned, hasControlCharacter, integer, optional, quoted, raw, rest } from './fields.ts';
export type { Field, OptionalField } from './fields.ts';

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

/** A parameter list read with a shape. What is odd about it is a note, never an error. */
export interface ReadParams<S extends Shape> {
  readonly params: ParamsOf<S>;
  readonly note?: string;
  /** The part of the note that tells of parameters beyond the shape. */
  readonly extra?: string;
}

/** All of one form, so that reading a flood of lines stays fast. */
interface ShapeEntry {
  readonly name: string;
  readonly field: Field<unknown>;
  readonly isOptional: boolean;
  readonly isOther: Field<unknown>['isOther'];
}

/** A shape, and what follows from it. */
interface ReadingPlan {
  readonly entries: readonly ShapeEntry[];
  readonly takesRest: boolean;
  readonly counted?: CountedPlace;
  /** The same for lines that hold nothing unusual. */
  readonly plain: readonly PlainEntry[] | undefined;
}

const plans = new WeakMap<Shape, ReadingPlan>();

function planOf(shape: Shape): ReadingPlan {
  let plan = plans.get(shape);
  if (!plan) {
    const entries = Object.entries(shape).map(([name, field]): ShapeEntry => {
      const { optional, isOther } = field as Field<unknown>;
      return { name, field: field as Field<unknown>, isOptional: optional, isOther };
    });
    const place = countedPlace(entries);
    const takesRest = entries.at(-1)?.field.rest === true;
    plan = { entries, takesRest, plain: plainEntries(entries, place), ...(place ? { counted: place } : {}) };
    plans.set(shape, plan);
  }
  return plan;
}

/** Undefined where a shape has no parameter, or one whose reading is no plain one. */
function plainEntries(entries: readonly ShapeEntry[], place: CountedPlace | undefined): PlainEntry[] | undefined {
  const plain = entries.flatMap(({ name, field, isOptional, isOther }, index): PlainEntry[] => {
    if (field.plain === undefined) return [];
    return [
      {
        name,
        isOptional,
        bounds: field.plain === 'text' ? undefined : field.plain,
        isTold: isOther !== undefined,
        isRest: field.rest === true && place === undefined && index === entries.length - 1,
        counted: place?.index === index ? place : undefined,
      },
    ];
  });
  return plain.length > 0 && plain.length === entries.length ? plain : undefined;
}

function countedPlace(entries: readonly ShapeEntry[]): CountedPlace | undefined {
  const index = entries.findIndex(({ field }) => field.counted !== undefined);
  const rule = entries[index]?.field.counted;
  if (!rule) return undefined;
  const behind = entries.slice(index + 1);
  const isTail = (texts: readonly string[]): boolean => fitsTail(behind, texts);
  return { index, rule, around: { longest: behind.length, isTail, isStrict: rule.isStrict } };
}

/** As readEntries decides, without making anything of it. */
function fitsTail(entries: readonly ShapeEntry[], texts: readonly string[]): boolean {
  let used = 0;
  for (const { field, isOptional, isOther } of entries) {
    const text = texts[used];
    if (text === undefined) {
      if (!isOptional) return false;
      continue;
    }
    const token = { text, quoted: false };
    if (text !== '' && isOther?.(token)) continue;
    used++;
    if (!(isOptional && text === '') && field.read(token) instanceof Unreadable) return false;
  }
  return true;
}

/** Where the shape has a value whose length stands before it; undefined when it has none. */
export function countedPlaceOf(shape: Shape): CountedPlace | undefined {
  return planOf(shape).counted;
}

function wholeLength(text: string): number | undefined {
  const bytes = wholeNumber(text);
  return bytes === undefined || bytes < 0 ? undefined : bytes;
}

/** Cuts a list into tokens for a shape: values end where their length says, and what the last field takes stays whole. */
export function tokenizeFor(shape: Shape, list: string): Token[] {
  const { entries, takesRest, counted: place } = planOf(shape);
  if (!place) return takesRest ? tokenize(list, entries.length) : tokenize(list);
  const tokens: Token[] = [];
  const next = cutTokens(list, 0, place.index, tokens);
  if (next < 0) return tokens;
  const length = tokens[place.index - 1] as Token;
  if (isWidth(place.rule, wholeNumber(tokens[place.index - 2]?.text ?? ''))) {
    cutTokens(list, next, Infinity, tokens);
    return tokens;
  }
  const cut = cutCounted(list, next, wholeLength(length.text), place.around);
  if (!cut) return tokenize(list);
  const { text, quoted, misfit, oddity, end } = cut;
  if (misfit !== undefined) tokens.push({ text, quoted, misfit });
  else tokens.push(oddity === undefined ? { text, quoted } : { text, quoted, oddity });
  if (end < list.length) cutTokens(list, end + 1, Infinity, tokens);
  return tokens;
}

/** Reads the list that begins at `from` with a shape, as {@link tryParams} does with what {@link tokenizeFor} cuts. */
export function readList<S extends Shape>(shape: S, text: string, from: number): ReadParams<S> | Unreadable {
  const { plain } = planOf(shape);
  const params = plain && readPlain(plain, text, from);
  if (params) return { params: params as ParamsOf<S> };
  return tryParams(shape, tokenizeFor(shape, text.slice(from)));
}

/**
 * Reads parameters with a shape. An optional parameter that is absent, or bare and empty, is left out; a required one
 * may be empty where its field allows it (`…,2,0,,0` is a real empty write). What cannot be read is told as a result.
 */
export function tryParams<S extends Shape>(shape: S, tokens: readonly Token[]): ReadParams<S> | Unreadable {
  const { entries, counted: place } = planOf(shape);
  const params: Record<string, unknown> = {};
  const used = readEntries(entries, tokens, params);
  if (used instanceof Unreadable) return used;
  const value = place && tokens[place.index];
  const oddity = value && (value.misfit ?? value.oddity);
  if (used >= tokens.length) {
    return oddity === undefined ? { params: params as ParamsOf<S> } : { params: params as ParamsOf<S>, note: oddity };
  }
  const beyond = tokens.slice(used).map((token) => token.text);
  const extra = `extra parameters: ${beyond.join(',')}`;
  return { params: params as ParamsOf<S>, note: oddity === undefined ? extra : `${oddity}; ${extra}`, extra };
}

/** Reads into `params`; returns how many tokens have a name. */
function readEntries(
  entries: readonly ShapeEntry[],
  tokens: readonly Token[],
  params: Record<string, unknown>,
): number | Unreadable {
  let used = 0;
  for (const entry of entries) {
    const token = tokens[used];
    if (token === undefined) {
      if (entry.isOptional) continue;
      return new Unreadable('is missing', entry.name);
    }
    const isEmpty = token.text === '' && !token.quoted;
    if (entry.isOther !== undefined && !isEmpty && entry.isOther(token)) continue;
    used++;
    if (isEmpty && entry.isOptional) continue;
    const value = entry.field.read(token);
    if (value instanceof Unreadable) return new Unreadable(value.reason, entry.name);
    params[entry.name] = value;
  }
  return used;
}

/** Of a list that does not fit the shape: the parameters in their places that can be read for themselves. */
export function readableParams(shape: Shape, list: string): Readonly<Record<string, unknown>> {
  const tokens = tokenize(list);
  const params: Record<string, unknown> = {};
  for (const [position, { name, field }] of planOf(shape).entries.entries()) {
    const token = tokens[position];
    const value = token && field.read(token);
    if (value !== undefined && !(value instanceof Unreadable)) params[name] = value;
  }
  return params;
}

/** Reads parameters as {@link tryParams}. @throws LineError naming the parameter. */
export function readParams<S extends Shape>(shape: S, tokens: readonly Token[]): ReadParams<S> {
  const read = tryParams(shape, tokens);
  if (read instanceof Unreadable) throw new LineError(read.parameter, read.reason);
  return read;
}

/**
 * Writes parameters in the order of the shape, with `comma` between; absent optional ones at the end are dropped, in the
 * middle left empty.
 * @throws CodedError `AT_BAD_LINE` with the parameter's name as detail.
 */
export function writeParams<S extends Shape>(shape: S, params: ParamsOf<S>, comma = ','): string {
  const values = params as Readonly<Record<string, unknown>>;
  const texts = planOf(shape).entries.flatMap(({ name, field }) => {
    const value = values[name];
    if (value === undefined) {
      if (!field.optional) throw new CodedError('AT_BAD_LINE', `${name} is missing`, name);
      // What the next field's text is told apart by needs no empty place.
      return field.isOther ? [] : [undefined];
    }
    try {
      return [field.write(value, values)];
    } catch (error) {
      throw new CodedError('AT_BAD_LINE', `${name}: ${(error as Error).message}`, name);
    }
  });
  while (texts.length > 0 && texts[texts.length - 1] === undefined) texts.pop();
  return texts.map((text) => text ?? '').join(comma);
}

/** Information text of a command, or a URC: its name and parameters. An empty name is a bare line (`0,10`). */
export interface LineSpec<N extends string = string, S extends Shape = Shape> {
  readonly name: N;
  readonly params: S;
  /** Counts of parameters this line may have, where the shape alone cannot tell it from a namesake. */
  readonly counts?: readonly number[];
  /** The same by what the parameters look like (+CEREG, whose read form and URC come in many lengths). */
  readonly looksLike?: (tokens: readonly Token[]) => boolean;
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

/** Declares an information line or a URC; `told` says how it is told from its namesakes. */
export function line<const N extends string, const S extends Shape>(
  name: N,
  params: S,
  told?: readonly number[] | ((tokens: readonly Token[]) => boolean),
): LineSpec<N, S> {
  if (told === undefined) return { name, params };
  return typeof told === 'function' ? { name, params, looksLike: told } : { name, params, counts: told };
}

/** The command line of a command, without line ending. @throws CodedError `AT_BAD_LINE`. */
export function formatCommand<C extends CommandSpec>(spec: C, params: ParamsOf<C['params']>): string {
  const head = `AT${spec.name}`;
  if (spec.form === 'read') return `${head}?`;
  if (spec.form === 'test') return `${head}=?`;
  if (spec.form === 'execute') return head;
  return `${head}=${writeParams(spec.params, params)}`;
}

/** True when the list at `from` has as many parameters as the spec allows, and they look like its own. */
export function allowsCount({ counts, looksLike }: LineSpec, text: string, from = 0): boolean {
  if (looksLike) return looksLike(tokenize(text.slice(from)));
  return counts === undefined || counts.includes(countTokens(text, from));
}

function listOf(spec: LineSpec, text: string): string | undefined {
  if (spec.name === '') return text;
  const head = splitHead(text);
  return head?.name === spec.name ? head.list : undefined;
}

/** Reads an information line or URC. @throws LineError, also when the name is another. */
export function parseLine<L extends LineSpec>(spec: L, text: string): ReadParams<L['params']> {
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
  const list = writeParams(spec.params, params, comma);
  return spec.name === '' ? list : `${spec.name}:${separator}${list}`;
}
