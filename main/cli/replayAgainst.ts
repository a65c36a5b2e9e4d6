import { counted } from '../../shared/plural.ts';
import { isoWithZone, localTime } from '../../shared/localTime.ts';
import { visibleJson, visibleLine, visibleLines } from '../files/visible.ts';
import { dialects } from '../mipl/dialects.ts';
import { replayAgainst } from '../sessions/replayAgainst.ts';
import type { AnswerDifference, ReplayedAgainst } from '../sessions/replayAgainst.ts';
import { readName } from '../sim/simulator.ts';
import { exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { modelFrom } from './options.ts';

/** What `mipl replay --against` was told. */
export interface AgainstChoices {
  readonly journal: string;
  /** Name of a profile, as `mipl sim` has it. */
  readonly profile: string;
  readonly model: string | undefined;
  readonly isJson: boolean;
}

/**
 * Says where today's answers differ from those of a journal; resolves with the exit code.
 * @throws CodedError `BAD_ARGUMENT` for a profile there is not, `FILE_…`, `CANCELLED`; UsageError.
 */
export async function runAgainst({ journal, profile, model, isJson }: AgainstChoices, io: CliIo): Promise<number> {
  const { name, dialect } = readName(profile).profile;
  const textOf = isJson ? jsonOf : rowsOf;
  const told = await replayAgainst(journal, {
    dialect: dialects[dialect],
    model: await modelFrom(model),
    signal: io.signal,
    onDifference: (difference) => writeLine(io.stdout, textOf(difference)),
    onProblem: ({ line, message }) => void io.stderr.write(`${visibleLines(`line ${line}: ${message}`)}\n`),
  });
  if (told.isFromLines)
    await writeLine(io.stderr, 'the journal tells no values: those that it answered with were taken');
  await writeLine(io.stdout, isJson ? visibleJson({ profile: name, dialect, ...told }) : countsOf(name, told));
  return told.different === 0 ? exit.ok : exit.failed;
}

function jsonOf({ line, atMs, ...rest }: AnswerDifference): string {
  return visibleJson({ line, at: isoWithZone(atMs), ...rest });
}

/** The request, what was answered then (-) and what is today (+); lines that are in both at the same place stand once. */
function rowsOf({ line, atMs, kind, path, msgId, then, today }: AnswerDifference): string {
  const { date, time } = localTime(atMs);
  const rows = [`line ${line} ${date} ${time} ${kind} ${path} (msgid ${msgId})`];
  for (let place = 0; place < Math.max(then.length, today.length); place++) {
    const [before, now] = [then[place], today[place]];
    if (before === now) rows.push(`  = ${before ?? ''}`);
    else {
      if (before !== undefined) rows.push(`  - ${before}`);
      if (now !== undefined) rows.push(`  + ${now}`);
    }
  }
  if (today.length === 0) rows.push('  + no answer');
  return rows.map(visibleLine).join('\n');
}

function countsOf(profile: string, { requests, same, different, unanswered, byPerson }: ReplayedAgainst): string {
  const left = [
    unanswered > 0 ? `${unanswered} without an answer then` : '',
    byPerson > 0 ? `${byPerson} answered by a person` : '',
  ].filter((text) => text !== '');
  const more = left.length === 0 ? '' : `; not compared: ${left.join(', ')}`;
  return `${counted(requests, 'request')} against ${profile}: ${same} the same, ${different} different${more}`;
}
