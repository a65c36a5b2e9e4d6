import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Of a session, as a nice value has it: fifteen times what one has that nobody asked anything for. */
const NICE = '-12';

/**
 * How what others do on the machine is kept away: by the weight of the sessions that are measured, which stand among each other as before
 * (Linux shares the processors among sessions first: autogroup, sched(7)), or by precedence of the process that answers over all that
 * share. As root on Linux; elsewhere, and where it is not allowed, others count as they do.
 */
export type Apart = 'weight' | 'precedence' | undefined;

/** Sets apart what is measured: the process that answers, and where weight is what counts all others given. */
export function setApart(how: Apart, answering: number | undefined, ...others: readonly (number | undefined)[]): void {
  if (how === 'precedence') spawnSync('chrt', ['--rr', '--all-tasks', '--pid', '1', String(answering)]);
  if (how === 'weight') for (const pid of [answering, ...others]) weigh(pid);
}

function weigh(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, NICE);
  } catch {
    // Gone, not this system, or not allowed.
  }
}
