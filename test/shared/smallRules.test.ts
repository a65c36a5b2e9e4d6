import fc from 'fast-check';
import { isOnNetwork, networkStatus } from '../../shared/networkStatus.ts';
import { isLinkGone, isRegistered } from '../../shared/phases.ts';
import { profilePort, virtualProfile } from '../../shared/virtualPort.ts';
import { describe, expect, it } from 'vitest';
import { percentile } from '../../shared/percentile.ts';
import { hexOf } from '../../shared/hex.ts';
import { onlineIn } from '../../shared/platform.ts';
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

describe('a refusal', () => {
  it('is what the module itself says, and nothing of the line, the session or a mistake of ours', () => {
    for (const code of ['AT_ERROR', 'AT_CME', 'AT_CMS', 'AT_CIS'] as const)
      expect(isRefusal(new CodedError(code, 'no'))).toBe(true);
    for (const code of ['AT_TIMEOUT', 'AT_SILENT', 'AT_RESTARTED', 'AT_BAD_LINE', 'PORT_LOST', 'MIPL_REFUSED'] as const)
      expect(isRefusal(new CodedError(code, 'no'))).toBe(false);
    for (const other of [new Error('AT_ERROR'), { code: 'AT_ERROR' }, undefined]) expect(isRefusal(other)).toBe(false);
  });
});

describe('hex', () => {
  it('has two upper-case digits a byte', () => {
    expect(hexOf([])).toBe('');
    expect(hexOf(Uint8Array.of(0, 9, 10, 255))).toBe('00090AFF');
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexOf(bytes)).toBe(Buffer.from(bytes).toString('hex').toUpperCase());
      }),
    );
  });
});

describe('what the platform says of a device', () => {
  it.each([
    [{ devices: [{ id: 1, online: true }, { online: false }] }, true],
    [{ devices: [{ online: false }] }, false],
    [{ devices: [{ online: 1 }] }, undefined],
    [{ devices: [null] }, undefined],
    [{ devices: [] }, undefined],
    [{ devices: { 0: { online: true } } }, undefined],
    [null, undefined],
    [undefined, undefined],
    ['online', undefined],
  ])('%j: %s', (data, online) => expect(onlineIn(data)).toBe(online));
});

describe('a status of +CEREG', () => {
  it('is one to send data with at home and roaming, and with no other', () => {
    const on = Array.from({ length: 12 }, (_, status) => status).filter(isOnNetwork);
    expect(on).toEqual([networkStatus.home, networkStatus.roaming]);
    for (const status of [undefined, null, '1', Number.NaN]) expect(isOnNetwork(status)).toBe(false);
  });
});

describe('the port of a virtual module', () => {
  it('is known by its scheme, whatever stands behind it', () => {
    expect(profilePort('m5310-seed')).toBe('sim:m5310-seed');
    expect(virtualProfile('sim:m5310-seed?bootstrap')).toBe('m5310-seed?bootstrap');
    expect(virtualProfile('sim:')).toBe('');
    for (const path of ['', 'COM3', '/dev/sim:x', 'tcp://sim:1', 'SIM:x']) expect(virtualProfile(path)).toBeUndefined();
  });
});

describe('a phase', () => {
  it('says whether there is a link, and whether the platform has the registration', () => {
    const links = ['closed', 'opening', 'probing', 'ready', 'lost', 'waiting'] as const;
    expect(links.filter(isLinkGone)).toEqual(['closed', 'lost', 'waiting']);
    const phases = [
      'idle',
      'creating',
      'opening',
      'registered',
      'updating',
      'closing',
      'deregistered',
      'failed',
    ] as const;
    expect(phases.filter(isRegistered)).toEqual(['registered', 'updating']);
  });
});
