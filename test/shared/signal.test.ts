import { describe, expect, it } from 'vitest';
import { elapsed, roundRange, timeSteps } from '../../shared/signalAxis.ts';
import { extendedRsrpOf, extendedRsrqOf, rssiDbmOf, rssiOf, signalWord } from '../../shared/signal.ts';

describe('the signal of +CSQ', () => {
  it.each([
    [0, -113],
    [1, -111],
    [31, -51],
    [32, undefined],
    [99, undefined],
    [199, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
  ])('<rssi> %d is %s dBm', (rssi, dbm) => expect(rssiDbmOf(rssi)).toBe(dbm));

  it.each([
    [undefined, 99],
    [-200, 0],
    [-113, 0],
    [-70.4, 21],
    [0, 31],
  ])('%s dBm is <rssi> %d', (dbm, rssi) => expect(rssiOf(dbm)).toBe(rssi));

  it('comes back as it was printed', () => {
    for (let rssi = 0; rssi <= 31; rssi++) expect(rssiOf(rssiDbmOf(rssi))).toBe(rssi);
  });
});

describe('the signal of +CESQ', () => {
  it.each([
    [undefined, 255],
    [-20, 0],
    [-19.5, 1],
    [-10.8, 18],
    [-3, 34],
    [0, 34],
    [-99, 0],
  ])('%s dB is <rsrq> %d', (db, rsrq) => expect(extendedRsrqOf(db)).toBe(rsrq));

  it.each([
    [undefined, 255],
    [-141, 0],
    [-140, 1],
    [-86.5, 54],
    [-44, 97],
    [0, 97],
    [-200, 0],
  ])('%s dBm is <rsrp> %d', (dbm, rsrp) => expect(extendedRsrpOf(dbm)).toBe(rsrp));
});

describe('the word for a signal', () => {
  it.each([
    [{ rsrpDbm: -95, rssiDbm: -113, coverageLevel: 2 }, 'good'],
    [{ rsrpDbm: -96 }, 'fair'],
    [{ rsrpDbm: -118 }, 'weak'],
    [{ rsrpDbm: -119 }, 'poor'],
    [{ rssiDbm: -85, coverageLevel: 2 }, 'good'],
    [{ rssiDbm: -106 }, 'poor'],
    [{ coverageLevel: 0 }, 'good'],
    [{ coverageLevel: 1 }, 'fair'],
    [{ coverageLevel: 2 }, 'poor'],
    [{}, undefined],
  ])('of %j is %s', (network, word) => expect(signalWord(network)).toBe(word));
});

describe('the axes of the signal over a run', () => {
  it('end at whole tens around all values, and a steady signal keeps its room', () => {
    expect([roundRange(-79, -71), roundRange(-80, -80), roundRange(3, 14)]).toEqual([
      [-80, -70],
      [-80, -70],
      [0, 20],
    ]);
  });

  it('show time as a clock does, in steps a clock has', () => {
    expect([-1, 0, 9.6, 754, 3723].map(elapsed)).toEqual(['0:00', '0:00', '0:10', '12:34', '1:02:03']);
    expect(timeSteps.every((step, index) => step > (timeSteps[index - 1] ?? 0))).toBe(true);
  });
});
