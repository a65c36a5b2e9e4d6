import { describe, expect, it } from 'vitest';
import type { RegistrationState } from '../../shared/state.ts';
import { idle, isReachableByPlatform, step } from '../../main/mipl/registration.ts';
import type { RegistrationInput } from '../../main/mipl/registration.ts';

const now = 1_000_000;
const fault = { code: 'AT_TIMEOUT', message: 'no answer' } as const;
const refused = (number: number, meaning: string) => ({
  code: 'MIPL_REFUSED' as const,
  message: `+MIPLEVENT ${number}: ${meaning}`,
  detail: String(number),
});
const event = (number: number): RegistrationInput => ({ type: 'event', number });

const opening: RegistrationState = { phase: 'opening', ref: 0, lifetimeSeconds: 3600 };
const up: RegistrationState = {
  phase: 'registered',
  ref: 0,
  lifetimeSeconds: 3600,
  registeredMs: 5000,
  expiresMs: 3_605_000,
};
const updating: RegistrationState = { ...up, phase: 'updating' };

describe('step', () => {
  it.each<[string, RegistrationState, RegistrationInput, RegistrationState]>([
    ['creating starts over', up, { type: 'creating' }, { phase: 'creating' }],
    ['created gives the ref', idle, { type: 'created', ref: 1 }, { phase: 'addingObjects', ref: 1 }],
    [
      'opening keeps the ref',
      { phase: 'addingObjects', ref: 0 },
      { type: 'opening', lifetimeSeconds: 60 },
      { phase: 'opening', ref: 0, lifetimeSeconds: 60 },
    ],
    [
      'opening works without a ref',
      idle,
      { type: 'opening', lifetimeSeconds: 60 },
      { phase: 'opening', lifetimeSeconds: 60 },
    ],
    ['event 1: bootstrapping', opening, event(1), { ...opening, phase: 'bootstrapping', lastEvent: 1 }],
    ['event 2: connecting', opening, event(2), { ...opening, phase: 'connecting', lastEvent: 2 }],
    ['event 4: connecting', opening, event(4), { ...opening, phase: 'connecting', lastEvent: 4 }],
    [
      'event 15: deregistered',
      { ...up, phase: 'closing' },
      event(15),
      { phase: 'deregistered', ref: 0, lastEvent: 15 },
    ],
    ...(['creating', 'addingObjects', 'opening', 'bootstrapping', 'connecting'] as const).map(
      (phase): [string, RegistrationState, RegistrationInput, RegistrationState] => [
        `event 15 while ${phase} is of the session before`,
        { phase, ref: 0 },
        event(15),
        { phase, ref: 0, lastEvent: 15 },
      ],
    ),
    ['event 4 while registered changes nothing', up, event(4), { ...up, lastEvent: 4 }],
    [
      'event 6: registered, until the lifetime is over',
      opening,
      event(6),
      { ...opening, phase: 'registered', lastEvent: 6, registeredMs: now, expiresMs: now + 3_600_000 },
    ],
    [
      'event 6 nobody asked for: registered, the lifetime unknown',
      idle,
      event(6),
      { phase: 'registered', lastEvent: 6, registeredMs: now },
    ],
    [
      'event 11: the lifetime starts again',
      { ...updating, fault },
      event(11),
      { ...up, lastEvent: 11, expiresMs: now + 3_600_000 },
    ],
    [
      'event 11 alone: registered from now on',
      idle,
      event(11),
      { phase: 'registered', lastEvent: 11, registeredMs: now },
    ],
    [
      'event 12: still registered, with the fault',
      updating,
      event(12),
      { ...up, lastEvent: 12, fault: refused(12, 'registration update failed') },
    ],
    [
      'event 13: still registered, with the fault',
      updating,
      event(13),
      { ...up, lastEvent: 13, fault: refused(13, 'registration update timed out') },
    ],
    [
      'event 5: the phase stays, with the fault',
      opening,
      event(5),
      { ...opening, lastEvent: 5, fault: refused(5, 'connection to the server failed') },
    ],
    [
      'event 3: failed',
      opening,
      event(3),
      { phase: 'failed', ref: 0, lastEvent: 3, fault: refused(3, 'bootstrap failed') },
    ],
    [
      'event 7: failed',
      opening,
      event(7),
      { phase: 'failed', ref: 0, lastEvent: 7, fault: refused(7, 'registration failed') },
    ],
    [
      'event 8: failed',
      opening,
      event(8),
      { phase: 'failed', ref: 0, lastEvent: 8, fault: refused(8, 'registration timed out') },
    ],
    ['event 9: failed', up, event(9), { phase: 'failed', ref: 0, lastEvent: 9, fault: refused(9, 'lifetime over') }],
    ['event 10: failed', up, event(10), { phase: 'failed', ref: 0, lastEvent: 10, fault: refused(10, 'stack halted') }],
    [
      'event 31: failed',
      up,
      event(31),
      { phase: 'failed', ref: 0, lastEvent: 31, fault: refused(31, 'device deleted on the platform') },
    ],
    ['event 12 without a session makes none', idle, event(12), { phase: 'idle', lastEvent: 12 }],
    ['event 13 after a failure makes no session', { phase: 'failed' }, event(13), { phase: 'failed', lastEvent: 13 }],
    [
      'event 12 while closing ends nothing',
      { ...up, phase: 'closing' },
      event(12),
      { ...up, phase: 'closing', lastEvent: 12 },
    ],
    ['event 15: deregistered', up, event(15), { phase: 'deregistered', ref: 0, lastEvent: 15 }],
    ['event 14 is only told', up, event(14), { ...up, lastEvent: 14 }],
    ['an event without meaning is only told', idle, event(200), { phase: 'idle', lastEvent: 200 }],
    [
      'updating takes the new lifetime',
      up,
      { type: 'updating', lifetimeSeconds: 60 },
      { ...updating, lifetimeSeconds: 60 },
    ],
    ['closing', up, { type: 'closing' }, { ...up, phase: 'closing' }],
    [
      'closed after closing: deregistered',
      { ...up, phase: 'closing' },
      { type: 'closed' },
      { phase: 'deregistered', ref: 0 },
    ],
    [
      'closed after event 15 changes nothing',
      { phase: 'deregistered', lastEvent: 15 },
      { type: 'closed' },
      { phase: 'deregistered', lastEvent: 15 },
    ],
    ['failed while opening: failed', opening, { type: 'failed', fault }, { phase: 'failed', ref: 0, fault }],
    ['failed while updating: still registered', updating, { type: 'failed', fault }, { ...up, fault }],
    ['failed after event 12: still registered', up, { type: 'failed', fault }, { ...up, fault }],
    ['reset: idle', up, { type: 'reset' }, idle],
  ])('%s', (_, before, input, after) => {
    expect(step(before, input, now)).toEqual(after);
  });

  it('never changes the state it was given', () => {
    const state = Object.freeze({ ...up });
    for (let number = 0; number <= 255; number++) step(state, event(number), now);
    expect(state).toEqual(up);
  });
});

describe('isRegistered', () => {
  it.each([
    ['registered', true],
    ['updating', true],
    ['closing', true],
    ['opening', false],
    ['failed', false],
    ['idle', false],
  ] as const)('in phase %s: %s', (phase, registered) => {
    expect(isReachableByPlatform({ phase })).toBe(registered);
  });
});
