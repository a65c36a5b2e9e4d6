import { setTimeout as sleep } from 'node:timers/promises';

/** The longest a timer of the runtime waits, milliseconds: about 24.8 days. Beyond it fires at once, with a warning. */
export const longestTimerMs = 0x7fffffff;

/** Something that will happen, unless it is stopped. */
export interface Timer {
  /** It happens no more; stopping twice, or too late, does nothing. */
  stop(): void;
}

/** A wait as a timer can take it. @throws RangeError when it is no number: such a timer would fire at once. */
function checked(delayMs: number): number {
  if (Number.isNaN(delayMs)) throw new RangeError('A timer needs a number of milliseconds');
  return Math.max(0, Math.ceil(delayMs));
}

/**
 * Calls `run` once after `delayMs`, rounded up, never early; a negative wait is none. A wait longer than a timer of the runtime is
 * kept in pieces, an endless one never ends. @throws RangeError when `delayMs` is NaN.
 */
export function startTimer(run: () => void, delayMs: number): Timer {
  let leftMs = checked(delayMs);
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    const pieceMs = Math.min(leftMs, longestTimerMs);
    leftMs -= pieceMs;
    timer = setTimeout(leftMs > 0 ? arm : run, pieceMs);
  };
  if (leftMs !== Infinity) arm();
  return { stop: () => clearTimeout(timer) };
}

/**
 * Calls `run` every `everyMs`, first after that time. @throws RangeError when `everyMs` is NaN, or longer than a timer of the
 * runtime: what should happen once a month is no tick.
 */
export function startTicks(run: () => void, everyMs: number): Timer {
  const periodMs = checked(everyMs);
  if (periodMs > longestTimerMs) throw new RangeError('A period is longer than a timer can be');
  const timer = setInterval(run, periodMs);
  return { stop: () => clearInterval(timer) };
}

/**
 * Waits as {@link startTimer} does. @throws the signal's reason wrapped as AbortError when it is aborted; RangeError when
 * `delayMs` is NaN.
 */
export async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  const options = signal ? { signal } : {};
  let leftMs = checked(delayMs);
  do {
    const pieceMs = Math.min(leftMs, longestTimerMs);
    leftMs -= pieceMs;
    await sleep(pieceMs, undefined, options);
  } while (leftMs > 0);
}
