import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { productionModules } from '../../scripts/productionModules.js';
import { packagedExecutable } from '../electron/electronForTests.js';
import { inProject, readJson } from '../../scripts/project.js';

const executable = packagedExecutable();
const resources =
  process.platform === 'darwin'
    ? path.join(path.dirname(executable), '..', 'Resources')
    : path.join(path.dirname(executable), 'resources');

describe('the packaged archive', () => {
  const entries = listPackage(path.join(resources, 'app.asar'), { isPack: false }).map((name) =>
    name.replaceAll('\\', '/'),
  );

  it('holds the built application and nothing of its sources or tests', () => {
    expect([...new Set(entries.map((name) => name.split('/')[1]))].sort()).toEqual([
      'node_modules',
      'out',
      'package.json',
    ]);
    expect(
      [...new Set(entries.filter((name) => name.startsWith('/out/')).map((name) => name.split('/')[2]))].sort(),
    ).toEqual([...['main', 'preload', 'renderer']]);
    expect(entries).toContain('/out/main/index.cjs');
    expect(entries).toContain('/out/preload/preload.cjs');
    expect(entries).toContain('/out/renderer/index.html');
  });

  it('holds only packages that the application needs at run time', () => {
    const wanted = productionModules(readJson(inProject('package-lock.json')));
    const packed = entries
      .map((name) => /^\/(node_modules\/(?:@[^/]+\/)?[^/@]+)$/.exec(name)?.[1])
      .filter((name) => name !== undefined);
    expect(packed).toContain('node_modules/serialport');
    expect(packed.filter((name) => !wanted.includes(name))).toEqual([]);
  });

  it('holds nothing that native code is built from', () => {
    expect(entries.filter((name) => /\.(h|c|cc|cpp|gypi?)$/.test(name))).toEqual([]);
  });
});

it('keeps the native code outside the archive, and only what this system and architecture can load', () => {
  const prebuilds = path.join(
    resources,
    'app.asar.unpacked',
    'node_modules',
    '@serialport',
    'bindings-cpp',
    'prebuilds',
  );
  // On macOS one binary serves both architectures.
  const own = process.platform === 'darwin' ? 'darwin-x64+arm64' : `${process.platform}-${process.arch}`;
  expect(readdirSync(prebuilds)).toEqual([own]);
  expect(readdirSync(path.join(prebuilds, own)).filter((name) => name.includes('.musl.'))).toEqual([]);
});

it('passes on the licence of every library it carries, and our own', () => {
  // On macOS extra files lie beside the folder of the program, elsewhere with it.
  const folder = process.platform === 'darwin' ? path.join(resources, '..') : path.dirname(executable);
  expect(readFileSync(path.join(folder, 'LICENSE.txt'), 'utf8')).toBe(readFileSync(inProject('LICENSE'), 'utf8'));
  const notices = readFileSync(path.join(folder, 'NOTICES.txt'), 'utf8');
  const wanted = ['vue-i18n', 'pinia', 'element-plus', 'uplot', 're2js'];
  const packed = productionModules(readJson(inProject('package-lock.json'))).map((name) =>
    name.replace('node_modules/', ''),
  );
  const named = [...notices.matchAll(/^(\S+) \d[\w.+-]* \(/gm)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining([...wanted, ...packed]));
  expect(notices).not.toContain('Licence: undefined');
});

it('has no other application beside ours', () => {
  expect(existsSync(path.join(resources, 'default_app.asar'))).toBe(false);
  expect(existsSync(path.join(resources, 'app'))).toBe(false);
});

it('has the fuses of a release', async () => {
  const fuses = await getCurrentFuseWire(executable);
  const on = (option: FuseV1Options): boolean => fuses[option] === FuseState.ENABLE;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    nodeInspection: on(FuseV1Options.EnableNodeCliInspectArguments),
    archiveIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyFromArchive: on(FuseV1Options.OnlyLoadAppFromAsar),
    ownSnapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
    filePrivileges: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    cookieEncryption: true,
    nodeOptions: false,
    nodeInspection: false,
    archiveIntegrity: true,
    onlyFromArchive: true,
    ownSnapshot: false,
    filePrivileges: false,
  });
});
