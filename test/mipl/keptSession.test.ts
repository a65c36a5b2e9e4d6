import { describe, expect, it, vi } from 'vitest';
import type { KeptSession } from '../../main/mipl/engine.ts';
import { step } from '../../main/mipl/registration.ts';
import { testClock } from '../clock.ts';
import { registered, rig, settle } from './rig.ts';

/** A session of an hour that began at the zero of the clock. */
const kept: KeptSession = {
  registration: {
    phase: 'registered',
    ref: 0,
    lifetimeSeconds: 3600,
    registeredMs: 0,
    expiresMs: 3_600_000,
    lastEvent: 11,
  },
  observations: [{ path: '/3303/0/5700', msgId: 77, sinceMs: 5 }],
};

/** An engine on a line that is open again; the module says this to the UPDATE. */
function reopened(answer: readonly string[], nowMs = 1000) {
  const clock = testClock(nowMs);
  const station = rig({ clock, updateTimeoutMs: 20, reply: () => answer });
  return { ...station, clock };
}

describe('a session from before the line was lost', () => {
  it('goes on when the module has the suite and the platform the registration', async () => {
    const { engine, sent, observed, registrations } = reopened(['OK', '+MIPLEVENT:0,11']);
    expect(await engine.resume(kept)).toBe(true);
    expect(sent).toEqual(['AT+MIPLUPDATE=0,3600,0']);
    expect(engine.registration).toEqual({ ...kept.registration, expiresMs: 3_601_000 });
    expect(registrations.at(-1)).toEqual(engine.registration);
    expect(observed()).toEqual(['/3303/0/5700 77']);
  });

  it.each([
    ['the module has no suite', ['+CIS ERROR: 602']],
    ['the module does not know the command now', ['ERROR']],
    ['the platform does not know it', ['OK', '+MIPLEVENT:0,12']],
    ['the platform does not answer', ['OK', '+MIPLEVENT:0,13']],
    ['nothing is heard of it', ['OK']],
  ])('is over when %s', async (_, answer) => {
    const { engine, observed } = reopened(answer);
    expect(await engine.resume(kept)).toBe(false);
    expect([engine.registration.phase, observed()]).toEqual(['idle', []]);
  });

  it.each([
    ['its lifetime has passed', kept.registration, 3_600_000],
    ['its lifetime was never known', { phase: 'registered' } as const, 0],
    ['its end was never known', { phase: 'registered', lifetimeSeconds: 60 } as const, 0],
  ])('is not asked for when %s', async (_, registration, nowMs) => {
    const { engine, sent } = reopened(['OK', '+MIPLEVENT:0,11'], nowMs);
    expect(await engine.resume({ ...kept, registration })).toBe(false);
    expect(sent).toEqual([]);
  });

  it('is asked for under the reference that it had, or the usual one', async () => {
    const { ref: _ref, ...session } = kept.registration;
    const { engine, sent } = reopened(['OK', '+MIPLEVENT:0,11']);
    await engine.resume({ ...kept, registration: session });
    await engine.resume({ ...kept, registration: { ...session, ref: 2 } });
    expect(sent).toEqual(['AT+MIPLUPDATE=0,3600,0', 'AT+MIPLUPDATE=2,3600,0']);
  });

  it('is not given up because the line fails again', async () => {
    const { engine, say } = rig({ clock: testClock(0), reply: () => undefined });
    const failure = engine.resume(kept).catch((error: unknown) => error);
    await settle();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    expect(await failure).toMatchObject({ code: 'AT_RESTARTED' });
  });

  it('is what an engine has to hand over while there is one', async () => {
    const { engine } = await registered({}, ['+MIPLOBSERVE:0,9,1,3303,0,5700']);
    await vi.waitFor(() => expect(engine.kept?.observations).toMatchObject([{ msgId: 9 }]));
    engine.reset();
    expect(engine.kept).toBeUndefined();
  });

  it('is settled: what was wrong with the last update counts no more', () => {
    const fault = { code: 'MIPL_REFUSED', message: 'event 13' } as const;
    const state = step({ phase: 'idle' }, { type: 'kept', session: { ...kept.registration, fault } }, 7);
    expect(state).toEqual({ ...kept.registration, expiresMs: 3_600_007 });
  });
});
