import type { CommandSpec } from './codec.ts';
import type { AtLine } from './lineSplitter.ts';
import type { SeenLine } from './lineTable.ts';
import { isBootBanner, isBootLine } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';

/** What a line is in the conversation of host and module, whatever it says. */
export type LineRole = 'echo' | 'final' | 'answer' | 'boot' | 'urc' | 'unasked';

/** The command whose final result is awaited. */
export interface CommandInFlight {
  readonly command: string;
  /** Its entry of the table. */
  readonly spec?: CommandSpec | undefined;
  /** Information text of it has come, which no echo stands behind: AT+CLAC lists itself (TS 27.007 §8.37). */
  readonly hasAnswer?: boolean;
}

/** V.250 §6.1.3–6.1.7, TS 27.007 §5.1–5.3: maker, model and revision come as bare lines, and may read like a boot banner. */
const identification = /^AT(?:I\d*|\+C?GM[IMR])$/i;
/** The same and TS 27.007 §5.4, §5.6: serial number and IMSI. */
const identity = /^AT(?:I\d*|\+C?GM[IMR]|\+C?GSN|\+CIMI)$/i;
/** Also those of Qualcomm (`$`), Sierra (`!`) and Infineon (`@`) chips. */
const prefixed = /^[+*%^#&$!@]/;
/**
 * V.250 table 1 and what modules say unasked without a prefix, be it of a telephone, of voltage, sleep or time (SIMCom), or of
 * the loader in the chip (MediaTek: `F1: 0000 0000`): no name of anything.
 */
const unaskedWords = new RegExp(
  [
    'RING|NO CARRIER|NO ANSWER|NO DIAL ?TONE|BUSY|CONNECT(?: .*)?|(?:CALL|SMS|PB|GPS) (?:READY|DONE)',
    '(?:UNDER|OVER)-VOLTAGE WARN+ING|(?:ENTER|EXIT) (?:PSM|EDRX|DEEPSLEEP)|GPRS (?:ATTACHED|DETACHED)|DST: ?[0-2]',
    '[A-Z0-9]{2}: [0-9A-F]{4} [0-9A-F]{4}(?: .*)?|LEAVING THE BROM|>',
  ]
    .map((words) => `^(?:${words})$`)
    .join('|'),
  'i',
);

/** Several commands in one line (V.250 §5.2.4): each has its own answer. */
const severalCommands = /;\s*[A-Z+*%^#&$]/i;

/** A line that is not whole. */
export function isFragment({ cut, partial }: Pick<AtLine, 'cut' | 'partial'>): boolean {
  return cut || partial;
}

/** Whether lines without a `+NAME:` prefix belong to the answer, even when they read like a boot banner or a URC. */
function hasBareLines({ command, spec }: CommandInFlight): boolean {
  return spec?.answer?.name === '' || identification.test(command);
}

/** `AT+CGMR` may be answered `+CGMR: …` where others say it bare. */
export function hasPrefixOf(command: string, text: string): boolean {
  const name = /^AT(\+\w+)/i.exec(command)?.[1];
  return name !== undefined && new RegExp(`^\\${name} *:`, 'i').test(text);
}

/** Whether a line that is no final result is information text of the command. */
function isInformation(inFlight: CommandInFlight, text: string, seen: SeenLine): boolean {
  const { command, spec } = inFlight;
  // Who the module is must not be made of what came in the middle: these answers have no prefix, or that of the question.
  if (identity.test(command)) {
    return !(prefixed.test(text) || unaskedWords.test(text.trim())) || hasPrefixOf(command, text);
  }
  if (spec && seen.isAnswerTo(spec)) return true;
  if (hasBareLines(inFlight) && !prefixed.test(text)) return true;
  if (spec && seen.isAnswerToOther(spec) && !severalCommands.test(command)) return false;
  return !seen.isUrc;
}

/**
 * Classifies a line: echo, final result, boot, information text, URC. The same rules read what is on the wire and what a log
 * has kept. A fragment passes for nothing but a URC, since the last piece of a long line may well read `OK`.
 */
export function roleOf(
  line: Pick<AtLine, 'text' | 'cut' | 'partial'>,
  seen: SeenLine,
  final: FinalResult | undefined,
  inFlight: CommandInFlight | undefined,
): LineRole {
  const { text } = line;
  const alone = (): LineRole => (seen.isUrc ? 'urc' : 'unasked');
  if (isFragment(line)) return alone();
  if (inFlight && text === inFlight.command && inFlight.hasAnswer !== true) return 'echo';
  if (final) return inFlight ? 'final' : 'unasked';
  if (isBootLine(text) && !(inFlight && hasBareLines(inFlight) && isBootBanner(text))) return 'boot';
  if (inFlight && isInformation(inFlight, text, seen)) return 'answer';
  return alone();
}
