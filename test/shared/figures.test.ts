import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile } from '../../shared/percentile.ts';
import { rssiDbmOf, rssiOf } from '../../shared/signal.ts';
import { CodedError, isRefusal } from '../../shared/errors.ts';

describe('a percentile', () => {
  it('is the nearest rank: a figure that was measured, with that share of the others at or below it', () => {
    const figures = fc.array(fc.integer(), { minLength: 1, maxLength: 50 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(figures, fc.double({ min: 0, max: 1, noNaN: true }), (sorted, share) => {
        const figure = percentile(sorted, share) as number;
        const below = sorted.filter((one) => one <= figure).length;
        expect(sorted).toContain(figure);
        expect(below / sorted.length).toBeGreaterThanOrEqual(share);
      }),
    );
    expect([0, 0.5, 0.95, 1].map((share) => percentile([1, 2, 3, 4], share))).toEqual([1, 2, 4, 4]);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

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

describe('a refusal', () => {
  it('is what the module itself says, and nothing of the line, the session or a mistake of ours', () => {
    for (const code of ['AT_ERROR', 'AT_CME', 'AT_CMS', 'AT_CIS'] as const)
      expect(isRefusal(new CodedError(code, 'no'))).toBe(true);
    for (const code of ['AT_TIMEOUT', 'AT_SILENT', 'AT_RESTARTED', 'AT_BAD_LINE', 'PORT_LOST', 'MIPL_REFUSED'] as const)
      expect(isRefusal(new CodedError(code, 'no'))).toBe(false);
    for (const other of [new Error('AT_ERROR'), { code: 'AT_ERROR' }, undefined]) expect(isRefusal(other)).toBe(false);
  });
});
