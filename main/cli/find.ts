import { parseArgs } from 'node:util';
import { counted } from '../../shared/plural.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';
import { lineClasses } from '../../shared/sessions.ts';
import type { LineClass } from '../../shared/sessions.ts';
import { visibleLine, visibleJson, visibleLines } from '../files/visible.ts';
import { readJournalLines } from '../journal/journalLines.ts';
import type { JournalProblem } from '../journal/journalReader.ts';
import { isoWithZone, localTime } from '../../shared/localTime.ts';
import { LineFinder, patternQuery, textQuery } from '../sessions/lineFinder.ts';
import type { FindQuery, FoundBlock, FoundLine } from '../sessions/lineFinder.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { numberOf } from './options.ts';

export const help = `mipl find JOURNAL TEXT [--regex] [--class C]… [--msgid N] [--path P] [--bare] [--json]

Finds lines of a journal (*.mipl.ndjson) of any size that hold TEXT, capitals or not ("" is in every line), and prints each with its exchange: the command,
the lines of its answer and the result. A row begins with * where it was found; then its number in the journal, as exports
count, its line in the file, its time, > to the module, < from it or # for a note, and the text. They are printed as they are
found; how many there were comes last, on standard error.
  --regex    TEXT is a regular expression (RE2), capitals count
  --class C  only command, answer, unasked, note or problem; may be given more than once
  --msgid N  only lines of this message, and their answers
  --path P   only lines about this path (/3303, /3303/0, /3303/0/5700), something below it or what contains it, and their answers
  --bare     the lines alone, without their exchange
  --json     one JSON object a line: seq, line, at, sinceStartMs, direction, class, isProblem, kind, name, msgId, path, text, exchange and
             context (the other lines of the exchange); at last one with the counts: found, lines, byClass
Damaged lines of the journal are told and passed over. Ctrl+C ends it with the counts so far.
Exit code: 0 when something was found; 1 when nothing was; 2 when the journal could not be read.`;

/** `mipl find`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      regex: { type: 'boolean', default: false },
      class: { type: 'string', multiple: true, default: [] },
      msgid: { type: 'string' },
      path: { type: 'string' },
      bare: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [journal, text, ...more] = positionals;
  if (journal === undefined || text === undefined || more.length > 0)
    throw new UsageError('One journal file and one text are expected');
  const finder = new LineFinder({
    matches: matcherOf(text, values.regex),
    classes: values.class.map(classNamed),
    ...(values.msgid === undefined ? {} : { msgId: numberOf('--msgid', values.msgid, messageIds) }),
    ...(values.path === undefined ? {} : { path: pathNamed(values.path) }),
  });
  const textOf = values.json ? jsonOf : rowsOf;
  const show = async (blocks: readonly FoundBlock[]): Promise<void> => {
    for (const block of blocks) await writeLine(io.stdout, textOf(values.bare ? bareOf(block) : block));
  };
  let isStopped = false;
  try {
    await findIn(journal, finder, show, io);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'CANCELLED') throw error;
    isStopped = true;
  }
  const { foundCount, lineCount, foundByClass } = finder;
  if (values.json) {
    const counts = { found: foundCount, lines: lineCount, byClass: foundByClass };
    await writeLine(io.stdout, visibleJson(isStopped ? { ...counts, isStopped } : counts));
  }
  const stopped = isStopped ? ', stopped before the end' : '';
  await writeLine(io.stderr, `${foundCount} of ${counted(lineCount, 'line')} found${stopped}`);
  return foundCount > 0 ? exit.ok : exit.failed;
}

async function findIn(
  journal: string,
  finder: LineFinder,
  show: (blocks: readonly FoundBlock[]) => Promise<void>,
  { stderr, signal }: CliIo,
): Promise<void> {
  const onProblem = ({ line, byte, message }: JournalProblem): void =>
    void stderr.write(`${visibleLines(`line ${line}, byte ${byte}: ${message}`)}\n`);
  for await (const lines of readJournalLines(journal, { onProblem, signal }))
    await show(lines.flatMap((line) => finder.push(line)));
  await show(finder.end());
}

function matcherOf(text: string, isPattern: boolean): FindQuery['matches'] {
  if (!isPattern) return textQuery(text);
  try {
    return patternQuery(text);
  } catch (error) {
    throw new UsageError(`--regex: ${(error as Error).message}`);
  }
}

/** As the table of messages has them. */
const messageIds = { min: 0, max: 0xffffffff };

function pathNamed(text: string): Lwm2mPath {
  const path = parsePath(text);
  if (!path) throw new UsageError('--path is such as /3303, /3303/0 or /3303/0/5700');
  return path;
}

function classNamed(name: string): LineClass {
  const known = lineClasses.find((one) => one === name);
  if (!known) throw new UsageError(`--class is one of ${lineClasses.join(', ')}`);
  return known;
}

function bareOf({ lines, ...block }: FoundBlock): FoundBlock {
  return { ...block, lines: lines.filter(({ isFound }) => isFound) };
}

const marks: Readonly<Record<FoundLine['direction'], string>> = { out: '>', in: '<', note: '#' };

function rowsOf({ lines }: FoundBlock): string {
  const rows = lines.map(({ isFound, seq, line, atMs, direction, text }) => {
    const { date, time } = localTime(atMs);
    return `${isFound ? '*' : ' '} ${seq} ${line} ${date} ${time} ${marks[direction]} ${visibleLine(text)}`;
  });
  return rows.join('\n');
}

function jsonOf({ exchange, lines }: FoundBlock): string {
  const found = lines.filter(({ isFound }) => isFound);
  return found.map((line) => jsonLine(line, exchange, lines)).join('\n');
}

function jsonLine({ isFound: _, ...line }: FoundLine, exchange: number | undefined, all: readonly FoundLine[]): string {
  const beside = all.filter(({ seq }) => seq !== line.seq);
  const context = beside.map(({ seq, line: place, direction, text }) => ({ seq, line: place, direction, text }));
  const { seq, line: place, atMs, ...rest } = line;
  const at = isoWithZone(atMs);
  return visibleJson({ seq, line: place, at, ...rest, ...defined({ exchange }), context });
}
