import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followLines, watchModemLines } from '../../main/transport/modemLines.ts';
import type { LineWatcher } from '../../main/transport/link.ts';
import type { LinePort } from '../../main/transport/modemLines.ts';
import type { ModemLineName, ModemLines } from '../../shared/lineSettings.ts';

const linesOf = (...up: readonly ModemLineName[]): ModemLines => ({
  cts: up.includes('cts'),
  dsr: up.includes('dsr'),
  dcd: up.includes('dcd'),
});

/** What is told over a row of looks. */
function toldOver(...looks: readonly (readonly ModemLineName[])[]): (readonly ModemLineName[])[] {
  let trail: Parameters<typeof followLines>[0] = { stood: [], isDown: false };
  return looks.flatMap((up) => {
    const { returned, ...next } = followLines(trail, linesOf(...up));
    trail = next;
    return returned ? [returned] : [];
  });
}

describe('the lines of a module', () => {
  it('that was switched off and on fall together and come back', () => {
    expect(toldOver(['cts', 'dsr'], [], [], ['cts', 'dsr'])).toEqual([['cts', 'dsr']]);
    expect(toldOver(['dcd'], [], ['dcd'], ['dcd'], [], ['dcd'])).toEqual([['dcd'], ['dcd']]);
    expect(toldOver(['cts', 'dsr'], ['cts'], [], ['cts'])).toEqual([['cts']]);
  });

  it('say nothing where one falls while another stands, as those of a module that sleeps', () => {
    expect(toldOver(['cts', 'dsr'], ['dsr'], ['cts', 'dsr'])).toEqual([]);
  });

  it('say nothing where they were never up, or others come up', () => {
    expect(toldOver([], [], ['cts'], ['cts', 'dsr'])).toEqual([]);
    expect(toldOver(['cts'], [], ['dsr'], ['cts', 'dsr'])).toEqual([]);
  });
});

describe('the watch over the lines of a port', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A port whose answers are in the hands of the test. */
  function portWith(answer: () => ModemLines | Error | undefined) {
    let looks = 0;
    const port: LinePort = {
      get(callback) {
        looks++;
        const lines = answer();
        queueMicrotask(() => (lines instanceof Error ? callback(lines) : callback(null, lines)));
      },
    };
    return { port, looks: () => looks };
  }

  const nobody: LineWatcher = { onLines: () => expect.unreachable(), onReturn: () => expect.unreachable() };

  it('tells how they stand, at first and whenever one has changed', async () => {
    let lines: ModemLines = linesOf('cts');
    const { port } = portWith(() => Object.assign({ lowLatency: false }, lines));
    const told: ModemLines[] = [];
    const watch = watchModemLines(port, { onLines: (now) => told.push(now), onReturn: () => undefined }, 500);
    await vi.advanceTimersByTimeAsync(2000);
    lines = linesOf('cts', 'dcd');
    await vi.advanceTimersByTimeAsync(2000);
    expect(told).toEqual([linesOf('cts'), linesOf('cts', 'dcd')]);
    watch.stop();
  });

  it('tells when they fell and came back, until it is stopped', async () => {
    let lines = linesOf('cts', 'dsr');
    const { port, looks } = portWith(() => lines);
    const told: unknown[] = [];
    const watch = watchModemLines(port, { onLines: () => undefined, onReturn: (names) => told.push(names) }, 500);
    await vi.advanceTimersByTimeAsync(1000);
    lines = linesOf();
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([]);
    lines = linesOf('cts', 'dsr');
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([['cts', 'dsr']]);
    expect(looks()).toBe(7);
    watch.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks()).toBe(7);
  });

  it.each([
    ['an error, as a pseudo terminal answers', new Error('Error: Inappropriate ioctl for device, cannot get')],
    ['nothing', undefined],
  ])('asks a port once that answers %s', async (_, answer) => {
    const { port, looks } = portWith(() => answer);
    const watch = watchModemLines(port, nobody, 500);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks()).toBe(1);
    watch.stop();
  });

  it('hears no answer that comes after its end', async () => {
    const { port, looks } = portWith(() => linesOf('cts'));
    const watch = watchModemLines(port, nobody, 500);
    watch.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks()).toBe(1);
  });
});
