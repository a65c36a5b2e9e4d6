import type { HeardLine, SentLine } from '../at/channel.ts';
import { maximumLineBytes } from '../at/lineSplitter.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { describeCisError } from '../mipl/codes.ts';
import type { DecodedLine, LogEntry } from '../../shared/log.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import type { LogBook } from './logBook.ts';

/** Turns what the channel tells into entries of the log: who spoke, what it means, what belongs together. */
export class LineLog {
  readonly #book: LogBook;
  readonly #clock: Clock;
  /** The command that left last. */
  #command: LogEntry | undefined;

  constructor(book: LogBook, clock: Clock = systemClock) {
    this.#book = book;
    this.#clock = clock;
  }

  /** A command left. */
  sent({ text, decoded, exchange, priority, sentNs, tag }: SentLine): void {
    const kind = priority === 'user' ? 'person' : 'engine';
    const atMs = this.#clock.steadyMsOf(sentNs);
    this.#command = this.#book.add({ atMs, kind, text, exchange, decoded, ...(tag && { belongsTo: tag }) });
  }

  /** A line came; gives its number. An answer is about what its command is about. */
  received({ line, role, decoded: read, exchange, tag }: HeardLine): number {
    const isAnswer = role === 'answer' || role === 'final' || role === 'echo';
    const decoded = this.#explained(read, line);
    const isBad = role === 'final' && decoded.name !== 'OK';
    const about =
      isAnswer && exchange !== undefined && exchange === this.#command?.exchange ? this.#command : undefined;
    const entry = this.#book.add({
      atMs: this.#clock.steadyMsOf(line.startedNs),
      kind: isAnswer ? 'answer' : 'unasked',
      text: line.text,
      decoded,
      ...(exchange === undefined ? {} : { exchange }),
      ...(tag && { belongsTo: tag }),
      ...(about?.msgId === undefined ? {} : { msgId: about.msgId }),
      ...(about?.path === undefined ? {} : { path: about.path }),
      ...(isBad || decoded.kind === 'unknown' || line.damaged || line.cut ? { problem: true } : {}),
    });
    return entry.seq;
  }

  note(remark: Remark): void {
    // By the same clock as the lines, or a remark could seem to be later than the line after it.
    this.#book.add({ atMs: this.#clock.steadyMs(), kind: 'note', text: remarkText(remark), remark });
  }

  #explained(decoded: DecodedLine, line: AtLine): DecodedLine {
    const detail = decoded.name === '+CIS ERROR' ? Number(decoded.params?.['detail']) : NaN;
    const remarks = [
      decoded.note,
      Number.isInteger(detail) ? describeCisError(detail) : undefined,
      line.strayBytes > 0 ? `${line.strayBytes} stray bytes before the line` : undefined,
      line.damaged ? 'bytes that are no UTF-8' : undefined,
      line.cut ? `part of a line longer than ${maximumLineBytes} bytes` : undefined,
      line.partial ? 'a line without end' : undefined,
    ].filter((remark) => remark !== undefined);
    return remarks.length === 0 ? decoded : { ...decoded, note: remarks.join('; ') };
  }
}
