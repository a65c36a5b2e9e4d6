import { createHash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import { Replay } from '../facts/replay.ts';
import { hasFacts } from '../journal/format.ts';
import type { Direction, GapRecord, JournalHeader, JournalRecord } from '../journal/format.ts';
import { readJournalBlocks, readJournalHeader } from '../journal/journalReader.ts';
import type { JournalPlace, JournalProblem } from '../journal/journalReader.ts';

/** The first of many, and how many there are in all. */
export interface Listed<T> {
  readonly count: number;
  readonly first: readonly T[];
}

/** A gap, where it stands in the file. */
export type ListedGap = JournalPlace & Pick<GapRecord, 'reason' | 'text' | 'missingBytes' | 'sinceStartNs' | 'wallMs'>;

/** Bytes of the wire in one direction. */
export interface VerifiedBytes {
  readonly bytes: number;
  /** Of these bytes, as hex. */
  readonly sha256: string;
}

/** What a journal holds, and what is wrong with it. */
export interface VerifiedJournal {
  readonly header: Omit<JournalHeader, 'monotonicNs'>;
  /** Of the file as it was read. */
  readonly file: { readonly bytes: number; readonly sha256: string };
  readonly out: VerifiedBytes;
  readonly in: VerifiedBytes;
  /** How many records there are of each kind. */
  readonly records: Readonly<Partial<Record<JournalRecord['kind'], number>>>;
  /** From the start to the last record. */
  readonly durationNs: number;
  readonly gaps: Listed<ListedGap>;
  /** Bytes that found no room on the disk. */
  readonly missingBytes: number;
  /** Lines that cannot be read. */
  readonly damage: Listed<JournalProblem>;
  /** Facts that cannot be folded. */
  readonly badFacts: Listed<JournalPlace & { readonly message: string }>;
  /** Of a later version: all that is known of it was read. */
  readonly isLater: boolean;
  /** Nothing is wrong. */
  readonly isWhole: boolean;
}

/** What is told one by one; the rest is counted. */
const MOST_LISTED = 100;

class Listing<T> implements Listed<T> {
  count = 0;
  readonly first: T[] = [];

  add(one: T): void {
    this.count += 1;
    if (this.first.length < MOST_LISTED) this.first.push(one);
  }

  toJSON(): Listed<T> {
    return { count: this.count, first: this.first };
  }
}

/** One direction's bytes, as they come. */
class ByteSum {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  end(): VerifiedBytes {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/**
 * Reads a journal of any size to its end, once, and says whether it is whole: every line readable, every fact folded, no byte dropped.
 * Gaps that are no loss (a plug that was pulled) are told and not wrong.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function verifyJournal(file: string, signal?: AbortSignal): Promise<VerifiedJournal> {
  const { monotonicNs: _base, ...header } = await readJournalHeader(file);
  const [whole, sums] = [new ByteSum(), { in: new ByteSum(), out: new ByteSum() } satisfies Record<Direction, ByteSum>];
  const records: Partial<Record<JournalRecord['kind'], number>> = {};
  const [gaps, damage, badFacts] = [new Listing<ListedGap>(), new Listing<JournalProblem>(), new Listing<BadFact>()];
  let [durationNs, missingBytes, line] = [0, 0, 1];
  const replay = hasFacts(header) ? new Replay((message) => badFacts.add({ line, message })) : undefined;
  let isLater = false;
  const reading = readJournalBlocks(file, {
    ...defined({ signal }),
    onBlock: (bytes) => whole.add(bytes),
    // Only that it is of a later version can be told of the first line.
    onProblem: (problem) => (problem.line === 1 ? (isLater = true) : damage.add(problem)),
  });
  for await (const block of reading) {
    for (const record of block) {
      line = record.line;
      records[record.kind] = (records[record.kind] ?? 0) + 1;
      durationNs = Math.max(durationNs, record.sinceStartNs);
      if (record.kind === 'bytes') sums[record.direction].add(record.bytes);
      else replay?.push(record);
      if (record.kind !== 'gap') continue;
      const { kind: _kind, ...gap } = record;
      gaps.add(gap);
      missingBytes += record.missingBytes ?? 0;
    }
  }
  const isWhole = damage.count === 0 && badFacts.count === 0 && missingBytes === 0;
  const found = { records, durationNs, gaps, missingBytes, damage, badFacts, isLater, isWhole };
  return { header, file: whole.end(), out: sums.out.end(), in: sums.in.end(), ...found };
}

type BadFact = JournalPlace & { readonly message: string };
