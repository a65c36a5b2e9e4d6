import { isBootBanner, isBootLine, isRestartResult, parseFinalResult } from '../at/resultCodes.ts';
import { Unreadable, allowsCount, matchesLine, readableParams, tokenizeFor, tryParams } from '../at/codec.ts';
import { lineFrames } from '../at/lineFrames.ts';
import { splitCommand, splitHead } from '../at/tokens.ts';
import type { CommandSpec, LineSpec, ReadParams, Shape } from '../at/codec.ts';
import type { CommandForm } from '../at/tokens.ts';
import type { DecodedLine, ParamValue } from '../../shared/log.ts';
import { decodeCreateConfig, describeCreateConfig } from './createConfig.ts';
import { eventMeanings, firmwareEvents } from './codes.ts';
import { commands, urcs } from './messages.ts';
import { activeTimeSeconds, periodicTauSeconds } from './powerSavingTimers.ts';
import type { Urc } from './messages.ts';

/** Entries of the table that share a line's name: URCs, told apart by their counts, and the information text of commands. */
interface Namesakes {
  readonly urcs: LineSpec[];
  readonly answers: LineSpec[];
}

const allCommands: readonly CommandSpec[] = Object.values(commands);
/** By name and form, which no two entries share. */
const commandsByName = new Map<string, Partial<Record<CommandForm, CommandSpec>>>();
for (const spec of allCommands) commandsByName.set(spec.name, { ...commandsByName.get(spec.name), [spec.form]: spec });

const linesByName = new Map<string, Namesakes>();
function namesakesOf(name: string): Namesakes {
  const namesakes = linesByName.get(name) ?? { urcs: [], answers: [] };
  linesByName.set(name, namesakes);
  return namesakes;
}
for (const urc of Object.values<LineSpec>(urcs)) namesakesOf(urc.name).urcs.push(urc);
for (const { answer } of allCommands) {
  if (answer && answer.name !== '') namesakesOf(answer.name).answers.push(answer);
}

/** Lines whose values may hold line breaks: for the splitter. */
export const urcFrames = lineFrames(Object.values<LineSpec>(urcs));

const DIGIT_0 = 0x30;
/** `+FIRMWARE DOWNLOADING`: the one line of the table whose name has no colon behind it. */
const firmwareUpdate = /^[ \t]*\+FIRMWARE[ \t]+([A-Z ]+)$/i;
const miplName = '+MIPL';
/** A request or an event behind other text. */
const glued = /^(.+?)(\+MIPL(?:READ|WRITE|EXECUTE|OBSERVE|DISCOVER|PARAMETER|EVENT)[ \t]*:.*)$/is;

/**
 * Name and parameters of a line the module printed. A line without a head may have lost the break in its middle, or carry what a
 * port that wakes has made up: a request that stands in it must be answered all the same.
 */
function headOf(text: string): Head | undefined {
  const head = splitHead(text);
  if (head !== undefined) return head;
  const [, before, rest = ''] = text.includes(miplName) ? (glued.exec(text) ?? []) : [];
  const tail = before === undefined ? undefined : splitHead(rest);
  if (tail) return { ...tail, before };
  // Most lines without a head begin with a letter or a digit.
  if (text.charCodeAt(0) >= DIGIT_0) return undefined;
  const state = firmwareUpdate.exec(text)?.[1];
  return state === undefined ? undefined : { name: urcs.firmwareUpdate.name, list: state.trimEnd() };
}

type Params = Readonly<Record<string, ParamValue>>;

/** A command line read with the table; without `spec` when it is not in the table or does not fit its entry. */
export type ParsedCommand = { readonly name: string; readonly form: CommandForm } & (
  | { readonly spec: CommandSpec; readonly params: Params; readonly note?: string }
  | { readonly spec?: undefined; readonly params?: undefined; readonly note: string }
);

/** Reads a command line; undefined when it does not begin with AT. Never throws. */
export function parseCommand(text: string): ParsedCommand | undefined {
  const parts = splitCommand(text);
  if (!parts) return undefined;
  const { name, form, list } = parts;
  const spec = commandsByName.get(name)?.[form];
  if (!spec) return { name, form, note: 'not in the message table' };
  if (form !== 'write') return { name, form, spec, params: {} };
  const read = readWith(spec.params, list);
  if (read instanceof Unreadable) return { name, form, note: reasonOf(read) };
  const note = spec === commands.createWithConfig ? configNote(read.params) : undefined;
  return { name, form, spec, ...read, ...(note === undefined ? {} : { note }) };
}

