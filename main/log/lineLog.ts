import type { HeardLine, SentLine } from '../at/channel.ts';
import { defined } from '../../shared/defined.ts';
import type { LogEntry } from '../../shared/log.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import type { LogBook } from './logBook.ts';
import { heardRow, sentRow } from './logRow.ts';

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

  /** The highest number of an exchange in the log. */
  get lastExchange(): number {
    return this.#book.lastExchange;
  }

  /** A command left. */
  sent(sent: SentLine): void {
    this.#command = this.#book.add({ atMs: this.#clock.steadyMsOf(sent.sentNs), ...sentRow(sent) });
  }

  /** A line came; gives its number. An answer is about what its command is about. */
  received(heard: HeardLine): number {
    const row = heardRow(heard);
    const isAnswer = row.kind === 'answer' && row.exchange === this.#command?.exchange;
    const { msgId, path } = (isAnswer && this.#command) || noEntry;
    const about = { ...defined({ msgId, path }) };
    return this.#book.add({ atMs: this.#clock.steadyMsOf(heard.line.startedNs), ...row, ...about }).seq;
  }

  note(remark: Remark): void {
    // By the same clock as the lines, or a remark could seem to be later than the line after it.
    this.#book.add({ atMs: this.#clock.steadyMs(), kind: 'note', text: remarkText(remark), remark });
  }
}

const noEntry: Partial<Pick<LogEntry, 'msgId' | 'path'>> = {};
