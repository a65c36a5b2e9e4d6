import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalSample } from '../../shared/acceptance.ts';
import {
  bestPosition,
  figuresOf,
  isMeasuredFull,
  nextLetter,
  placeOnScale,
  scaleOf,
  toneOf,
  trendOf,
} from '../../shared/antenna.ts';
import type { AntennaPosition, AntennaState } from '../../shared/antenna.ts';

/** A sample each second from one second to another. */
const seconds = (from: number, to: number, rsrpDbm: number): SignalSample[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ atMs: (from + index) * 1000, rsrpDbm }));

const place = (averageDbm: number, isFull: boolean): AntennaPosition => ({
  name: '',
  startedMs: 0,
  isFull,
  figures: { count: 60, averageDbm, lowDbm: averageDbm, highDbm: averageDbm },
});
const state = (positions: AntennaState['positions'], measuring?: AntennaState['measuring']): AntennaState => ({
  positions,
  isInReport: false,
  ...(measuring ? { measuring } : {}),
});

describe('what was measured at a place', () => {
  it('is the average with its range, of the power that the module tells', () => {
    const samples: SignalSample[] = [
      { atMs: 0, rsrpDbm: -200 },
      { atMs: 1000, rsrpDbm: -90, rssiDbm: -70, snrDb: 10 },
      { atMs: 2000, rssiDbm: -80, snrDb: 12 },
      { atMs: 3000 },
      { atMs: 9000, rsrpDbm: -200 },
    ];
    expect(figuresOf(samples, 500, 5000)).toEqual({
      count: 2,
      averageDbm: -85,
      lowDbm: -90,
      highDbm: -80,
      averageSnrDb: 11,
    });
    expect(figuresOf([{ atMs: 1, rsrpDbm: -90 }], 0, 5)).toEqual({
      count: 1,
      averageDbm: -90,
      lowDbm: -90,
      highDbm: -90,
    });
    expect(figuresOf(samples, 4000, 5000)).toBeUndefined();
  });

  it('is full only from its first second to its last, without a gap of more than 10 s', () => {
    expect(isMeasuredFull(seconds(0, 60, -90), 0)).toBe(true);
    expect(isMeasuredFull(seconds(0, 45, -90), 0)).toBe(false);
    expect(isMeasuredFull(seconds(15, 60, -90), 0)).toBe(false);
    expect(isMeasuredFull([...seconds(0, 20, -90), ...seconds(35, 60, -90)], 0)).toBe(false);
    expect(isMeasuredFull([], 0)).toBe(false);
  });
});

describe('the best place', () => {
  it('is the strongest of those that were measured for the whole time', () => {
    expect(bestPosition(state({ A: place(-94, true), B: place(-88, true), C: place(-70, false) }))).toEqual({
      letter: 'B',
      aheadDb: 6,
      of: 'A',
    });
    expect(bestPosition(state({ C: place(-94, true) }))).toEqual({ letter: 'C' });
    expect(bestPosition(state({ A: place(-70, false), B: { name: '', startedMs: 0 } }))).toBeUndefined();
  });

  it('is never one that was not measured for the whole time, whatever its number', () => {
    const any = fc.record({ dbm: fc.integer({ min: -140, max: -40 }), isFull: fc.boolean() });
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const positions = { A: place(a.dbm, a.isFull), B: place(b.dbm, b.isFull), C: place(c.dbm, c.isFull) };
        const best = bestPosition({ positions });
        const full = [a, b, c].filter(({ isFull }) => isFull).map(({ dbm }) => dbm);
        expect(best && positions[best.letter].figures?.averageDbm).toBe(
          full.length === 0 ? undefined : Math.max(...full),
        );
      }),
    );
  });
});

it('measures next what has not been measured yet', () => {
  expect(nextLetter(state({}))).toBe('A');
  expect(nextLetter(state({ A: { name: '', startedMs: 0 } }, 'A'))).toBe('B');
  expect(nextLetter(state({ A: place(-90, true), B: place(-90, false) }))).toBe('B');
  expect(nextLetter(state({ A: place(-90, true), B: place(-90, true), C: place(-90, true) }))).toBe('A');
});

it('tells how much better it is than half a minute ago, where both were measured', () => {
  const samples = [...seconds(0, 40, -95), ...seconds(41, 60, -88)];
  expect(trendOf(samples, 60_000)).toBe(7);
  expect(trendOf(seconds(50, 60, -90), 60_000)).toBeUndefined();
  expect(trendOf(seconds(0, 40, -90), 60_000)).toBeUndefined();
});

it('has a scale with the words of the signal, of RSRP or of RSSI', () => {
  expect(scaleOf({ atMs: 0, rsrpDbm: -90 })).toEqual({ ends: [-130, -70], limits: [-118, -108, -95] });
  expect(scaleOf({ atMs: 0, rssiDbm: -90 })).toEqual({ ends: [-113, -51], limits: [-105, -97, -85] });
  expect([placeOnScale(-140, [-130, -70]), placeOnScale(-100, [-130, -70]), placeOnScale(0, [-130, -70])]).toEqual([
    0, 0.5, 1,
  ]);
});

it('sounds higher and faster the better it is', () => {
  const [poor, good] = [toneOf(0), toneOf(1)];
  expect(good.hertz).toBeGreaterThan(poor.hertz);
  expect(good.everyMs).toBeLessThan(poor.everyMs);
  expect(poor).toEqual({ hertz: 300, everyMs: 900 });
});
