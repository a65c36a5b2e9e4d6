import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platformAsk } from '../../shared/platform.ts';
import { read } from '../../shared/schema.ts';

const ask = (operation: unknown, more: object = {}) => read(platformAsk, { mode: 'simulated', operation, ...more });

describe('what the screen may ask of the platform', () => {
  it.each([
    { kind: 'read', path: '/3303' },
    { kind: 'cancel', path: '/3303/0' },
    { kind: 'discover', path: '/3303' },
    { kind: 'resources', path: '/3303' },
    { kind: 'execute', path: '/3303/0/5605', args: 'reset' },
    { kind: 'observe', path: '/3303/0/5700', attributes: { pmin: 1, st: 0.5 } },
    { kind: 'writeAttributes', path: '/3303/0/5700', attributes: { gt: 50 } },
    { kind: 'write', path: '/3306/0', mode: 'replace', values: [{ resourceId: 5850, value: '1' }] },
    { kind: 'findDevice' },
    { kind: 'status' },
    { kind: 'status', deviceId: '500' },
    { kind: 'datapoints', deviceId: '500', paths: [] },
    {
      kind: 'datapoints',
      deviceId: '500',
      paths: ['/3303/0/5700'],
      start: '2026-01-10T08:00:35',
      end: '2026-01-10T08:00:36',
      limit: 9,
    },
    { kind: 'createDevice', title: 'x', imei: '1234', imsi: '46004', authCode: 'a1', isObserved: true },
  ])('%j', (operation) => {
    expect(ask(operation)).toEqual({ mode: 'simulated', operation });
    expect(ask(operation, { timeoutSeconds: 40 })).toEqual({ mode: 'simulated', operation, timeoutSeconds: 40 });
  });

  it.each([
    undefined,
    null,
    'read',
    {},
    { kind: 'reboot' },
    { kind: 'read' },
    { kind: 'read', path: '/3303', extra: 1 },
    { kind: 'read', path: '../..' },
    { kind: 'execute', path: '/3303/0/5605', args: 5 },
    { kind: 'execute', path: '/3303/0/5605', args: 'x'.repeat(2049) },
    { kind: 'observe', path: '/3303', attributes: { pmin: '1' } },
    { kind: 'observe', path: '/3303', attributes: { pmin: Infinity } },
    { kind: 'observe', path: '/3303', attributes: { gt: NaN } },
    { kind: 'observe', path: '/3303', attributes: { more: 1 } },
    { kind: 'writeAttributes', path: '/3303', attributes: null },
    { kind: 'findDevice', imei: '866971030000001' },
    { kind: 'write', path: '/3306/0', mode: 'append', values: [] },
    { kind: 'write', path: '/3306/0', mode: 'update', values: {} },
    { kind: 'write', path: '/3306/0', mode: 'update', values: [{ resourceId: 70000, value: '' }] },
    { kind: 'write', path: '/3306/0', mode: 'update', values: Array(101).fill({ resourceId: 1, value: '' }) },
    { kind: 'status', deviceId: '../5' },
    { kind: 'datapoints', deviceId: '', paths: [] },
    { kind: 'datapoints', deviceId: '5', paths: ['x'] },
    { kind: 'datapoints', deviceId: '5', paths: [], start: 'yesterday' },
    { kind: 'datapoints', deviceId: '5', paths: [], limit: 0 },
    { kind: 'createDevice', title: 'x', imei: '12', imsi: '46004', isObserved: true },
    { kind: 'createDevice', title: 'x', imei: '1234', imsi: '046', isObserved: true },
    { kind: 'createDevice', title: 'x', imei: '1234', imsi: '46', isObserved: 1 },
    { kind: 'createDevice', title: 'x', imei: '1234', imsi: '46', authCode: '!', isObserved: true },
  ])('not %j', (operation) => {
    expect(() => ask(operation)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(BAD_ARGUMENT|LWM2M_BAD_PATH)$/) as string }) as Error,
    );
  });

  it.each([{ timeoutSeconds: 4 }, { timeoutSeconds: 41 }, { timeoutSeconds: 5.5 }, { mode: 'both' }, { more: 1 }])(
    'not with %j',
    (more) => {
      expect(() => ask({ kind: 'read', path: '/3303' }, more)).toThrow(
        expect.objectContaining({ code: 'BAD_ARGUMENT' }) as Error,
      );
    },
  );

  it('nothing else gets through', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => read(platformAsk, value)).toThrow(expect.objectContaining({ name: 'CodedError' }) as Error);
      }),
    );
  });
});
