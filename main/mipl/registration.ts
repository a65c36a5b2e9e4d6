import { defined } from '../../shared/defined.ts';
import { isRegistered as isRegisteredIn } from '../../shared/phases.ts';
import type { Fault } from '../../shared/errors.ts';
import type { RegistrationState } from '../../shared/state.ts';
import { event, eventMeanings } from './codes.ts';

/** What can happen to the session with the platform. Times are milliseconds of the steady clock. */
export type RegistrationInput =
  | { readonly type: 'creating' }
  | { readonly type: 'created'; readonly ref: number }
  | { readonly type: 'opening'; readonly lifetimeSeconds: number }
  | { readonly type: 'updating'; readonly lifetimeSeconds: number }
  | { readonly type: 'kept'; readonly session: RegistrationState }
  | { readonly type: 'closing' }
  | { readonly type: 'closed' }
  | { readonly type: 'event'; readonly number: number; readonly extra?: number }
  | { readonly type: 'failed'; readonly fault: Fault }
  | { readonly type: 'reset' };

/** Before anything was created. */
export const idle: RegistrationState = { phase: 'idle' };

function refusedBy(number: number): Fault {
  return {
    code: 'MIPL_REFUSED',
    message: `+MIPLEVENT ${number}: ${eventMeanings[number]?.meaning}`,
    detail: String(number),
  };
}

function ended(state: RegistrationState, phase: 'deregistered' | 'failed', fault?: Fault): RegistrationState {
  const { ref, lastEvent } = state;
  return {
    phase,
    ...defined({ ref, lastEvent }),
    ...(fault ? { fault } : {}),
  };
}

function alive(state: RegistrationState, nowMs: number): RegistrationState {
  const { fault: _settled, ...rest } = state;
  return {
    ...rest,
    phase: 'registered',
    registeredMs: state.registeredMs ?? nowMs,
    ...(state.lifetimeSeconds === undefined ? {} : { expiresMs: nowMs + state.lifetimeSeconds * 1000 }),
  };
}

function onEvent(before: RegistrationState, number: number, nowMs: number): RegistrationState {
  const state: RegistrationState = { ...before, lastEvent: number };
  switch (number) {
    case event.bootstrapStarted:
      return { ...state, phase: 'bootstrapping' };
    case event.bootstrapDone:
    case event.connected:
      // A module may tell 4 again while the session is up; that does not undo the registration.
      return before.phase === 'registered' ? state : { ...state, phase: 'connecting' };
    case event.registered:
      return alive({ ...state, registeredMs: nowMs }, nowMs);
    case event.updated:
      return alive(state, nowMs);
    case event.updateFailed:
    case event.updateTimeout:
      // Where no session is known the news is not that there is one.
      if (before.phase !== 'registered' && before.phase !== 'updating') return state;
      return { ...state, phase: 'registered', fault: refusedBy(number) };
    case event.connectFailed:
      // The stack tries again by itself (Xinyi: after 2 s); 7 or 8 is the verdict.
      return { ...state, fault: refusedBy(number) };
    case event.bootstrapFailed:
    case event.registrationFailed:
    case event.registrationTimeout:
    case event.lifetimeOver:
    case event.halted:
    case event.deviceDeleted:
      return ended(state, 'failed', refusedBy(number));
    case event.deregistered:
      // On the way to a session this is the late end of the one before.
      return isOnTheWay(before) ? state : ended(state, 'deregistered');
    default:
      return state;
  }
}

function isOnTheWay({ phase }: RegistrationState): boolean {
  return ['creating', 'addingObjects', 'opening', 'bootstrapping', 'connecting'].includes(phase);
}

/** The session after something happened. Pure; events count also when nobody here asked for them. */
export function step(state: RegistrationState, input: RegistrationInput, nowMs: number): RegistrationState {
  switch (input.type) {
    case 'creating':
      return { phase: 'creating' };
    case 'created':
      return { phase: 'addingObjects', ref: input.ref };
    case 'opening':
      return {
        phase: 'opening',
        lifetimeSeconds: input.lifetimeSeconds,
        ...defined({ ref: state.ref }),
      };
    case 'updating':
      return { ...state, phase: 'updating', lifetimeSeconds: input.lifetimeSeconds };
    case 'kept':
      return alive(input.session, nowMs);
    case 'closing':
      return { ...state, phase: 'closing' };
    case 'closed':
      return state.phase === 'closing' ? ended(state, 'deregistered') : state;
    case 'event':
      return onEvent(state, input.number, nowMs);
    case 'failed':
      // An update or a CLOSE that failed leaves the session standing; event 12 or 13 may have come before its time ran out.
      return isReachableByPlatform(state)
        ? { ...state, phase: 'registered', fault: input.fault }
        : ended(state, 'failed', input.fault);
    case 'reset':
      return idle;
  }
}

/** True while the platform can reach us: an update under way does not end the session. */
export function isReachableByPlatform(state: RegistrationState): boolean {
  return isRegisteredIn(state.phase) || state.phase === 'closing';
}
