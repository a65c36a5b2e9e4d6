import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIdIn, isAboutDevice, readPlatformAnswer } from '../../main/platform/answers.ts';

const envelope = (errno: unknown, error?: unknown): string => JSON.stringify({ errno, error });

describe('an answer of the API', () => {
  it('is done with errno 0, with data or without', () => {
    expect(readPlatformAnswer(200, '{"errno":0,"data":{"a":1},"error":"succ"}')).toEqual({ errno: 0, data: { a: 1 } });
    expect(readPlatformAnswer(200, '{"errno":0,"error":"succ"}')).toEqual({ errno: 0 });
    expect(readPlatformAnswer(200, '\uFEFF {"errno":0,"error":"succ"}\r\n')).toEqual({ errno: 0 });
  });

  it.each([
    [1, 'authentication failed', 'PLATFORM_KEY', 'authentication failed'],
    [3, 'parameter missing: imei', 'PLATFORM_BAD_REQUEST', 'parameter missing: imei'],
    [7, 'internal error', 'PLATFORM_REFUSED', '7 internal error'],
    [2001, 'device not online', 'PLATFORM_OFFLINE', 'device not online'],
    [5006, 'limit', 'PLATFORM_REFUSED', '5006 limit'],
    [5106, 'NOT_FOUND', 'PLATFORM_REFUSED', 'NOT_FOUND'],
    [5106, 'result: METHOD_NOT_ALLOWED', 'PLATFORM_REFUSED', 'METHOD_NOT_ALLOWED'],
    [5106, 'TIME_OUT', 'PLATFORM_TIMEOUT', 'TIME_OUT'],
    [5106, 'Time out', 'PLATFORM_TIMEOUT', 'TIME_OUT'],
    [5106, 'method-not-allowed', 'PLATFORM_REFUSED', 'METHOD_NOT_ALLOWED'],
    [5106, 'OFFLINE', 'PLATFORM_OFFLINE', 'OFFLINE'],
    [5106, 'something new', 'PLATFORM_REFUSED', 'something new'],
    [5108, 'invalid parameter: pmax', 'PLATFORM_BAD_REQUEST', 'invalid parameter: pmax'],
    [5117, 'rpc error', 'PLATFORM_REFUSED', '5117 rpc error'],
  ])('with errno %i %s is %s', (errno, error, code, detail) => {
    expect(readPlatformAnswer(200, envelope(errno, error))).toEqual({
      errno,
      fault: { code, message: `errno ${errno} ${error}`, detail },
    });
  });

  it('tells of the device with 0, 2001 and 5106 alone, and not where the address is another’s', () => {
    const about = [0, 1, 3, 7, 2001, 5006, 5106, 5108, 5117, 9999].filter((errno) => isAboutDevice(errno, undefined));
    expect(about).toEqual([0, 2001, 5106]);
    expect(isAboutDevice(5106, 'ADDR_OCCUPIED')).toBe(false);
  });

  it.each([
    [200, '<html>Sign in</html>', 'PLATFORM_ANSWER', 'HTTP 200, no JSON'],
    [200, '', 'PLATFORM_ANSWER', 'HTTP 200, no JSON'],
    [200, '[]', 'PLATFORM_ANSWER', 'HTTP 200, no JSON object'],
    [200, 'null', 'PLATFORM_ANSWER', 'HTTP 200, no JSON object'],
    [200, '"errno"', 'PLATFORM_ANSWER', 'HTTP 200, no JSON object'],
    [200, '{}', 'PLATFORM_ANSWER', 'HTTP 200, no errno'],
    [200, envelope('0'), 'PLATFORM_ANSWER', 'HTTP 200, no errno'],
    [200, envelope(1.5), 'PLATFORM_ANSWER', 'HTTP 200, no errno'],
    [502, 'Bad Gateway', 'PLATFORM_ANSWER', 'HTTP 502, no JSON'],
    [302, '{"errno":0}', 'PLATFORM_ANSWER', 'HTTP 302, a redirect, not followed'],
    [401, 'Unauthorized', 'PLATFORM_KEY', 'HTTP 401'],
    [403, '', 'PLATFORM_KEY', 'HTTP 403'],
    [500, envelope(0, 'succ'), 'PLATFORM_ANSWER', 'HTTP 500, errno 0 all the same'],
    [504, '', 'PLATFORM_TIMEOUT', 'HTTP 504'],
    [408, '', 'PLATFORM_TIMEOUT', 'HTTP 408'],
  ])('HTTP %i %j is %s', (status, text, code, detail) => {
    expect(readPlatformAnswer(status, text).fault).toMatchObject({ code, detail });
  });

  it('is never more than a reading: nothing throws, and texts stay short', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, text) => {
        expect((readPlatformAnswer(status, text).fault?.detail ?? '').length).toBeLessThanOrEqual(300);
      }),
    );
    expect(readPlatformAnswer(200, envelope(5108, 'x'.repeat(9000))).fault?.detail).toHaveLength(300);
    expect(readPlatformAnswer(200, envelope(5108, { deep: 1 })).fault?.detail).toBe('');
  });
});

describe('the device id in an answer', () => {
  it.each([
    [{ devices: [{ id: 1221, online: true }] }, '1221'],
    [{ devices: [{ id: '1221' }] }, '1221'],
    [{ device_id: '23444' }, '23444'],
    [{ id: 5, title: 'Site 7', online: false }, '5'],
    [{ id: ['5'] }, undefined],
    [{ devices: [{ id: 1 }, { id: 2 }] }, undefined],
    [{ devices: [] }, undefined],
    [{ devices: [null] }, undefined],
    [{ devices: [{ id: '../x' }] }, undefined],
    [{ device_id: {} }, undefined],
    [null, undefined],
    ['text', undefined],
  ])('%j → %s', (data, id) => {
    expect(deviceIdIn(data)).toBe(id);
  });
});
