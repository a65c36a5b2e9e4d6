import type { ChannelEvents, ChannelOptions } from './exchange.ts';
import type { FinalResult } from './resultCodes.ts';
import { Resync } from './resync.ts';

/** What finding back into step asks of the channel. */
export interface AnswerOrderParts {
  /** Sends a probe past the queue. */
  readonly send: (command: string) => void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly onSync: ChannelEvents['onSync'];
  /** In step: the queue may go on. Silent: what waits has to be refused. */
  readonly onEnd: (outcome: 'inStep' | 'silent') => void;
}

/** A line slower than this, there and back, gets its round trips on top of every time limit. */
const quickRoundTripMs = 250;
const longestAllowanceMs = 12_000;
/** Round trips that are remembered: the longest of them counts. */
const rememberedRoundTrips = 4;

/** Whether it is known which answer is whose; finds that out anew ({@link Resync}) where an answer is missing. */
export class AnswerOrder {
  readonly #options: ChannelOptions;
  readonly #parts: AnswerOrderParts;
  #isInStep: boolean;
  #hasRestarted = false;
  #resync: Resync | undefined;
  /** Commands without a final result that may still come, and their texts. */
  #owed = 0;
  readonly #lost = new Set<string>();
  #isLossTold = false;
  /** Answers missed since the last that came. */
  #missedInRow = 0;
  #roundTripsMs: readonly number[] = [];

  constructor(options: ChannelOptions, parts: AnswerOrderParts) {
    this.#options = options;
    this.#parts = parts;
    this.#isInStep = options.startsInStep ?? true;
  }

  /** The next answer is that of the next command. */
  get isInStep(): boolean {
    return this.#isInStep;
  }

  /** It is being found out. */
  get isAsking(): boolean {
    return this.#resync !== undefined;
  }

  /** The module has said that it starts, and no command has left since. */
  get hasRestarted(): boolean {
    return this.#hasRestarted;
  }

  /** What the line itself takes, milliseconds: time limits of commands count from a module that is near. */
  get allowanceMs(): number {
    const roundTripMs = Math.max(0, ...this.#roundTripsMs);
    return roundTripMs < quickRoundTripMs ? 0 : Math.ceil(Math.min(2 * roundTripMs, longestAllowanceMs));
  }

  /** A command leaves. */
  onSent(): void {
    this.#hasRestarted = false;
  }

  /** A command has had its final result. */
  onAnswered(): void {
    this.#missedInRow = 0;
  }

  /** A command has ended without its final result, which may still come. */
  onUnanswered(command: string): void {
    this.#owed++;
    this.#lost.add(command);
  }

  /** An answer that may still come would be taken for the next command's. */
  lose(): void {
    this.#isInStep = false;
  }

  /** An answer is missing: {@link lose}, and it is said. */
  miss(): void {
    this.lose();
    this.#missedInRow++;
    this.#isLossTold = true;
    this.#parts.onSync('lost');
  }

  /** The module starts: it says `OK` of its own accord, and answers to nothing from before. */
  restart(): void {
    this.#hasRestarted = true;
    this.stop();
    this.lose();
  }

  /** Another line of the same start: a probe that met the module still starting gets its full time again. */
  onBoot(): void {
    this.#resync?.onBoot();
  }

  /** Begins to ask. */
  start(): void {
    const { resyncAttempts = 3, bootAttempts = 20, resyncTimeoutMs = 1000, resyncSilenceMs = 500 } = this.#options;
    this.#resync = new Resync(
      {
        attempts: this.#hasRestarted ? bootAttempts : resyncAttempts,
        timeoutMs: resyncTimeoutMs,
        silenceMs: resyncSilenceMs,
        hasRestarted: this.#hasRestarted,
        owed: this.#owed,
        lost: this.#lost,
        wasVain: this.#missedInRow > 1,
      },
      {
        send: this.#parts.send,
        nowMs: this.#parts.nowMs,
        onRoundTrip: (roundTripMs) => {
          this.#roundTripsMs = [...this.#roundTripsMs, roundTripMs].slice(-rememberedRoundTrips);
        },
        onEnd: (outcome) => this.#onEnd(outcome),
      },
    );
    this.#resync.start();
  }

  /** Asks no more. */
  stop(): void {
    if (!this.#resync) return;
    this.#resync.stop();
    this.#owed = this.#resync.owed;
    for (const question of this.#resync.asked) this.#lost.add(question);
    this.#resync = undefined;
  }

  /** Takes a line that is no URC while out of step: it belonged to a lost command, or answers a probe. */
  take(text: string, final: FinalResult | undefined): void {
    if (this.#resync) this.#resync.take(text, final);
    else if (final) this.#owed = Math.max(0, this.#owed - 1);
  }

  #onEnd(outcome: 'inStep' | 'silent'): void {
    this.stop();
    if (outcome === 'inStep') {
      this.#isInStep = true;
      this.#owed = 0;
      this.#lost.clear();
      if (this.#isLossTold) this.#parts.onSync('regained');
      this.#isLossTold = false;
    }
    this.#parts.onEnd(outcome);
  }
}
