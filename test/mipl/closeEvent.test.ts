import { afterEach, describe, expect, it, vi } from 'vitest';
import { registered, settle } from './rig.ts';
import type { RigOptions } from './rig.ts';

afterEach(() => void vi.useRealTimers());

describe('when event 15 does not come', () => {
  const closeEventMs = { tells: 5000, unknown: 2000, silent: 200 };

  /** A session and how long leaving it takes; each time it is registered anew before. */
  async function leaving(options: RigOptions = {}) {
    const station = await registered({ closeEventMs, ...options });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const leave = async (): Promise<number> => {
      station.say('+MIPLEVENT:0,6');
      let isDone = false;
      const left = station.engine.deregister().then(() => (isDone = true));
      let tookMs = 0;
      for (await settle(); !isDone; await settle()) {
        tookMs += 100;
        await vi.advanceTimersByTimeAsync(100);
      }
      await left;
      return tookMs;
    };
    return { ...station, leave };
  }

  it('the OK counts after two seconds, and from then on almost at once', async () => {
    const { leave, notes, phases } = await leaving();
    expect([await leave(), await leave(), await leave()]).toEqual([2000, 200, 200]);
    expect(phases().at(-1)).toBe('deregistered');
    expect(notes).toEqual(Array(3).fill('No event 15 after AT+MIPLCLOSE: its OK counts.'));
  });

  it('it is waited for longer where the module has told it before', async () => {
    const { leave, say } = await leaving();
    say('+MIPLEVENT:0,15');
    expect([await leave(), await leave()]).toEqual([5000, 5000]);
  });

  it('it is waited for longer in the dialect that always tells it', async () => {
    const { leave } = await leaving({ dialect: 'cmcc' });
    expect(await leave()).toBe(5000);
  });

  it('one that comes late is learnt from and does not touch the next session', async () => {
    const { engine, leave, say } = await leaving();
    expect(await leave()).toBe(2000);
    const registering = engine.register({ lifetimeSeconds: 60, timeoutSeconds: 30 });
    await settle();
    say('+MIPLEVENT:0,15');
    expect(engine.registration.phase).toBe('opening');
    say('+MIPLEVENT:0,6');
    await registering;
    expect(engine.registration).toMatchObject({ phase: 'registered', lifetimeSeconds: 60 });
    expect(await leave()).toBe(5000);
  });
});
