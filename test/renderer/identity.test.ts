import { expect, it } from 'vitest';
import { endpointOf, hiddenMiddle, qrPath } from '../../renderer/device/identity.ts';

it('names a device as OneNET does, once both numbers are known', () => {
  expect(endpointOf({ imei: '490154203237518', imsi: '460001234567890' })).toBe('490154203237518;460001234567890');
  expect([endpointOf({ imei: '490154203237518' }), endpointOf({ imsi: '1' }), endpointOf({})]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('hides the middle of a number for a photo', () => {
  expect(hiddenMiddle('490154203237518')).toBe('4901•••••••7518');
  expect(hiddenMiddle('12345678')).toBe('12345678');
});

it('draws each dark field of a QR code, row by row', () => {
  expect(
    qrPath([
      [true, false],
      [false, true],
    ]),
  ).toBe('M0 0h1v1h-1zM1 1h1v1h-1z');
});
