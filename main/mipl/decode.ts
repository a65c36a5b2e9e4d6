import { isBootLine, parseFinalResult } from '../at/resultCodes.ts';
import { LineError, matchesLine, readLine, readParams, splitCommand, splitHead, tokenize } from '../at/codec.ts';
import type { CommandForm, CommandSpec, LineSpec } from '../at/codec.ts';
import type { DecodedLine, ParamValue } from '../../shared/log.ts';
import { commands, urcs } from './messages.ts';
import type { Urc } from './messages.ts';

function byKey<T>(entries: readonly T[], keyOf: (entry: T) => string): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const list = map.get(key);
    if (list) list.push(entry);
    else map.set(key, [entry]);
  }
  return map;
}

const allCommands: readonly CommandSpec[] = Object.values(commands);
const commandsByName = byKey(allCommands, (spec) => `${spec.name} ${spec.form}`);
const urcsByName = byKey(Object.values(urcs) as readonly LineSpec[], (spec) => spec.name);
const answersByName = byKey(
  allCommands.flatMap((spec) => (spec.answer === undefined || spec.answer.name === '' ? [] : [spec.answer])),
  (spec) => spec.name,
);

type Params = Readonly<Record<string, ParamValue>>;

/** A command line read with the table; `note` when it is not in the table or does not fit its entry. */
export interface ParsedCommand {
  readonly name: string;
  readonly form: CommandForm;
  readonly spec?: CommandSpec;
  readonly params?: Params;
  readonly note?: string;
}

/** Reads a command line; undefined when it does not begin with AT. Never throws. */
export function parseCommand(text: string): ParsedCommand | undefined {
  const parts = splitCommand(text);
  if (!parts) return undefined;
  const { name, form, list } = parts;
  const candidates = commandsByName.get(`${name} ${form}`);
  if (!candidates) return { name, form, note: 'not in the message table' };
  return readFirst<CommandSpec, ParsedCommand>(
    candidates,
    (spec) => {
      const { params, note } =
        spec.form === 'write' ? readParams(spec.params, tokenize(list)) : { params: {}, note: undefined };
      return { name, form, spec, params: params as Params, ...(note === undefined ? {} : { note }) };
    },
    (reason) => ({ name, form, note: reason }),
  );
}

/** Tries entries in order and keeps the first that reads; else the reason of the last. */
function readFirst<S, T>(candidates: readonly S[], read: (spec: S) => T, failed: (reason: string) => T): T {
  let reason = '';
  for (const spec of candidates) {
    try {
      return read(spec);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      reason = error.message;
    }
  }
  return failed(reason);
}

/** A URC read with the table, or the reason why a line with a URC's name cannot be read. */
export type ParsedUrc =
  { readonly urc: Urc; readonly note?: string } | { readonly name: string; readonly fault: string };

/** Reads a URC; undefined when no URC has that name. Never throws. */
export function parseUrc(text: string): ParsedUrc | undefined {
  const head = splitHead(text);
  const candidates = head && urcsByName.get(head.name);
  if (!candidates) return undefined;
  return readFirst<LineSpec, ParsedUrc>(
    candidates,
    (spec) => {
      if (!matchesLine(spec, text)) throw new LineError(spec.name, 'has another count of parameters');
      const { params, note } = readLine(spec, text);
      return { urc: { name: spec.name, params } as Urc, ...(note === undefined ? {} : { note }) };
    },
    (fault) => ({ name: head.name, fault }),
  );
}

/** True when the line's shape is that of a URC: the channel asks this about lines that no command claims. */
export function isUrc(text: string): boolean {
  const head = splitHead(text);
  if (!head) return false;
  return (urcsByName.get(head.name) ?? []).some((spec) => matchesLine(spec, text));
}

/**
 * Whether an information line belongs to the command: its own name in a count of parameters that its answer allows
 * (27.007: the read form of +CEREG has one field more than the URC), or a bare line where the answer is bare.
 */
export function claimsOf(spec: CommandSpec): (text: string) => boolean {
  const answer = spec.answer;
  if (!answer) return (text) => splitHead(text)?.name === spec.name && !isUrc(text);
  if (answer.name === '') return (text) => splitHead(text) === undefined || splitHead(text)?.name === spec.name;
  return (text) => matchesLine(answer, text);
}

function decodedParams(name: string, read: { params: unknown; note?: string }): Omit<DecodedLine, 'kind'> {
  return { name, params: read.params as Params, ...(read.note === undefined ? {} : { note: read.note }) };
}

function readOrNote(name: string, read: () => { params: unknown; note?: string }): Omit<DecodedLine, 'kind'> | string {
  try {
    return decodedParams(name, read());
  } catch (error) {
    if (error instanceof LineError) return error.message;
    throw error;
  }
}

function decodeAnswer(text: string, pending: CommandSpec | undefined): DecodedLine | undefined {
  if (pending?.answer && claimsOf(pending)(text)) {
    const { answer, name } = pending;
    const read = readOrNote(name, () => readLine(answer, text));
    return typeof read === 'string' ? { kind: 'unknown', name, note: read } : { kind: 'response', ...read };
  }
  const head = splitHead(text);
  const spec = head && answersByName.get(head.name)?.find((candidate) => matchesLine(candidate, text));
  if (!head || !spec || (urcsByName.has(head.name) && isUrc(text))) return undefined;
  const read = readOrNote(head.name, () => readLine(spec, text));
  return typeof read === 'string' ? { kind: 'unknown', name: head.name, note: read } : { kind: 'response', ...read };
}

const finalNames = {
  OK: 'OK',
  AT_ERROR: 'ERROR',
  AT_CME: '+CME ERROR',
  AT_CMS: '+CMS ERROR',
  AT_CIS: '+CIS ERROR',
} as const;

/**
 * Says what a line is. `pending` is the command whose answer is awaited: it decides about bare lines and about names
 * that answers and URCs share. Never throws; what cannot be read is `unknown` with the reason as note.
 */
export function decodeLine(text: string, pending?: CommandSpec): DecodedLine {
  const command = parseCommand(text);
  if (command) {
    const { name, params, note } = command;
    return {
      kind: params ? 'command' : 'unknown',
      name: `AT${name}`,
      ...(params ? { params } : {}),
      ...(note === undefined ? {} : { note }),
    };
  }
  const final = parseFinalResult(text);
  if (final) {
    return {
      kind: 'final',
      name: finalNames[final.code],
      ...(final.detail === undefined ? {} : { params: { detail: final.detail } }),
    };
  }
  if (isBootLine(text)) return { kind: 'banner', name: text.trim() };
  const answer = decodeAnswer(text, pending);
  if (answer) return answer;
  const parsed = parseUrc(text);
  if (parsed) {
    return 'urc' in parsed
      ? {
          kind: 'urc',
          ...decodedParams(parsed.urc.name, {
            params: parsed.urc.params,
            ...(parsed.note === undefined ? {} : { note: parsed.note }),
          }),
        }
      : { kind: 'unknown', name: parsed.name, note: parsed.fault };
  }
  if (pending) return { kind: 'data', note: 'belongs to no entry of the message table' };
  const head = splitHead(text);
  return head
    ? { kind: 'unknown', name: head.name, note: 'not in the message table' }
    : { kind: 'unknown', note: 'neither command, URC, answer nor result' };
}
