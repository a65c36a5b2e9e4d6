import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { knockCommand, lastKnockCommand, resyncMarks, numericResult, verboseCommand } from './probeAnswers.ts';
import type { Mark } from './probeAnswers.ts';
import type { FinalResult } from './resultCodes.ts';

/** What a resync asks of the channel. */
export interface ResyncParts {
  /** Sends a probe. */
  readonly send: (command: string) => void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** How long a question and its answer were under way, milliseconds. */
  readonly onRoundTrip: (roundTripMs: number) => void;
  readonly onEnd: (outcome: 'inStep' | 'silent') => void;
}

/** What is known when a resync begins; all times in milliseconds. */
export interface ResyncOptions {
  /** Probes without an answer before the module counts as silent. */
  readonly attempts: number;
  /** How long the first probe waits. */
  readonly timeoutMs: number;
  /** Quiet needed where nothing surer can be had. */
  readonly silenceMs: number;
  /** The module starts: it says `OK` of its own accord, and each probe waits no longer than the first. */
  readonly hasRestarted: boolean;
  /** Earlier commands whose answer may still come. */
  readonly owed: number;
  /** Those of them that are known by their text. */
  readonly lost: ReadonlySet<string>;
  /**
   * The answer right after the last resync was lost, too. A line that loses each n-th answer would be met in time with that for ever:
   * at the end one `AT` more is sent, whose answer may be the one that is lost.
   */
  readonly wasVain: boolean;
}

interface Asked {
  readonly mark: Mark;
  readonly sentMs: number;
}

/** No line that anybody works with takes longer, there and back. */
const longestRoundTripMs = 5500;
/** After the last answer that could come has come: a line said twice comes at once. */
const settleMs = 100;
/** Times the quiet may be drawn out: a chatty module must not hold the queue for ever. */
const mostExtensions = 10;

/**
 * Finds back into step. AT answers carry no number, but a wire keeps their order: once the answer to a question has come that
 * no other command can have, every earlier answer has come or never will. So: `AT` until anything answers, then a {@link resyncMarks}
 * question, and its own final result ends it. Where a module refuses the questions, the answers are counted; where the count does not
 * come out either, the longest round trip has to pass in quiet.
 */
export class Resync {
  readonly #options: ResyncOptions;
  readonly #parts: ResyncParts;
  readonly #usable: readonly Mark[];
  /** Questions whose answer may still come, in the order they were sent. */
  #asked: Asked[] = [];
  #phase: 'knock' | 'mark' | 'quiet' = 'knock';
  #knocksLeft: number;
  #knockCount = 0;
  #markCount = 0;
  #owed: number;
  /** The answer to a question has come; the next final result is its own. */
  #awaitsOwnFinal = false;
  #hasSentOneMore = false;
  #extensionsLeft = mostExtensions;
  #sent = new Set<string>();
  #timer: Timer | undefined;
  #quietEndMs = 0;

  constructor(options: ResyncOptions, parts: ResyncParts) {
    this.#options = options;
    this.#parts = parts;
    this.#knocksLeft = options.attempts;
    this.#owed = options.owed;
    this.#usable = resyncMarks.filter(({ command }) => !options.lost.has(command));
  }

  /** Answers that may still come. */
  get owed(): number {
    return this.#owed;
  }

  /** Questions whose answer may still come: it must not be taken for that to the same question of the next resync. */
  get asked(): readonly string[] {
    return this.#asked.map(({ mark }) => mark.command);
  }

  /** Knocks for the first time. */
  start(): void {
    this.#knock();
  }

  /** It is over, whatever came of it. */
  stop(): void {
    this.#timer?.stop();
  }

