import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { LineEnding } from '../../shared/lineSettings.ts';
import type { DecodedLine, LineTag, ParamValue } from '../../shared/log.ts';
import type { Clock } from '../time/clock.ts';
import type { CommandSpec } from './codec.ts';
import type { LineFrames } from './lineFrames.ts';
import type { HeardLine } from './lineReader.ts';
import type { AtLine } from './lineSplitter.ts';
import type { LineTable } from './lineTable.ts';
import type { FinalResult } from './resultCodes.ts';

/** Class of a command in the queue; the first goes before all others. */
export type Priority = 'answer' | 'session' | 'user' | 'poll';

/** All classes, first to last. */
export const priorities: readonly Priority[] = ['answer', 'session', 'user', 'poll'];

/** One command and all up to its final result `OK`. Times: monotonic clock, nanoseconds. */
export interface AtExchange {
  readonly command: string;
  /** The command's entry in the table, where it has one. */
  readonly spec?: CommandSpec;
  /** Counts up over the life of the channel; also the probes of a resync take numbers. */
  readonly id: number;
  /** Information text, in order, without echo and final result. */
  readonly lines: string[];
  /** Of those lines the ones that the command's entry describes, read. */
  readonly answers: readonly Readonly<Record<string, ParamValue>>[];
  readonly final: FinalResult;
  /** Just before the bytes were handed to the link. */
  readonly sentNs: bigint;
  readonly finishedNs: bigint;
}

/** How far a failed exchange came. `sentNs` is absent when it never left, `final` when none came. */
export type FailedExchange = Omit<AtExchange, 'sentNs' | 'final'> & Partial<Pick<AtExchange, 'sentNs' | 'final'>>;

/** The error of `AtChannel.send`: the code says why, `exchange` carries the lines so far. */
export class AtFailure extends CodedError {
  readonly exchange: FailedExchange;
  /** Place of the failed command in its group, from 0. */
  readonly index: number;

  constructor(code: ErrorCode, message: string, exchange: FailedExchange, index: number, detail?: string) {
    super(code, message, detail);
    this.name = 'AtFailure';
    this.exchange = exchange;
    this.index = index;
  }
}

/** Until when a command has to leave; monotonic clock, nanoseconds. Of a group that of the first counts. */
export interface DueTime {
  /** Later than this it cannot be in time any more: newer ones of its class go first. */
  readonly lateNs: bigint;
  /** Later than this nobody waits for it: it is refused with AT_TOO_LATE and never leaves. */
  readonly uselessNs: bigint;
}

/** How a command is queued and how its answer is known. */
export interface CommandOptions {
  readonly priority: Priority;
  /** From sending to the final result, milliseconds; waiting in the queue does not count. Default: as the table has it, else 5 s. */
  readonly timeoutMs?: number;
  /** What command and answer belong to. */
  readonly tag?: LineTag;
  /** Absent: may leave at any time. */
  readonly due?: DueTime;
  /** Asked when its turn has come: what is no longer wanted is refused with CANCELLED and never leaves. */
  readonly isWanted?: () => boolean;
  /**
   * Called when the bytes have been handed to the link, with the time just before and the number of older commands of the
   * same class that it passed by, see {@link DueTime}.
   */
  readonly onSent?: (sentNs: bigint, passedBy: number) => void;
}

/** How long a line may take, and whether it is still wanted when its turn has come. */
export type LineLimits = Pick<CommandOptions, 'timeoutMs' | 'isWanted'>;

/** One line of `AtChannel.sendGroup`. */
export interface GroupedCommand {
  readonly command: string;
  readonly options: CommandOptions;
}

/** A command as it left. */
export interface SentLine {
  readonly text: string;
  readonly decoded: DecodedLine;
  readonly exchange: number;
  readonly priority: Priority;
  readonly tag?: LineTag;
  /** Just before the bytes were handed to the link; monotonic clock, nanoseconds. */
  readonly sentNs: bigint;
}

/**
 * What the channel tells. Every line is told exactly once: by `onUrc` or by `onLine`. While out of step only known URCs go
 * to `onUrc`; anything else may be a late answer.
 */
export interface ChannelEvents {
  /** A line nobody asked for; may come in the middle of an exchange, and before the `OK` it belongs to. */
  onUrc(heard: HeardLine): void;
  onLine(heard: HeardLine): void;
  onSent(sent: SentLine): void;
  /**
   * The module has started anew: sessions and objects are gone. Told once per start, after the queue was emptied. The
   * line is then out of step, because the start ends with an `OK` of its own: the next command probes first.
   */
  onRestart(line: AtLine): void;
  /**
   * The module may have started anew, or have woken with everything kept; told only where {@link ChannelOptions.mayHaveKept} says
   * that there is something to keep. Nothing was refused; the next command probes first.
   */
  onDoubt?(line: AtLine): void;
  /** `lost`: an answer is missing; `regained`: it is known again which answer is whose; `silent`: it did not, everything queued was refused. */
  onSync(state: 'lost' | 'regained' | 'silent'): void;
  /** The link has ended; with the reason when it was not closed from our side. */
  onClose?(reason?: Error): void;
  /** A listener or the table threw; the channel goes on. */
  onFault?(error: unknown): void;
}

/** Habits of the line; all times in milliseconds. */
export interface ChannelOptions {
  /** Pause after a final result before a command that is no answer. Default 20. */
  readonly gapMs?: number;
  /** Default CR LF. */
  readonly lineEnding?: LineEnding;
  /** Probes before a missing answer means silence, each waiting twice as long as the one before. Default 3. */
  readonly resyncAttempts?: number;
  /** Probes after a boot line, because starting takes a while (AT+NRB: up to 20 s). Default 20. */
  readonly bootAttempts?: number;
  /** How long the first probe waits. Default 1000. */
  readonly resyncTimeoutMs?: number;
  /** Quiet needed after the probes where nothing surer can be had, and after a start. Default 500, longer than NB73 takes for an OK at 9600 baud (0.42 s). */
  readonly resyncSilenceMs?: number;
  readonly clock?: Clock;
  /** Numbers of exchanges go on after this one: those of an earlier link stay what they are. Default 0. */
  readonly lastExchange?: number;
  /** Asked where a sign of a start is no proof of one. Default: nothing is kept, so that it is a start. */
  readonly mayHaveKept?: () => boolean;
  /**
   * False where answers to earlier commands may still be under way, of another program or of the link before: the first command
   * probes then. Default true.
   */
  readonly startsInStep?: boolean;
  /** What is known of lines by their names. Default: nothing. */
  readonly table?: LineTable;
  /** Lines in which a value of counted length may hold line breaks. Default: none. */
  readonly frames?: LineFrames;
}
