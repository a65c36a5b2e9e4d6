import type { ChannelEvents, Priority } from '../at/channel.ts';
import { maximumLineBytes } from '../at/lineSplitter.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import type { CommandSpec } from '../at/codec.ts';
import { decodeLine, parseCommand } from '../mipl/decode.ts';
import { describeCisError } from '../mipl/codes.ts';
import type { DecodedLine, LogKind } from '../../shared/log.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { LogBook } from './logBook.ts';

/** The wall's clock in milliseconds since 1970, and the one that lines are stamped with, in nanoseconds. */
export interface Clocks {
  wallMs(): number;
  monotonicNs(): bigint;
}

const systemClocks: Clocks = { wallMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() };

/** Turns what the channel tells into entries of the log: who spoke, what it means, what belongs together. */
export class LineLog {
  readonly #book: LogBook;
  readonly #clocks: Clocks;
  /** Wall clock of monotonic zero: the screen shows wall time, measured once so that lines keep their distances. */
  #wallOffsetMs: number;
  #pending: { readonly exchange: number; readonly spec: CommandSpec | undefined } | undefined;

  constructor(book: LogBook, clocks: Clocks = systemClocks) {
    this.#book = book;
    this.#clocks = clocks;
    this.#wallOffsetMs = this.#wallOffset();
  }

  /** The machine was asleep: the monotonic clock of some systems stood still meanwhile. */
  resumed(): void {
    this.#wallOffsetMs = this.#wallOffset();
  }

  /** Sequence number of the newest entry. */
  get lastSeq(): number {
    return this.#book.lastSeq;
  }

  sent(command: string, exchange: number, priority: Priority, ns: bigint): void {
    const parsed = parseCommand(command);
    this.#pending = { exchange, spec: parsed?.spec };
    this.#book.add({
      atMs: this.#wallMs(ns),
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
      atMs: this.#wallMs(line.startedNs),
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
    this.#book.add({ atMs: this.#wallMs(this.#clocks.monotonicNs()), kind: 'note', text: remarkText(remark), remark });
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

  #wallOffset(): number {
    return this.#clocks.wallMs() - Number(this.#clocks.monotonicNs()) / 1e6;
  }

  #wallMs(ns: bigint): number {
    return this.#wallOffsetMs + Number(ns) / 1e6;
  }
}
