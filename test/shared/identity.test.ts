import { describe, expect, it } from 'vitest';
import { identityNumber } from '../../shared/identity.ts';
import { deviceFields } from '../../shared/platform.ts';

describe('an IMEI or IMSI as the module prints it', () => {
  it.each(['860000000000001', '460043193510001', '001010123456789'])('%s', (text) => {
    expect(identityNumber.test(text)).toBe(true);
  });

  it.each(['', '86000000000000', '8600000000000012', '86000000000000A', ' 860000000000001', '860000000000001\n'])(
    'is not %j',
    (text) => {
      expect(identityNumber.test(text)).toBe(false);
    },
  );
});

describe('a new device as OneNET takes it', () => {
  it.each([
    ['imei', '860000000000001', true],
    ['imei', '1234', true],
    ['imei', '12345', false],
    ['imei', '1234567890123456', false],
    ['imsi', '460043193510001', true],
    ['imsi', '1', true],
    ['imsi', '046004319351001', false],
    ['imsi', '', false],
    ['authCode', 'Abc123', true],
    ['authCode', '12345678901234567', false],
    ['authCode', 'a-b', false],
  ] as const)('%s %j: %s', (field, text, isTaken) => {
    expect(deviceFields[field].test(text)).toBe(isTaken);
  });
});
