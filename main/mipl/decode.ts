import { Buffer } from 'node:buffer';
import { isBootBanner, isBootLine, isRestartResult, parseFinalResult } from '../at/resultCodes.ts';
import { Unreadable, allowsCount, readList, readableParams } from '../at/codec.ts';
import { NameTree } from '../at/nameTree.ts';
import { splitCommand } from '../at/tokens.ts';
import type { CommandSpec, LineSpec, ReadParams, Shape } from '../at/codec.ts';
import type { FinalResult } from '../at/resultCodes.ts';
import type { CommandForm } from '../at/tokens.ts';
import type { DecodedLine, ParamValue } from '../../shared/log.ts';
import { decodeCreateConfig, describeCreateConfig } from './createConfig.ts';
import { eventMeanings, firmwareEvents } from './codes.ts';
import { headOf } from './lineHead.ts';
import type { LineHead } from './lineHead.ts';
import { commands, urcs } from './messages.ts';
import { activeTimeSeconds, periodicTauSeconds } from '../../shared/powerSavingTimers.ts';
import type { Urc } from './messages.ts';

/** By name and form, which no two entries share. */
const commandsByName = new Map<string, Partial<Record<CommandForm, CommandSpec>>>();
for (const spec of Object.values<CommandSpec>(commands)) {
  commandsByName.set(spec.name, { ...commandsByName.get(spec.name), [spec.form]: spec });
}
const extendedNames = [...commandsByName.keys()].filter((name) => name.startsWith('+') || name.startsWith('*'));
const commandNames = new NameTree(new Map(extendedNames.map((name) => [name, name])));

type Params = Readonly<Record<string, ParamValue>>;

/** A command line read with the table; without `spec` when it is not in the table or does not fit its entry. */
export type ParsedCommand = { readonly name: string; readonly form: CommandForm } & (
  | { readonly spec: CommandSpec; readonly params: Params; readonly note?: string }
  | { readonly spec?: undefined; readonly params?: undefined; readonly note: string }
);

/** Reads a command line; undefined when it does not begin with AT. Never throws. */
export function parseCommand(text: string): ParsedCommand | undefined {
  const parts = splitCommand(text, commandNames);
  if (!parts) return undefined;
  const { name, form, list } = parts;
  const spec = commandsByName.get(name)?.[form];
  if (!spec) return { name, form, note: 'not in the message table' };
  if (form !== 'write') return { name, form, spec, params: {} };
  const read = readWith(spec.params, list, 0);
  if (read instanceof Unreadable) return { name, form, note: reasonOf(read) };
  const { params } = read;
  const note = (spec === commands.createWithConfig ? configNote(params) : undefined) ?? read.note;
  return note === undefined ? { name, form, spec, params } : { name, form, spec, params, note };
}

/** What a configuration says, keys masked; undefined for one of several parts, and for what is no configuration. */
function configNote({ config, index }: Params): string | undefined {
  const hex = String(config);
  if (index !== 0 || !/^(?:[0-9A-Fa-f]{2})+$/.test(hex)) return undefined;
  const decoded = decodeCreateConfig(Buffer.from(hex, 'hex'));
  return decoded && describeCreateConfig(decoded);
}

interface Read {
  readonly params: Params;
  readonly note?: string;
}

/** The parameters as a log shows them; the codec's own type is exact, here any entry of the table will do. */
function readWith(shape: Shape, text: string, from: number): Read | Unreadable {
  return readList(shape, text, from) as (ReadParams<Shape> & Read) | Unreadable;
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
  return head && parseUrcWith(head);
}

/** As {@link parseUrc}, of a line whose head is known. */
export function parseUrcWith(head: LineHead): ParsedUrc | undefined {
  const { name, text, from, urc: spec } = head;
  if (!hasUrcName(head)) return undefined;
  if (!spec) return { name, fault: countFault(name), params: {} };
  const read = readUrc(spec, text, from);
  if (read instanceof Unreadable) {
    return { name, fault: reasonOf(read), params: readableParams(spec.params, text.slice(from)) };
  }
  const urc = { name, params: read.params } as Urc;
  const note = urcNote(head, spec, read);
  return note === undefined ? { urc } : { urc, note };
}

