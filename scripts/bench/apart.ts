import { writeFileSync } from 'node:fs';

/** Of a session, as a nice value has it: fifteen times what one has that nobody asked anything for. */
const NICE = '-12';

/**
 * Gives the sessions of these processes such a weight that what others do on the machine hardly counts; among each other they
 * stand as before. Linux shares the processors among sessions first (autogroup, sched(7)). As root; elsewhere nothing happens.
 */
export function setApart(...pids: readonly (number | undefined)[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, NICE);
    } catch {
      // Not this system, or not allowed: then others count as they do.
    }
  }
}
