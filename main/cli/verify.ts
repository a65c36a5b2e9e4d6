import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { counted } from '../../shared/plural.ts';
import { CodedError } from '../../shared/errors.ts';
import { visibleLine, visibleJson, visibleLines } from '../files/visible.ts';
import { isoWithZone } from '../../shared/localTime.ts';
import { verifyJournal } from '../sessions/verifyJournal.ts';
import type { Listed, ListedGap, VerifiedJournal } from '../sessions/verifyJournal.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

export const help = `mipl verify JOURNAL [--json]

Says whether a journal (*.mipl.ndjson) is whole: reads it to its end and counts the bytes of each direction, with the SHA-256 of
the file, of all bytes to the module and of all from it; lists gaps, lines that are damaged or torn with line and byte, and facts
that cannot be folded. The first 100 of each are listed, all are counted.
  --json   one JSON object
Exit code: 0 when it is whole, also where there are gaps without loss (a plug that was pulled); 1 when a line is damaged or
torn, a fact cannot be folded, bytes found no room on the disk, or the first line is no header; 2 when it could not be read.`;

/** `mipl verify`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [journal, ...more] = positionals;
  if (journal === undefined || more.length > 0) throw new UsageError('One journal file is expected');
  let verified: VerifiedJournal;
  try {
    verified = await verifyJournal(journal, io.signal);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'FILE_BAD_JOURNAL') throw error;
    await writeLine(io.stderr, visibleLines(error.message));
    return exit.failed;
  }
  if (values.json) await writeLine(io.stdout, visibleJson(verified));
  else
    for (const [label, text] of rowsOf(basename(journal), verified))
      await writeLine(io.stdout, `${label.padEnd(14)} ${visibleLine(text)}`);
  return verified.isWhole ? exit.ok : exit.failed;
}

type Row = readonly [label: string, text: string];

function rowsOf(name: string, verified: VerifiedJournal): Row[] {
  const { header, file, records, durationNs, gaps, damage, badFacts } = verified;
  const kinds = Object.entries(records).map(([kind, count]) => `${count} ${kind}`);
  const origin = header.importedFrom === undefined ? '' : `, made of ${header.importedFrom}`;
  return [
    ['journal', `${name}, version ${header.version}, begun ${isoWithZone(header.startedMs)}${origin}`],
    ['length', `${(durationNs / 1e9).toFixed(3)} s, records: ${kinds.join(', ')}`],
    ['file', `${counted(file.bytes, 'byte')}, SHA-256 ${file.sha256}`],
    ['to module', `${counted(verified.out.bytes, 'byte')}, SHA-256 ${verified.out.sha256}`],
    ['from module', `${counted(verified.in.bytes, 'byte')}, SHA-256 ${verified.in.sha256}`],
    ...listed('gap', gaps, gapText),
    ...listed('damage', damage, (problem) => {
      const { line, byte, message, isTorn } = problem;
      return `line ${line}, byte ${byte}: ${message}${isTorn ? ', torn off at the end' : ''}`;
    }),
    ...listed('fact', badFacts, ({ line, message }) => `line ${line}: ${message}`),
    ['verdict', verdictOf(verified)],
  ];
}

function listed<T>(label: string, { count, first }: Listed<T>, textOf: (one: T) => string): Row[] {
  const rows = first.map((one): Row => [label, textOf(one)]);
  return count > first.length ? [...rows, [label, `and ${count - first.length} more`]] : rows;
}

function gapText({ line, wallMs, reason, text, missingBytes }: ListedGap): string {
  const missing = missingBytes === undefined ? '' : `, ${counted(missingBytes, 'byte')} missing`;
  return `line ${line}, ${isoWithZone(wallMs)}: ${reason}${missing}${text === undefined ? '' : ` (${text})`}`;
}

function verdictOf({ damage, badFacts, missingBytes, isLater, isWhole }: VerifiedJournal): string {
  const later = isLater ? ', as far as this program knows its version' : '';
  if (isWhole) return `whole${later}`;
  const wrong = [
    damage.count > 0 && counted(damage.count, 'damaged line'),
    badFacts.count > 0 && `${counted(badFacts.count, 'fact')} that cannot be folded`,
    missingBytes > 0 && `${counted(missingBytes, 'byte')} missing`,
  ];
  return `not whole: ${wrong.filter((one) => one !== false).join(', ')}${later}`;
}
