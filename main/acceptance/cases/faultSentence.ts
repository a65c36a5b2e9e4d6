import { refusalCodes } from '../../../shared/errors.ts';
import type { ErrorCode, Fault } from '../../../shared/errors.ts';
import type { LogEntry } from '../../../shared/log.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { errorNumberPhrase } from '../../../shared/explain.ts';
import type { DialectName } from '../../../shared/settings.ts';
import { resultMeaning } from '../../at/resultCodes.ts';
import { faultMeaning, say, spoken } from './words.ts';

type Command = Pick<LogEntry, 'text' | 'decoded'>;

/** A longer command is named without its parameters. */
const MAX_COMMAND = 40;

/** A command as a sentence can bear it: `AT+MIPLADDOBJ 3303`, `AT+CFUN=1`. */
export function commandTitle({ text, decoded }: Command): string {
  const objectId = decoded?.params?.['objectId'];
  if (decoded && objectId !== undefined) return `AT${decoded.name} ${objectId}`;
  return decoded === undefined || text.length <= MAX_COMMAND ? text : `AT${decoded.name}`;
}

/** What the number of an error means; of China Mobile's numbers that depends on how the firmware reads the commands. */
function numberMeaning(text: string, dialect: DialectName): BilingualName | undefined {
  const [, kind, number = ''] = /^\+(CM[ES]|CIS) ERROR: ?(\d+)/.exec(text) ?? [];
  if (kind === undefined) return undefined;
  if (kind !== 'CIS') return resultMeaning(kind === 'CME' ? 'AT_CME' : 'AT_CMS', Number(number));
  const meaning = errorNumberPhrase('cis', number, dialect);
  return meaning.key === 'errorNumber' ? undefined : spoken(meaning);
}

/** A command that was answered with a final result other than OK; what its number means stands behind. */
export function refusalSentence(
  command: Command,
  { text }: Pick<LogEntry, 'text'>,
  dialect: DialectName,
): BilingualName {
  const title = commandTitle(command);
  const meaning = numberMeaning(text, dialect);
  return say(
    `${title} 返回 ${text}${meaning ? `：${meaning.zh}` : ''}`,
    `${title} was answered ${text}${meaning ? `: ${meaning.en}` : ''}`,
  );
}

/** A command that nothing final came for; with how long was waited, where that is known. */
export function silenceSentence(command: Command, waited?: string): BilingualName {
  const title = commandTitle(command);
  return waited === undefined
    ? say(`${title} 没有应答`, `${title} was not answered`)
    : say(`${title} 没有应答（${waited}）`, `${title} was not answered (${waited})`);
}

/**
 * What went wrong, as a customer reads it: which command was not answered and for how long, or what it was answered. Read from
 * the last commands among the lines; where they do not show it, from the fault alone.
 */
export function faultSentence(fault: Fault, lines: readonly LogEntry[], dialect: DialectName): BilingualName {
  const commands = lines.filter(({ kind }) => kind === 'person' || kind === 'engine');
  const finalOf = ({ exchange }: LogEntry): LogEntry | undefined =>
    lines.find((line) => line.kind === 'answer' && line.exchange === exchange && line.decoded?.kind === 'final');
  if (fault.code === 'AT_TIMEOUT') {
    const silent = commands.findLast((command) => finalOf(command) === undefined);
    if (silent) return silenceSentence(silent, fault.detail);
  }
  if ((refusalCodes as readonly ErrorCode[]).includes(fault.code)) {
    for (const command of commands.toReversed()) {
      const final = finalOf(command);
      if (final && final.decoded?.name !== 'OK') return refusalSentence(command, final, dialect);
    }
  }
  return faultMeaning(fault, dialect);
}
