import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Link } from '../transport/link.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { LineSplitter, valuePatienceNs } from './lineSplitter.ts';
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
import { isBootBanner, isBootLine, parseFinalResult } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';

export { AtFailure } from './exchange.ts';
export type {
  AtExchange,
  ChannelEvents,
  ChannelOptions,
  CommandOptions,
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
  /** Was given more time because this process itself was late. */
  hasGrace: boolean;
}

/** Finding back into step: probes until one is answered, then a spell of silence. */
interface Resync {
  attemptsLeft: number;
  isAnswered: boolean;
  /** Id of the probe. */
  id: number;
  /** Times the spell of silence may still be drawn out. */
  extensionsLeft: number;
}

const idleFlushMs = 2000;
const valuePatienceMs = Number(valuePatienceNs) / 1e6;
/** A deadline that rings this late was held up by ourselves. */
const stallMs = 50;
const graceMs = 200;
const probeCommand = 'AT';
const controlCharacter = /[\u0000-\u001f\u007f]/;
/** V.250 §6.1.3–6.1.7, TS 27.007 §5.1–5.3: maker, model and revision come as bare lines, and may read like a boot banner. */
const identification = /^AT(?:I\d*|\+C?GM[IMR])$/i;
const prefixed = /^[+*%^#&]/;

/**
 * Turns a link into exchanges: sends one command at a time and tells answers from URCs. Knows no command by name.
 * The rules and where they come from: docs/architecture.md, "From byte to pixel". Takes over `onData` and `onClose` of the
 * link; {@link ChannelEvents.onClose} hands the latter on.
 */
export class AtChannel {
  readonly #link: Link;
  readonly #events: ChannelEvents;
  readonly #splitter: LineSplitter;
  readonly #queue = new CommandQueue();
  readonly #lineEnding: string;
  readonly #resyncAttempts: number;
  readonly #bootAttempts: number;
  readonly #resyncTimeoutMs: number;
  readonly #resyncSilenceMs: number;
  readonly #isKnownUrc: (line: string) => boolean;
  readonly #clock: Clock;
  #gapMs: number;
  #lastId = 0;
  #running: Running | undefined;
  /** Long ago at first: the first command waits for nothing, whatever the clock starts at. */
  #lastFinalNs = -(1n << 62n);
  #isInStep = true;
  #hasRestarted = false;
  #resync: Resync | undefined;
  #deadline: Timer | undefined;
  #gapTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  #lastDataNs = 0n;
  #ended: ErrorCode | undefined;

  constructor(link: Link, events: ChannelEvents, options: ChannelOptions = {}) {
    this.#link = link;
    this.#events = events;
    this.#gapMs = options.gapMs ?? 20;
    this.#lineEnding = options.lineEnding ?? '\r\n';
    this.#resyncAttempts = options.resyncAttempts ?? 3;
    this.#bootAttempts = options.bootAttempts ?? 20;
    this.#resyncTimeoutMs = options.resyncTimeoutMs ?? 1000;
    this.#resyncSilenceMs = options.resyncSilenceMs ?? 500;
    this.#isKnownUrc = options.isKnownUrc ?? (() => false);
    this.#splitter = new LineSplitter((line) => this.#onLine(line), options.frames);
    this.#clock = options.clock ?? systemClock;
    link.onData = (bytes) => this.#onData(bytes);
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
   * (detail: number or text), AT_TIMEOUT, AT_SILENT, AT_RESTARTED, AT_BAD_LINE, PORT_LOST, PORT_NOT_OPEN.
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
    if (this.#running || this.#resync || this.#ended) return;
    const job = this.#queue.first;
    if (!job) return;
    if (!this.#isInStep) return this.#startResync();
    const { command, options } = job.commands[job.done.length] as GroupedCommand;
    if (options.priority !== 'answer' && this.#mustWait()) return;
    this.#queue.begin(job);
    this.#start(job, command, options);
  }

  /** The gap after the last final result is not over; comes back when it is. */
  #mustWait(): boolean {
    const remainingMs = this.#gapMs - Number(this.#clock.monotonicNs() - this.#lastFinalNs) / 1e6;
    if (remainingMs <= 0) return false;
    this.#gapTimer ??= startTimer(() => {
      this.#gapTimer = undefined;
      this.#next();
    }, Math.ceil(remainingMs));
    return true;
  }

  #start(job: Job, command: string, options: CommandOptions): void {
    const id = ++this.#lastId;
    const bareLines = options.bareLines ?? identification.test(command);
    this.#hasRestarted = false;
    const sentNs = this.#clock.monotonicNs();
    this.#running = { job, command, options, bareLines, id, lines: [], sentNs, hasGrace: false };
    this.#deadline = startTimer(() => this.#onTimeout(), options.timeoutMs);
    this.#write(command);
    const { onSent } = options;
    if (onSent) this.#guard(() => onSent(sentNs));
    this.#guard(() => this.#events.onSent(command, id, options.priority, sentNs));
  }

  #write(command: string): void {
    this.#link.write(Buffer.from(command + this.#lineEnding)).catch(this.#onWriteFailed);
  }

  readonly #onWriteFailed = (reason: unknown): void => {
    this.#onLinkClose(reason as Error);
  };

  /** Ends the running exchange; the answer to a waiting request leaves in the same breath. */
  #complete(line: AtLine, running: Running, final: FinalResult): void {
    this.#deadline?.stop();
    this.#running = undefined;
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
      if (job.done.length === job.commands.length) {
        this.#queue.finish();
        job.resolve(job.done);
      }
    }
    this.#next();
  }

  #onTimeout(): void {
    const running = this.#running as Running;
    const elapsedMs = Number(this.#clock.monotonicNs() - running.sentNs) / 1e6;
    if (elapsedMs > running.options.timeoutMs + stallMs && !running.hasGrace) {
      // The process stood still (or the laptop slept): the answer may lie unread in the port.
      running.hasGrace = true;
      this.#deadline = startTimer(() => this.#onTimeout(), graceMs);
      return;
    }
    this.#failRunning('AT_TIMEOUT', `${running.command}: no answer within ${running.options.timeoutMs} ms.`);
    this.#fallOutOfStep();
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

  #fallOutOfStep(): void {
    if (!this.#isInStep) return;
    this.#isInStep = false;
    this.#guard(() => this.#events.onSync('lost'));
  }

  #startResync(): void {
    const attemptsLeft = this.#hasRestarted ? this.#bootAttempts : this.#resyncAttempts;
    this.#resync = { attemptsLeft, isAnswered: false, id: 0, extensionsLeft: 10 };
    this.#probe(this.#resync);
  }

  #probe(resync: Resync): void {
    if (resync.attemptsLeft === 0) {
      this.#resync = undefined;
      this.#refuseAll('AT_SILENT', 'The module does not answer AT.');
      this.#guard(() => this.#events.onSync('silent'));
      return;
    }
    resync.attemptsLeft--;
    const id = (resync.id = ++this.#lastId);
    const sentNs = this.#clock.monotonicNs();
    this.#deadline = startTimer(() => this.#probe(resync), this.#resyncTimeoutMs);
    this.#write(probeCommand);
    this.#guard(() => this.#events.onSent(probeCommand, id, 'session', sentNs));
  }

  /** Starts the spell of silence, or starts it anew. */
  #awaitSilence(): void {
    this.#deadline?.stop();
    this.#deadline = startTimer(() => {
      this.#resync = undefined;
      this.#isInStep = true;
      this.#guard(() => this.#events.onSync('regained'));
      this.#next();
    }, this.#resyncSilenceMs);
  }

  /** A line that is no URC while out of step: it belonged to the lost command, or answers the probe. */
  #onStrayLine(line: AtLine, final: FinalResult | undefined): void {
    const resync = this.#resync;
    if (!resync) return this.#tellLine(line, 'unasked');
    if (line.text === probeCommand) return this.#tellLine(line, 'echo', resync.id);
    if (resync.isAnswered) {
      // A chatty module must not hold the queue for ever.
      if (resync.extensionsLeft-- > 0) this.#awaitSilence();
      return this.#tellLine(line, 'unasked');
    }
    if (!final) return this.#tellLine(line, 'unasked');
    resync.isAnswered = true;
    this.#awaitSilence();
    this.#tellLine(line, 'final', resync.id);
  }

  // ---- receiving ----

  #onData(bytes: Uint8Array): void {
    this.#lastDataNs = this.#clock.monotonicNs();
    this.#splitter.push(bytes, this.#lastDataNs);
    if (this.#splitter.pendingBytes > 0 && !this.#ended) this.#idleTimer ??= startTimer(this.#onIdle, this.#patienceMs);
  }

  /** How long the bytes that wait for more may stay; a look each second is enough for both. */
  get #patienceMs(): number {
    return this.#splitter.isHolding ? valuePatienceMs : idleFlushMs;
  }

  /** Armed at most once per spell: looks whether the last bytes are old enough, else waits for the rest of the time. */
  readonly #onIdle = (): void => {
    this.#idleTimer = undefined;
    if (this.#splitter.pendingBytes === 0) return;
    const remainingMs = this.#patienceMs - Number(this.#clock.monotonicNs() - this.#lastDataNs) / 1e6;
    if (remainingMs <= 0) this.#splitter.flush();
    else this.#idleTimer = startTimer(this.#onIdle, Math.ceil(remainingMs));
  };

  /** Classifies a whole line: echo, final result, boot, claimed, URC, information text; with nothing in flight, URC. */
  #onLine(line: AtLine): void {
    const { text } = line;
    // A fragment must not pass for anything: the last piece of a long line may well read `OK`.
    if (line.cut || line.partial || this.#ended) return this.#tellLine(line, 'unasked', this.#running?.id);
    const running = this.#running;
    if (running && text === running.command) return this.#tellLine(line, 'echo', running.id);
    const final = parseFinalResult(text);
    if (running && final) return this.#complete(line, running, final);
    if (isBootLine(text) && !(running?.bareLines && isBootBanner(text))) return this.#onBootLine(line);
    if (running && this.#belongs(running, text)) {
      running.lines.push(text);
      return this.#tellLine(line, 'answer', running.id);
    }
    if (this.#isUrc(text)) return this.#guard(() => this.#events.onUrc(line));
    if (!this.#isInStep) return this.#onStrayLine(line, final);
    if (final) return this.#tellLine(line, 'unasked');
    this.#guard(() => this.#events.onUrc(line));
  }

  #belongs(running: Running, text: string): boolean {
    const { claims } = running.options;
    if (claims && this.#ask(claims, text)) return true;
    if (running.bareLines && !prefixed.test(text)) return true;
    return !this.#isUrc(text);
  }

  #isUrc(text: string): boolean {
    return this.#ask(this.#isKnownUrc, text);
  }

  #onBootLine(line: AtLine): void {
    this.#tellLine(line, 'boot', this.#running?.id);
    // Several boot lines make one start; a probe that met the module still starting gets its full time again.
    if (this.#hasRestarted) {
      if (this.#resync?.isAnswered) this.#awaitSilence();
      else if (this.#resync) this.#resync.attemptsLeft = this.#bootAttempts;
      return;
    }
    this.#hasRestarted = true;
    this.#resync = undefined;
    this.#refuseAll('AT_RESTARTED', 'The module has restarted.');
    this.#fallOutOfStep();
    this.#guard(() => this.#events.onRestart(line));
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
    this.#splitter.flush();
    this.#ended = code;
    this.#link.onData = undefined;
    this.#link.onClose = undefined;
    this.#refuseAll(code, message);
    this.#resync = undefined;
    this.#gapTimer?.stop();
    this.#idleTimer?.stop();
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
