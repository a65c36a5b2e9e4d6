import { defined } from '../../../shared/defined.ts';
import { formatLine } from '../../at/codec.ts';
import type { AnswerOf, CommandSpec, LineSpec, ParamsOf } from '../../at/codec.ts';
import { resultMeaning } from '../../at/resultCodes.ts';
import { urcs } from '../../mipl/messages.ts';
import type { Profile } from '../profile.ts';
import type { MiplRefusalReason, CommandRefusal, CommandRefusalReason } from '../commandRefusal.ts';

/** 27.007 §9.2 numbers for the refusals of general commands. */
const cmeNumbers = {
  parameter: 50,
  state: 3,
  exists: 3,
  missing: 3,
  unobserved: 3,
  radio: 30,
  noCard: 10,
  cardLocked: 11,
  // As BC95 firmware answers what it does not know (logs of four drivers).
  unknown: 50,
} as const;

/** What stands between colon and parameters of a line with this head. */
function colonSpace({ spacing }: Profile, head: string): '' | ' ' {
  const usual = head.startsWith('+MIPL') ? spacing.mipl : spacing.general;
  if (!spacing.otherColon.includes(head)) return usual;
  return usual === '' ? ' ' : '';
}

/** What stands between the parameters: the spaces of some modules are a habit of their MIPL commands alone. */
function commaOf({ spacing }: Profile, head: string): ',' | ', ' {
  return head.startsWith('+MIPL') ? spacing.comma : ',';
}

/** A line of the table with the spaces this module prints. */
export function printLine<L extends LineSpec>(profile: Profile, spec: L, params: ParamsOf<L['params']>): string {
  return formatLine(spec, params, colonSpace(profile, spec.name), commaOf(profile, spec.name));
}

/** The information text of a command. */
export function printAnswer<C extends CommandSpec>(profile: Profile, spec: C, params: AnswerOf<C>): string {
  if (!spec.answer) throw new Error(`AT${spec.name} has no information text`);
  return printLine(profile, spec.answer, params);
}

/** A line whose parameters are printed as they are: HiSilicon modules leave out quotes that 27.007 wants. */
export function printPlain(profile: Profile, head: string, parameters: readonly (string | number)[]): string {
  return `${head}:${colonSpace(profile, head)}${parameters.join(commaOf(profile, head))}`;
}

/** `+MIPLEVENT`; `extra` is msgid, ackid or seconds left, by event. */
export function printEvent(profile: Profile, event: number, extra?: number): string {
  const params = { ref: 0, event, ...defined({ extra }) };
  const space = profile.spacing.spacedEvents.includes(event) ? ' ' : colonSpace(profile, urcs.event.name);
  return formatLine(urcs.event, params, space, profile.spacing.comma);
}

/**
 * `+MIPLEXECUTE`; without arguments both of their fields are missing, save for China Mobile firmware, which prints an
 * empty text (mipl-at.md §8).
 */
export function printExecute(
  profile: Profile,
  target: Omit<ParamsOf<typeof urcs.execute.params>, 'length' | 'arguments' | 'flag'>,
  text: string,
): string {
  const head = printLine(profile, urcs.execute, target);
  const { comma } = profile.spacing;
  const hasFlag = profile.executeArguments === 'bareWithFlag';
  if (text === '') return hasFlag ? `${head}${comma}0${comma}""` : head;
  const shape = { quoted: `"${text}"`, spaced: ` "${text}"`, bare: text, bareWithFlag: `${text}${comma}0` };
  return `${head}${comma}${new TextEncoder().encode(text).length}${comma}${shape[profile.executeArguments]}`;
}

/** Texts of MIPL errors at +CMEE=2; that there are any is known, their wording is not (mipl-at.md §11). */
const miplTexts: Readonly<Record<MiplRefusalReason, string>> = {
  parameter: 'parameter error',
  state: 'wrong state',
  exists: 'already exists',
  missing: 'not found',
  unobserved: 'not observed',
  radio: 'no network',
};

function isOfMipl(reason: CommandRefusalReason): reason is MiplRefusalReason {
  return Object.hasOwn(miplTexts, reason);
}

/**
 * The final result of a refused command: a number or text of its family where +CMEE asks for one, else a bare ERROR. With
 * a blank in `+CME ERROR: 50`, as 27.007 §9.2 and every log has it.
 */
export function printRefusal(profile: Profile, refusal: CommandRefusal, isMipl: boolean, errorReport: number): string {
  if (errorReport === 0) return 'ERROR';
  const { reason } = refusal;
  const isText = errorReport === 2;
  if (isMipl && isOfMipl(reason)) {
    return `${profile.errors.head}${isText ? miplTexts[reason] : profile.errors.numbers[reason]}`;
  }
  const number = cmeNumbers[reason];
  const text = resultMeaning('AT_CME', number)?.en ?? number;
  return `+CME ERROR: ${isText ? text : number}`;
}
