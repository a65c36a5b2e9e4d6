import { defined } from '../../shared/defined.ts';
import { faultOf, isRefusal } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type { EchoOptions, EchoState } from '../../shared/udp.ts';
import { pause, startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { echoPayload, matchEcho, newRun } from './echoPayload.ts';
import { EchoTally } from './echoTally.ts';

/** What an echo test needs of the tool. */
export interface EchoParts {
  /**
   * Sends a datagram; resolves when the module took it. `onLeaving` is called when its command leaves, with the
   * milliseconds until the last byte is out.
   */
  send(hex: string, number: number, onLeaving: (leavingMs: number) => void): Promise<void>;
  /** Reads a socket that does not tell of what came; absent where it does. */
  readonly poll?: () => Promise<void>;
  onChange(state: EchoState): void;
  /** Steady clock, milliseconds; the one that {@link EchoTest.hear} is given times of. */
  now(): number;
}

/** A module that refuses this often in a row will refuse the rest. */
const patience = 3;
/** How often a silent socket is asked. */
const pollMs = 500;

/** One echo test from start to end. */
export class EchoTest {
  readonly #options: EchoOptions;
  readonly #parts: EchoParts;
  readonly #run = newRun();
  readonly #tally = new EchoTally();
  readonly #end = new AbortController();
  readonly #expiries = new Map<number, Timer>();
  readonly #startedMs: number;
  #whenSettled: (() => void) | undefined;
  #phase: EchoState['phase'] = 'running';
  #fault: Fault | undefined;
  #finishedMs: number | undefined;

  constructor(options: EchoOptions, parts: EchoParts) {
    this.#options = options;
    this.#parts = parts;
    this.#startedMs = parts.now();
  }

  get isRunning(): boolean {
    return this.#phase === 'running';
  }

  get socket(): number {
    return this.#options.socket;
  }

  /** Sends all datagrams and waits for their answers; resolves when the test is over, however it ended. Never rejects. */
  async run(): Promise<void> {
    this.#tell();
    const polling = this.#poll();
    try {
      await this.#sendAll();
      await this.#untilSettled();
      this.#finish('done');
    } catch (error) {
      this.#finish('failed', faultOf(error));
    }
    await polling;
  }

  /** Ends the test; the figures stay. */
  stop(): void {
    this.#finish('stopped');
  }

  /** Ends the test because its ground has gone. */
  fail(fault: Fault): void {
    this.#finish('failed', fault);
  }

  /** A datagram came in. Answers with its number when it belongs to this test. */
  hear(hex: string, atMs: number): number | undefined {
    const match = matchEcho(this.#run, this.#options.size, hex);
    if (!match || !this.isRunning) return match?.number;
    if (match.isWhole) this.#tally.answer(match.number, atMs);
    else this.#tally.damaged();
    this.#tell();
    return match.number;
  }

  async #sendAll(): Promise<void> {
    const { count, intervalMs, size } = this.#options;
    let refusals = 0;
    for (let number = 1; number <= count && this.isRunning; number++) {
      const startMs = this.#parts.now();
      this.#tally.begin(number);
      try {
        await this.#parts.send(echoPayload(this.#run, number, size), number, (ms) => this.#leaving(number, ms));
        refusals = 0;
        this.#tally.taken(number);
      } catch (error) {
        this.#tally.refused(number);
        if (!isPassing(error) || ++refusals === patience) throw error;
      }
      this.#tell();
      if (number < count) await this.#sleep(intervalMs - (this.#parts.now() - startMs));
    }
  }

  /** The clock of the datagram starts with its last byte. Its OK may take longer than its answer. */
  #leaving(number: number, leavingMs: number): void {
    if (!this.isRunning) return;
    this.#tally.left(number, this.#parts.now() + leavingMs);
    const expiry = startTimer(() => {
      this.#expiries.delete(number);
      this.#tally.expire(number);
      this.#tell();
    }, this.#options.timeoutMs + leavingMs);
    this.#expiries.set(number, expiry);
  }

  async #untilSettled(): Promise<void> {
    if (this.isRunning && this.#tally.waiting > 0) await new Promise<void>((resolve) => (this.#whenSettled = resolve));
  }

  async #poll(): Promise<void> {
    const { poll } = this.#parts;
    if (!poll) return;
    while (this.isRunning) {
      if (this.#tally.waiting > 0) await poll();
      await this.#sleep(pollMs);
    }
  }

  /** Pauses; the end of the test ends it. */
  async #sleep(milliseconds: number): Promise<void> {
    await pause(milliseconds, this.#end.signal).catch(() => undefined);
  }

  #finish(phase: EchoState['phase'], fault?: Fault): void {
    if (!this.isRunning) return;
    this.#phase = phase;
    this.#fault = fault;
    this.#finishedMs = this.#parts.now();
    for (const expiry of this.#expiries.values()) expiry.stop();
    this.#end.abort();
    this.#tell();
  }

  #tell(): void {
    this.#parts.onChange({
      phase: this.#phase,
      options: this.#options,
      startedMs: this.#startedMs,
      ...defined({ finishedMs: this.#finishedMs }),
      figures: this.#tally.figures(),
      ...defined({ fault: this.#fault }),
    });
    if (!this.isRunning || this.#tally.waiting === 0) this.#whenSettled?.();
  }
}

/** The module is there and did not take this one: busy, or no answer in time. Anything else ends the test. */
function isPassing(error: unknown): boolean {
  return isRefusal(error) || faultOf(error).code === 'AT_TIMEOUT';
}
