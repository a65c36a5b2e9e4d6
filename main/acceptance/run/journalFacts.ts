import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { JournalState } from '../../../shared/state.ts';

/** What a report says of a journal; where it was taken away during the run, also from where and where it went on. */
export function journalFactsOf({
  file,
  name,
  bytes,
  lines,
  left,
}: JournalState): Required<AcceptanceResult>['journal'] {
  return { name, bytes, lines, ...(left === undefined ? {} : { left, file }) };
}
