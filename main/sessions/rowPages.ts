import { defined } from '../../shared/defined.ts';
import { hexOf } from '../../shared/hex.ts';
import type { SessionBytes, SessionPlace, SessionRow } from '../../shared/sessions.ts';
import { readRecordBlocks } from '../journal/journalReader.ts';
import type { Checkpoint } from './journalIndex.ts';
import { readSessionRows } from './sessionRows.ts';

/** The bytes are others than the index says: all of it is to be made anew. */
export class StaleIndex extends Error {}

/** The last checkpoint before a line; undefined: the beginning. `checkpoints` in their order. */
export function checkpointBefore(checkpoints: readonly Checkpoint[], seq: number): Checkpoint | undefined {
  let [low, high] = [0, checkpoints.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((checkpoints[middle] as Checkpoint).rest.seq < seq) low = middle + 1;
    else high = middle;
  }
  return checkpoints[low - 1];
}

/** Reads the rows that are wanted of the stretch behind a checkpoint, up to the last of them. */
async function readStretch(
  file: string,
  from: Checkpoint | undefined,
  isWanted: (seq: number) => boolean,
  last: number,
  signal: AbortSignal | undefined,
): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  let isBelieved = from === undefined;
  for await (const block of readSessionRows(file, defined({ from, signal }))) {
    if (!isBelieved && block.first) {
      isBelieved = block.first.sinceStartNs === from?.sinceStartNs && block.first.wallMs === from.wallMs;
      if (!isBelieved) throw new StaleIndex();
    }
    for (const row of block.rows) if (row.seq <= last && isWanted(row.seq)) rows.push(row);
    if ((block.rows.at(-1)?.seq ?? 0) >= last) break;
  }
  if (!isBelieved) throw new StaleIndex();
  return rows;
}

/**
 * The rows `from … from + count - 1` of a journal, as far as they are there.
 * @throws {@link StaleIndex} where the bytes are not those of the checkpoints; CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export function readPage(
  file: string,
  checkpoints: readonly Checkpoint[],
  { from, count }: { readonly from: number; readonly count: number },
  signal?: AbortSignal,
): Promise<SessionRow[]> {
  const last = from + count - 1;
  return readStretch(file, checkpointBefore(checkpoints, from), (seq) => seq >= from, last, signal);
}

/** These rows, which are given in their order. @throws as {@link readPage}. */
export async function readPicked(
  file: string,
  checkpoints: readonly Checkpoint[],
  seqs: readonly number[],
  signal?: AbortSignal,
): Promise<SessionRow[]> {
  const stretches = Map.groupBy(seqs, (seq) => checkpointBefore(checkpoints, seq));
  const rows: SessionRow[] = [];
  for (const [from, wanted] of stretches) {
    const picked = new Set(wanted);
    rows.push(...(await readStretch(file, from, (seq) => picked.has(seq), wanted.at(-1) as number, signal)));
  }
  return rows;
}

/**
 * The number of the first row that is not before a place, or of the last one. Times are looked for as if they never jumped.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function seqAt(
  file: string,
  checkpoints: readonly Checkpoint[],
  place: SessionPlace,
  signal?: AbortSignal,
): Promise<number> {
  const isBefore = ({ line, atMs }: { readonly line: number; readonly atMs: number }): boolean =>
    place.by === 'line' ? line < place.line : atMs < place.atMs;
  const from = checkpoints.findLast(({ line, wallMs: atMs }) => isBefore({ line, atMs }));
  let seq = from?.rest.seq ?? 0;
  for await (const { rows } of readSessionRows(file, defined({ from, signal }))) {
    const found = rows.find((row) => !isBefore(row));
    if (found) return found.seq;
    seq = rows.at(-1)?.seq ?? seq;
  }
  return Math.max(1, seq);
}

/** Bytes of a record that are shown; no line of a module is longer. */
const MOST_BYTES = 8192;

/**
 * The bytes of the wire in a line of the file, as hex; undefined where it holds none.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function bytesAt(
  file: string,
  checkpoints: readonly Checkpoint[],
  line: number,
  signal?: AbortSignal,
): Promise<SessionBytes | undefined> {
  const from = checkpoints.findLast((place) => place.line <= line);
  for await (const { records } of readRecordBlocks(file, defined({ from, signal }))) {
    const found = records.find((record) => record.line >= line);
    if (!found) continue;
    if (found.line !== line || found.kind !== 'bytes') return undefined;
    return { hex: hexOf(found.bytes.subarray(0, MOST_BYTES)), byteCount: found.bytes.length };
  }
  return undefined;
}