/** NuttX's AT layer prints no comma behind the resource of a +MIPLPARAMETER: `…,5700 16, pmin=15;pmax=60;`. */
const lostComma = /^((?:[^,"]*,){4} *-?\d+) +(\d+ *,)/;
/** What an event says whatever stands behind it. */
const { ref, event } = urcs.event.params;
const bareEvent = { ref, event };

function readUrc(spec: LineSpec, text: string, from: number): Read | Unreadable {
  const read = readWith(spec.params, text, from);
  if (!(read instanceof Unreadable)) return read;
  const again = readLeniently(spec, text.slice(from));
  return again === undefined || again instanceof Unreadable ? read : again;
}

/** Higher numbers than a suite has. */
const noSuite = /^ *(?:25[6-9]|2[6-9]\d|[3-9]\d\d|\d{4,}) *(?=,|$)/;

/**
 * China Mobile's example for modules that are programmed themselves (cm_lwm2m) prints no number of a suite: `+MIPLREAD:
 * 48276,3303,0,5700`. Undefined where it is there and wrong: the line can be read with another one in its place.
 */
function readWithoutSuite(spec: LineSpec, list: string): Read | undefined {
  if (!('msgId' in spec.params) || !noSuite.test(list)) return undefined;
  const other = readWith(spec.params, list.replace(noSuite, '0'), 0);
  // No server asks for the object with the keys.
  if (!(other instanceof Unreadable) && other.params['objectId'] !== 0) return undefined;
  const read = readWith(spec.params, `0,${list}`, 0);
  if (read instanceof Unreadable) return undefined;
  return { ...read, note: ['no number of a suite', read.note].filter(Boolean).join('; ') };
}

/** Where a line cannot be read as the table has it: as some firmware is known to print it. */
function readLeniently(spec: LineSpec, list: string): Read | Unreadable | undefined {
  const read = readWithoutSuite(spec, list);
  if (read) return read;
  if (spec === urcs.event) return readWith(bareEvent, list, 0);
  return spec === urcs.parameter ? readWith(spec.params, list.replace(lostComma, '$1,$2'), 0) : undefined;
}

/** As {@link parseUrc}, for the log. */
function decodedUrc(head: LineHead): DecodedLine {
  const { name, text, from, urc: spec } = head;
  if (!spec) return { kind: 'unknown', name, note: countFault(name) };
  const read = readUrc(spec, text, from);
  if (read instanceof Unreadable) return { kind: 'unknown', name, note: reasonOf(read) };
  const { params } = read;
  const note = urcNote(head, spec, read);
  return note === undefined ? { kind: 'urc', name, params } : { kind: 'urc', name, params, note };
}

function hasUrcName({ namesakes }: LineHead): boolean {
  return namesakes !== undefined && namesakes.urcs.length > 0;
}

function countFault(name: string): string {
  return `${name}: has another count of parameters`;
}

function urcNote({ oddity }: LineHead, spec: LineSpec, { note, params }: Read): string | undefined {
  return oddity ?? withMeaning(note, spec, params);
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

function isExplained(spec: LineSpec): boolean {
  return (
    spec === urcs.firmwareUpdate ||
    spec === urcs.registration ||
    spec === (commands.registrationState.answer as LineSpec)
  );
}

/** The note of a line, and what its numbers stand for. */
function withMeaning(note: string | undefined, spec: LineSpec, values: Params): string | undefined {
  const meaning = isExplained(spec) ? meaningOf(spec, values) : undefined;
  if (note === undefined || meaning === undefined) return note ?? meaning;
  return `${note}; ${meaning}`;
}

function timerText(name: string, seconds: number | 'off' | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return seconds === 'off' ? `${name} off` : `${name} ${seconds} s`;
}

/** True when the line's shape is that of a URC: the channel asks this about lines that no command claims. */
export function isUrc(text: string): boolean {
  return headOf(text)?.urc !== undefined;
}

/**
 * Whether an information line belongs to the command: its own name in a count of parameters that its answer allows
 * (27.007: the read form of +CEREG has one field more than the URC); where the answer is bare, any line that is no URC.
 */
export function claimsOf(spec: CommandSpec): (text: string) => boolean {
  return (text) => isClaimed(spec, headOf(text));
}

/** As {@link claimsOf}, of a line whose head is known. */
export function isClaimed({ name, answer }: CommandSpec, known: LineHead | undefined): boolean {
  const head = wholeOf(known);
  if (!answer) return head?.name === name && head.urc === undefined;
  if (answer.name !== '') return head?.name === answer.name && allowsCount(answer, head.text, head.from);
  return head === undefined || head.name === name || !head.namesakes?.urcs.length;
}

/** A head that has no text before it. */
function wholeOf(head: LineHead | undefined): LineHead | undefined {
  return head?.isWhole === true ? head : undefined;
}

/**
 * Reads an information line that {@link claimsOf} gives to the command. Where the table has a bare line, other firmware
 * prints the command's name before it (Xinyi: `+NSOCR:0`).
 */
export function readAnswer(name: string, answer: LineSpec, text: string): ReadParams<Shape> | Unreadable {
  return readAnswerWith(name, answer, text, headOf(text));
}

function readAnswerWith(
  name: string,
  answer: LineSpec,
  text: string,
  known: LineHead | undefined,
): ReadParams<Shape> | Unreadable {
  const head = wholeOf(known);
  const isHeaded = head !== undefined && (answer.name !== '' || head.name === name);
  return readList(answer.params, text, isHeaded ? head.from : 0);
}

/** A line of the information text of a command; undefined when it is none. */
function decodeAnswer(
  text: string,
  head: LineHead | undefined,
  pending: CommandSpec | undefined,
): DecodedLine | undefined {
  if (pending?.answer && isClaimed(pending, head)) {
    return decodedAnswer(pending.name, pending.answer, readAnswerWith(pending.name, pending.answer, text, head));
  }
  if (!head?.namesakes?.answers.length || head.urc !== undefined) return undefined;
  const spec = head.namesakes.answers.find((candidate) => allowsCount(candidate, head.text, head.from));
  return spec && decodedAnswer(head.name, spec, readWith(spec.params, head.text, head.from));
}

function decodedAnswer(name: string, spec: LineSpec, read: Read | Unreadable): DecodedLine {
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
  const shown = shownName(name);
  if (params === undefined) return { kind: 'unknown', name: shown, form, note };
  return note === undefined
    ? { kind: 'command', name: shown, form, params }
    : { kind: 'command', name: shown, form, params, note };
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
function decodeFromModule(text: string, pending: CommandSpec | undefined): DecodedLine {
  const final = parseFinalResult(text);
  return final ? decodedFinal(final) : decodeInformation(text, pending, headOf(text));
}

/** A final result as the log shows it. */
export function decodedFinal({ code, detail }: FinalResult): DecodedLine {
  const name = finalNames[code];
  return detail === undefined ? { kind: 'final', name } : { kind: 'final', name, params: { detail } };
}

/** What a line is that is no command and no final result; its head is known. */
export function decodeInformation(
  text: string,
  pending: CommandSpec | undefined,
  head: LineHead | undefined,
): DecodedLine {
  if (!head && isRestartResult(text)) return { kind: 'final', name: 'REBOOTING' };
  // No name of the table is a boot line's; `M5310-A` is one, but also the answer to a question for the model.
  if (!head?.namesakes && isBootLine(text) && !(pending?.answer?.name === '' && isBootBanner(text))) {
    return { kind: 'banner', name: text.trim() };
  }
  const answer = decodeAnswer(text, head, pending);
  if (answer) return answer;
  if (head && hasUrcName(head)) return decodedUrc(head);
  if (pending) return { kind: 'data', note: 'belongs to no entry of the message table' };
  return head
    ? { kind: 'unknown', name: head.name, note: 'not in the message table' }
    : { kind: 'unknown', note: 'neither command, URC, answer nor result' };
}
