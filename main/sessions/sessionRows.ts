import { defined } from '../../shared/defined.ts';
import type { SessionRow } from '../../shared/sessions.ts';
import type { JournalRecord } from '../journal/format.ts';
import { readRecordBlocks } from '../journal/journalReader.ts';
import type { JournalPlace, JournalPosition, JournalProblem, JournalReadOptions } from '../journal/journalReader.ts';
import { RowMaker } from './rowMaker.ts';
import type { RowsRest } from './rowMaker.ts';

/** Where the rows of a journal are read from, and who else hears of it. */
export interface SessionRowsOptions extends Pick<JournalReadOptions, 'signal' | 'onProgress'> {
  /** Absent: the beginning. */
  readonly from?: JournalPosition & { readonly rest: RowsRest };
  /** What cannot be read, in its place among the records; must not throw. */
  readonly onProblem?: (problem: JournalProblem) => void;
  /** Each record with the rows that are complete with it; must not throw. */
  readonly onRecord?: (record: JournalRecord & JournalPlace, rows: readonly SessionRow[]) => void;
}

/** Rows that were read together. */
export interface RowBlock {
  readonly rows: readonly SessionRow[];
  /** The first record of the block, of which the rows may have begun before. */
  readonly first?: JournalRecord;
  /** Where reading can begin behind them; absent where that depends on what was before, and at the end. */
  readonly next?: JournalPosition & { readonly rest: RowsRest };
}

/**
 * The rows of a session in their order, a block at a time, of which some have none.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function* readSessionRows(file: string, options: SessionRowsOptions = {}): AsyncGenerator<RowBlock> {
  const { from, signal, onProgress, onProblem, onRecord } = options;
  const maker = new RowMaker(from?.rest);
  // The reader tells what is wrong with a block before it hands it on: each waits for its place.
  const damage: JournalProblem[] = [];
  const tellDamage = (before: number): void => {
    while (damage[0] && damage[0].line < before) {
      const problem = damage.shift() as JournalProblem;
      maker.damaged(problem);
      onProblem?.(problem);
    }
  };
  const reading = readRecordBlocks(file, {
    ...defined({ from, signal, onProgress }),
    // Only that it is of a later version can be told of the first line.
    onProblem: (problem) => problem.line > 1 && damage.push(problem),
  });
  for await (const { records, next } of reading) {
    const all: SessionRow[] = [];
    for (const record of records) {
      tellDamage(record.line);
      const rows = maker.push(record);
      onRecord?.(record, rows);
      for (const row of rows) all.push(row);
    }
    tellDamage(Infinity);
    const rest = maker.rest();
    yield { rows: all, ...defined({ first: records[0] }), ...(rest && { next: { ...next, rest } }) };
  }
  yield { rows: maker.end() };
}
