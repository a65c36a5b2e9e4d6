import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { list, number, object, optional, read, text, truth, whole, word } from '../../shared/schema.ts';
import { dialectNames } from '../../shared/settings.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { JOURNAL_SUFFIX } from '../journal/format.ts';
import { isSameTrace, traceOf } from './journalIndex.ts';
import type { JournalIndex } from './journalIndex.ts';

/** Grows with everything that makes lines or what they come to otherwise: an older index is then made anew. */
const INDEX_VERSION = 2;
const INDEX_SUFFIX = '.mipl.index';
/** What an index of a journal of 100 GB takes. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;
const MAX_CHECKPOINTS = 1_000_000;

const count = whole(0, Number.MAX_SAFE_INTEGER);
const counts = object({ command: count, answer: count, unasked: count, note: count, problem: count });
const rest = object({
  seq: count,
  sleptMs: number(),
  lastExchange: count,
  dialect: word(dialectNames),
  isProbing: truth,
});
const checkpoint = object({
  line: count,
  byte: count,
  rest,
  sinceStartNs: whole(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  wallMs: number(),
  counts,
});
const damage = object({ count, line: count, byte: count });
const landmark = object({
  kind: word(['registered', 'late', 'problem', 'gap', 'mark', 'caseFailed', 'damage']),
  seq: count,
  atMs: number(),
  sinceStartMs: number(),
  text: text(200),
});
const anyText = text(2 * 1024 * 1024);
const indexSchema = object({
  trace: object({ bytes: count, modifiedMs: number(), head: text(64), tail: text(64) }),
  checkpoints: list(checkpoint, MAX_CHECKPOINTS),
  content: object({
    lines: count,
    counts,
    durationMs: number(),
    imei: optional(anyText),
    model: optional(anyText),
    firmware: optional(anyText),
    verdict: optional(object({ passed: count, failed: count, inconclusive: count, skipped: count })),
    isRegistered: optional(truth),
    lateCount: count,
    gapCount: count,
    damageCount: count,
    firstDamage: optional(damage),
    isTorn: truth,
    wasRepaired: truth,
    landmarks: list(landmark, 1000),
  }),
});

const hashOf = (payload: string): string => createHash('sha256').update(payload).digest('hex');

/** Where the index of a journal is kept: beside it. */
export function indexFileOf(journal: string): string {
  return journal.endsWith(JOURNAL_SUFFIX)
    ? `${journal.slice(0, -JOURNAL_SUFFIX.length)}${INDEX_SUFFIX}`
    : `${journal}${INDEX_SUFFIX}`;
}

/** Keeps an index beside its journal, readable to this user alone. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function saveIndex(journal: string, index: JournalIndex): Promise<void> {
  const payload = JSON.stringify(index);
  const head = JSON.stringify({ format: 'mipl-index', version: INDEX_VERSION, sha256: hashOf(payload) });
  await writeWhole(indexFileOf(journal), `${head}\n${payload}\n`, { mode: 0o600 });
}

/** The index that is kept of a journal, whatever the journal is now; undefined where there is none, or none of ours. Never throws. */
export async function keptIndex(journal: string): Promise<JournalIndex | undefined> {
  try {
    const file = indexFileOf(journal);
    const { size } = await stat(file);
    if (size > MAX_INDEX_BYTES) return undefined;
    const [head = '', payload = ''] = (await readFile(file, 'utf8')).split('\n', 2);
    const { format, version, sha256 } = JSON.parse(head) as Readonly<Record<string, unknown>>;
    if (format !== 'mipl-index' || version !== INDEX_VERSION || sha256 !== hashOf(payload)) return undefined;
    return read(indexSchema, JSON.parse(payload), 'index');
  } catch {
    return undefined;
  }
}

/** The index that is kept of a journal, where it is of the journal as it is now. Never throws. */
export async function currentIndex(journal: string): Promise<JournalIndex | undefined> {
  const kept = await keptIndex(journal);
  if (!kept) return undefined;
  const trace = await traceOf(journal).catch(() => undefined);
  return trace && isSameTrace(trace, kept.trace) ? kept : undefined;
}
