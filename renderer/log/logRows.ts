import type { LogEntry, LogKind } from '../../shared/log.ts';
import { clock, columns, delta, visible } from '../ui/format.ts';
import type { Translate } from '../../shared/phrase.ts';
import type { Fold } from '../../shared/fold.ts';
import { lineText } from './remarks.ts';

/** Marks of the classes: a line is told by its mark, the colour only repeats it. */
export const lineMarks: Readonly<Record<LogKind, string>> = {
  unasked: '◀',
  answer: '◁',
  engine: '▶',
  person: '▷',
  note: '·',
};

/** A pause after which the time of day is worth more than the span, even inside one exchange. */
const longPauseMs = 60_000;

/** True when a line begins something new: no exchange and no msgid in common with the line before. */
export function startsExchange(previous: LogEntry | undefined, entry: LogEntry): boolean {
  if (previous === undefined || entry.atMs - previous.atMs > longPauseMs) return true;
  if (entry.exchange !== undefined && entry.exchange === previous.exchange) return false;
  return entry.msgId === undefined || entry.msgId !== previous.msgId;
}

/** Time column: of day at the start of an exchange, span since the line before after it. */
export function timeText(previous: LogEntry | undefined, entry: LogEntry): string {
  return previous === undefined || startsExchange(previous, entry)
    ? clock(entry.atMs)
    : delta(entry.atMs - previous.atMs);
}

/** Lines missing between two neighbours of an unfiltered view: they are in the journal only. What is folded is not missing. */
export function missingBefore(
  previous: LogEntry | undefined,
  entry: LogEntry,
  folds: ReadonlyMap<number, Pick<Fold, 'lastSeq'>> = new Map(),
): number {
  if (previous === undefined) return 0;
  const before = folds.get(previous.seq)?.lastSeq ?? previous.seq;
  return Math.max(0, entry.seq - Math.max(before, previous.seq) - 1);
}

/** Columns of entries already seen: the height of ten thousand rows is asked for with every batch. */
const knownColumns = new WeakMap<LogEntry, number>();

/** Lines of the screen an entry takes in a column of `width` characters. */
export function screenLines(entry: LogEntry, width: number): number {
  let count = knownColumns.get(entry);
  if (count === undefined) {
    count = columns(visible(entry.text)) + (entry.problem === true ? 2 : 0);
    knownColumns.set(entry, count);
  }
  return Math.max(1, Math.ceil(count / Math.max(1, width)));
}

const plain = /^[\x20-\x7e]*$/;

/** True when every character has the width of the font; other rows are measured once they are on screen. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** Lines as text for the clipboard. */
export function copyLines(entries: readonly LogEntry[], withTimes: boolean, translate: Translate): string {
  return entries
    .map((entry) => {
      const text = lineText(entry, translate);
      return withTimes ? `${clock(entry.atMs)} ${lineMarks[entry.kind]} ${text}` : text;
    })
    .join('\n');
}
