import type { ChannelEvents, Priority } from '../at/channel.ts';
import { maximumLineBytes } from '../at/lineSplitter.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import type { CommandSpec } from '../at/codec.ts';
import { decodeLine, parseCommand } from '../mipl/decode.ts';
import { describeCisError } from '../mipl/codes.ts';
import type { DecodedLine, LogKind } from '../../shared/log.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import type { LogBook } from './logBook.ts';

/** Turns what the channel tells into entries of the log: who spoke, what it means, what belongs together. */
export class LineLog {
  readonly #book: LogBook;
  readonly #clock: Clock;
  #pending: { readonly exchange: number; readonly spec: CommandSpec | undefined } | undefined;

  constructor(book: LogBook, clock: Clock = systemClock) {
    this.#book = book;
    this.#clock = clock;
  }

  /** Sequence number of the newest entry. */
  get lastSeq(): number {
    return this.#book.lastSeq;
  }

  sent(command: string, exchange: number, priority: Priority, ns: bigint): void {
    const parsed = parseCommand(command);
    this.#pending = { exchange, spec: parsed?.spec };
    this.#book.add({
      atMs: this.#clock.steadyMsOf(ns),
      kind: priority === 'user' ? 'person' : 'engine',
      text: command,
      exchange,
      decoded: decodeLine(command),
    });
  }

  received(line: AtLine, kind: Parameters<ChannelEvents['onLine']>[1] | 'urc', exchange?: number): void {
    const isAnswer = kind === 'answer' || kind === 'final' || kind === 'echo';
    const pending = exchange === this.#pending?.exchange ? this.#pending?.spec : undefined;
    const decoded = this.#explained(decodeLine(line.text, isAnswer ? pending : undefined), line);
    const logKind: LogKind = isAnswer ? 'answer' : 'unasked';
    const isBad = kind === 'final' && decoded.name !== 'OK';
    this.#book.add({
      atMs: this.#clock.steadyMsOf(line.startedNs),
      kind: logKind,
      text: line.text,
      decoded,
      ...(exchange === undefined ? {} : { exchange }),
      ...(isBad || decoded.kind === 'unknown' || line.damaged || line.cut ? { problem: true } : {}),
    });
    if (kind === 'final') this.#pending = undefined;
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
