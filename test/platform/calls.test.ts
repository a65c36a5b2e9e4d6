import { describe, expect, it } from 'vitest';
import { httpCallOf, streamOf } from '../../main/platform/calls.ts';
import { jsonValueOf } from '../../main/platform/jsonValue.ts';
import type { PlatformOperation } from '../../shared/platform.ts';

const make = (operation: PlatformOperation, timeoutSeconds?: number) =>
  httpCallOf(operation, {
    imei: '1',
    typeOf: ({ resourceId }) => ([undefined, 'opaque', 'time'] as const)[resourceId ?? 0],
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });

describe('a value as JSON', () => {
  it.each([
    ['float', '0.0', '0.0'],
    ['float', '-20.10', '-20.10'],
    ['float', '.5', '0.5'],
    ['float', '1e3', '1e3'],
    ['float', '', '""'],
    ['float', 'NaN', '"NaN"'],
    ['integer', '9007199254740993', '9007199254740993'],
    ['integer', '+007', '7'],
    ['integer', '1.5', '"1.5"'],
    ['time', '1543000000', '1543000000'],
    ['boolean', '1', '1'],
    ['boolean', 'true', '1'],
    ['boolean', 'False', '0'],
    ['boolean', 'perhaps', '"perhaps"'],
    ['string', '5', '"5"'],
    ['string', '阀"\\\n', '"阀\\"\\\\\\n"'],
    ['opaque', '00FF', '"00FF"'],
    [undefined, '5', '"5"'],
  ] as const)('%s %j is %s', (type, value, json) => {
    expect(jsonValueOf(type, value)).toBe(json);
    expect(() => JSON.parse(json) as unknown).not.toThrow();
  });
});

describe('a call', () => {
  it('says which values are opaque and which are times', () => {
    const values = [
      { resourceId: 1, value: '00FF' },
      { resourceId: 2, value: '1543000000' },
    ];
    const { path, body } = make({ kind: 'write', path: '/3200/0', mode: 'replace', values });
    expect(path).toBe('/nbiot?imei=1&obj_id=3200&obj_inst_id=0&mode=1');
    expect(body).toBe('{"data":[{"res_id":1,"val":"00FF","type":1},{"res_id":2,"val":1543000000,"type":2}]}');
  });

  it('gives the platform its time and itself a little more, at most 45 s', () => {
    expect(make({ kind: 'read', path: '/3303' }).timeoutMs).toBe(30_000);
    expect(make({ kind: 'read', path: '/3303' }, 40)).toMatchObject({
      timeoutMs: 45_000,
      path: '/nbiot?imei=1&obj_id=3303&timeout=40',
    });
    const observe = { kind: 'observe', path: '/3303', attributes: { pmin: 5 } } as const;
    expect(make(observe, 5).timeoutMs).toBe(15_000);
    expect(make({ ...observe, attributes: {} }, 5).timeoutMs).toBe(10_000);
    expect(make({ ...observe, kind: 'writeAttributes' }, 5)).toEqual(make(observe, 5));
  });

  it('encodes what a person may type', () => {
    const points = { kind: 'datapoints', deviceId: "a/../b?c'd", paths: ['/3303/0/5700', '/3303/0/5701'] } as const;
    expect(make({ ...points, start: '2026-01-10T08:00:35', end: '2026-01-11T00:00:00', limit: 7 }).path).toBe(
      '/devices/a%2F..%2Fb%3Fc%27d/datapoints?datastream_id=3303_0_5700,3303_0_5701' +
        '&start=2026-01-10T08:00:35&end=2026-01-11T00:00:00&limit=7',
    );
    expect(make({ kind: 'status', deviceId: '1,2&x=3' }).path).toBe('/devices/status?devIds=1,2%26x%3D3');
    expect(
      make({ kind: 'createDevice', title: 'a', imei: '2', imsi: '3', authCode: 'xY1', isObserved: false }),
    ).toEqual({
      method: 'POST',
      path: '/devices',
      body: '{"title":"a","protocol":"LWM2M","auth_info":{"2":"3"},"auth":"xY1","obsv":false}',
      timeoutMs: 30_000,
    });
  });

  it.each<[PlatformOperation, string]>([
    [{ kind: 'read', path: '3303' }, 'LWM2M_BAD_PATH'],
    [{ kind: 'execute', path: '/3303/0', args: '' }, 'LWM2M_BAD_PATH'],
    [{ kind: 'discover', path: '/3303/0/5700' }, 'LWM2M_BAD_PATH'],
    [{ kind: 'write', path: '/3303', mode: 'update', values: [] }, 'LWM2M_BAD_PATH'],
    [{ kind: 'write', path: '/3303/0', mode: 'update', values: [] }, 'BAD_ARGUMENT'],
    [{ kind: 'observe', path: '/3303/0', attributes: { gt: 1 } }, 'BAD_ARGUMENT'],
    [{ kind: 'writeAttributes', path: '/3303/0', attributes: {} }, 'BAD_ARGUMENT'],
    [{ kind: 'datapoints', deviceId: '', paths: [] }, 'BAD_ARGUMENT'],
  ])('is not made of %j', (operation, code) => {
    expect(() => make(operation)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('needs the IMEI where the API asks by it', () => {
    const typeOf = () => undefined;
    for (const kind of ['read', 'discover', 'resources', 'cancel'] as const) {
      expect(() => httpCallOf({ kind, path: '/3303' }, { imei: '', typeOf })).toThrow(/IMEI/);
    }
    expect(() => httpCallOf({ kind: 'findDevice' }, { imei: '', typeOf })).toThrow(/IMEI/);
    expect(httpCallOf({ kind: 'status', deviceId: '5' }, { imei: '', typeOf }).path).toBe('/devices/status?devIds=5');
  });

  it('names streams as the platform does', () => {
    expect(streamOf('/3303/0/5700')).toBe('3303_0_5700');
    expect(() => streamOf('/3303/0')).toThrow();
  });
});
