import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { remarkText } from '../../shared/remarks.ts';
import { AutoUpdater, isLost, pauseBeforeRegistering, updateDueMs } from '../../main/mipl/autoUpdater.ts';
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
    registerAnew: () => Promise.resolve(),
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
    expect(notes[1]).toBe('Updating the registration failed: MIPL_REFUSED event 12');
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

const refusedBy = (number: number) => ({
  code: 'MIPL_REFUSED' as const,
  message: `event ${number}`,
  detail: String(number),
});

describe('a registration that the platform does not know any more', () => {
  it.each([
    ['its update was refused', { phase: 'registered', fault: refusedBy(12) }, true],
    ['its lifetime is over', { phase: 'failed', fault: refusedBy(9) }, true],
    ['an update was not answered, which may be the air', { phase: 'registered', fault: refusedBy(13) }, false],
    ['the registration itself was refused', { phase: 'failed', fault: refusedBy(7) }, false],
    ['the device was deleted', { phase: 'failed', fault: refusedBy(31) }, false],
    ['nothing is wrong', { phase: 'registered' }, false],
    ['the port is gone', { phase: 'failed', fault: { code: 'PORT_CLOSED', message: '', detail: '9' } }, false],
    ['it is being opened', { phase: 'opening', fault: refusedBy(9) }, false],
  ] as const)('%s', (_, registration, expected) => {
    expect(isLost(registration as RegistrationState)).toBe(expected);
  });

  it('waits for the module, longer where it has begun by itself, then longer with each failure up to five minutes', () => {
    expect(pauseBeforeRegistering({ phase: 'registered', lastEvent: 12 }, 0)).toBe(10_000);
    expect(pauseBeforeRegistering({ phase: 'registered', lastEvent: 4 }, 0)).toBe(40_000);
    expect([1, 2, 3, 4, 5, 50].map((failures) => pauseBeforeRegistering({ phase: 'failed' }, failures) / 1000)).toEqual(
      [30, 60, 120, 240, 300, 300],
    );
  });

  /** An updater whose session was lost; `register` is what becomes of each attempt. */
  function lostBench(register: () => RegistrationState | CodedError, first: RegistrationState) {
    const world = { isOn: true, registration: first };
    const clock = new SystemClock();
    const attempts: number[] = [];
    const updates: number[] = [];
    const updater = new AutoUpdater({
      isOn: () => world.isOn,
      registration: () => world.registration,
      update: async () => {
        updates.push(clock.steadyMs() / 1000);
        await Promise.resolve();
        world.registration = session(3600, clock.steadyMs());
      },
      registerAnew: async () => {
        attempts.push(clock.steadyMs() / 1000);
        await Promise.resolve();
        const became = register();
        if (became instanceof CodedError) {
          world.registration = { phase: 'failed', fault: refusedBy(7) };
          throw became;
        }
        world.registration = became;
      },
      onRemark: () => undefined,
      clock,
    });
    updater.wake();
    return {
      world,
      updater,
      attempts,
      updates,
      pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000),
    };
  }

  const lost: RegistrationState = { ...session(3600), lastEvent: 12, fault: refusedBy(12) };

  it('is made anew after ten seconds in which the module did nothing, and renewed from then on', async () => {
    const { attempts, updates, pass } = lostBench(() => session(3600, 10_000), lost);
    await pass(9);
    expect(attempts).toEqual([]);
    await pass(2);
    expect(attempts).toEqual([10]);
    await pass(3600);
    expect([attempts, updates[0]]).toEqual([[10], 3370]);
  });

  it('is left to a module that registers by itself', async () => {
    const { world, updater, attempts, pass } = lostBench(() => session(3600), lost);
    world.registration = { ...lost, lastEvent: 4 };
    updater.wake();
    await pass(15);
    world.registration = session(3600);
    updater.wake();
    await pass(60);
    expect(attempts).toEqual([]);
  });

  it('is tried again and again where it is refused, ever more seldom', async () => {
    const answers = [1, 2, 3].map(() => new CodedError('MIPL_REFUSED', 'event 7', '7'));
    const { attempts, pass } = lostBench(() => answers.shift() ?? session(3600), {
      phase: 'failed',
      fault: refusedBy(9),
    });
    await pass(400);
    expect(attempts).toEqual([10, 40, 100, 220]);
  });

  it('is nobody’s to mend once a person has closed it, or where nothing is to be done by itself', async () => {
    const closed = lostBench(() => session(3600), lost);
    closed.world.registration = { phase: 'deregistered' };
    closed.updater.wake();
    const off = lostBench(() => session(3600), lost);
    off.world.isOn = false;
    off.updater.wake();
    const stopped = lostBench(() => session(3600), lost);
    stopped.updater.stop();
    const opening = lostBench(() => session(3600), lost);
    opening.world.registration = { phase: 'opening', lifetimeSeconds: 3600 };
    opening.updater.wake();
    await vi.advanceTimersByTimeAsync(120_000);
    expect([closed, off, stopped, opening].map(({ attempts }) => attempts)).toEqual([[], [], [], []]);
  });
});
