import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** A deadline that rings this late was held up by ourselves. */
const stallMs = 50;
const graceMs = 200;

/**
 * Calls once the time limit has passed. Where this process itself was late (it stood still, the laptop slept) the answer may lie
 * unread in the port: then it gets some grace, once.
 */
export function startDeadline(limitMs: number, nowMs: () => number, onPassed: () => void): Timer {
  const startedMs = nowMs();
  const onRing = (): void => {
    if (nowMs() - startedMs > limitMs + stallMs) timer = startTimer(onPassed, graceMs);
    else onPassed();
  };
  let timer = startTimer(onRing, limitMs);
  return { stop: () => timer.stop() };
}
