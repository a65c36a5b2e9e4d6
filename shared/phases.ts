import type { ConnectionPhase, RegistrationPhase } from './state.ts';

/** True while there is no link to a module, and none is being opened. */
export function isLinkGone(phase: ConnectionPhase): boolean {
  return phase === 'closed' || phase === 'lost' || phase === 'waiting';
}

/** True while the platform has the registration; an update under way does not end it. */
export function isRegistered(phase: RegistrationPhase): boolean {
  return phase === 'registered' || phase === 'updating';
}
