import type { HeardLine, SentLine } from '../at/channel.ts';
import type { LogEntry } from '../../shared/log.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import type { LineAbout } from './aboutOf.ts';
import type { LogBook, LogInput } from './logBook.ts';
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
    this.#command = this.#book.add({ ...sentRow(sent), atMs: this.#clock.steadyMsOf(sent.sentNs) });
  }

  /** A line came; gives its number. An answer is about what its command is about. */
  received(heard: HeardLine): number {
    const row = heardRow(heard);
    const line: LogInput = { ...row, atMs: this.#clock.steadyMsOf(heard.line.startedNs) };
    const isAnswer = row.kind === 'answer' && row.exchange === this.#command?.exchange;
    return this.#book.add(isAnswer && this.#command ? { ...line, ...namedBy(this.#command) } : line).seq;
  }

  note(remark: Remark): void {
    // By the same clock as the lines, or a remark could seem to be later than the line after it.
    this.#book.add({ atMs: this.#clock.steadyMs(), kind: 'note', text: remarkText(remark), remark });
  }
}

function namedBy({ msgId, path }: LogEntry): LineAbout {
  return { ...(msgId !== undefined && { msgId }), ...(path !== undefined && { path }) };
}
