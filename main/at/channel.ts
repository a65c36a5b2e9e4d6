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
import { isBootBanner, isBootLine, isReadyMark, parseFinalResult } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';
import { Resync } from './resync.ts';
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
  /** Was given more time because this process itself was late. */
  hasGrace: boolean;
}

const idleFlushMs = 2000;
const valuePatienceMs = Number(valuePatienceNs) / 1e6;
/** A deadline that rings this late was held up by ourselves. */
const stallMs = 50;
const graceMs = 200;
/** A line slower than this, there and back, gets its round trips on top of every time limit. */
const quickRoundTripMs = 250;
const longestAllowanceMs = 12_000;
/** Round trips that are remembered: the longest of them counts. */
const rememberedRoundTrips = 4;
/** So many gaps after a final result the next command leaves, whatever the module goes on saying. */
const mostGaps = 10;
const controlCharacter = /[\u0000-\u001f\u007f]/;
/** V.250 §6.1.3–6.1.7, TS 27.007 §5.1–5.3: maker, model and revision come as bare lines, and may read like a boot banner. */
const identification = /^AT(?:I\d*|\+C?GM[IMR])$/i;
/** The same and TS 27.007 §5.4, §5.6: serial number and IMSI. */
const identity = /^AT(?:I\d*|\+C?GM[IMR]|\+C?GSN|\+CIMI)$/i;
const prefixed = /^[+*%^#&]/;
/** V.250 table 1 and what modules with a telephone say of it: words nobody asked for, and no name of anything. */
const unaskedWords =
  /^(?:RING|NO CARRIER|NO ANSWER|NO DIAL ?TONE|BUSY|CONNECT(?: .*)?|(?:CALL|SMS|PB) (?:READY|DONE))$/i;

/** `AT+CGMR` may be answered `+CGMR: …` where others say it bare. */
function hasPrefixOf(command: string, text: string): boolean {
  const name = /^AT(\+\w+)/i.exec(command)?.[1];
  return name !== undefined && new RegExp(`^\\${name} *:`, 'i').test(text);
}

/**
 * Turns a link into exchanges: sends one command at a time and tells answers from URCs. Knows no command by name.
 * The rules and where they come from: docs/architecture.md, "From byte to pixel". Takes over `onData` and `onClose` of the
 * link; {@link ChannelEvents.onClose} hands the latter on.
 */
export class AtChannel {
  readonly #link: Link;
  readonly #events: ChannelEvents;
  readonly #options: ChannelOptions;
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
  #isInStep: boolean;
  #hasRestarted = false;
  #resync: Resync | undefined;
  /** Commands without a final result that may still come, and their texts. */
  #owed = 0;
  readonly #lost = new Set<string>();
  #isLossTold = false;
  #roundTripsMs: readonly number[] = [];
  readonly #signs = new StartSigns();
  #deadline: Timer | undefined;
  #gapTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  #lastDataNs = 0n;
  #hasIdleGrace = false;
  #ended: ErrorCode | undefined;

  constructor(link: Link, events: ChannelEvents, options: ChannelOptions = {}) {
    this.#link = link;
    this.#events = events;
    this.#options = options;
    this.#gapMs = options.gapMs ?? 20;
    this.#lineEnding = options.lineEnding ?? '\r\n';
    this.#resyncAttempts = options.resyncAttempts ?? 3;
    this.#bootAttempts = options.bootAttempts ?? 20;
    this.#resyncTimeoutMs = options.resyncTimeoutMs ?? 1000;
    this.#resyncSilenceMs = options.resyncSilenceMs ?? 500;
    this.#isKnownUrc = options.isKnownUrc ?? (() => false);
    this.#splitter = new LineSplitter((line) => this.#onLine(line), options.frames);
    this.#clock = options.clock ?? systemClock;
    this.#isInStep = options.startsInStep ?? true;
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
    if (this.#running || this.#resync || this.#ended) return;
    const job = this.#wanted();
    if (!job) return;
    if (!this.#isInStep) return this.#startResync();
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

  /**
   * The line has not been quiet for the gap since the last final result; comes back when it has. An answer that is said twice
   * would else be taken for that of the next command. A line that is never quiet holds nobody longer than some gaps.
   */
  #mustWait(): boolean {
    const nowNs = this.#clock.monotonicNs();
    const gapLeftMs = (sinceNs: bigint, gaps: number): number => gaps * this.#gapMs - Number(nowNs - sinceNs) / 1e6;
    const quietLeftMs = Math.max(gapLeftMs(this.#lastFinalNs, 1), gapLeftMs(this.#lastDataNs, 1));
    const remainingMs = Math.min(quietLeftMs, gapLeftMs(this.#lastFinalNs, mostGaps));
    if (remainingMs <= 0) return false;
    this.#gapTimer ??= startTimer(() => {
      this.#gapTimer = undefined;
      this.#next();
    }, Math.ceil(remainingMs));
    return true;
  }

  #start(job: Job, command: string, options: CommandOptions, passedBy: number): void {
    const id = ++this.#lastId;
    const bareLines = options.bareLines ?? identification.test(command);
    this.#hasRestarted = false;
    const sentNs = this.#clock.monotonicNs();
    const limitMs = options.timeoutMs + this.#allowanceMs();
    this.#running = { job, command, options, bareLines, id, lines: [], sentNs, limitMs, hasGrace: false };
    this.#deadline = startTimer(() => this.#onTimeout(), limitMs);
    this.#write(command);
    const { onSent } = options;
    if (onSent) this.#guard(() => onSent(sentNs, passedBy));
    this.#guard(() => this.#events.onSent(command, id, options.priority, sentNs));
  }

  /** What the line itself takes: time limits of commands count from a module that is near. */
  #allowanceMs(): number {
    const roundTripMs = Math.max(0, ...this.#roundTripsMs);
    return roundTripMs < quickRoundTripMs ? 0 : Math.ceil(Math.min(2 * roundTripMs, longestAllowanceMs));
  }

  #nowMs(): number {
    return Number(this.#clock.monotonicNs()) / 1e6;
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
    const elapsedMs = Number(this.#clock.monotonicNs() - running.sentNs) / 1e6;
    if (elapsedMs > running.limitMs + stallMs && !running.hasGrace) {
      // The process stood still (or the laptop slept): the answer may lie unread in the port.
      running.hasGrace = true;
      this.#deadline = startTimer(() => this.#onTimeout(), graceMs);
      return;
    }
    this.#failRunning('AT_TIMEOUT', `${running.command}: no answer within ${running.limitMs} ms.`);
    this.#fallOutOfStep();
    this.#isLossTold = true;
    this.#guard(() => this.#events.onSync('lost'));
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
    this.#owed++;
    this.#lost.add(command);
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

  /** An answer that may still come would be taken for the next command's. */
  #fallOutOfStep(): void {
    this.#isInStep = false;
  }

  #startResync(): void {
    const resync = new Resync(
      {
        attempts: this.#hasRestarted ? this.#bootAttempts : this.#resyncAttempts,
        timeoutMs: this.#resyncTimeoutMs,
        silenceMs: this.#resyncSilenceMs,
        hasRestarted: this.#hasRestarted,
        owed: this.#owed,
        lost: this.#lost,
      },
      {
        send: (command) => this.#sendProbe(command),
        nowMs: () => this.#nowMs(),
        onRoundTrip: (roundTripMs) => {
          this.#roundTripsMs = [...this.#roundTripsMs, roundTripMs].slice(-rememberedRoundTrips);
        },
        onEnd: (outcome) => this.#onResyncEnd(outcome),
      },
    );
    this.#resync = resync;
    resync.start();
  }

  #sendProbe(command: string): number {
    const id = ++this.#lastId;
    const sentNs = this.#clock.monotonicNs();
    this.#guard(() => this.#events.onSent(command, id, 'session', sentNs));
    this.#write(command);
    return id;
  }

  #onResyncEnd(outcome: 'inStep' | 'silent'): void {
    this.#stopResync();
    if (outcome === 'silent') {
      this.#refuseAll('AT_SILENT', 'The module does not answer AT.');
      this.#guard(() => this.#events.onSync('silent'));
      return;
    }
    this.#isInStep = true;
    this.#owed = 0;
    this.#lost.clear();
    if (this.#isLossTold) this.#guard(() => this.#events.onSync('regained'));
    this.#isLossTold = false;
    this.#next();
  }

  #stopResync(): void {
    if (!this.#resync) return;
    this.#resync.stop();
    this.#owed = this.#resync.owed;
    for (const question of this.#resync.asked) this.#lost.add(question);
    this.#resync = undefined;
  }

  /** A line that is no URC while out of step: it belonged to a lost command, or answers a probe. */
  #onStrayLine(line: AtLine, final: FinalResult | undefined): void {
    if (!this.#resync) {
      if (final) this.#owed = Math.max(0, this.#owed - 1);
      return this.#tellLine(line, 'unasked');
    }
    const { kind, exchangeId } = this.#resync.take(line.text, final);
    this.#tellLine(line, kind, exchangeId);
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
    // Rung late: this process was busy, perhaps with the very chunk, and the rest of the line may lie unread.
    const isStalled = remainingMs < -stallMs && !this.#hasIdleGrace;
    this.#hasIdleGrace = isStalled;
    if (remainingMs > 0) this.#idleTimer = startTimer(this.#onIdle, Math.ceil(remainingMs));
    else if (isStalled) this.#idleTimer = startTimer(this.#onIdle, graceMs);
    else this.#splitter.flush();
  };

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
    if (this.#signs.onUnasked(line.text, () => this.#nowMs())) this.#onSign(line);
  }

  #onUnasked(line: AtLine, final: FinalResult | undefined): void {
    if (this.#isUrc(line.text)) return this.#guard(() => this.#events.onUrc(line));
    if (!this.#isInStep) return this.#onStrayLine(line, final);
    if (final) return this.#tellLine(line, 'unasked');
    this.#guard(() => this.#events.onUrc(line));
  }

  #belongs(running: Running, text: string): boolean {
    const { claims } = running.options;
    // Who the module is must not be made of what came in the middle: these answers have no prefix, or that of the question.
    if (identity.test(running.command)) {
      return !(prefixed.test(text) || unaskedWords.test(text.trim())) || hasPrefixOf(running.command, text);
    }
    if (claims && this.#ask(claims, text)) return true;
    if (running.bareLines && !prefixed.test(text)) return true;
    return !this.#isUrc(text);
  }

  #isUrc(text: string): boolean {
    return this.#ask(this.#isKnownUrc, text);
  }

  /** The module starts, or has said so. */
  #onStart(line: AtLine): void {
    // Several boot lines make one start; a probe that met the module still starting gets its full time again.
    if (this.#hasRestarted) return this.#resync?.onBoot();
    this.#hasRestarted = true;
    this.#signs.forget();
    this.#stopResync();
    this.#refuseAll('AT_RESTARTED', 'The module has restarted.');
    this.#fallOutOfStep();
    this.#guard(() => this.#events.onRestart(line));
  }

  /** A sign of a start that is no proof. */
  #onSign(line: AtLine): void {
    if (this.#hasRestarted || !this.#options.mayHaveKept?.()) return this.#onStart(line);
    this.#signs.forget();
    this.#fallOutOfStep();
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
    this.#splitter.flush();
    this.#ended = code;
    this.#link.onData = undefined;
    this.#link.onClose = undefined;
    this.#stopResync();
    this.#refuseAll(code, message);
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
