import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** Lines that a module drives (V.24 circuits 106, 107, 109), in node-serialport's names. */
export const modemLineNames = ['cts', 'dsr', 'dcd'] as const;
export type ModemLineName = (typeof modemLineNames)[number];
export type ModemLines = Readonly<Record<ModemLineName, boolean>>;

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
 * Looks at the lines of a port and tells when they fell and came back: a module without power drives none. Ends by itself where
 * the port does not offer them.
 */
export function watchModemLines(
  port: LinePort,
  onReturn: (lines: readonly ModemLineName[]) => void,
  everyMs = LOOK_MS,
): Timer {
  let trail: Trail = { stood: [], isDown: false };
  let isStopped = false;
  let timer: Timer | undefined;
  const look = (): void =>
    port.get((error, lines) => {
      if (isStopped || error || !lines) return;
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
