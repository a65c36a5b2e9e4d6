import { describe, expect, it } from 'vitest';
import { checkFileName, isDeviceName } from '../../main/files/windowsNames.ts';
import { makeDirectory } from '../../main/files/makeDirectory.ts';

const raw = String.raw;

describe('the name of a file on Windows', () => {
  it.each([
    raw`C:\logs\pump 3.txt`,
    raw`C:\日志\A & B (1)\100% ^x.csv`,
    raw`..\.\console.txt`,
    'com.txt',
    'com10',
    'auxiliary',
    raw`\\server\share\x.html`,
    raw`\\?\C:\long\x.html`,
    'C:relative.txt',
    '',
  ])('may be %s', (path) => {
    expect(() => checkFileName(path, 'win32')).not.toThrow();
  });

  it.each([
    ['NUL', '"NUL" is the name of a device'],
    [raw`C:\x\aux.csv`, '"aux.csv" is the name of a device'],
    [raw`C:\aux\x.csv`, '"aux" is the name of a device'],
    ['C:/x/COM7.tar.gz', '"COM7.tar.gz" is the name of a device'],
    ['lpt\u00b2 .txt', 'is the name of a device'],
    ['CONIN$', 'is the name of a device'],
    [raw`C:\x\a:b.txt`, 'has ":" in it'],
    [raw`C:\x\why?.txt`, 'has "?" in it'],
    ['a\tb', raw`has "\t" in it`],
    [raw`C:\x\name.`, 'ends with a dot or a blank'],
    [raw`C:\x \name`, '"x " ends with a dot or a blank'],
    [raw`\\.\COM7`, 'that is a device'],
    ['//./pipe/x', 'that is a device'],
  ])('is refused with a reason where it would be another file or none (%s)', (path, reason) => {
    expect(() => checkFileName(path, 'win32')).toThrow(reason);
    expect(() => checkFileName(path, 'win32')).toThrow(expect.objectContaining({ code: 'FILE_NOT_WRITTEN' }));
    expect(() => checkFileName(path, 'linux')).not.toThrow();
    expect(() => checkFileName(path, 'darwin')).not.toThrow();
  });

  it('knows devices by what stands before the dot', () => {
    expect(['con', 'Con.site', 'prn .txt', 'nul:', 'COM1'].filter(isDeviceName)).toHaveLength(5);
    expect(['', 'c.on', 'com', 'com12', 'icon'].filter(isDeviceName)).toEqual([]);
  });
});

it('a folder is not made under a name that the system refuses', async () => {
  const refusing = { mkdir: () => Promise.reject(Object.assign(new Error('no'), { code: 'FILE_NOT_WRITTEN' })) };
  const system = { ...refusing, isDirectory: () => Promise.resolve(false) };
  await expect(makeDirectory('x', { system })).rejects.toThrow('no');
});
