import { defined } from '../../shared/defined.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import { hasFacts } from '../journal/format.ts';
import type { JournalHeader, JournalRecord } from '../journal/format.ts';
import { readJournal, readJournalHeader } from '../journal/journalReader.ts';
import type { JournalPlace, JournalProblem, JournalReadOptions } from '../journal/journalReader.ts';
import type { Fact, SessionSettings } from './fact.ts';
import { LineFacts } from './lineFacts.ts';
import { Replay } from './replay.ts';

/** Up to where a journal is folded, that place included. */
export type ReplayEnd =
  /** A line of the file; the header is line 1. */
  | { readonly line: number }
  /** Nanoseconds since the journal's start, as `n` has it. */
  | { readonly sinceStartNs: number }
  /** Milliseconds since 1970, as `w` has it. */
  | { readonly wallMs: number };

/** What {@link replayJournal} is told. */
export interface ReplayOptions {
  /** Absent: all of it. */
  readonly until?: ReplayEnd;
  /** What could not be read or folded; the rest counts. */
  readonly onProblem: (problem: Pick<JournalProblem, 'line' | 'message'>) => void;
  /** Hears what each fact has changed, with the record that it stands in. */
  readonly onChange?: (
    changes: StateChanges,
    happened: boolean,
    at: JournalPlace & { readonly sinceStartNs: number },
  ) => void;
  /** Ends it with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** A state that came out of a journal. */
export interface Replayed {
  readonly header: JournalHeader;
  readonly state: DeviceState;
  /** Settings that held, where the journal tells them. */
  readonly settings?: SessionSettings;
  /** The journal has no facts: the state is what its lines tell. */
  readonly isFromLines: boolean;
  /** The last record that counted; absent where there was none. */
  readonly last?: JournalRecord & JournalPlace;
}

function isBehind(record: JournalRecord & JournalPlace, until: ReplayEnd | undefined): boolean {
  if (until === undefined) return false;
  if ('line' in until) return record.line > until.line;
  return 'wallMs' in until ? record.wallMs > until.wallMs : record.sinceStartNs > until.sinceStartNs;
}

/**
 * Folds a journal into the state that the program had at its end, or at an earlier place. One without facts (version 1, or made
 * of another tool's log) gives what its lines tell. Throws `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function replayJournal(
  file: string,
  { until, onProblem, onChange, signal }: ReplayOptions,
): Promise<Replayed> {
  const header = await readJournalHeader(file);
  const isFromLines = !hasFacts(header);
  let last: (JournalRecord & JournalPlace) | undefined;
  let line = 1;
  const replay = new Replay(
    (message) => onProblem({ line, message }),
    onChange && ((changes, happened) => onChange(changes, happened, last ?? { line, sinceStartNs: 0 })),
  );
  const lines = isFromLines ? new LineFacts(header) : undefined;
  // The reader tells what is wrong with a block before it hands it on: each waits for its place.
  const damage: JournalProblem[] = [];
  const tellDamage = (before: number): void => {
    while (damage[0] && damage[0].line < before) onProblem(damage.shift() as JournalProblem);
  };
  const options: JournalReadOptions = {
    onProblem: (problem) => damage.push(problem),
    ...defined({ signal }),
  };
  const foldAll = (facts: readonly Fact[] = []): void => facts.forEach((fact) => replay.fold(fact));
  foldAll(lines?.begin());
  for await (const record of readJournal(file, options)) {
    tellDamage(record.line);
    if (isBehind(record, until)) {
      damage.length = 0;
      break;
    }
    last = record;
    line = record.line;
    if (lines) foldAll(lines.push(record));
    else replay.push(record);
  }
  foldAll(lines?.end());
  tellDamage(Infinity);
  const { state, settings } = replay;
  return { header, state, isFromLines, ...(settings ? { settings } : {}), ...(last ? { last } : {}) };
}
