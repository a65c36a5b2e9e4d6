// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { capture } from './childProcess.js';
import { SetupError } from './setupError.js';

/** What for; each needs what stands before it, too. @typedef {'start' | 'test' | 'ci'} Purpose */

/** @type {readonly Purpose[]} */
const purposes = ['start', 'test', 'ci'];
/**
 * @typedef {object} Need something of the Linux system that Electron or the tests use
 * @property {string} package name on Debian and Ubuntu
 * @property {string} [renamed] its name since Debian 13 and Ubuntu 24.04
 * @property {string} [library] a shared library that shows it is there
 * @property {string} [command] a command that shows it is there
 * @property {'cjk'} [font]
 * @property {Purpose} purpose
 */

/** @type {readonly Need[]} */
export const needs = [
  { package: 'libgtk-3-0', renamed: 'libgtk-3-0t64', library: 'libgtk-3.so.0', purpose: 'start' },
  { package: 'libnss3', library: 'libnss3.so', purpose: 'start' },
  { package: 'libasound2', renamed: 'libasound2t64', library: 'libasound.so.2', purpose: 'start' },
  { package: 'libgbm1', library: 'libgbm.so.1', purpose: 'start' },
  { package: 'xvfb', command: 'Xvfb', purpose: 'test' },
  { package: 'xauth', command: 'xauth', purpose: 'test' },
  { package: 'socat', command: 'socat', purpose: 'test' },
  { package: 'fonts-noto-cjk', font: 'cjk', purpose: 'test' },
  // A key store for the test of the api-key. Nobody is asked to put one beside the one of his own desktop.
  { package: 'dbus', command: 'dbus-send', purpose: 'ci' },
  { package: 'gnome-keyring', command: 'gnome-keyring-daemon', purpose: 'ci' },
  { package: 'libsecret-1-0', library: 'libsecret-1.so.0', purpose: 'ci' },
];

/**
 * Programs of others that talk to a module over a tty or a TCP port, and the server of the stations; their tests are skipped where they are not there.
 * @type {readonly Need[]}
 */
export const hostPrograms = [
  { package: 'gammu', command: 'gammu', purpose: 'ci' },
  { package: 'wvdial', command: 'wvdialconf', purpose: 'ci' },
  { package: 'ppp', command: 'chat', purpose: 'ci' },
  { package: 'smstools', command: 'smsd', purpose: 'ci' },
  { package: 'minicom', command: 'minicom', purpose: 'ci' },
  { package: 'picocom', command: 'picocom', purpose: 'ci' },
  { package: 'tio', command: 'tio', purpose: 'ci' },
  { package: 'ser2net', command: 'ser2net', purpose: 'ci' },
  { package: 'microcom', command: 'microcom', purpose: 'ci' },
  { package: 'cu', command: 'cu', purpose: 'ci' },
  { package: 'python3-serial', command: 'pyserial-miniterm', purpose: 'ci' },
  { package: 'putty-tools', command: 'plink', purpose: 'ci' },
  { package: 'nats-server', command: 'nats-server', purpose: 'ci' },
];

/**
 * Programs of others that read what the tool writes, and show its pages; their tests are skipped where they are not there.
 * @type {readonly Need[]}
 */
export const readingPrograms = [
  { package: 'tshark', command: 'tshark', purpose: 'ci' },
  { package: 'lnav', command: 'lnav', purpose: 'ci' },
  { package: 'chromium', command: 'chromium', purpose: 'ci' },
];

/** Makes, examines and installs the Linux packages; that step is skipped where they are not there. @type {readonly Need[]} */
export const packagingPrograms = [
  { package: 'debootstrap', command: 'debootstrap', purpose: 'ci' },
  { package: 'rpm', command: 'rpmbuild', purpose: 'ci' },
  { package: 'lintian', command: 'lintian', purpose: 'ci' },
  { package: 'dpkg-dev', command: 'dpkg-shlibdeps', purpose: 'ci' },
  { package: 'binutils', command: 'objdump', purpose: 'ci' },
];

/**
 * Runs what is made for Windows, with a screen and a serial cable; that step is skipped where they are not there.
 * @type {readonly Need[]}
 */
