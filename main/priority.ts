import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { app } from 'electron';

/** How far they stand behind us; on Windows this is "below normal". */
const STEPS_BEHIND = 10;
const LAST = 19;
/** Processes that paint. */
const painting: readonly string[] = ['Tab', 'GPU'];

/** On Linux a priority is that of one thread, and a thread has that of the one which has made it; elsewhere it is the process's. */
function threadsOf(pid: number): readonly number[] {
  if (process.platform !== 'linux') return [pid];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/**
 * Lets the screen give way where processors are scarce: an answer to the platform has a deadline, a picture has none.
 * To be called once there is a module, and whenever a page has been loaded since, for its process may be a new one. Not
 * before: until then nobody waits for anything but the window.
 */
export function letScreenGiveWay(): void {
  const behind = Math.min(LAST, getPriority() + STEPS_BEHIND);
  for (const { type, pid } of app.getAppMetrics()) {
    if (!painting.includes(type)) continue;
    for (const thread of threadsOf(pid)) {
      try {
        setPriority(thread, behind);
      } catch {
        // Gone meanwhile, or not allowed here: then it is as it would be without.
      }
    }
  }
}
