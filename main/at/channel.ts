import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { lineEndText } from '../../shared/lineSettings.ts';
import type { LineEnding } from '../../shared/lineSettings.ts';
import type { LineTag } from '../../shared/log.ts';
import type { Link } from '../transport/link.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { gapLeftMs } from './commandGap.ts';
import { startDeadline } from './deadline.ts';
import { AnswerOrder } from './answerOrder.ts';
import { ProbeAnswers } from './probeAnswers.ts';
import { LineReader } from './lineReader.ts';
import type { HeardLine } from './lineReader.ts';
import { RunningCommand } from './runningCommand.ts';
import { LineReceiver } from './lineReceiver.ts';
import { isFragment } from './lineRole.ts';
import { emptyTable } from './lineTable.ts';
import type { AtLine } from './lineSplitter.ts';
import { CommandQueue } from './commandQueue.ts';
import type { Job } from './commandQueue.ts';
import { AtFailure } from './exchange.ts';
import type {
  AtExchange,
  ChannelEvents,
  ChannelOptions,
  CommandOptions,
  FailedExchange,
  GroupedCommand,
} from './exchange.ts';
import { guardedEvents } from './guardedEvents.ts';
import type { GuardedEvents } from './guardedEvents.ts';
import { isReadyMark } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';
import { StartSigns } from './startSigns.ts';

export { AtFailure } from './exchange.ts';
export type {
  AtExchange,
  ChannelEvents,
  ChannelOptions,
  CommandOptions,
  DueTime,
  FailedExchange,
  GroupedCommand,
  LineLimits,
  Priority,
  SentLine,
} from './exchange.ts';
export type { HeardLine } from './lineReader.ts';

const resyncTag: LineTag = { task: 'resync' };

const usualTimeoutMs = 5000;
const controlCharacter = /[\u0000-\u001f\u007f]/;

/**
 * Turns a link into exchanges: sends one command at a time and tells answers from URCs. Knows no command by name.
 * The rules and where they come from: docs/architecture.md, "From byte to pixel". Takes over `onData` and `onClose` of the
 * link; {@link ChannelEvents.onClose} hands the latter on.
 */
export class AtChannel {
  readonly #link: Link;
  readonly #events: GuardedEvents;
  readonly #options: ChannelOptions;
  readonly #receiver: LineReceiver;
  readonly #order: AnswerOrder;
  #probes = new ProbeAnswers();
  readonly #queue = new CommandQueue();
  #lineEnding: LineEnding;
  readonly #reader: LineReader;
  readonly #clock: Clock;
  #gapMs: number;
  #lastId: number;
  #running: RunningCommand | undefined;
  /** Long ago at first: the first command waits for nothing, whatever the clock starts at. */
  #lastFinalNs = -(1n << 62n);
  readonly #signs = new StartSigns();
  #deadline: Timer | undefined;
  #gapTimer: Timer | undefined;
  #ended: ErrorCode | undefined;