export const windowsPrograms = [
  { package: 'wine', command: 'wine', purpose: 'ci' },
  // The installer is made by electron-builder itself, with these in place of what it would fetch.
  { package: 'nsis', command: 'makensis', purpose: 'ci' },
  { package: '7zip', command: '7zz', purpose: 'ci' },
  { package: 'xvfb', command: 'Xvfb', purpose: 'ci' },
  { package: 'socat', command: 'socat', purpose: 'ci' },
];

/** Reads /etc/os-release. @param {string} text @returns {Record<string, string>} */
export function parseOsRelease(text) {
  const fields = text.matchAll(/^([A-Z0-9_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/gm);
  return Object.fromEntries(
    Array.from(fields, ([, key, double, single, bare]) => [key, double ?? single ?? bare?.trim()]),
  );
}

/**
 * How packages are named on this system, or undefined where they are not Debian's.
 * @param {Record<string, string>} release
 * @returns {'classic' | 'time64' | undefined}
 */
export function packageNames(release) {
  const version = Number(release.VERSION_ID);
  if (release.ID === 'debian') return version < 13 ? 'classic' : 'time64'; // unstable has no version
  if (release.ID === 'ubuntu') return version < 24.04 ? 'classic' : 'time64';
  if (!/\b(debian|ubuntu)\b/.test(release.ID_LIKE ?? '')) return undefined;
  // Derived systems count on their own, but most name what they are derived from.
  const base = release.UBUNTU_CODENAME || release.DEBIAN_CODENAME || release.VERSION_CODENAME || '';
  return ['bionic', 'focal', 'jammy', 'buster', 'bullseye', 'bookworm'].includes(base) ? 'classic' : 'time64';
}

/**
 * What is needed for a purpose and not there.
 * @param {Purpose} purpose
 * @param {(need: Need) => boolean} isPresent
 */
export function missingNeeds(purpose, isPresent) {
  const last = purposes.indexOf(purpose);
  return needs.filter((need) => purposes.indexOf(need.purpose) <= last && !isPresent(need));
}

/** The packages that bring the missing needs. @param {readonly Need[]} missing @param {'classic' | 'time64'} names */
export function packagesFor(missing, names) {
  return missing.map((need) => (names === 'time64' && need.renamed) || need.package);
}

/** The command for a person to type. @param {readonly string[]} packages */
export function installCommand(packages, asRoot = false) {
  const sudo = asRoot ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Checks the shared libraries and tools on Linux. As root on Debian or Ubuntu it installs what is missing; otherwise it
 * stops and names the command.
 * @param {Purpose} purpose
 * @param {import('./reporter.js').Reporter} reporter
 */
export async function ensureSystemPackages(purpose, reporter) {
  if (process.platform !== 'linux') return;
  const wanted = purpose === 'test' && process.env.CI ? 'ci' : purpose;
  await ensureNeeds(wanted, namesOfThisSystem(), reporter);
  await installPrograms(hostPrograms, 'that talk to modules', reporter);
  await installPrograms(readingPrograms, 'that read what the tool writes', reporter);
}

function namesOfThisSystem() {
  return packageNames(parseOsRelease(readTextIfPresent('/etc/os-release')));
}

/** @param {Purpose} wanted @param {'classic' | 'time64' | undefined} names @param {import('./reporter.js').Reporter} reporter */
async function ensureNeeds(wanted, names, reporter) {
  const missing = missingNeeds(wanted, await probe());
  if (missing.length === 0) return;
  if (!names) {
    const list = missing.map((need) => need.library ?? need.command ?? need.package).join(', ');
    throw new SetupError(
      `This system lacks: ${list}.`,
      `Install the packages of your distribution that bring them (on Debian: ${packagesFor(missing, 'classic').join(' ')}), then start again.`,
    );
  }
  const packages = packagesFor(missing, names);
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `This system lacks packages that ${wanted === 'start' ? 'the window needs' : 'the tests need'}: ${packages.join(', ')}.`,
      `Install them with this command, then start again:\n\n  ${installCommand(packages)}`,
    );
  }
  await installAsRoot(packages, reporter);
  const still = missingNeeds(wanted, await probe());
  if (still.length > 0)
    throw new SetupError(`apt-get reported success, but still missing: ${packagesFor(still, names).join(', ')}.`);
}

/**
 * The services that some packages bring (smsd, ser2net) must not start on the machine that tests: at run level 1
 * invoke-rc.d starts nothing.
 */
const quietEnvironment = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };

