import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { longestTimerMs, pause, startTicks, startTimer } from '../../main/time/timers.ts';

const days = 86_400_000;

describe('a timer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['a second', 1000],
    ['the longest that the runtime keeps', longestTimerMs],
    ['a millisecond more', longestTimerMs + 1],
    ['a hundred days', 100 * days],
    ['ten years', 3653 * days],
  ])('waits for %s, not a millisecond less, and happens once', (_, delayMs) => {
    const run = vi.fn();
    startTimer(run, delayMs);
    vi.advanceTimersByTime(delayMs - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be stopped in any of its pieces, and twice', () => {
    const run = vi.fn();
    const timer = startTimer(run, 100 * days);
    vi.advanceTimersByTime(30 * days);
    timer.stop();
    timer.stop();
    vi.advanceTimersByTime(100 * days);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is never early by a fraction, and a time that is over already is now', () => {
    const run = vi.fn();
    startTimer(run, 0.2);
    startTimer(run, -5);
    vi.advanceTimersByTime(0);
    expect(run).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('that waits for ever holds no timer', () => {
    const timer = startTimer(() => undefined, Infinity);
    expect(vi.getTimerCount()).toBe(0);
    timer.stop();
  });

  it('refuses what is no number instead of firing at once', () => {
    expect(() => startTimer(() => undefined, NaN)).toThrow(RangeError);
    expect(() => startTicks(() => undefined, NaN)).toThrow(RangeError);
    expect(() => startTicks(() => undefined, longestTimerMs + 1)).toThrow(RangeError);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ticks until it is stopped', () => {
    const run = vi.fn();
    const ticks = startTicks(run, 1000);
    vi.advanceTimersByTime(3500);
    ticks.stop();
    vi.advanceTimersByTime(3500);
    expect(run).toHaveBeenCalledTimes(3);
  });
});

describe('a pause', () => {
  it('ends after its time', async () => {
    const before = performance.now();
    await pause(5);
    expect(performance.now() - before).toBeGreaterThanOrEqual(4.5);
  });

  it.each([1000, longestTimerMs * 3, Infinity])('of %i ms ends when its signal says so', async (delayMs) => {
    const abort = new AbortController();
    const paused = pause(delayMs, abort.signal);
    abort.abort();
    await expect(paused).rejects.toThrow('abort');
  });

  it('refuses what is no number', async () => {
    await expect(pause(NaN)).rejects.toThrow(RangeError);
  });
});
