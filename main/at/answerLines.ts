import type { CommandOptions } from './exchange.ts';

/** V.250 §6.1.3–6.1.7, TS 27.007 §5.1–5.3: maker, model and revision come as bare lines, and may read like a boot banner. */
const identification = /^AT(?:I\d*|\+C?GM[IMR])$/i;
/** The same and TS 27.007 §5.4, §5.6: serial number and IMSI. */
const identity = /^AT(?:I\d*|\+C?GM[IMR]|\+C?GSN|\+CIMI)$/i;
const prefixed = /^[+*%^#&]/;
/** V.250 table 1 and what modules with a telephone say of it: words nobody asked for, and no name of anything. */
const unaskedWords =
  /^(?:RING|NO CARRIER|NO ANSWER|NO DIAL ?TONE|BUSY|CONNECT(?: .*)?|(?:CALL|SMS|PB) (?:READY|DONE))$/i;

/** Whether lines without a prefix belong to the answer of a command that does not say so itself. */
export function hasBareAnswer(command: string): boolean {
  return identification.test(command);
}

/** `AT+CGMR` may be answered `+CGMR: …` where others say it bare. */
export function hasPrefixOf(command: string, text: string): boolean {
  const name = /^AT(\+\w+)/i.exec(command)?.[1];
  return name !== undefined && new RegExp(`^\\${name} *:`, 'i').test(text);
}

/** Whether a line that is no final result is information text of the command in flight. `isUrc` looks at the line's shape. */
export function isAnswerTo(
  command: string,
  { claims, bareLines }: Pick<CommandOptions, 'claims' | 'bareLines'>,
  text: string,
  isUrc: (text: string) => boolean,
): boolean {
  // Who the module is must not be made of what came in the middle: these answers have no prefix, or that of the question.
  if (identity.test(command)) {
    return !(prefixed.test(text) || unaskedWords.test(text.trim())) || hasPrefixOf(command, text);
  }
  if (claims?.(text)) return true;
  if (bareLines && !prefixed.test(text)) return true;
  return !isUrc(text);
}
