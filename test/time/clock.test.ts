import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SystemClock, systemClock } from '../../main/time/clock.ts';

/** A machine whose clocks are in the hands of the test. */
function machine() {
  const now = { wallMs: 1_700_000_000_000, monotonicMs: 77 };
  const clock = new SystemClock({
    wallMs: () => now.wallMs,
    monotonicNs: () => BigInt(Math.round(now.monotonicMs * 1e6)),
  });
  const pass = (ms: number): void => {
    now.wallMs += ms;
    now.monotonicMs += ms;
  };
  return { now, clock, pass };
}

describe('the clock of the program', () => {
  it('begins with the time of day', () => {
    const { clock, now } = machine();
    expect(clock.steadyMs()).toBe(now.wallMs);
    expect(clock.wallMs()).toBe(now.wallMs);
    expect(clock.steadyMsOf(clock.monotonicNs())).toBe(clock.steadyMs());
  });

  it('measures every span truly, however often and far somebody sets the clock of the machine', () => {
    const step = fc.record({ passMs: fc.integer({ min: 0, max: 1e7 }), setMs: fc.integer({ min: -1e10, max: 1e10 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { clock, now, pass } = machine();
        for (const { passMs, setMs } of steps) {
          const before = clock.steadyMs();
          now.wallMs += setMs;
          pass(passMs);
          expect(clock.steadyMs() - before).toBe(passMs);
          expect(clock.wallMs()).toBe(now.wallMs);
        }
      }),
    );
  });

  it.each([
    ['stands still in sleep, as on Linux and macOS', 0],
    ['goes on in sleep, as on Windows', 3_600_000],
  ])('counts the hour of a sleep where the monotonic clock %s', (_, countedMs) => {
    const { clock, now } = machine();
    const before = clock.steadyMs();
    clock.suspend();
    now.wallMs += 3_600_000;
    now.monotonicMs += countedMs;
    clock.resume();
    expect(clock.steadyMs() - before).toBe(3_600_000);
    clock.resume();
    expect(clock.steadyMs() - before).toBe(3_600_000);
  });

  it('never goes back, even when the clock of the machine was set back in its sleep', () => {
    const { clock, now } = machine();
    const before = clock.steadyMs();
    clock.suspend();
    now.wallMs -= 86_400_000;
    now.monotonicMs += 5;
    clock.resume();
    expect(clock.steadyMs() - before).toBe(5);
  });

  it('is the one of the machine where nobody hands in another', () => {
    expect(Math.abs(systemClock.steadyMs() - systemClock.wallMs())).toBeLessThan(60_000);
  });
});
