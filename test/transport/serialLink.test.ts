import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupOf, portAccess } from '../../main/transport/portAccess.ts';
import { classifyOpenError, openSerial } from '../../main/transport/serialLink.ts';

const path = '/dev/ttyUSB0';

describe('classifyOpenError', () => {
  it.each([
    ['linux', 'Error: No such file or directory, cannot open /dev/ttyUSB0', { code: 'ENOENT' }, 'PORT_NOT_FOUND'],
    ['darwin', 'Error: No such file or directory, cannot open /dev/ttyUSB0', { code: 'ENOENT' }, 'PORT_NOT_FOUND'],
    ['linux', 'Error: Permission denied, cannot open /dev/ttyUSB0', { code: 'EACCES', group: 'uucp' }, 'PORT_DENIED'],
    ['linux', 'Error Resource temporarily unavailable Cannot lock port', {}, 'PORT_BUSY'],
    ['darwin', 'Error: Resource busy, cannot open /dev/tty.usbserial', {}, 'PORT_BUSY'],
    ['linux', 'Error: Device or resource busy, cannot open /dev/ttyUSB0', {}, 'PORT_BUSY'],
    ['linux', 'something', { code: 'EBUSY' }, 'PORT_BUSY'],
    ['linux', 'Error: Input/output error, cannot open /dev/ttyUSB0', {}, 'PORT_FAILED'],
    ['win32', 'Opening COM3: Access denied', {}, 'PORT_BUSY'],
    ['win32', 'Opening COM3: File not found', {}, 'PORT_NOT_FOUND'],
    ['win32', 'Opening COM3: Unknown error code 31', {}, 'PORT_FAILED'],
  ] as const)('%s: %s', (platform, text, access, code) => {
    const error = classifyOpenError(new Error(text), path, platform, access);
    expect(error).toMatchObject({ code, message: `${path}: ${text}` });
  });

  it('names the group to be added to', () => {
    const access = { code: 'EACCES', group: 'dialout' };
    expect(classifyOpenError(new Error('Permission denied'), path, 'linux', access).detail).toBe('dialout');
  });

  it('keeps the origin', () => {
    const origin = new Error('x');
    expect(classifyOpenError(origin, path, 'linux', {}).cause).toBe(origin);
  });
});

describe('portAccess', () => {
  it('says nothing about a file we may use', async () => {
    expect(await portAccess('/dev/null')).toEqual({});
  });

  it('says ENOENT about a file that is not there', async () => {
    expect(await portAccess('/dev/ttyNothing')).toEqual({ code: 'ENOENT' });
  });
});

describe('groupOf', () => {
  it('finds the name of the owning group', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'group-'));
    const device = join(folder, 'device');
    const groups = join(folder, 'group');
    await writeFile(device, '');
    await writeFile(groups, `nobody:x:64999:\nmine:x:${process.getgid?.()}:someone\n`);
    expect(await groupOf(device, groups)).toBe('mine');
    expect(await groupOf(device, join(folder, 'none'))).toBe(String(process.getgid?.()));
    expect(await groupOf(join(folder, 'gone'), groups)).toBe('');
    await rm(folder, { recursive: true });
  });
});

describe('openSerial', () => {
  it('rejects with PORT_NOT_FOUND and the text of the system', async () => {
    await expect(openSerial('/dev/ttyNothing', { baudRate: 9600 })).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      message: expect.stringContaining('No such file or directory') as string,
    });
  });

  it('rejects with PORT_FAILED what is no terminal', async () => {
    await expect(openSerial('/dev/null', { baudRate: 9600 })).rejects.toMatchObject({ code: 'PORT_FAILED' });
  });

  it('rejects a baud rate that is no number', async () => {
    await expect(openSerial('/dev/null', { baudRate: Number.NaN })).rejects.toMatchObject({ code: 'PORT_FAILED' });
  });
});
