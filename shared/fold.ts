import type { LogEntry } from './log.ts';

/** Lines that are shown as one: a question with its answer, a request with all that belongs to it, or what is asked again and again. */
export interface Fold {
  /** Lines in it, the first among them, which is the one that is shown. */
  readonly count: number;
  readonly lastSeq: number;
  /** How its last exchange ended, where that is known. */
  readonly result: string;
  /** The same question time and again: what it was told last stands for all. */
  readonly isPolling: boolean;
  /** What was told last to a question that is asked again and again. */
  readonly said: string;
  /** Lines in it that a person should look at. */
  readonly problems: number;
}

/** Lines as they are shown, and what stands behind some of them by their number. */
export interface FoldedLines {
  readonly rows: LogEntry[];
  readonly folds: ReadonlyMap<number, Fold>;
}

interface Group {
  readonly key: string | undefined;
  readonly entries: LogEntry[];
  /** What is asked, where it may be asked again. */
  readonly question: string | undefined;
}

/** What a line belongs to: the request of the platform first, then its exchange. */
function keyOf({ belongsTo, exchange, kind, msgId, decoded }: LogEntry): string | undefined {
  if (belongsTo && 'request' in belongsTo) return `request ${belongsTo.request}`;
  if (belongsTo && 'notification' in belongsTo) return `notification ${belongsTo.notification}`;
  // A kept session does not say whose a line is: a request and what answers it have their msgid in common, and a notification is neither.
  const isOfRequest = kind === 'unasked' || decoded?.name?.endsWith('RSP') === true;
  if (!belongsTo && msgId !== undefined && isOfRequest) return `msgid ${msgId}`;
  return exchange === undefined ? undefined : `exchange ${exchange}`;
}

/** A command that a person typed is never taken for polling; requests of the platform differ in their msgid. */
function questionOf({ kind, text, belongsTo }: LogEntry): string | undefined {
  const isOfPlatform = belongsTo && ('request' in belongsTo || 'notification' in belongsTo);
  return kind === 'engine' && !isOfPlatform ? text : undefined;
}

function groupsOf(entries: readonly LogEntry[]): Group[] {
  const groups: Group[] = [];
  let asked: { readonly exchange: number; readonly key: string | undefined } | undefined;
  for (const entry of entries) {
    const last = groups.at(-1);
    const { exchange } = entry;
    const isAnswer = entry.kind === 'answer' && asked !== undefined && exchange === asked.exchange;
    const key = isAnswer ? asked?.key : keyOf(entry);
    if (!isAnswer && exchange !== undefined) asked = { exchange, key };
    if (last && key !== undefined && last.key === key) last.entries.push(entry);
    else groups.push({ key, entries: [entry], question: questionOf(entry) });
  }
  return groups;
}

const hasProblem = ({ entries }: Group): boolean => entries.some(({ problem }) => problem === true);

function foldOf(groups: readonly Group[], isPolling: boolean): Fold {
  const entries = groups.flatMap((group) => group.entries);
  const final = entries.findLast(({ decoded }) => decoded?.kind === 'final');
  const said = entries.findLast((entry) => entry.kind === 'answer' && entry.decoded?.kind !== 'final');
  return {
    count: entries.length,
    lastSeq: (entries.at(-1) as LogEntry).seq,
    result: final?.text ?? '',
    isPolling,
    said: said?.text ?? '',
    problems: entries.filter(({ problem }) => problem === true).length,
  };
}

/** So many groups apart a question is still the same polling: a poll may ask more than one thing in turn. */
const POLL_PERIOD = 4;

/** How many groups from a place on repeat those before them, in turns of `period` questions; 0 where they do not at least once. */
function repeated(groups: readonly Group[], from: number, period: number): number {
  let count = 0;
  for (; from + count < groups.length; count++) {
    const group = groups[from + count] as Group;
    const before = groups[from + count - period];
    if (hasProblem(group) || group.question === undefined) break;
    if (count >= period && group.question !== before?.question) break;
  }
  const whole = count - (count % period);
  return whole >= 2 * period ? whole : 0;
}

function pollingFrom(groups: readonly Group[], from: number): number {
  for (let period = 1; period <= POLL_PERIOD; period++) {
    const count = repeated(groups, from, period);
    if (count > 0) return count;
  }
  return 0;
}

/** What stands behind the first of lines that belong together; undefined where it is alone. */
export function foldOver(entries: readonly LogEntry[]): Fold | undefined {
  const groups = groupsOf(entries);
  return entries.length > 1 ? foldOf(groups, groups.length > 1) : undefined;
}

/**
 * Folds lines: each exchange, and each request of the platform with its answer, becomes its first line; questions that are asked again
 * and again with nothing in between become the first of them. A problem is never hidden in polling, and in an exchange it is counted.
 * Folds whose first line is in `open` stay as they are. Pure.
 */
export function foldLines(entries: readonly LogEntry[], open: ReadonlySet<number>): FoldedLines {
  const groups = groupsOf(entries);
  const rows: LogEntry[] = [];
  const folds = new Map<number, Fold>();
  for (let at = 0; at < groups.length;) {
    const polling = pollingFrom(groups, at);
    const taken = groups.slice(at, at + Math.max(1, polling));
    const all = taken.flatMap((group) => group.entries);
    // A group has at least the line with which it began.
    const first = all[0] as LogEntry;
    if (all.length > 1) folds.set(first.seq, foldOf(taken, polling > 0));
    if (all.length > 1 && !open.has(first.seq)) rows.push(first);
    else for (const entry of all) rows.push(entry);
    at += taken.length;
  }
  return { rows, folds };
}
