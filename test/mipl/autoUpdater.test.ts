import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { remarkText } from '../../shared/remarks.ts';
import { AutoUpdater, updateDueMs } from '../../main/mipl/autoUpdater.ts';
import { SystemClock } from '../../main/time/clock.ts';
import { CodedError } from '../../shared/errors.ts';
import type { RegistrationState } from '../../shared/state.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const session = (lifetimeSeconds: number, fromMs = 0): RegistrationState => ({
  phase: 'registered',
  lifetimeSeconds,
  expiresMs: fromMs + lifetimeSeconds * 1000,
});

describe('when a registration is renewed', () => {
  it.each([
    ['four minutes before its end', session(3600), 3360_000],
    ['half way where it is short', session(100), 50_000],
    ['at once when the module asks for it', { ...session(3600), lastEvent: 14 }, 0],
    ['never while the end is not known', { phase: 'registered' }, undefined],
    ['never while the lifetime is not known', { phase: 'registered', expiresMs: 5 }, undefined],
    ['never without a session', { phase: 'failed', expiresMs: 5, lifetimeSeconds: 5 }, undefined],
    ['never while it is being renewed', { ...session(3600), phase: 'updating' }, undefined],
  ] as const)('%s', (_, registration, expected) => {
    expect(updateDueMs(registration)).toBe(expected);
  });
});

/** An updater whose session is in the hands of the test. */
function bench(lifetimeSeconds: number, fails: () => boolean = () => false) {
  const world = { isOn: true, registration: session(lifetimeSeconds) };
  const clock = new SystemClock();
  const updates: number[] = [];
  const notes: string[] = [];
  const updater = new AutoUpdater({
    isOn: () => world.isOn,
    registration: () => world.registration,
    update: async () => {
      updates.push(clock.steadyMs() / 1000);
      await Promise.resolve();
      if (fails()) throw new CodedError('MIPL_REFUSED', 'event 12', '12');
      world.registration = session(lifetimeSeconds, clock.steadyMs());
    },
    onRemark: (told) => notes.push(remarkText(told)),
    clock,
  });
  updater.wake();
  return { updater, world, updates, notes, pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000) };
}

describe('the automatic update', () => {
  it('keeps the session alive for as long as it is on', async () => {
    const { updates, pass, world, updater } = bench(3600);
    await pass(10_100);
    expect(updates).toEqual([3360, 6720, 10_080]);
    world.isOn = false;
    updater.wake();
    await pass(10_000);
    expect(updates).toHaveLength(3);
  });

  it.each([
    ['set back by two hours', -7_200_000],
    ['set forth by a day', 86_400_000],
  ])('is neither early nor late when the clock of the machine is %s', async (_, byMs) => {
    const { updates, pass } = bench(3600);
    await pass(60);
    vi.setSystemTime(Date.now() + byMs);
    await pass(7000);
    expect(updates).toEqual([3360, 6720]);
  });

  it('of a lifetime of eight years is one update after eight years, and no timer of a millisecond', async () => {
    const { updates, pass } = bench(0x0fffffff);
    await pass(100);
    expect(updates).toEqual([]);
    expect(vi.getTimerCount()).toBe(1);
    await pass(0x0fffffff - 240 - 100);
    expect(updates).toEqual([0x0fffffff - 240]);
  });

  it('is tried again also where the lifetime is not known', async () => {
    const { updater, world, updates, pass } = bench(3600, () => true);
    world.registration = { phase: 'registered', lastEvent: 14 };
    updater.wake();
    await pass(31);
    expect(updates).toEqual([0, 30]);
  });

  it('keeps also a session of a few seconds alive', async () => {
    const { updates, pass } = bench(20);
    await pass(35);
    expect(updates).toEqual([10, 20, 30]);
  });

  it('is tried again within seconds where the session lasts no longer', async () => {
    const bad = bench(16, () => bad.updates.length === 1);
    await bad.pass(10);
    expect(bad.updates).toEqual([8, 10]);
  });

  it('is tried again half a minute later when it failed', async () => {
    const { updates, notes, pass } = bench(3600, () => true);
    await pass(3425);
    expect(updates).toEqual([3360, 3390, 3420]);
    expect(notes[1]).toBe('Renewing the registration failed: MIPL_REFUSED event 12');
  });

  it('is not sent twice while the first is under way', async () => {
    const { updater, world, updates, pass } = bench(3600);
    world.registration = { ...world.registration, lastEvent: 14 };
    updater.wake();
    updater.wake();
    await pass(1);
    expect(updates).toEqual([0]);
  });

  it('can wait for months', async () => {
    const { updates, pass } = bench(5_000_000);
    await pass(4_999_000);
    expect(updates).toEqual([]);
    await pass(1000);
    expect(updates).toEqual([4_999_760]);
  });

  it('ends with the link', async () => {
    const { updater, updates, pass } = bench(100);
    updater.stop();
    updater.wake();
    await pass(1000);
    expect(updates).toEqual([]);
  });
});
