import type { DecodedLine, LineTag } from '../../shared/log.ts';
import type { CommandSpec } from './codec.ts';
import type { Job } from './commandQueue.ts';
import type { AtExchange } from './exchange.ts';
import type { LineReader, ReadCommand } from './lineReader.ts';
import type { LineReading, SeenCommand } from './lineTable.ts';

/** What is known of a command when it leaves. */
export interface RunningParts {
  readonly job: Job;
  readonly command: string;
  /** Number of its exchange. */
  readonly exchange: number;
  readonly tag: LineTag | undefined;
  readonly sentNs: bigint;
}

/** The command in flight, and what came of it so far. Its line is read when somebody asks, so that the bytes leave first. */
export class RunningCommand implements ReadCommand {
  readonly job: Job;
  readonly command: string;
  readonly exchange: number;
  readonly tag: LineTag | undefined;
  readonly sentNs: bigint;
  /** Information text. */
  readonly lines: string[] = [];
  readonly answers: NonNullable<LineReading['answer']>[] = [];
  readonly #reader: LineReader;
  #seen: SeenCommand | undefined;

  constructor({ job, command, exchange, tag, sentNs }: RunningParts, reader: LineReader) {
    this.job = job;
    this.command = command;
    this.exchange = exchange;
    this.tag = tag;
    this.sentNs = sentNs;
    this.#reader = reader;
  }

  get spec(): CommandSpec | undefined {
    return this.#read().spec;
  }

  get hasAnswer(): boolean {
    return this.lines.length > 0;
  }

  get decoded(): DecodedLine {
    return this.#read().decoded;
  }

  /** The exchange as far as it has come. */
  get record(): Omit<AtExchange, 'final' | 'finishedNs'> {
    const { command, spec, exchange: id, lines, answers, sentNs } = this;
    return { command, ...(spec && { spec }), id, lines, answers, sentNs };
  }

  #read(): SeenCommand {
    return (this.#seen ??= this.#reader.command(this.command));
  }
}
