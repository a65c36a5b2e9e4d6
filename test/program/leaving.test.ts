import { describe, expect, it, vi } from 'vitest';
import { Leaving } from '../../main/program/leaving.ts';
import type { LeavingAnswer, LeavingConcerns, LeftDevice } from '../../main/program/leaving.ts';

interface Given {
  readonly platform?: NodeJS.Platform;
  readonly lockedEarfcn?: number;
  readonly isTesting?: boolean;
  readonly answer?: LeavingAnswer;
  readonly change?: LeftDevice['network']['change'];
}

function bench({ platform = 'linux', lockedEarfcn, isTesting = false, answer = 'stay', change }: Given) {
  const asked: LeavingConcerns[] = [];
  const done: string[] = [];
  const device: LeftDevice = {
    summary: { isTesting, ...(lockedEarfcn === undefined ? {} : { lockedEarfcn }) },
    acceptance: { isRunning: isTesting },
    network: {
      change: change ?? (() => Promise.resolve(done.push('cleared'))),
    },
  };
  const leaving = new Leaving(() => [device], {
    platform,
    ask(concerns) {
      asked.push(concerns);
      return Promise.resolve(answer);
    },
    leave: () => void done.push('left'),
  });
  let isHeld = false;
  const close = (): boolean => {
    isHeld = false;
    leaving.onClose({ preventDefault: () => (isHeld = true) });
    return isHeld;
  };
  return { leaving, asked, done, close };
}

const lock = { lockedEarfcn: 3736 };
const settled = (asked: readonly unknown[]) => vi.waitFor(() => expect(asked).toHaveLength(1));

describe('a person who leaves', () => {
  it.each([
    [lock, { lockedEarfcns: [3736], isTesting: false }],
    [{ isTesting: true }, { lockedEarfcns: [], isTesting: true }],
    [
      { ...lock, isTesting: true },
      { lockedEarfcns: [3736], isTesting: true },
    ],
  ])('is asked before the window closes, and stays: %o', async (given, concerns) => {
    const { asked, done, close } = bench(given);
    expect(close()).toBe(true);
    await settled(asked);
    expect(asked).toEqual([concerns]);
    expect(done).toEqual([]);
  });

  it('is asked by the menu of macOS as elsewhere by the window, whose closing there ends nothing', async () => {
    const { leaving, asked, done, close } = bench({ ...lock, platform: 'darwin', answer: 'leave' });
    expect(close()).toBe(false);
    expect(asked).toEqual([]);
    leaving.onQuit();
    await vi.waitFor(() => expect(done).toEqual(['left']));
    expect(asked).toHaveLength(1);
  });

  it('is not asked where nothing stands in the way, nor when the system ends the program', () => {
    const nothing = bench({});
    expect(nothing.close()).toBe(false);
    nothing.leaving.onQuit();
    expect(nothing.done).toEqual(['left']);
    const ended = bench(lock);
    ended.leaving.over();
    expect(ended.close()).toBe(false);
    ended.leaving.onQuit();
    expect([ended.asked, ended.done]).toEqual([[], ['left']]);
  });

  it('is asked once, however often it is pressed while the question stands', async () => {
    const { leaving, asked, close } = bench(lock);
    expect([close(), close()]).toEqual([true, true]);
    leaving.onQuit();
    await settled(asked);
    await Promise.resolve();
    expect(close()).toBe(true);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
  });

  it('may have the lock cleared first, and is not held up by a module that does not let itself be cleared', async () => {
    const cleared = bench({ ...lock, answer: 'clear' });
    cleared.close();
    await vi.waitFor(() => expect(cleared.done).toEqual(['cleared', 'left']));
    const stubborn = bench({ ...lock, answer: 'clear', change: () => Promise.reject(new Error('no')) });
    stubborn.close();
    await vi.waitFor(() => expect(stubborn.done).toEqual(['left']));
  });
});
