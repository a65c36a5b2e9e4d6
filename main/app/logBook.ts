import type { DecodedLine, LogEntry, LogKind, ParamValue } from '../../shared/log.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { Remark } from '../../shared/remarks.ts';

/** Entries kept in memory for the screen's paging; about 100 bytes each. */
const KEPT = 50_000;
const BATCH_MS = 34;
/** About 64 KB of text. */
const MAX_BATCH = 600;

/** What is known of a line when it is entered. */
export interface LogInput {
  readonly atMs: number;
  readonly kind: LogKind;
  readonly text: string;
  readonly exchange?: number;
  readonly decoded?: DecodedLine;
  readonly problem?: boolean;
  readonly remark?: Remark;
}

function numberOf(params: Readonly<Record<string, ParamValue>> | undefined, name: string): number | undefined {
  const value = params?.[name];
  return typeof value === 'number' ? value : undefined;
}

function pathIn(params: Readonly<Record<string, ParamValue>> | undefined): string | undefined {
  const objectId = numberOf(params, 'objectId');
  if (objectId === undefined) return undefined;
  const [instanceId, resourceId] = [numberOf(params, 'instanceId'), numberOf(params, 'resourceId')];
  if (instanceId === undefined || instanceId < 0) return formatPath({ objectId });
  if (resourceId === undefined || resourceId < 0) return formatPath({ objectId, instanceId });
  return formatPath({ objectId, instanceId, resourceId });
}

/** The AT log of the session as the screen shows it: a ring of entries, told in batches of at most 30 a second. */
export class LogBook {
  /** Entry of sequence number n stands at n % KEPT. */
  readonly #ring: LogEntry[] = [];
  readonly #listeners = new Set<(entries: LogEntry[]) => void>();
  #lastSeq = 0;
  #toldSeq = 0;
  #timer: NodeJS.Timeout | undefined;

  get lastSeq(): number {
    return this.#lastSeq;
  }

  add(input: LogInput): void {
    const params = input.decoded?.params;
    const msgId = numberOf(params, 'msgId');
    const path = pathIn(params);
    const entry: LogEntry = {
      seq: ++this.#lastSeq,
      ...input,
      ...(msgId === undefined ? {} : { msgId }),
      ...(path === undefined ? {} : { path }),
    };
    this.#ring[entry.seq % KEPT] = entry;
    this.#timer ??= setTimeout(() => this.#tell(), BATCH_MS);
  }

  /** Entries from sequence number `from`, at most `count`; what fell out of memory is left out. */
  read(from: number, count: number): LogEntry[] {
    const first = Math.max(from, this.#lastSeq - KEPT + 1, 1);
    const last = Math.min(from + count - 1, this.#lastSeq);
    const entries: LogEntry[] = [];
    for (let seq = first; seq <= last; seq++) {
      const entry = this.#ring[seq % KEPT];
      if (entry) entries.push(entry);
    }
    return entries;
  }

  /** Hears batches of new entries; the returned function ends it. Under flood the oldest of a batch are left to paging. */
  onBatch(listener: (entries: LogEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#tell();
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#toldSeq === this.#lastSeq) return;
    const from = Math.max(this.#toldSeq + 1, this.#lastSeq - MAX_BATCH + 1);
    const batch = this.read(from, MAX_BATCH);
    this.#toldSeq = this.#lastSeq;
    for (const tell of this.#listeners) tell(batch);
  }
}
