import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deviceNames, lockNames, ownLockNames } from '../../main/transport/deviceNames.ts';

const device = (
  realPath: string,
  given = realPath,
  links: readonly string[] = [],
): Parameters<typeof lockNames>[0] => ({
  path: given,
  realPath,
  links,
  major: 188,
  minor: 0,
});

describe('the names of a device', () => {
  it('are all links to it, those of udev and any in /dev', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'mipl-dev-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    mkdirSync(path.join(root, 'serial/by-id'), { recursive: true });
    const real = path.join(root, 'ttyUSB0');
    writeFileSync(real, '');
    symlinkSync('../../ttyUSB0', path.join(root, 'serial/by-id/usb-FTDI-if00'));
    symlinkSync('ttyUSB0', path.join(root, 'modem'));
    symlinkSync('ttyUSB1', path.join(root, 'other'));
    const names = await deviceNames(path.join(root, 'modem'), root);
    expect(names).toMatchObject({
      path: path.join(root, 'modem'),
      realPath: real,
      links: [path.join(root, 'serial/by-id/usb-FTDI-if00')],
    });
  });

  it('are none where there is no device', async () => {
    expect(await deviceNames('/dev/ttyNothing')).toBeUndefined();
    expect(await deviceNames('COM3')).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')('have its numbers', async () => {
    expect(await deviceNames('/dev/null')).toMatchObject({ major: 1, minor: 3 });
  });
});

describe('the lock files of a device', () => {
  it('have the plain name, and liblockdev’s by number', () => {
    expect(lockNames(device('/dev/ttyUSB0'))).toEqual(['LCK..ttyUSB0', 'LCK.C.188.000', 'LCK.188.000']);
  });

  it('have the last part, or all parts joined, of a path with folders', () => {
    expect(lockNames(device('/dev/pts/3'))).toEqual(
      expect.arrayContaining(['LCK..3', 'LCK..pts_3', 'LCK..pts:3']) as string[],
    );
  });

  it('have the name of any link to it', () => {
    const names = lockNames(device('/dev/ttyUSB0', '/tmp/A', ['/dev/serial/by-id/usb-x', '/dev/modem']));
    for (const name of ['LCK..ttyUSB0', 'LCK..A', 'LCK..usb-x', 'LCK..serial_by-id_usb-x', 'LCK..modem'])
      expect(names).toContain(name);
  });

  it('of ours have names in /dev only: a link elsewhere may mean another device to others', () => {
    expect(ownLockNames(device('/dev/ttyUSB0'))).toEqual(['LCK..ttyUSB0']);
    expect(ownLockNames(device('/dev/pts/3', '/tmp/A'))).toEqual(['LCK..3', 'LCK..pts_3', 'LCK..pts:3']);
    expect(ownLockNames(device('/dev/ttyUSB0', '/dev/modem'))).toEqual(['LCK..ttyUSB0', 'LCK..modem']);
  });
});
