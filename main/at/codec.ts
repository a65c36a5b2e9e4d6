import { CodedError } from '../../shared/errors.ts';

/** One parameter as it stands on the line. `quoted` tells `""` (an empty string) from nothing at all. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** How one parameter is read and written. Build them with {@link integer}, {@link raw}, {@link quoted} and friends. */
export interface Field<T> {
  readonly kind: string;
  /** Written between quotes (V.250 §5.4.2.2). */
  readonly quoted: boolean;
  readonly optional: boolean;
  /** Throws a {@link FieldError} that says what is wrong with the text. */
  read(token: Token): T;
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

/** What a text is that a field cannot read; {@link readParams} puts the field's name before it. */
export class FieldError extends Error {}

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
      if (!/^[+-]?\d{1,15}$/.test(text)) throw new FieldError(`"${text}" is not a whole number`);
      const value = Number(text);
      if (value < min || value > max) throw new FieldError(`${text} is outside ${min}..${max}`);
      return value;
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

/** Puts text between quotes, escaping what V.250 §5.4.2.2 wants escaped. */
export function quote(text: string): string {
  const escaped = text.replace(
    /["\\\x00-\x1f\x7f]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}

/**
 * Undoes {@link quote}. Only escapes that quote() makes are undone: modules that know no escapes print a lone backslash,
 * and `C:\20` must stay what it is.
 */
function unquote(text: string): string {
  return text.replace(/\\(22|5[Cc]|[01][0-9A-Fa-f]|7[Ff])/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

/**
 * Cuts a parameter list at commas outside quotes. Spaces around parameters mean nothing (mipl-at.md: ME3616 prints
 * `0, 6`, the document `5, "reset"`). A quoted text ends at a quote followed by a comma or the end, so that quotes which
 * a module did not escape stay inside.
 */
export function tokenize(list: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (list[position] === ' ' || list[position] === '\t') position++;
    if (list[position] === '"') {
      const end = /"[ \t]*(?:,|$)/g;
      end.lastIndex = position + 1;
      const found = end.exec(list);
      if (found) {
        tokens.push({ text: unquote(list.slice(position + 1, found.index)), quoted: true });
        position = found.index + found[0].length;
        if (!found[0].endsWith(',')) return tokens;
        continue;
      }
    }
    const comma = list.indexOf(',', position);
    const end = comma < 0 ? list.length : comma;
    tokens.push({ text: list.slice(position, end).trim(), quoted: false });
    if (comma < 0) return tokens;
    position = comma + 1;
  }
}

/** A parameter list read with a shape. `note` tells of parameters beyond the shape: a note, never an error. */
export interface ReadParams<S extends Shape> {
  readonly params: ParamsOf<S>;
  readonly note?: string;
}

/**
 * Reads parameters with a shape. An optional parameter that is absent, or bare and empty, is left out; a required one
 * may be empty where its field allows it (`…,2,0,,0` is a real empty write).
 * @throws LineError naming the parameter.
 */
export function readParams<S extends Shape>(shape: S, tokens: readonly Token[]): ReadParams<S> {
  const params: Record<string, unknown> = {};
  const names = Object.keys(shape);
  names.forEach((name, position) => {
    const field = shape[name] as Field<unknown>;
    const token = tokens[position];
    if (token === undefined) {
      if (field.optional) return;
      throw new LineError(name, 'is missing');
    }
    if (field.optional && token.text === '' && !token.quoted) return;
    try {
      params[name] = field.read(token);
    } catch (error) {
      if (error instanceof FieldError) throw new LineError(name, error.message);
      throw error;
    }
  });
  const extra = tokens.slice(names.length);
  return {
    params: params as ParamsOf<S>,
    ...(extra.length > 0 ? { note: `extra parameters: ${extra.map((token) => token.text).join(',')}` } : {}),
  };
}

/**
 * Writes parameters in the order of the shape; absent optional ones at the end are dropped, in the middle left empty.
 * @throws CodedError `AT_BAD_LINE` with the parameter's name as detail.
 */
export function writeParams<S extends Shape>(shape: S, params: ParamsOf<S>): string {
  const values = params as Readonly<Record<string, unknown>>;
  const texts = Object.entries(shape).map(([name, field]) => {
    const value = values[name];
    if (value === undefined) {
      if (!field.optional) throw new CodedError('AT_BAD_LINE', `${name} is missing`, name);
      return undefined;
    }
    try {
      return (field as Field<unknown>).write(value, values);
    } catch (error) {
      if (error instanceof CodedError) throw new CodedError(error.code, `${name}: ${error.message}`, name);
      throw error;
    }
  });
  while (texts.length > 0 && texts[texts.length - 1] === undefined) texts.pop();
  return texts.map((text) => text ?? '').join(',');
}

/** `+NAME: a,b` cut into head and list; undefined when there is no such head. The head's case is normalised. */
export function splitHead(line: string): { readonly name: string; readonly list: string } | undefined {
  const match = /^[ \t]*([+*][A-Za-z][A-Za-z0-9]*)[ \t]*:[ \t]*(.*?)[ \t]*$/s.exec(line);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { name: match[1].toUpperCase(), list: match[2] };
}

/** V.250 and 27.007 names: `AT+X` execute, `AT+X?` read, `AT+X=…` write, `AT+X=?` test. */
export type CommandForm = 'execute' | 'read' | 'write' | 'test';

/** A command line cut into its parts; undefined when it is not `AT+…` (or a basic command such as `ATE0`, `ATI`). */
export function splitCommand(line: string): { name: string; form: CommandForm; list: string } | undefined {
  const match = /^[ \t]*AT(?:([+*][A-Za-z][A-Za-z0-9]*)[ \t]*(?:(=\?|\?)|=[ \t]*(.*?))?|([A-Za-z]\d*)?)[ \t]*$/is.exec(
    line,
  );
  if (!match) return undefined;
  const [, extended, mark, list, basic] = match;
  if (extended === undefined) return { name: (basic ?? '').toUpperCase(), form: 'execute', list: '' };
  const name = extended.toUpperCase();
  if (mark === '=?') return { name, form: 'test', list: '' };
  if (mark === '?') return { name, form: 'read', list: '' };
  return list === undefined ? { name, form: 'execute', list: '' } : { name, form: 'write', list };
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
  return list !== undefined && (spec.counts === undefined || spec.counts.includes(tokenize(list).length));
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
  return readParams(spec.params, tokenize(list));
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
