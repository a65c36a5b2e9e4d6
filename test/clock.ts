import type { Clock } from '../main/time/clock.ts';

/** A clock in the hands of the test: time passes, and somebody may set the wall clock. */
export interface TestClock extends Clock {
  pass(ms: number): void;
  /** Sets the wall clock forth or back. */
  setWall(byMs: number): void;
}

/** Begins at `wallMs` on both clocks. */
export function testClock(wallMs = 1_700_000_000_000): TestClock {
  let passedMs = 0;
  let setMs = 0;
  const monotonicZeroMs = 5_000;
  return {
    monotonicNs: () => BigInt(Math.round((monotonicZeroMs + passedMs) * 1e6)),
    steadyMs: () => wallMs + passedMs,
    steadyMsOf: (ns) => wallMs + Number(ns) / 1e6 - monotonicZeroMs,
    wallMs: () => wallMs + passedMs + setMs,
    pass: (ms) => void (passedMs += ms),
    setWall: (byMs) => void (setMs += byMs),
  };
}