  /** Another boot line: the module is alive and still starting. */
  onBoot(): void {
    this.#knocksLeft = this.#options.attempts;
    if (this.#phase === 'quiet') this.#extend(this.#options.silenceMs);
  }

  /** Takes a line that is no URC. */
  take(text: string, final: FinalResult | undefined): void {
    if (this.#sent.has(text)) return;
    const asked = this.#asked.find(({ mark }) => mark.answer.test(text));
    if (this.#phase === 'knock' && numericResult.test(text)) this.#askForWords();
    else if (asked) this.#onMark(asked);
    else if (final) this.#onFinal();
    else if (this.#phase === 'quiet') this.#extend(this.#options.silenceMs);
  }

  #send(command: string): void {
    this.#owed++;
    this.#sent.add(command);
    this.#parts.send(command);
  }

  #arm(run: () => void, waitMs: number): void {
    this.#timer?.stop();
    this.#timer = startTimer(run, waitMs);
  }

  /** A line whose round trip is long needs longer than the first probe waits: each waits twice as long as the one before. */
  #patienceMs(count: number): number {
    const { timeoutMs, hasRestarted } = this.#options;
    return hasRestarted ? timeoutMs : timeoutMs * 2 ** count;
  }

  #knock(): void {
    if (this.#knocksLeft === 0) return this.#parts.onEnd('silent');
    this.#knocksLeft--;
    const isLast = this.#knocksLeft === 0 && this.#knockCount > 0;
    // Armed first: a link may answer before `send` has come back.
    this.#arm(() => this.#knock(), this.#patienceMs(this.#knockCount++));
    this.#send(isLast ? lastKnockCommand : knockCommand);
  }

  #askForWords(): void {
    this.#owed = Math.max(0, this.#owed - 1);
    if (this.#sent.has(verboseCommand)) return;
    this.#arm(() => this.#knock(), this.#options.timeoutMs);
    this.#send(verboseCommand);
  }

  #ask(): void {
    const mark = this.#usable[this.#markCount % Math.max(1, this.#usable.length)];
    if (!mark || this.#markCount === this.#options.attempts) return this.#beQuiet(longestRoundTripMs);
    this.#phase = 'mark';
    this.#asked.push({ mark, sentMs: this.#parts.nowMs() });
    this.#arm(() => this.#ask(), this.#patienceMs(this.#markCount++));
    this.#send(mark.command);
  }

  #onMark(asked: Asked): void {
    // The wire keeps the order: what was asked before has had its answer, or never will.
    this.#asked = this.#asked.slice(this.#asked.indexOf(asked) + 1);
    this.#parts.onRoundTrip(this.#parts.nowMs() - asked.sentMs);
    this.#owed = this.#asked.length + 1;
    this.#awaitsOwnFinal = true;
  }

  #onFinal(): void {
    this.#owed = Math.max(0, this.#owed - 1);
    const isOwn = this.#awaitsOwnFinal;
    this.#awaitsOwnFinal = false;
    if (this.#phase === 'knock') this.#ask();
    else if (this.#owed === 0 && (isOwn || this.#markCount >= this.#usable.length)) this.#settle(isOwn);
    // Every command has had its answer and this question is not known here: the next one may be.
    else if (this.#owed === 0 && this.#phase === 'mark') this.#ask();
    else if (this.#phase === 'quiet') this.#extend(this.#options.silenceMs);
  }

  /** All that could come has come. Only a start has an OK of its own that may still be under way, and a count can be wrong. */
  #settle(isSure: boolean): void {
    const { hasRestarted, silenceMs, wasVain } = this.#options;
    if (wasVain && isSure && !hasRestarted && !this.#hasSentOneMore) return this.#sendOneMore();
    this.#beQuiet(isSure && !hasRestarted ? Math.min(settleMs, silenceMs) : silenceMs);
  }

  #sendOneMore(): void {
    this.#hasSentOneMore = true;
    this.#beQuiet(longestRoundTripMs);
    // What comes now is its own answer.
    this.#awaitsOwnFinal = true;
    this.#send(knockCommand);
  }

  #beQuiet(forMs: number): void {
    this.#phase = 'quiet';
    this.#quietEndMs = this.#parts.nowMs() + forMs;
    this.#arm(() => this.#parts.onEnd('inStep'), forMs);
  }

  #extend(byMs: number): void {
    const endMs = this.#parts.nowMs() + byMs;
    if (endMs <= this.#quietEndMs || this.#extensionsLeft === 0) return;
    this.#extensionsLeft--;
    this.#beQuiet(byMs);
  }
}
