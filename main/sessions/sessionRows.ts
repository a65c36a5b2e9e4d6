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

/** Where reading can begin without what stands before. */
export interface RowPlace extends JournalPosition {
  readonly rest: RowsRest;
  /** Rows of the block that stand before it. */
  readonly rowsBefore: number;
  /** The record with which it begins. */
  readonly record: JournalRecord;
}

/** Rows that were read together. */
export interface RowBlock {
  readonly rows: readonly SessionRow[];
  /** The first record of the block, of which the rows may have begun before. */
  readonly first?: JournalRecord;
  /** The first place of the block where reading can begin; absent where all of it depends on what was before, and at the end. */
  readonly place?: RowPlace;
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
  for await (const { records, byteOf } of reading) {
    const all: SessionRow[] = [];
    let place: RowPlace | undefined;
    for (const record of records) {
      tellDamage(record.line);
      const rest = place ? undefined : maker.rest();
      // Not the block's end: in polling, whose lines repeat, one block after the other may end in the middle of the same exchange.
      if (rest) place = { line: record.line, byte: byteOf(record.line), rest, rowsBefore: all.length, record };
      const rows = maker.push(record);
      onRecord?.(record, rows);
      for (const row of rows) all.push(row);
    }
    tellDamage(Infinity);
    yield { rows: all, ...defined({ first: records[0], place }) };
  }
  yield { rows: maker.end() };
}
