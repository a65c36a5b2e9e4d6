import { arch, cpus, homedir, platform, release, totalmem, userInfo } from 'node:os';
import type { Machine } from './diagnosticText.ts';

function orEmpty(ask: () => string): string {
  try {
    return ask();
  } catch {
    // A user without an entry in the system's list has neither.
    return '';
  }
}

/** What this process runs on. */
export const thisMachine = (): Machine => ({
  system: `${platform()} ${release()} ${arch()}`,
  versions: process.versions,
  processors: cpus().length,
  memoryBytes: totalmem(),
  home: orEmpty(homedir),
  userName: orEmpty(() => userInfo().username),
});
