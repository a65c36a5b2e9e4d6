import { addAbortSignal } from 'node:stream';
import { parseArgs } from 'node:util';
import { defined } from '../../shared/defined.ts';
import { patternLayout } from '../capture/patternLayout.ts';
import type { OwnLayout } from '../capture/serialLog.ts';
import { visibleLine, visibleJson, visibleLines } from '../files/visible.ts';
import { streamRoom } from '../journal/streamRoom.ts';
import { importLog } from '../sessions/importLog.ts';
import type { ImportTarget } from '../sessions/importLog.ts';
import type { ImportProblem } from '../sessions/importedJournal.ts';
import { systemClock } from '../time/clock.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { journalDirectoryOf } from './journalDirectory.ts';
import { version } from './version.ts';

export const help = `mipl import FILE [-o JOURNAL] [--pattern P]

Makes a journal (*.mipl.ndjson) of the log of another tool, so that it can be searched, compared and exported like one of our own.
Reads every log that mipl decode reads (its help names them), from FILE, or from standard input with "-"; FILE is never
changed, and may be one that is just being written. Prints one JSON object: file, lines, unknown, bytes in and out, lines
without direction and without time.
  -o JOURNAL   write to this file; it appears whole or not at all. "-": standard output. Default: a file in the folder for
               journals, named after time and IMEI
  --journal DIR  that folder
  --pattern P  for the log of a program of your own: a regular expression (RE2) for a row, with the named groups text and, where
               the log has them, time and direction. For rows such as "--->write datalen:15 AT+NSORF=0,69":
               '^--->(?<direction>write|read) datalen:\\d+ ?(?<text>.*)$'
               Rows that do not fit go on with the one before where that had no text, or where they begin as lines of a
               module do; all others become notes.
What the log does not tell is said on standard error and in the journal: without directions commands count as sent, all else
as received; dates, and times where there are none, are those of the file. What cannot be read is kept and told with its line
and byte.
Exit code: 0 when a journal was made; 2 when FILE could not be read, no line of it is one of a module, or the journal could
not be written.`;

/** What is told one by one; the rest is counted. */
const MOST_PROBLEMS = 20;

/** `mipl import`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      journal: { type: 'string' },
      pattern: { type: 'string' },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('One log is expected');
  const layout = values.pattern === undefined ? undefined : layoutOf(values.pattern);
  const tell = (text: string): Promise<void> => writeLine(io.stderr, visibleLines(text));
  let problems = 0;
  const onProblem = ({ line, byte, message }: ImportProblem): void => {
    problems += 1;
    if (problems <= MOST_PROBLEMS) void tell(`line ${line}, byte ${byte}: ${message}`);
  };
  const target = await targetOf(values, io);
  const source = file === '-' ? { stream: addAbortSignal(io.signal, io.stdin), nowMs: systemClock.wallMs() } : { file };
  const options = { app: version, onProblem, signal: io.signal, ...defined({ layout }) };
  const { findings, ...imported } = await importLog(source, target, options);
  if (problems > MOST_PROBLEMS) await tell(`and ${problems - MOST_PROBLEMS} more of the kind`);
  for (const finding of findings) await tell(visibleLine(finding));
  await writeLine('write' in target ? io.stderr : io.stdout, visibleJson(imported));
  return exit.ok;
}

interface Asked {
  readonly output?: string | undefined;
  readonly journal?: string | undefined;
}

async function targetOf({ output, journal }: Asked, io: CliIo): Promise<ImportTarget> {
  if (output === undefined) return { folder: await journalDirectoryOf(journal, io) };
  if (output !== '-') return { file: output };
  return {
    write: async (piece) => {
      if (!io.stdout.write(piece)) await streamRoom(io.stdout);
    },
  };
}

function layoutOf(pattern: string): OwnLayout {
  try {
    return patternLayout(pattern);
  } catch (error) {
    throw new UsageError(`--pattern: ${(error as Error).message}`);
  }
}
