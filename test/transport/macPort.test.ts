import { describe, expect, it } from 'vitest';
import { usualName } from '../../main/device/ports.ts';
import { calloutPort, hasHardware } from '../../main/transport/macPort.ts';

const there = () => Promise.resolve(true);
const gone = () => Promise.resolve(false);

describe('a port of macOS', () => {
  it('is opened by the name that waits for no carrier, where it has one', async () => {
    expect(await calloutPort('/dev/tty.usbserial-1410', there)).toBe('/dev/cu.usbserial-1410');
    expect(await calloutPort('/dev/tty.usbserial-1410', gone)).toBe('/dev/tty.usbserial-1410');
    expect(await calloutPort('/dev/cu.usbserial-1410', gone)).toBe('/dev/cu.usbserial-1410');
  });

  it.each(['/dev/ttyUSB0', '/dev/tty', 'COM5', 'sim:m5310-seed', 'tcp://a:1', '/tmp/tty.a', '/dev/serial/by-id/tty.a'])(
    'is no other: %s',
    async (path) => expect(await calloutPort(path, there)).toBe(path),
  );

  it('has hardware at its end, unless it is one that macOS makes for itself', () => {
    expect(
      ['tty.usbmodem1', 'cu.SLAB_USBtoUART', 'cu.wchusbserial1'].every((name) => hasHardware(`/dev/${name}`)),
    ).toBe(true);
    const made = ['tty.Bluetooth-Incoming-Port', 'cu.Bluetooth-Incoming-Port', 'cu.debug-console', 'cu.wlan-debug'];
    expect(made.filter((name) => hasHardware(`/dev/${name}`))).toEqual([]);
  });

  it('keeps its name on other systems', async () => {
    for (const platform of ['linux', 'win32'] as const)
      expect(await usualName('/dev/tty.usbserial-1410', platform)).toBe('/dev/tty.usbserial-1410');
    // No such pair is there.
    expect(await usualName('/dev/tty.nobody', 'darwin')).toBe('/dev/tty.nobody');
  });
});