  constructor(link: Link, events: ChannelEvents, options: ChannelOptions = {}) {
    this.#link = link;
    this.#events = guardedEvents(events);
    this.#options = options;
    this.#lastId = options.lastExchange ?? 0;
    this.#gapMs = options.gapMs ?? 20;
    this.#lineEnding = options.lineEnding ?? 'CRLF';
    this.#reader = new LineReader(options.table ?? emptyTable, this.#events.onFault);
    this.#clock = options.clock ?? systemClock;
    this.#receiver = new LineReceiver((line) => this.#onLine(line), this.#clock, options.frames);
    this.#order = new AnswerOrder(options, {
      send: (command) => this.#sendProbe(command),
      nowMs: this.#nowMs,
      onSync: this.#events.onSync,
      onEnd: (outcome) => this.#onResyncEnd(outcome),
    });
    link.onData = (bytes) => this.#receiver.push(bytes);
    link.onClose = (reason) => this.#onLinkClose(reason);
  }

  /** Something is being sent, waits, or is being found out. */
  get busy(): boolean {
    // What runs, and what a resync is for, is still in the queue.
    return !this.#queue.isEmpty;
  }

  /** Sets the pause before commands that are no answers, milliseconds. */
  setGap(gapMs: number): void {
    this.#gapMs = gapMs;
    this.#next();
  }

  /** Sets what ends every line from the next one on. */
  setLineEnding(lineEnding: LineEnding): void {
    this.#lineEnding = lineEnding;
  }

  /**
   * Sends a command when its turn comes; resolves at `OK`. Rejects with {@link AtFailure}: AT_ERROR, AT_CME, AT_CMS, AT_CIS
   * (detail: number or text), AT_TIMEOUT (detail: how long was waited), AT_SILENT, AT_RESTARTED, AT_BAD_LINE, AT_TOO_LATE, CANCELLED, PORT_LOST,
   * PORT_NOT_OPEN.
   */
  async send(command: string, options: CommandOptions): Promise<AtExchange> {
    const [exchange] = await this.sendGroup([{ command, options }]);
    return exchange as AtExchange;
  }

  /**
   * Sends commands one after the other with nothing between them, in the class of the first. Stops at the first that fails
   * and rejects with its failure; `index` says which.
   */
  sendGroup(commands: readonly GroupedCommand[]): Promise<AtExchange[]> {
    return new Promise((resolve, reject) => {
      const first = commands[0];
      if (!first) return resolve([]);
      const job: Job = { commands, priority: first.options.priority, done: [], resolve, reject };
      const badIndex = commands.findIndex(({ command }) => command === '' || controlCharacter.test(command));
      if (badIndex !== -1) {
        return this.#refuse(job, 'AT_BAD_LINE', 'A command line must have text and no control characters.', badIndex);
      }
      if (this.#ended) return this.#refuse(job, this.#ended, 'The link has ended.');
      this.#queue.push(job);
      this.#next();
    });
  }

  /** Ends the channel, not the link: refuses everything that waits with PORT_NOT_OPEN and stops all timers. */
  close(): void {
    this.#end('PORT_NOT_OPEN', 'The channel was closed.');
  }

  // ---- sending ----

  /** Sends what is due. Called whenever something has changed; does nothing when it is not yet time. */
  #next(): void {
    if (this.#running || this.#order.isAsking || this.#ended) return;
    if (this.#receiver.isReading) return this.#receiver.afterwards(this.#nextAfterwards);
    const job = this.#wanted();
    if (!job) return;
    if (!this.#order.isInStep) return this.#order.start();
    const { command, options } = job.commands[job.done.length] as GroupedCommand;
    if (options.priority !== 'answer' && this.#mustWait()) return;
    const passedBy = this.#queue.passedBy(job);
    this.#queue.begin(job);
    this.#start(job, command, options, passedBy);
  }

  readonly #nextAfterwards = (): void => this.#next();

  /** The next job that is still worth its time on the line; those that are not are refused. */
  #wanted(): Job | undefined {
    const nowNs = this.#clock.monotonicNs();
    for (const late of this.#queue.expire(nowNs)) {
      this.#refuse(late, 'AT_TOO_LATE', 'Nobody waits for this any more: it never left.');
    }
    for (let job = this.#queue.first(nowNs); job; job = this.#queue.first(nowNs)) {
      if (job.done.length > 0 || job.commands[0]?.options.isWanted?.() !== false) return job;
      this.#queue.begin(job);
      this.#queue.finish();
      this.#refuse(job, 'CANCELLED', 'No longer wanted: it never left.');
    }
    return undefined;
  }

  /** The pause after the last command is not over; comes back when it is. */
  #mustWait(): boolean {
    const { lastDataNs } = this.#receiver;
    const times = { nowNs: this.#clock.monotonicNs(), lastFinalNs: this.#lastFinalNs, lastDataNs };
    const remainingMs = gapLeftMs(this.#gapMs, times);
    if (remainingMs <= 0) return false;
    this.#gapTimer ??= startTimer(() => {
      this.#gapTimer = undefined;
      this.#next();
    }, Math.ceil(remainingMs));
    return true;
  }

  #start(job: Job, command: string, options: CommandOptions, passedBy: number): void {
    const { onSent, priority, tag } = options;
    this.#order.onSent();
    const sentNs = this.#clock.monotonicNs();
    const running = new RunningCommand({ job, command, exchange: ++this.#lastId, tag, sentNs }, this.#reader);
    this.#running = running;
    const limitMs = (options.timeoutMs ?? running.spec?.timeoutMs ?? usualTimeoutMs) + this.#order.allowanceMs;
    this.#deadline = startDeadline(limitMs, this.#nowMs, () => this.#onTimeout(limitMs));
    this.#write(command);
    if (onSent) this.#events.run(() => onSent(sentNs, passedBy));
    const { decoded, exchange } = running;
    this.#events.onSent({ text: command, decoded, exchange, priority, ...(tag && { tag }), sentNs });
  }

  readonly #nowMs = (): number => Number(this.#clock.monotonicNs()) / 1e6;

  #write(command: string): void {
    const bytes = Buffer.from(command + lineEndText[this.#lineEnding]);
    this.#link.write(bytes).catch((reason: unknown) => this.#onLinkClose(reason as Error));
  }

  /** Ends the running exchange; the answer to a waiting request leaves in the same breath. */
  #complete(heard: HeardLine, running: RunningCommand, final: FinalResult): void {
    this.#deadline?.stop();
    this.#running = undefined;
    this.#order.onAnswered();
    this.#lastFinalNs = this.#clock.monotonicNs();
    this.#events.onLine(heard);
    const { job, command } = running;
    const exchange: AtExchange = { ...running.record, final, finishedNs: this.#lastFinalNs };
    if (final.code !== 'OK') {
      this.#queue.finish();
      const message = `${command}: ${heard.line.text}`;
      job.reject(new AtFailure(final.code, message, exchange, job.done.length, final.detail));
    } else {
      job.done.push(exchange);
      this.#signs.onDone(command);
      if (job.done.length === job.commands.length) {
        this.#queue.finish();
        job.resolve(job.done);
      }
    }
    this.#next();
  }

  #onTimeout(limitMs: number): void {
    const { command } = this.#running as RunningCommand;
    this.#failRunning('AT_TIMEOUT', `${command}: no answer within ${limitMs} ms.`, `${limitMs / 1000} s`);
    this.#order.miss();
    this.#next();
  }

  /** Rejects the exchange in flight and what is left of its group. */
  #failRunning(code: ErrorCode, message: string, detail?: string): void {
    this.#deadline?.stop();
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    this.#queue.finish();
    const { job, command } = running;
    this.#order.onUnanswered(command);
    const exchange: FailedExchange = { ...running.record, finishedNs: this.#clock.monotonicNs() };
    job.reject(new AtFailure(code, message, exchange, job.done.length, detail));
  }

  /** Rejects a job whose next command never left. */
  #refuse(job: Job, code: ErrorCode, message: string, index = job.done.length): void {
    const { command } = job.commands[index] as GroupedCommand;
    const exchange: FailedExchange = { command, id: 0, lines: [], answers: [], finishedNs: this.#clock.monotonicNs() };
    job.reject(new AtFailure(code, message, exchange, index));
  }

  #refuseAll(code: ErrorCode, message: string): void {
    this.#failRunning(code, message);
    for (const job of this.#queue.drain()) this.#refuse(job, code, message);
  }

  // ---- finding back into step ----

  #sendProbe(command: string): void {
    if (this.#receiver.isReading) return this.#receiver.afterwards(() => this.#sendProbe(command));
    const exchange = ++this.#lastId;
    const { decoded } = this.#reader.command(command);
    const sentNs = this.#clock.monotonicNs();
    this.#events.onSent({ text: command, decoded, exchange, priority: 'session', tag: resyncTag, sentNs });
    this.#probes.sent(command, exchange, sentNs);
    this.#write(command);
  }

  #onResyncEnd(outcome: 'inStep' | 'silent'): void {
    if (outcome === 'inStep') {
      this.#probes = new ProbeAnswers();
      return this.#next();
    }
    this.#refuseAll('AT_SILENT', 'The module does not answer AT.');
    this.#events.onSync('silent');
  }

  // ---- receiving ----

  #onLine(line: AtLine): void {
    const running = this.#runningAt(line);
    const heard = this.#reader.line(line, running);
    // Listeners hear the rest of what had come before they ended the channel; it is nobody's any more.
    if (this.#ended) return this.#events.onLine({ ...heard, role: 'unasked' });
    if (!running) return this.#onUnasked(heard);
    switch (heard.role) {
      case 'echo':
        this.#events.onLine(heard);
        if (this.#signs.onEcho()) this.#onSign(line);
        return;
      case 'final':
        return this.#complete(heard, running, heard.final as FinalResult);
      case 'answer':
        return this.#onAnswer(heard, running);
      default:
        this.#onUnasked(heard);
    }
  }

  /** The command in flight, unless it left after the line had come: the same bytes may hold more than the final result before. */
  #runningAt({ finishedNs }: AtLine): RunningCommand | undefined {
    return this.#running && this.#running.sentNs <= finishedNs ? this.#running : undefined;
  }

  #onAnswer(heard: HeardLine, { known, lines, answers }: RunningCommand): void {
    const { text } = heard.line;
    lines.push(text);
    if (heard.answer) answers.push(heard.answer);
    this.#events.onLine(heard);
    // Taken for information text, since nobody knows better; the pair of a start is one all the same.
    if (!known.hasPrefix(text)) this.#watchForStart(heard.line);
  }

  #watchForStart(line: AtLine): void {
    if (this.#signs.onUnasked(line.text, this.#nowMs)) this.#onSign(line);
  }

  /** A line that belongs to no command in flight; it may have come in the middle of one all the same. */
  #onUnasked(heard: HeardLine): void {
    const { line, role } = heard;
    if (role === 'boot') {
      this.#probes.onBoot(line);
      this.#events.onLine(heard);
      return isReadyMark(line.text) ? this.#onSign(line) : this.#onStart(line);
    }
    if (role === 'urc') this.#events.onUrc(heard);
    else if (isFragment(line)) this.#events.onLine(heard);
    else if (!this.#order.isInStep) this.#onStray(heard);
    else if (heard.final) this.#events.onLine(heard);
    else this.#events.onUrc(heard);
    if (!isFragment(line)) this.#watchForStart(line);
  }

  /** It belonged to a lost command, or answers a probe. */
  #onStray(heard: HeardLine): void {
    const stray = this.#probes.take(heard.line, heard.final);
    // What belongs to no probe is told as it was heard: on its own.
    this.#events.onLine(stray.exchange === undefined ? heard : { ...heard, ...stray, tag: resyncTag });
    this.#order.take(heard.line.text, heard.final);
  }

  /** The module starts, or has said so. */
  #onStart(line: AtLine): void {
    // Several boot lines make one start; a probe that met the module still starting gets its full time again.
    if (this.#order.hasRestarted) return this.#order.onBoot();
    this.#order.restart();
    this.#signs.forget();
    this.#refuseAll('AT_RESTARTED', 'The module has restarted.');
    this.#events.onRestart(line);
  }

  /** A sign of a start that is no proof. */
  #onSign(line: AtLine): void {
    if (this.#order.hasRestarted || !this.#options.mayHaveKept?.()) return this.#onStart(line);
    this.#signs.forget();
    this.#order.lose();
    this.#events.onDoubt(line);
  }

  // ---- end ----

  #onLinkClose(reason?: Error): void {
    if (this.#ended) return;
    const code = reason ? 'PORT_LOST' : 'PORT_NOT_OPEN';
    this.#end(reason instanceof CodedError ? reason.code : code, reason?.message ?? 'The link was closed.');
    this.#events.onClose(reason);
  }

  #end(code: ErrorCode, message: string): void {
    if (this.#ended) return;
    this.#receiver.end();
    this.#ended = code;
    this.#link.onData = undefined;
    this.#link.onClose = undefined;
    this.#order.stop();
    this.#refuseAll(code, message);
    this.#gapTimer?.stop();
  }
}
