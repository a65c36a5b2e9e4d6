import { getPriority, setPriority } from 'node:os';
import { app } from 'electron';

/** How far they stand behind us; on Windows this is "below normal". */
const STEPS_BEHIND = 10;
const LAST = 19;
/** Processes that paint. */
const painting: readonly string[] = ['Tab', 'GPU'];

/**
 * Lets the screen give way where processors are scarce: an answer to the platform has a deadline, a picture has none.
 * To be called once there is a module, and whenever a page has been loaded since, for its process may be a new one. Not
 * before: until then nobody waits for anything but the window.
 */
export function letScreenGiveWay(): void {
  for (const { type, pid } of app.getAppMetrics()) {
    if (!painting.includes(type)) continue;
    try {
      setPriority(pid, Math.min(LAST, getPriority() + STEPS_BEHIND));
    } catch {
      // Gone meanwhile, or not allowed here: then it is as it would be without.
    }
  }
}