/** Another that installs at this moment is waited for. @param {string[]} packages */
function aptInstall(packages) {
  const env = { ...process.env, ...quietEnvironment };
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  return capture('apt-get', [...wait, 'install', '-y', '-q', '--no-install-recommends', ...packages], { env });
}

/**
 * Where a machine tests alone (CI is set, root, Debian's packages), installs what it can get of programs without which
 * tests are skipped; what cannot be had is named, and nothing fails for it.
 * @param {readonly Need[]} programs
 * @param {string} which the words after "programs", such as `that talk to modules`
 * @param {import('./reporter.js').Reporter} reporter
 */
export async function installPrograms(programs, which, reporter) {
  const testsAlone = process.platform === 'linux' && process.env.CI && process.getuid?.() === 0;
  const names = namesOfThisSystem();
  if (!testsAlone || !names) return;
  const isThere = await probe();
  const packages = packagesFor(
    programs.filter((program) => !isThere(program)),
    names,
  );
  if (packages.length === 0) return;
  await reporter.step(`Installing programs ${which}: ${packages.join(' ')}`, async () => {
    if (!hasPackageLists()) await capture('apt-get', ['update', '-q']);
    if ((await aptInstall(packages)).status === 0) return;
    // One that this release does not have must not keep the others away.
    await capture('apt-get', ['update', '-q']);
    for (const name of packages) {
      const { status } = await aptInstall([name]);
      if (status !== 0) reporter.say(`  ${name} could not be installed; its tests are skipped.`);
    }
  });
}

/** @param {string[]} packages @param {import('./reporter.js').Reporter} reporter */
async function installAsRoot(packages, reporter) {
  const install = () => aptInstall(packages);
  await reporter.step(`Installing system packages: ${packages.join(' ')}`, async () => {
    // Without package lists, or with lists that have aged, the first attempt fails; then they are fetched.
    let result = hasPackageLists() ? await install() : undefined;
    if (result?.status === 0) return;
    const update = await capture('apt-get', ['update', '-q']);
    result = await install();
    if (result.status === 0) return;
    const output = `${update.status === 0 ? '' : update.output}${result.output}`.trim();
    throw new SetupError(
      `apt-get could not install the packages. It said:\n\n${output}`,
      `Put that right, then start again. The command was:\n\n  ${installCommand(packages, true)}`,
    );
  });
}

function hasPackageLists(directory = '/var/lib/apt/lists') {
  try {
    return readdirSync(directory).some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}

/** Looks the system over. @returns {Promise<(need: Need) => boolean>} */
async function probe() {
  // ldconfig is not on the path of ordinary users on Debian.
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((file) => existsSync(file)) ?? 'ldconfig';
  const { stdout } = await capture(ldconfig, ['-p']);
  const libraries = new Set(Array.from(stdout.matchAll(/^\s+(\S+) \(/gm), ([, name]) => name));
  return ({ library, command, font }) => {
    if (library) return libraries.has(library);
    if (command) return findCommand(command) !== undefined;
    return font === undefined || hasCjkFont('/usr/share/fonts');
  };
}

/** Full path of a command, also where ordinary users have no sbin on their path. @param {string} name */
export function findCommand(name, searchPath = process.env.PATH ?? '') {
  const directories = [...searchPath.split(path.delimiter), '/usr/bin', '/usr/sbin', '/sbin'];
  return directories.map((directory) => path.join(directory, name)).find((file) => existsSync(file));
}

/** @param {string} directory */
function hasCjkFont(directory) {
  try {
    return readdirSync(directory, { recursive: true }).some((name) => /cjk|wqy|sourcehan/i.test(String(name)));
  } catch {
    return false;
  }
}

/** @param {string} file */
function readTextIfPresent(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
