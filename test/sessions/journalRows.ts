import type { ModuleIdentity } from '../../shared/state.ts';
import type { JournalHeader } from '../../main/journal/format.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { readJournal, readJournalHeader } from '../../main/journal/journalReader.ts';

interface JournalRows {
  readonly header: JournalHeader;
  /** Those of the wire. */
  readonly lines: readonly JournalLine[];
  readonly notes: readonly string[];
  readonly identity: ModuleIdentity;
}

/** What a journal holds, read as the product reads it; damage fails. */
export async function journalRows(file: string): Promise<JournalRows> {
  const onProblem = ({ line, message }: { line: number; message: string }): never => {
    throw new Error(`line ${line}: ${message}`);
  };
  const lines: JournalLine[] = [];
  for await (const block of readJournalLines(file, { onProblem })) lines.push(...block);
  const notes: string[] = [];
  let identity: ModuleIdentity = {};
  for await (const record of readJournal(file, { onProblem })) {
    if (record.kind === 'note') notes.push(record.text);
    if (record.kind === 'identity') ({ identity } = record);
  }
  const header = await readJournalHeader(file);
  return { header, lines: lines.filter(({ direction }) => direction !== 'note'), notes, identity };
}
