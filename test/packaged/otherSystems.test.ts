import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from '../../scripts/childProcess.js';
import { packagedExecutable } from '../electron/electronForTests.js';
import { inProject, moduleCommand, projectNode, readJson } from '../../scripts/project.js';
import { macRuntime, windowsRuntime } from './standInRuntime.ts';

/**
 * What the release packs for systems that this one is not: electron-builder does all but make the installer, with a
 * runtime that has every kind of file and nothing in it. Nothing of it can be started.
 */
let folder: string;

const ownArchive = path.join(
  path.dirname(packagedExecutable()),
  process.platform === 'darwin' ? '../Resources' : 'resources',
  'app.asar',
);
/** electron-builder makes nothing for macOS on Windows. */
const canPackForMac = process.platform !== 'win32';
const { version } = readJson(inProject('package.json')) as { version: string };

async function packFor(
  system: 'win' | 'mac',
  architectures: readonly string[],
  runtime: (folder: string) => Promise<void>,
): Promise<void> {
  const electron = path.join(folder, `${system}-runtime`);
  await runtime(electron);
  const { status, output } = await capture(
    projectNode,
    [
      ...[moduleCommand('electron-builder'), `--${system}`, ...architectures.map((name) => `--${name}`), '--dir'],
      ...['--config=electron-builder.yml', '--publish=never', `-c.directories.output=${path.join(folder, system)}`],
      ...[`-c.electronDist=${electron}`, '-c.electronVersion=45.4.1'],
    ],
    // What its libraries leave behind goes with the rest.
    { env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false', TMPDIR: folder } },
  );
  if (status !== 0) throw new Error(`electron-builder ended with ${status}:\n${output}`);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mipl-other-systems-'));
  // One after the other: both write the same debugging file.
  await packFor('win', ['x64', 'arm64'], windowsRuntime);
  if (canPackForMac) await packFor('mac', ['x64', 'arm64'], macRuntime);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Packed {
  readonly system: string;
  /** Where the folder of the package is, below its output folder. */
  readonly root: string;
  /** Below {@link root}: the program whose fuses count, the resources, the texts beside the program, and languages. */
  readonly program: string;
  readonly resources: string;
  readonly texts: string;
  readonly languages: readonly string[];
  readonly prebuild: string;
}

const windows = (root: string, architecture: string): Packed => ({
  system: 'win',
  root,
  program: 'MIPL Field Tool.exe',
  resources: 'resources',
  texts: '',
  languages: ['locales/en-US.pak', 'locales/zh-CN.pak'],
  prebuild: `win32-${architecture}`,
});
const mac = (root: string): Packed => ({
  system: 'mac',
  root,
  program: 'MIPL Field Tool.app/Contents/Frameworks/Electron Framework.framework/Versions/A/Electron Framework',
  resources: 'MIPL Field Tool.app/Contents/Resources',
  texts: 'MIPL Field Tool.app/Contents',
  languages: ['en.lproj', 'zh_CN.lproj'].map(
    (name) =>
      `MIPL Field Tool.app/Contents/Frameworks/Electron Framework.framework/Versions/A/Resources/${name}/locale.pak`,
  ),
  prebuild: 'darwin-x64+arm64',
});

const packages: readonly (readonly [string, Packed])[] = [
  ['Windows on x64', windows('win-unpacked', 'x64')],
  ['Windows on arm64', windows('win-arm64-unpacked', 'arm64')],
  ['macOS on x64', mac('mac')],
  ['macOS on arm64', mac('mac-arm64')],
];

describe.each(packages.filter(([, { system }]) => canPackForMac || system !== 'mac'))(
  'the package for %s',
  (_name, { system, root, ...packed }) => {
    const at = (...parts: string[]): string => path.join(folder, system, root, ...parts);
    const filesBelow = (directory: string): string[] =>
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));

    it('has the native code of its own system and architecture, outside the archive, and no other', () => {
      const binaries = filesBelow(at()).filter((name) => name.endsWith('.node'));
      const prebuilds = `${packed.resources}/app.asar.unpacked/node_modules/@serialport/bindings-cpp/prebuilds/`;
      expect(binaries.map((name) => path.dirname(name))).toEqual([`${prebuilds}${packed.prebuild}`]);
    });

    it('has the same archive as the one for this system', () => {
      const entriesOf = (archive: string): string[] =>
        listPackage(archive, { isPack: false })
          .map((name) => name.replaceAll('\\', '/'))
          .filter((name) => !name.includes('/prebuilds/'))
          .sort();
      const ours = entriesOf(ownArchive);
      expect(ours).toContain('/out/main/index.cjs');
      expect(entriesOf(at(packed.resources, 'app.asar'))).toEqual(ours);
    });

    it('has the fuses of a release', async () => {
      const fuses = await getCurrentFuseWire(at(packed.program));
      const isOn = (option: FuseV1Options): boolean => fuses[option] === FuseState.ENABLE;
      expect({
        runAsNode: isOn(FuseV1Options.RunAsNode),
        nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
        inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
        integrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
        onlyArchive: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      }).toEqual({ runAsNode: false, nodeOptions: false, inspect: false, integrity: true, onlyArchive: true });
    });

    it('carries its licence, the notices of others, and the languages that the window speaks', () => {
      expect(readFileSync(at(packed.texts, 'LICENSE.txt'), 'utf8')).toBe(readFileSync(inProject('LICENSE'), 'utf8'));
      expect(readFileSync(at(packed.texts, 'NOTICES.txt'), 'utf8')).toContain('serialport');
      expect(
        filesBelow(at())
          .filter((name) => name.endsWith('.pak') && !name.endsWith('resources.pak'))
          .sort(),
      ).toEqual(expect.arrayContaining([...packed.languages]));
      const foreign = /(?:^|\/)(?:de|fr)(?:\.pak|\.lproj\/)/;
      expect(filesBelow(at()).filter((name) => foreign.test(name))).toEqual([]);
    });
  },
);

it('the program of Windows says whose it is, and how its archive is recognised', () => {
  const program = readFileSync(path.join(folder, 'win', 'win-unpacked', 'MIPL Field Tool.exe'));
  const texts = program.toString('utf16le');
  for (const text of ['MIPL Field Tool', version, 'MIPL Field Tool developers']) expect(texts).toContain(text);
  expect(program.toString('latin1')).toMatch(
    /\{"file":"resources\\\\app\.asar","alg":"SHA256","value":"[0-9a-f]{64}"\}/,
  );
});

it.runIf(canPackForMac)('the program of macOS says whose it is, and how its archive is recognised', () => {
  const file = path.join(folder, 'mac', 'mac', 'MIPL Field Tool.app', 'Contents', 'Info.plist');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('<string>dev.mipl-field-tool</string>');
  expect(text).toContain(`<string>${version}</string>`);
  expect(text).toMatch(/<key>ElectronAsarIntegrity<\/key>\s*<dict>\s*<key>Resources\/app\.asar<\/key>/);
});
