import { describe, expect, it } from 'vitest';
import type { DeviceState } from '../../shared/state.ts';
import { checkTyped, composerVerdict, outsideRange } from '../../renderer/objects/composer.ts';
import { freshState, sessionState } from './samples/sampleState.ts';

const reason = (state: DeviceState, path: string | undefined, value: string): string => {
  const verdict = composerVerdict(state, path, value);
  return verdict.allowed ? 'allowed' : verdict.reason.key;
};

describe('a value against its type', () => {
  it.each([
    ['float', '20.123', 4],
    ['float', '-3.5e2', 4],
    ['integer', '-32768', 4],
    ['integer', '+5', 4],
    ['integer', '32768', 4],
    ['integer', '9223372036854775807', 8],
    ['time', '1700000000', 4],
    ['float', '20.1234567', 8],
    ['boolean', '1', 1],
    ['boolean', 'true', 1],
    ['string', '温度', 6],
    ['string', '', 0],
    ['string', 'a\rb', 3],
    ['opaque', '00fF', 2],
    ['objlnk', '3303:0', 6],
  ] as const)('takes %s %j as %d bytes', (type, text, size) => {
    expect(checkTyped(type, text)).toMatchObject({ ok: true, bytes: size });
  });

  it.each([
    ['float', '1,5', 'composer.wrongType.float'],
    ['float', '', 'composer.empty'],
    ['float', '1e999', 'composer.outOfRange.float'],
    ['integer', '1.0', 'composer.wrongType.integer'],
    ['integer', '9223372036854775808', 'composer.outOfRange.integer'],
    ['boolean', 'yes', 'composer.wrongType.boolean'],
    ['opaque', '0f0', 'composer.wrongType.opaque'],
    ['objlnk', '70000:1', 'composer.outOfRange.objlnk'],
    ['string', 'x'.repeat(481), 'composer.tooLong'],
    ['none', '', 'composer.noValue'],
  ] as const)('refuses %s %j', (type, text, key) => {
    const checked = checkTyped(type, text);
    expect(checked.ok ? 'ok' : checked.reason.key).toBe(key);
  });
});

describe('a value against the range of the registry', () => {
  it.each([
    ['integer', '300', 'integer', '0..100', 'composer.outsideRange'],
    ['integer', '-1', 'integer', '0..100', 'composer.outsideRange'],
    ['float', '100.5', 'integer', '0..100', 'composer.outsideRange'],
    ['string', 'abcd', 'string', '0..3', 'composer.outsideLength'],
    ['opaque', '00ff00', 'opaque', '2 bytes', 'composer.outsideLength'],
    ['string', 'off', 'string', 'ON;OFF', 'composer.outsideRange'],
  ] as const)('is said to be outside of it: %s %j where a %s has %j', (type, text, defined, range, key) => {
    expect(outsideRange(type, text, { type: defined, range })).toEqual({ key, values: { range } });
  });

  it.each([
    ['integer', '100', { type: 'integer', range: '0..100' }],
    ['integer', 'warm', { type: 'integer', range: '0..100' }],
    ['integer', '300', { type: 'integer' }],
    ['integer', '300', undefined],
    // What a module prints of a number is no matter of the bytes that the registry gives it.
    ['integer', '40000', { type: 'integer', range: '2 bytes' }],
    ['objlnk', '3303:0', { type: 'objlnk', range: '0..9' }],
    // The model has text where the registry has a number.
    ['string', '7', { type: 'integer', range: '5..9' }],
    ['string', 'x'.repeat(300), { type: 'integer', range: '0..100' }],
    ['string', 'whatever', { type: 'string', range: 'see 3GPP' }],
  ] as const)('is left alone where nothing clear speaks against it: %s %j of %j', (type, text, definition) => {
    expect(outsideRange(type, text, definition)).toBeUndefined();
  });

  it('names a range of several lines in one', () => {
    expect(outsideRange('integer', '7', { type: 'integer', range: '0: RELEASED\n\t\t1: PRESSED' })?.values).toEqual({
      range: '0: RELEASED, 1: PRESSED',
    });
  });
});

describe('the composer', () => {
  const session = sessionState(Date.now());

  it('lets a value of an observed resource out, under the msgid of the observation', () => {
    expect(composerVerdict(session, '/3303/0/5700', '21.5')).toMatchObject({
      allowed: true,
      value: { bytes: 4, observation: { msgId: 130839 } },
    });
  });

  it('names the first rule in the way', () => {
    expect(reason(session, undefined, '1')).toBe('composer.noResource');
    expect(reason(session, '/3303/0', '1')).toBe('composer.noResource');
    expect(reason(session, '/3303/0/5605', '')).toBe('composer.noValue');
    expect(reason(session, '/3303/0/5700', 'warm')).toBe('composer.wrongType.float');
    expect(reason(session, '/3306/0/5851', '3')).toBe('composer.notObserved');
    expect(reason(freshState(), '/3303/0/5700', '1')).toBe('composer.notConnected');
    expect(reason({ ...session, registration: { phase: 'opening' } }, '/3303/0/5700', '1')).toBe(
      'composer.notRegistered',
    );
  });

  it('counts the heads of TLV where an instance is observed, and says what to do', () => {
    const path = '/3303/0/5701';
    const observing = (observed: string) => ({
      ...session,
      observations: [{ path: observed, msgId: 1, sinceMs: 0 }],
    });
    expect(composerVerdict(observing(path), path, 'x'.repeat(480))).toMatchObject({
      allowed: true,
      value: { bytes: 480 },
    });
    expect(composerVerdict(observing('/3303/0'), path, 'x'.repeat(472))).toMatchObject({
      allowed: false,
      reason: { key: 'composer.tooLong', values: { bytes: 481, limit: 480 } },
      advice: { key: 'composer.advice.observedAbove' },
    });
  });
});
