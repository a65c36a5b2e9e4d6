import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Link } from '../transport/link.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { gapLeftMs } from './commandGap.ts';
import { startDeadline } from './deadline.ts';
import { hasBareAnswer, hasPrefixOf, isAnswerTo } from './answerLines.ts';
import { AnswerOrder } from './answerOrder.ts';
import { LineReceiver } from './lineReceiver.ts';
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
import { isBootBanner, isBootLine, isReadyMark, parseFinalResult } from './resultCodes.ts';
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
  Priority,
} from './exchange.ts';

/** The command in flight. */
interface Running {
  readonly job: Job;
  readonly command: string;
  readonly options: CommandOptions;
  readonly bareLines: boolean;
  readonly id: number;
  readonly lines: string[];
  readonly sentNs: bigint;
  readonly limitMs: number;
}

const controlCharacter = /[\u0000-\u001f\u007f]/;

/**
 * Turns a link into exchanges: sends one command at a time and tells answers from URCs. Knows no command by name.
 * The rules and where they come from: docs/architecture.md, "From byte to pixel". Takes over `onData` and `onClose` of the
 * link; {@link ChannelEvents.onClose} hands the latter on.
 */
export class AtChannel {
  readonly #link: Link;
  readonly #events: ChannelEvents;
  readonly #options: ChannelOptions;
  readonly #receiver: LineReceiver;
  readonly #order: AnswerOrder;
  readonly #queue = new CommandQueue();
  readonly #lineEnding: string;
  readonly #isKnownUrc: (line: string) => boolean;
  readonly #clock: Clock;
  #gapMs: number;
  #lastId = 0;
  #running: Running | undefined;
  /** Long ago at first: the first command waits for nothing, whatever the clock starts at. */
  #lastFinalNs = -(1n << 62n);
  readonly #signs = new StartSigns();
  #deadline: Timer | undefined;
  #gapTimer: Timer | undefined;
  #ended: ErrorCode | undefined;

  constructor(link: Link, events: ChannelEvents, options: ChannelOptions = {}) {
    this.#link = link;
    this.#events = events;
    this.#options = options;
    this.#gapMs = options.gapMs ?? 20;
    this.#lineEnding = options.lineEnding ?? '\r\n';
    this.#isKnownUrc = options.isKnownUrc ?? (() => false);
    this.#clock = options.clock ?? systemClock;
    this.#receiver = new LineReceiver((line) => this.#onLine(line), this.#clock, options.frames);
    this.#order = new AnswerOrder(options, {
      send: (command) => this.#sendProbe(command),
      nowMs: this.#nowMs,
      onSync: (state) => this.#guard(() => this.#events.onSync(state)),
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

  /**
   * Sends a command when its turn comes; resolves at `OK`. Rejects with {@link AtFailure}: AT_ERROR, AT_CME, AT_CMS, AT_CIS
   * (detail: number or text), AT_TIMEOUT, AT_SILENT, AT_RESTARTED, AT_BAD_LINE, AT_TOO_LATE, CANCELLED, PORT_LOST,
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
    const job = this.#wanted();
    if (!job) return;
    if (!this.#order.isInStep) return this.#order.start();
    const { command, options } = job.commands[job.done.length] as GroupedCommand;
    if (options.priority !== 'answer' && this.#mustWait()) return;
    const passedBy = this.#queue.passedBy(job);
    this.#queue.begin(job);
    this.#start(job, command, options, passedBy);
  }

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
    const id = ++this.#lastId;
    const bareLines = options.bareLines ?? hasBareAnswer(command);
    this.#order.onSent();
    const sentNs = this.#clock.monotonicNs();
    const limitMs = options.timeoutMs + this.#order.allowanceMs;
    this.#running = { job, command, options, bareLines, id, lines: [], sentNs, limitMs };
    this.#deadline = startDeadline(limitMs, this.#nowMs, () => this.#onTimeout());
    this.#write(command);
    const { onSent } = options;
    if (onSent) this.#guard(() => onSent(sentNs, passedBy));
    this.#guard(() => this.#events.onSent(command, id, options.priority, sentNs));
  }

  readonly #nowMs = (): number => Number(this.#clock.monotonicNs()) / 1e6;

  #write(command: string): void {
    const bytes = Buffer.from(command + this.#lineEnding);
    this.#link.write(bytes).catch((reason: unknown) => this.#onLinkClose(reason as Error));
  }

  /** Ends the running exchange; the answer to a waiting request leaves in the same breath. */
  #complete(line: AtLine, running: Running, final: FinalResult): void {
    this.#deadline?.stop();
    this.#running = undefined;
    this.#order.onAnswered();
    this.#lastFinalNs = this.#clock.monotonicNs();
    this.#tellLine(line, 'final', running.id);
    const { job, command, id, lines, sentNs } = running;
    const exchange: AtExchange = { command, id, lines, final, sentNs, finishedNs: this.#lastFinalNs };
    if (final.code !== 'OK') {
      this.#queue.finish();
      const message = `${command}: ${line.text}`;
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

  #onTimeout(): void {
    const running = this.#running as Running;
    this.#failRunning('AT_TIMEOUT', `${running.command}: no answer within ${running.limitMs} ms.`);
    this.#order.miss();
    this.#next();
  }

  /** Rejects the exchange in flight and what is left of its group. */
  #failRunning(code: ErrorCode, message: string): void {
    this.#deadline?.stop();
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    this.#queue.finish();
    const { job, command, id, lines, sentNs } = running;
    this.#order.onUnanswered(command);
    const exchange: FailedExchange = { command, id, lines, sentNs, finishedNs: this.#clock.monotonicNs() };
    job.reject(new AtFailure(code, message, exchange, job.done.length));
  }

  /** Rejects a job whose next command never left. */
  #refuse(job: Job, code: ErrorCode, message: string, index = job.done.length): void {
    const { command } = job.commands[index] as GroupedCommand;
    const exchange: FailedExchange = { command, id: 0, lines: [], finishedNs: this.#clock.monotonicNs() };
    job.reject(new AtFailure(code, message, exchange, index));
  }

  #refuseAll(code: ErrorCode, message: string): void {
    this.#failRunning(code, message);
    for (const job of this.#queue.drain()) this.#refuse(job, code, message);
  }

  // ---- finding back into step ----

  #sendProbe(command: string): number {
    const id = ++this.#lastId;
    const sentNs = this.#clock.monotonicNs();
    this.#guard(() => this.#events.onSent(command, id, 'session', sentNs));
    this.#write(command);
    return id;
  }

  #onResyncEnd(outcome: 'inStep' | 'silent'): void {
    if (outcome === 'inStep') return this.#next();
    this.#refuseAll('AT_SILENT', 'The module does not answer AT.');
    this.#guard(() => this.#events.onSync('silent'));
  }

