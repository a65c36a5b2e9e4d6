import { modemLineNames } from '../../shared/lineSettings.ts';
import type { ModemLineName, ModemLines } from '../../shared/lineSettings.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { LineWatcher } from './link.ts';

/** What of a serial port is looked at. Ports without such lines, pseudo terminals for one, answer with an error. */
export interface LinePort {
  get(callback: (error: Error | null, lines?: ModemLines) => void): void;
}

/** Lines that stood, and whether all of them are down since. */
interface Trail {
  readonly stood: readonly ModemLineName[];
  readonly isDown: boolean;
}

/** Often enough for a module that is switched off and on, seldom enough to cost nothing. */
const LOOK_MS = 500;

/**
 * The lines of before and those of now: `returned` when all that stood fell together and some are back. One that falls while
 * others stand says something else, such as that the module sleeps. Pure.
 */
export function followLines(trail: Trail, lines: ModemLines): Trail & { readonly returned?: readonly ModemLineName[] } {
  const up = modemLineNames.filter((name) => lines[name]);
  if (up.length === 0) return { stood: trail.stood, isDown: trail.stood.length > 0 };
  const returned = up.filter((name) => trail.stood.includes(name));
  return trail.isDown && returned.length > 0 ? { stood: up, isDown: false, returned } : { stood: up, isDown: false };
}

/**
 * Looks at the lines of a port and tells how they stand, and when they fell and came back. Ends by itself where the port does not
 * offer them.
 */
export function watchModemLines(port: LinePort, { onLines, onReturn }: LineWatcher, everyMs = LOOK_MS): Timer {
  let told: ModemLines | undefined;
  let trail: Trail = { stood: [], isDown: false };
  let isStopped = false;
  let timer: Timer | undefined;
  const look = (): void =>
    port.get((error, lines) => {
      if (isStopped || error || !lines) return;
      // What else the library tells of a port is no line.
      const { cts, dsr, dcd } = lines;
      if (!told || modemLineNames.some((name) => lines[name] !== told?.[name])) onLines((told = { cts, dsr, dcd }));
      const { returned, ...next } = followLines(trail, lines);
      trail = next;
      timer = startTimer(look, everyMs);
      if (returned) onReturn(returned);
    });
  look();
  return {
    stop() {
      isStopped = true;
      timer?.stop();
    },
  };
}
