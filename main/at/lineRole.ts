import type { KnownCommand } from './knownCommand.ts';
import type { AtLine } from './lineSplitter.ts';
import type { SeenLine } from './lineTable.ts';
import { isBootBanner } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';

/** What a line is in the conversation of host and module, whatever it says. */
export type LineRole = 'echo' | 'final' | 'answer' | 'boot' | 'urc' | 'unasked';

/** What follows from a line's text before it is read. */
export interface LineSigns {
  readonly text: string;
  readonly seen: SeenLine;
  readonly final: FinalResult | undefined;
  /** A line that a start prints. */
  readonly isBoot: boolean;
}

/** Also those of Qualcomm (`$`), Sierra (`!`) and Infineon (`@`) chips. */
const prefixed = /^[+*%^#&$!@]/;
/**
 * V.250 table 1 and what modules say unasked without a prefix, be it of a telephone, of voltage, sleep or time (SIMCom), or of
 * the loader in the chip (MediaTek: `F1: 0000 0000`): no name of anything.
 */
const unaskedWords = new RegExp(
  [
    'RING|NO CARRIER|NO ANSWER|NO DIAL ?TONE|BUSY|CONNECT(?: .*)?|(?:CALL|SMS|PB|GPS) (?:READY|DONE)',
    '(?:UNDER|OVER)-VOLTAGE WARN+ING|(?:ENTER|EXIT) (?:PSM|EDRX|DEEPSLEEP)|EC(?:SLEEP|WAKEUP)|GPRS (?:ATTACHED|DETACHED)|DST: ?[0-2]',
    '[A-Z0-9]{2}: [0-9A-F]{4} [0-9A-F]{4}(?: .*)?|LEAVING THE BROM|>',
  ]
    .map((words) => `^(?:${words})$`)
    .join('|'),
  'i',
);

/** A line that is not whole. */
export function isFragment({ cut, partial }: Pick<AtLine, 'cut' | 'partial'>): boolean {
  return cut || partial;
}

/** Whether a line that is no final result is information text of the command. */
function isInformation(command: KnownCommand, { text, seen }: LineSigns): boolean {
  if (seen.isDamagedUrc) return false;
  const { spec } = command;
  // Who the module is must not be made of what came in the middle: these answers have no prefix, or that of the question.
  if (command.asksWho) {
    const isOther = prefixed.test(text) || unaskedWords.test(text.trim()) || seen.isUrc;
    return !isOther || command.hasPrefix(text);
  }
  if (spec && seen.isAnswerTo(spec)) return true;
  if (command.hasBareLines && !prefixed.test(text)) return true;
  if (spec && seen.isAnswerToOther(spec) && !command.isSeveral) return false;
  return !seen.isUrc;
}

/** A fragment passes for nothing but a URC, since the last piece of a long line may well read `OK`. */
export function roleOfFragment({ seen }: LineSigns): LineRole {
  return seen.isUrc ? 'urc' : 'unasked';
}

/**
 * Classifies a whole line: boot, information text, URC; an echo, and a final result that is awaited, are told apart before.
 * `command`: whose final result is awaited. The same rules read what is on the wire and what a log has kept.
 */
export function roleOf(signs: LineSigns, command: KnownCommand | undefined): LineRole {
  const { text, final, isBoot, seen } = signs;
  if (final) return 'unasked';
  if (isBoot && !(command?.hasBareLines && isBootBanner(text))) return 'boot';
  if (command && isInformation(command, signs)) return 'answer';
  return seen.isUrc ? 'urc' : 'unasked';
}
