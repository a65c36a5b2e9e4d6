/**
 * The clocks of this machine, as everything in main may use them. Handed in by whoever makes a thing, so that a test hands
 * in its own; see docs/decisions/clock.md.
 */
export interface Clock {
  /** Nanoseconds of the monotonic clock; only differences mean something. Lines and commands are stamped with it. */
  monotonicNs(): bigint;
  /**
   * Milliseconds since 1970 that never jump: the wall clock as it was when the program began, counted on by the monotonic
   * clock, and by the time the machine slept. Every span and every time of the state is of this clock.
   */
  steadyMs(): number;
  /** The same moment as {@link monotonicNs} said it, in {@link steadyMs}. */
  steadyMsOf(monotonicNs: bigint): number;
  /**
   * Milliseconds since 1970 as the machine's clock has it now. It can be set at any moment, forth and back: for headers,
   * file names and dates that leave the program, never for a span.
   */
  wallMs(): number;
}

/** What the machine itself offers, in the two units of {@link Clock}. */
export interface ClockSource {
  monotonicNs(): bigint;
  wallMs(): number;
}

const machine: ClockSource = { monotonicNs: () => process.hrtime.bigint(), wallMs: () => Date.now() };

/** The machine's clocks behind the interface. One for the whole program: {@link systemClock}. */
export class SystemClock implements Clock {
  readonly #source: ClockSource;
  /** What monotonic zero is in milliseconds since 1970. */
  #zeroMs: number;
  #asleep: { readonly wallMs: number; readonly monotonicMs: number } | undefined;

  constructor(source: ClockSource = machine) {
    this.#source = source;
    this.#zeroMs = source.wallMs() - this.#monotonicMs();
  }

  monotonicNs(): bigint {
    return this.#source.monotonicNs();
  }

  steadyMs(): number {
    return this.#zeroMs + this.#monotonicMs();
  }

  steadyMsOf(monotonicNs: bigint): number {
    return this.#zeroMs + Number(monotonicNs) / 1e6;
  }

  wallMs(): number {
    return this.#source.wallMs();
  }

  /** The machine goes to sleep. */
  suspend(): void {
    this.#asleep = { wallMs: this.#source.wallMs(), monotonicMs: this.#monotonicMs() };
  }

  /**
   * The machine woke up. CLOCK_MONOTONIC of Linux and mach_absolute_time of macOS stand still in sleep, the counter of Windows
   * does not: what the wall clock went further than the monotonic one is added. Never less than nothing.
   */
  resume(): void {
    const before = this.#asleep;
    this.#asleep = undefined;
    if (!before) return;
    const walkedMs = this.#source.wallMs() - before.wallMs;
    const countedMs = this.#monotonicMs() - before.monotonicMs;
    this.#zeroMs += Math.max(0, walkedMs - countedMs);
  }

  #monotonicMs(): number {
    return Number(this.#source.monotonicNs()) / 1e6;
  }
}

/** The clock of this process. */
export const systemClock = new SystemClock();