  // ---- receiving ----

  /** Classifies a whole line: echo, final result, boot, claimed, URC, information text; with nothing in flight, URC. */
  #onLine(line: AtLine): void {
    const { text } = line;
    const running = this.#running;
    if (this.#ended) return this.#tellLine(line, 'unasked', running?.id);
    if (line.cut || line.partial) return this.#onFragment(line);
    if (running && text === running.command) {
      this.#tellLine(line, 'echo', running.id);
      if (this.#signs.onEcho()) this.#onSign(line);
      return;
    }
    const final = parseFinalResult(text);
    if (running && final) return this.#complete(line, running, final);
    if (isBootLine(text) && !(running?.bareLines && isBootBanner(text))) {
      this.#tellLine(line, 'boot', running?.id);
      return isReadyMark(text) ? this.#onSign(line) : this.#onStart(line);
    }
    if (running && this.#belongs(running, text)) {
      running.lines.push(text);
      this.#tellLine(line, 'answer', running.id);
      // Taken for information text, since nobody knows better; the pair of a start is one all the same.
      if (!hasPrefixOf(running.command, text)) this.#watchForStart(line);
      return;
    }
    this.#onUnasked(line, final);
    this.#watchForStart(line);
  }

  /**
   * It must not pass for anything, since the last piece of a long line may well read `OK`; as a URC it is told, so that a
   * request can be refused.
   */
  #onFragment(line: AtLine): void {
    if (this.#isUrc(line.text)) return this.#guard(() => this.#events.onUrc(line));
    this.#tellLine(line, 'unasked', this.#running?.id);
  }

  #watchForStart(line: AtLine): void {
    if (this.#signs.onUnasked(line.text, this.#nowMs)) this.#onSign(line);
  }

  #onUnasked(line: AtLine, final: FinalResult | undefined): void {
    if (this.#isUrc(line.text)) return this.#guard(() => this.#events.onUrc(line));
    if (!this.#order.isInStep) {
      const { kind, exchangeId } = this.#order.take(line.text, final);
      return this.#tellLine(line, kind, exchangeId);
    }
    if (final) return this.#tellLine(line, 'unasked');
    this.#guard(() => this.#events.onUrc(line));
  }

  #belongs({ command, options: { claims }, bareLines }: Running, text: string): boolean {
    const guarded = claims && ((line: string) => this.#ask(claims, line));
    return isAnswerTo(command, { ...(guarded && { claims: guarded }), bareLines }, text, (line) => this.#isUrc(line));
  }

  #isUrc(text: string): boolean {
    return this.#ask(this.#isKnownUrc, text);
  }

  /** The module starts, or has said so. */
  #onStart(line: AtLine): void {
    // Several boot lines make one start; a probe that met the module still starting gets its full time again.
    if (this.#order.hasRestarted) return this.#order.onBoot();
    this.#order.restart();
    this.#signs.forget();
    this.#refuseAll('AT_RESTARTED', 'The module has restarted.');
    this.#guard(() => this.#events.onRestart(line));
  }

  /** A sign of a start that is no proof. */
  #onSign(line: AtLine): void {
    if (this.#order.hasRestarted || !this.#options.mayHaveKept?.()) return this.#onStart(line);
    this.#signs.forget();
    this.#order.lose();
    this.#guard(() => this.#events.onDoubt?.(line));
  }

  // ---- end ----

  #onLinkClose(reason?: Error): void {
    if (this.#ended) return;
    const code = reason instanceof CodedError ? reason.code : reason ? 'PORT_LOST' : 'PORT_NOT_OPEN';
    this.#end(code, reason?.message ?? 'The link was closed.');
    this.#guard(() => (reason ? this.#events.onClose?.(reason) : this.#events.onClose?.()));
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

  // ---- other people's code ----

  #tellLine(line: AtLine, kind: 'echo' | 'final' | 'answer' | 'unasked' | 'boot', exchangeId?: number): void {
    this.#guard(() => this.#events.onLine(line, kind, exchangeId));
  }

  #ask(question: (line: string) => boolean, text: string): boolean {
    try {
      return question(text);
    } catch (error) {
      this.#events.onFault?.(error);
      return false;
    }
  }

  /** A listener's exception is its own; the line goes on. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#events.onFault?.(error);
    }
  }
}