/** What a configuration says, keys masked; undefined for one of several parts, and for what is no configuration. */
function configNote({ config, index }: Params): string | undefined {
  const hex = String(config);
  if (index !== 0 || !/^(?:[0-9A-Fa-f]{2})+$/.test(hex)) return undefined;
  const decoded = decodeCreateConfig(Uint8Array.from(hex.match(/../g) as string[], (byte) => parseInt(byte, 16)));
  return decoded && describeCreateConfig(decoded);
}

/** The parameters as a log shows them; the codec's own type is exact, here any entry of the table will do. */
function readWith(shape: Shape, list: string): { readonly params: Params; readonly note?: string } | Unreadable {
  return tryParams(shape, tokenizeFor(shape, list)) as (ReadParams<Shape> & { readonly params: Params }) | Unreadable;
}

function reasonOf({ parameter, reason }: Unreadable): string {
  return `${parameter}: ${reason}`;
}

/** A line with a URC's name that cannot be read: why, and what of it can be read all the same. */
export interface UnreadableUrc {
  readonly name: string;
  readonly fault: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A URC read with the table, or why it cannot be. */
export type ParsedUrc = { readonly urc: Urc; readonly note?: string } | UnreadableUrc;

/** Reads a URC; undefined when no URC has that name. Never throws. */
export function parseUrc(text: string): ParsedUrc | undefined {
  const head = headOf(text);
  return head && parseUrcWith(head, linesByName.get(head.name));
}

/** Answers that tell what the URC of the same name tells, with `<n>` before it. */
const stateAnswers = [commands.registrationState, commands.connectionState, commands.sleepReportState].map(
  ({ answer }) => answer as LineSpec,
);

/**
 * Reads a line in the form of an answer that tells a state although nobody asked: it came late, or the firmware knows no other
 * form. Undefined for any other line. Never throws.
 */
export function parseUnaskedState(text: string): Urc | undefined {
  const answer = stateAnswers.find((candidate) => matchesLine(candidate, text));
  if (!answer) return undefined;
  const read = readAnswer(answer.name, answer, text);
  return read instanceof Unreadable ? undefined : ({ name: answer.name, params: read.params } as Urc);
}

interface Head {
  readonly name: string;
  readonly list: string;
  /** Text that does not belong to it. */
  readonly before?: string | undefined;
}

function parseUrcWith({ name, list, before }: Head, namesakes: Namesakes | undefined): ParsedUrc | undefined {
  if (!namesakes || namesakes.urcs.length === 0) return undefined;
  const spec = namesakes.urcs.find((urc) => allowsCount(urc, list));
  if (!spec) return { name, fault: `${name}: has another count of parameters`, params: {} };
  const read = readWith(spec.params, list);
  if (read instanceof Unreadable) return { name, fault: reasonOf(read), params: readableParams(spec.params, list) };
  const urc = { name, params: read.params } as Urc;
  const note = withMeaning(read.note, spec, read.params);
  if (before !== undefined) return { urc, note: `behind other text: ${JSON.stringify(before)}` };
  return note === undefined ? { urc } : { urc, note };
}

/** What numbers and words of a line stand for, where the line does not say it. */
function meaningOf(spec: LineSpec, values: Params): string | undefined {
  if (spec === urcs.firmwareUpdate) {
    const number = firmwareEvents[String(values['state']).toUpperCase()];
    return number === undefined ? undefined : `event ${number}: ${eventMeanings[number]?.meaning}`;
  }
  const { activeTime, periodicTau } = values;
  if (activeTime === undefined && periodicTau === undefined) return undefined;
  const timers = [
    timerText('active time', activeTimeSeconds(String(activeTime))),
    timerText('periodic TAU', periodicTauSeconds(String(periodicTau))),
  ].filter((timer) => timer !== undefined);
  return timers.length === 0 ? undefined : timers.join(', ');
}

const explained = new Set<LineSpec | undefined>([
  urcs.firmwareUpdate,
  urcs.registration,
  commands.registrationState.answer,
]);

/** The note of a line, and what its numbers stand for. */
function withMeaning(note: string | undefined, spec: LineSpec, values: Params): string | undefined {
  const meaning = explained.has(spec) ? meaningOf(spec, values) : undefined;
  if (note === undefined || meaning === undefined) return note ?? meaning;
  return `${note}; ${meaning}`;
}

function timerText(name: string, seconds: number | 'off' | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return seconds === 'off' ? `${name} off` : `${name} ${seconds} s`;
}

/** True when the line's shape is that of a URC: the channel asks this about lines that no command claims. */
export function isUrc(text: string): boolean {
  const head = headOf(text);
  return head !== undefined && isUrcOf(head, linesByName.get(head.name));
}

function isUrcOf({ list }: Head, namesakes: Namesakes | undefined): boolean {
  return namesakes?.urcs.some((urc) => allowsCount(urc, list)) === true;
}

/**
 * Whether an information line belongs to the command: its own name in a count of parameters that its answer allows
 * (27.007: the read form of +CEREG has one field more than the URC); where the answer is bare, any line that is no URC.
 */
export function claimsOf(spec: CommandSpec): (text: string) => boolean {
  const known = claims.get(spec) ?? makeClaims(spec);
  claims.set(spec, known);
  return known;
}

const claims = new WeakMap<CommandSpec, (text: string) => boolean>();

function makeClaims(spec: CommandSpec): (text: string) => boolean {
  const { answer, name } = spec;
  if (!answer) return (text) => splitHead(text)?.name === name && !isUrc(text);
  if (answer.name !== '') return (text) => matchesLine(answer, text);
  return (text) => {
    const head = splitHead(text);
    return head === undefined || head.name === name || !linesByName.get(head.name)?.urcs.length;
  };
}

/**
 * Reads an information line that {@link claimsOf} gives to the command. Where the table has a bare line, other firmware
 * prints the command's name before it (Xinyi: `+NSOCR:0`).
 */
export function readAnswer(name: string, answer: LineSpec, text: string): ReadParams<Shape> | Unreadable {
  const head = splitHead(text);
  const list = head && (answer.name !== '' || head.name === name) ? head.list : text;
  return tryParams(answer.params, tokenizeFor(answer.params, list));
}

/** A line of the information text of a command; undefined when it is none. */
function decodeAnswer(
  text: string,
  head: Head | undefined,
  namesakes: Namesakes | undefined,
  pending: CommandSpec | undefined,
): DecodedLine | undefined {
  if (pending?.answer && claimsOf(pending)(text)) {
    return decodedAnswer(pending.name, pending.answer, readAnswer(pending.name, pending.answer, text));
  }
  if (!head || !namesakes?.answers.length || isUrcOf(head, namesakes)) return undefined;
  const spec = namesakes.answers.find((candidate) => allowsCount(candidate, head.list));
  return spec && decodedAnswer(head.name, spec, readWith(spec.params, head.list));
}

function decodedAnswer(name: string, spec: LineSpec, read: ReturnType<typeof readWith>): DecodedLine {
  if (read instanceof Unreadable) return { kind: 'unknown', name, note: reasonOf(read) };
  const { params } = read;
  const note = withMeaning(read.note, spec, params);
  return note === undefined ? { kind: 'response', name, params } : { kind: 'response', name, params, note };
}

/** The bare AT has no name in the table, but the log needs one. */
function shownName(tableName: string): string {
  return tableName === '' ? 'AT' : tableName;
}

/** A command as the log shows it; `unknown` when the table has no such command or it does not fit its entry. */
export function decodedCommand({ name, form, params, note }: ParsedCommand): DecodedLine {
  const shown = { name: shownName(name), form };
  if (params === undefined) return { kind: 'unknown', ...shown, note };
  return note === undefined ? { kind: 'command', ...shown, params } : { kind: 'command', ...shown, params, note };
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
  return command ? decodedCommand(command) : decodeFromModule(text, pending);
}

/** What a line is that is no command. */
export function decodeFromModule(text: string, pending: CommandSpec | undefined): DecodedLine {
  const final = parseFinalResult(text);
  if (final) {
    const name = finalNames[final.code];
    return final.detail === undefined
      ? { kind: 'final', name }
      : { kind: 'final', name, params: { detail: final.detail } };
  }
  const head = headOf(text);
  if (!head && isRestartResult(text)) return { kind: 'final', name: 'REBOOTING' };
  const namesakes = head && linesByName.get(head.name);
  // No name of the table is a boot line's; `M5310-A` is one, but also the answer to a question for the model.
  if (!namesakes && isBootLine(text) && !(pending?.answer?.name === '' && isBootBanner(text))) {
    return { kind: 'banner', name: text.trim() };
  }
  const answer = decodeAnswer(text, head, namesakes, pending);
  if (answer) return answer;
  const parsed = head && parseUrcWith(head, namesakes);
  if (parsed) {
    if (!('urc' in parsed)) return { kind: 'unknown', name: parsed.name, note: parsed.fault };
    const { name, params } = parsed.urc;
    return parsed.note === undefined ? { kind: 'urc', name, params } : { kind: 'urc', name, params, note: parsed.note };
  }
  if (pending) return { kind: 'data', note: 'belongs to no entry of the message table' };
  return head
    ? { kind: 'unknown', name: head.name, note: 'not in the message table' }
    : { kind: 'unknown', note: 'neither command, URC, answer nor result' };
}
