import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPortPath, isSerialName, openPortLink, portInfoOf } from '../../main/device/ports.ts';
import { testFolder } from './rig.ts';

const listed = [
  { path: '/dev/modem7', kind: 'serial' },
  { path: 'sim:m5310-seed', kind: 'virtual' },
] as const;
const check = (text: string): Promise<void> => checkPortPath(text, listed);

describe('the name of a serial device', () => {
  it.each([
    ['win32', 'COM1'],
    ['win32', 'com256'],
    ['win32', String.raw`\\.\COM12`],
    ['linux', '/dev/ttyUSB0'],
    ['linux', '/dev/ttyACM12'],
    ['linux', '/dev/ttyS0'],
    ['linux', '/dev/ttyAMA0'],
    ['linux', '/dev/rfcomm0'],
    ['linux', '/dev/pts/3'],
    ['linux', '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0'],
    ['linux', '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0'],
    ['darwin', '/dev/cu.usbserial-A50285BI'],
    ['darwin', '/dev/tty.usbmodem1101'],
  ] as const)('on %s may be %s', (platform, name) => {
    expect(isSerialName(name, platform)).toBe(true);
  });

  it.each([
    ['win32', 'COM'],
    ['win32', 'COM0'],
    ['win32', '\\\\.\\PhysicalDrive0'],
    ['win32', String.raw`\\.\COM1\..\x`],
    ['win32', 'C:\\Users\\li\\notes.txt'],
    ['win32', '/dev/ttyUSB0'],
    ['win32', 'COM1\\..\\x'],
    ['linux', 'COM1'],
    ['linux', '/dev/tty'],
    ['linux', '/dev/tty1'],
    ['linux', '/dev/console'],
    ['linux', '/dev/sda'],
    ['linux', '/dev/null'],
    ['linux', '/dev/mem'],
    ['linux', '/dev/serial/by-id/..'],
    ['linux', '/dev/ttyUSB0/../sda'],
    ['linux', '/dev//ttyUSB0'],
    ['linux', '/etc/passwd'],
    ['linux', 'dev/ttyUSB0'],
    ['linux', ''],
  ] as const)('on %s is not %s', (platform, name) => {
    expect(isSerialName(name, platform)).toBe(false);
  });

  it('never leads out of /dev', () => {
    fc.assert(
      fc.property(fc.string(), (tail) => {
        const name = `/dev/tty${tail}`;
        if (isSerialName(name, 'linux')) expect(path.posix.resolve(name)).toMatch(/^\/dev\/tty[^/]*$/);
      }),
    );
  });
});

describe('a port that the window asks for', () => {
  it.each([
    '/dev/modem7',
    'sim:m5310-seed',
    'sim:bc28?echo=on',
    'sim:m5310-seed?bootstrap',
    'tcp://10.0.0.7:4001',
    'telnet://10.0.0.7:23',
    'rfc2217://[::1]:4001',
  ])('may be %s', async (name) => {
    await expect(check(name)).resolves.toBeUndefined();
  });

  it('has the kind of its scheme, and is not tried as a file when the scheme is none of ours', async () => {
    const kinds = ['tcp://a:1', 'telnet://a:1', 'rfc2217://a:1', 'sim:bc28', '/dev/ttyUSB0', 'COM5'];
    expect(kinds.map((path) => portInfoOf(path, listed).kind)).toEqual([
      'tcp',
      'telnet',
      'rfc2217',
      'virtual',
      'serial',
      'serial',
    ]);
    for (const path of ['ssh://a:1', 'socket://a:1', 'telnet://a', 'rfc2217://a:b', 'tcp:a:1'])
      await expect(openPortLink(portInfoOf(path, listed), 9600)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it.each(['sim:', 'sim:m9999', 'sim:bc28?nonsense=1', 'sim:../../x'])(
    'is told which virtual modules there are instead of %s',
    async (name) => {
      await expect(check(name)).rejects.toMatchObject({
        code: 'BAD_ARGUMENT',
        message: expect.stringContaining('there is: ') as string,
      });
    },
  );

  it.each([
    'tcp://host',
    'tcp://host:0',
    'tcp:host:1',
    'telnet://host',
    'rfc2217://host:70000',
    'ssh://host:22',
    'tcp://a b:1',
    'file:///etc/passwd',
    'http://10.0.0.7',
    '',
    '.',
  ])('is not %j', async (name) => {
    await expect(check(name)).rejects.toMatchObject({ code: 'PORT_NOT_ALLOWED', detail: name });
  });

  it.runIf(process.platform !== 'win32')(
    'is no file, no folder, and no link to anything but a serial device',
    async () => {
      const folder = testFolder();
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('file'), '');
      mkdirSync(at('folder'));
      symlinkSync(at('file'), at('ttyUSB0'));
      symlinkSync('/dev/null', at('null'));
      symlinkSync(at('nothing'), at('loose'));
      for (const name of ['file', 'folder', 'ttyUSB0', 'null', 'loose', 'nothing'])
        await expect(check(at(name))).rejects.toMatchObject({ code: 'PORT_NOT_ALLOWED' });
      for (const device of ['/dev/null', '/dev/urandom', '/etc/passwd', '/dev', '/dev/pts'])
        await expect(check(device)).rejects.toMatchObject({ code: 'PORT_NOT_ALLOWED' });
    },
  );

  it.runIf(process.platform !== 'win32')(
    'may be a serial device that is not plugged in: the system says so',
    async () => {
      await expect(check('/dev/ttyUSB99')).resolves.toBeUndefined();
    },
  );
});
