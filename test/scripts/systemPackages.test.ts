import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findCommand,
  hostPrograms,
  readingPrograms,
  packagingPrograms,
  installCommand,
  missingNeeds,
  type Need,
  packageNames,
  packagesFor,
  parseOsRelease,
} from '../../scripts/systemPackages.js';
import { temporaryDirectory } from './temporaryDirectory.ts';
import { writeFileSync } from 'node:fs';

const debian12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n';

it('reads os-release with and without quotes', () => {
  expect(parseOsRelease(debian12)).toEqual({
    PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)',
    NAME: 'Debian GNU/Linux',
    VERSION_ID: '12',
    ID: 'debian',
  });
  expect(parseOsRelease("ID='alpine'\n# VERSION_ID=3\nEMPTY=\n")).toEqual({ ID: 'alpine', EMPTY: '' });
});

const systems: [string, Record<string, string>, string | undefined][] = [
  ['Debian 12', { ID: 'debian', VERSION_ID: '12' }, 'classic'],
  ['Debian 13', { ID: 'debian', VERSION_ID: '13' }, 'time64'],
  ['Debian unstable', { ID: 'debian' }, 'time64'],
  ['Ubuntu 22.04', { ID: 'ubuntu', VERSION_ID: '22.04' }, 'classic'],
  ['Ubuntu 24.04', { ID: 'ubuntu', VERSION_ID: '24.04' }, 'time64'],
  ['Mint 21', { ID: 'linuxmint', ID_LIKE: 'ubuntu debian', VERSION_ID: '21.3', UBUNTU_CODENAME: 'jammy' }, 'classic'],
  ['Mint 22', { ID: 'linuxmint', ID_LIKE: 'ubuntu debian', VERSION_ID: '22', UBUNTU_CODENAME: 'noble' }, 'time64'],
  ['Raspberry Pi OS 12', { ID: 'raspbian', ID_LIKE: 'debian', VERSION_CODENAME: 'bookworm' }, 'classic'],
  ['Fedora', { ID: 'fedora', VERSION_ID: '43' }, undefined],
  ['nothing known', {}, undefined],
];
it.each(systems)('knows how packages are named on %s', (_name, release, expected) => {
  expect(packageNames(release)).toBe(expected);
});

describe('what is missing', () => {
  const present =
    (...names: string[]) =>
    (need: Need) =>
      names.includes(need.package);

  it('asks for libraries only to start, for tools too to test', () => {
    const nothing = () => false;
    expect(packagesFor(missingNeeds('start', nothing), 'classic')).toEqual([
      'libgtk-3-0',
      'libnss3',
      'libasound2',
      'libgbm1',
    ]);
    expect(packagesFor(missingNeeds('test', nothing), 'classic')).toEqual([
      ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'],
      ...['xvfb', 'xauth', 'socat', 'fonts-noto-cjk'],
    ]);
  });

  it('asks for a key store where a machine tests alone, and of nobody else', () => {
    const more = missingNeeds('ci', () => false).filter((need) => !missingNeeds('test', () => false).includes(need));
    expect(packagesFor(more, 'classic')).toEqual(['dbus', 'gnome-keyring', 'libsecret-1-0']);
  });

  it('never stops for a program of others that talks to modules: those are no needs', () => {
    const needed = missingNeeds('ci', () => false).map((need) => need.package);
    const talkers = hostPrograms.map((program) => program.package);
    expect(talkers).toEqual(expect.arrayContaining(['gammu', 'wvdial', 'ppp', 'smstools', 'minicom', 'ser2net']));
    expect(needed.filter((name) => talkers.includes(name))).toEqual([]);
  });

  it('never stops for a program that reads what the tool writes', () => {
    const needed = missingNeeds('ci', () => false).map((need) => need.package);
    const readers = readingPrograms.map((program) => program.package);
    expect(readers).toEqual(['tshark', 'lnav', 'chromium']);
    expect(needed.filter((name) => readers.includes(name))).toEqual([]);
  });

  it('never stops for a program that makes or examines packages', () => {
    const needed = missingNeeds('ci', () => false).map((need) => need.package);
    const makers = packagingPrograms.map((program) => program.package);
    expect(makers).toEqual(expect.arrayContaining(['debootstrap', 'rpm', 'lintian']));
    expect(needed.filter((name) => makers.includes(name))).toEqual([]);
  });

  it('names only what is missing, by its name on this system', () => {
    const missing = missingNeeds('start', present('libnss3', 'libgbm1'));
    expect(packagesFor(missing, 'time64')).toEqual(['libgtk-3-0t64', 'libasound2t64']);
  });

  it('is nothing when all is there', () => {
    expect(missingNeeds('test', () => true)).toEqual([]);
  });

  it('becomes one command to type', () => {
    expect(installCommand(['libnss3', 'xvfb'])).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends libnss3 xvfb',
    );
    expect(installCommand(['libnss3'], true)).toBe(
      'apt-get update && apt-get install -y --no-install-recommends libnss3',
    );
  });
});

it('finds a command on the path', () => {
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, 'a-tool'), '');
  expect(findCommand('a-tool', ['/nowhere', directory].join(path.delimiter))).toBe(path.join(directory, 'a-tool'));
  expect(findCommand('no-such-tool-anywhere', directory)).toBeUndefined();
});
