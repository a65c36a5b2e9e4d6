import type { DecodedLine, LineTag } from '../../shared/log.ts';
import type { CommandSpec } from './codec.ts';
import type { Job } from './commandQueue.ts';
import type { AtExchange } from './exchange.ts';
import type { KnownCommand } from './knownCommand.ts';
import type { LineReader, ReadCommand } from './lineReader.ts';
import type { LineReading } from './lineTable.ts';

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
  #known: KnownCommand | undefined;

  constructor({ job, command, exchange, tag, sentNs }: RunningParts, reader: LineReader) {
    this.job = job;
    this.command = command;
    this.exchange = exchange;
    this.tag = tag;
    this.sentNs = sentNs;
    this.#reader = reader;
  }

  get known(): KnownCommand {
    return (this.#known ??= this.#reader.command(this.command));
  }

  get spec(): CommandSpec | undefined {
    return this.known.spec;
  }

  get hasAnswer(): boolean {
    return this.lines.length > 0;
  }

  get decoded(): DecodedLine {
    return this.known.decoded;
  }

  /** The exchange as far as it has come. */
  get record(): Omit<AtExchange, 'final' | 'finishedNs'> {
    const { command, spec, exchange: id, lines, answers, sentNs } = this;
    return { command, ...(spec && { spec }), id, lines, answers, sentNs };
  }
}
