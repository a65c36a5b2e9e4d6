import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TimeWatch } from '../../main/program/timeWatch.ts';
import type { TimeTrouble } from '../../main/program/timeWatch.ts';
import { testClock } from '../clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function station() {
  const clock = testClock();
  const told: TimeTrouble[] = [];
  let isInSession = true;
  const watch = new TimeWatch({ clock, matters: () => isInSession, tell: (trouble) => told.push(trouble) });
  onTestFinished(() => watch.suspend());
  /** A tick that comes so long after it was due. */
  const tick = (lateMs = 0): void => {
    clock.pass(500 + lateMs);
    vi.advanceTimersByTime(500);
  };
  return { clock, told, watch, tick, endSession: () => (isInSession = false) };
}

describe('a timer that the system delays', () => {
  it('by two seconds is told with how late it came, and once', () => {
    const { told, tick } = station();
    tick();
    tick(2000);
    tick();
    expect(told).toEqual([{ what: 'program', milliseconds: 2000 }]);
  });

  it('by less is not worth a word, however often', () => {
    const { told, tick } = station();
    for (let count = 0; count < 10; count++) tick(1900);
    expect(told).toEqual([]);
  });

  it('is nobody’s concern while no port is open', () => {
    const { told, tick, endSession } = station();
    endSession();
    tick(60_000);
    expect(told).toEqual([]);
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['an hour ahead', 3_600_000],
    ['a day back', -86_400_000],
  ])('%s is told with how far, and once', (_, byMs) => {
    const { clock, told, tick } = station();
    tick();
    clock.setWall(byMs);
    tick();
    tick();
    expect(told).toEqual([{ what: 'clock', milliseconds: byMs }]);
  });

  it('by less than two seconds, as a time server sets it, is not worth a word', () => {
    const { clock, told, tick } = station();
    clock.setWall(1500);
    tick();
    expect(told).toEqual([]);
  });
});

it('the sleep of the machine is neither', () => {
  const { clock, told, watch, tick } = station();
  tick();
  watch.suspend();
  clock.setWall(3_600_000);
  clock.pass(3_600_000);
  vi.advanceTimersByTime(3_600_000);
  watch.resume();
  tick();
  expect(told).toEqual([]);
});
