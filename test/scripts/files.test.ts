import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../scripts/build.js';
import { productionModules } from '../../scripts/productionModules.js';
import { encodeIcns, encodeIco } from '../../scripts/iconFiles.js';
import { linkTree } from '../../scripts/linkTree.js';
import { cacheDirectory, inProject } from '../../scripts/project.js';
import { namespacesRestricted, sandboxIsPossible } from '../../scripts/sandbox.js';
import { temporaryDirectory } from './temporaryDirectory.ts';

describe('fingerprint', () => {
  function sources(): string {
    const directory = temporaryDirectory();
    mkdirSync(path.join(directory, 'main'));
    writeFileSync(path.join(directory, 'main', 'a.ts'), 'a');
    writeFileSync(path.join(directory, 'main', 'b.ts'), 'b');
    return directory;
  }
  const of = (directory: string): string => fingerprint(directory, ['main', 'absent.ts']);

  it('stays while nothing changes', () => {
    const directory = sources();
    expect(of(directory)).toBe(of(directory));
  });

  const changes: [string, (directory: string) => void][] = [
    ['written', (directory) => writeFileSync(path.join(directory, 'main', 'a.ts'), 'longer')],
    ['touched', (directory) => utimesSync(path.join(directory, 'main', 'a.ts'), 1, 1)],
    ['added', (directory) => writeFileSync(path.join(directory, 'main', 'c.ts'), '')],
    ['removed', (directory) => rmSync(path.join(directory, 'main', 'b.ts'))],
    ['added that was absent', (directory) => writeFileSync(path.join(directory, 'absent.ts'), '')],
  ];
  it.each(changes)('changes when a file is %s', (_what, change) => {
    const directory = sources();
    const before = of(directory);
    change(directory);
    expect(of(directory)).not.toBe(before);
  });
});

describe.skipIf(process.platform === 'win32')('linkTree', () => {
  it('shares the content, except of closed files and of those that must be copies', async () => {
    const source = temporaryDirectory();
    mkdirSync(path.join(source, 'sub'), { mode: 0o700 });
    for (const name of ['open', 'closed', 'helper', 'sub/deep']) writeFileSync(path.join(source, name), name);
    chmodSync(path.join(source, 'closed'), 0o700);
    symlinkSync('open', path.join(source, 'link'));
    const target = path.join(temporaryDirectory(), 'target');
    await linkTree(source, target, { copyOnly: (name) => name === 'helper' });

    const isShared = (name: string): boolean =>
      lstatSync(path.join(source, name)).ino === lstatSync(path.join(target, name)).ino;
    expect(['open', 'closed', 'helper', 'sub/deep', 'link'].map(isShared)).toEqual([true, false, false, true, false]);
    expect(readFileSync(path.join(target, 'link'), 'utf8')).toBe('open');
    expect(statSync(path.join(target, 'closed')).mode & 0o777).toBe(0o755);
    expect(statSync(path.join(source, 'closed')).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(target, 'sub')).mode & 0o777).toBe(0o755);
  });
});

it('knows the packages that the application needs at run time', () => {
  const packages = {
    '': {},
    'node_modules/serialport': {},
    'node_modules/serialport/node_modules/debug': {},
    'node_modules/vite': { dev: true },
    'node_modules/either': { devOptional: true },
  };
  expect(productionModules({ packages })).toEqual(['node_modules/serialport']);
});

describe('cacheDirectory', () => {
  it('follows the rules of each system', () => {
    expect(cacheDirectory({}, 'linux', '/home/a')).toBe('/home/a/.cache/mipl-field-tool');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/big' }, 'linux', '/home/a')).toBe('/big/mipl-field-tool');
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/a')).toBe('/home/a/.cache/mipl-field-tool');
    expect(cacheDirectory({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/mipl-field-tool');
    expect(cacheDirectory({ LOCALAPPDATA: '/local' }, 'win32', '/u')).toBe('/local/mipl-field-tool');
  });
});

describe('the sandbox', () => {
  it('needs user namespaces or the blessed helper', () => {
    expect(sandboxIsPossible({ namespacesRestricted: false, helperIsBlessed: false })).toBe(true);
    expect(sandboxIsPossible({ namespacesRestricted: true, helperIsBlessed: true })).toBe(true);
    expect(sandboxIsPossible({ namespacesRestricted: true, helperIsBlessed: false })).toBe(false);
  });

  it.each([
    ['nothing', {}, false],
    ['AppArmor on Ubuntu', { 'kernel/apparmor_restrict_unprivileged_userns': '1\n' }, true],
    ['AppArmor that allows', { 'kernel/apparmor_restrict_unprivileged_userns': '0\n' }, false],
    ['Debian’s switch', { 'kernel/unprivileged_userns_clone': '0\n' }, true],
    ['a limit of none', { 'user/max_user_namespaces': '0\n' }, true],
    ['a usual limit', { 'user/max_user_namespaces': '63000\n' }, false],
  ])('reads the restriction by %s', (_name, files, expected) => {
    const root = temporaryDirectory();
    mkdirSync(path.join(root, 'kernel'));
    mkdirSync(path.join(root, 'user'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
    expect(namespacesRestricted(root)).toBe(expected);
  });
});

describe('icons', () => {
  const png = (size: number): Buffer => readFileSync(inProject('build', 'icons', `${size}x${size}.png`));

  it('puts PNG pictures into a Windows icon', () => {
    const icon = encodeIco([
      { size: 16, png: png(16) },
      { size: 256, png: png(256) },
    ]);
    expect([icon.readUInt16LE(2), icon.readUInt16LE(4)]).toEqual([1, 2]);
    expect([icon.readUInt8(6), icon.readUInt8(22)]).toEqual([16, 0]);
    const [length, offset] = [icon.readUInt32LE(22 + 8), icon.readUInt32LE(22 + 12)];
    expect(icon.subarray(offset, offset + length).equals(png(256))).toBe(true);
    expect(offset + length).toBe(icon.length);
  });

  it('puts PNG pictures into an Apple icon', () => {
    const icon = encodeIcns([
      { size: 128, png: png(128) },
      { size: 512, png: png(512) },
    ]);
    expect(icon.toString('latin1', 0, 4)).toBe('icns');
    expect(icon.readUInt32BE(4)).toBe(icon.length);
    const types: string[] = [];
    for (let at = 8; at < icon.length; at += icon.readUInt32BE(at + 4)) types.push(icon.toString('latin1', at, at + 4));
    expect(types).toEqual(['ic07', 'ic09', 'ic14']);
  });
});
