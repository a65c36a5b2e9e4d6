// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { capture, npm, withoutModuleCommands } from './childProcess.js';
import { withLock } from './lock.js';
import { cacheDirectory, inProject, projectDirectory, projectNode, readJson } from './project.js';
import { SetupError } from './setupError.js';

const stampFile = inProject('node_modules', '.mipl-field-tool.json');
const platform = `${process.platform}-${process.arch}`;

/** @typedef {{ lock: string, platform: string }} Stamp what node_modules was last checked against */
/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} Lock */

/**
 * Whether node_modules must be installed again.
 *
 * `current`: the stamp fits. `unstamped`: no fitting stamp, but what npm noted about its last install is what
 * package-lock.json asks for, so somebody installed by hand. `outdated`: install.
 * @param {{ wanted: Stamp, stamp?: Stamp, lock: () => Lock, installed: () => Lock | undefined }} facts
 * @returns {'current' | 'unstamped' | 'outdated'}
 */
export function modulesState({ wanted, stamp, lock, installed }) {
  if (stamp && stamp.platform !== wanted.platform) return 'outdated';
  if (stamp?.lock === wanted.lock) return 'current';
  const present = installed()?.packages;
  if (!present) return 'outdated';
  for (const [name, { version, optional, link }] of Object.entries(lock().packages ?? {})) {
    if (name === '' || link) continue;
    if (present[name]?.version === version) continue;
    // Optional packages of other platforms are rightly absent, but a present one must have the right version.
    if (optional && !present[name]) continue;
    return 'outdated';
  }
  return 'unstamped';
}

/** The stamp that an up-to-date node_modules carries. @param {string} lockText @returns {Stamp} */
export function stampFor(lockText) {
  return { lock: createHash('sha256').update(lockText).digest('hex'), platform };
}

/**
 * Brings node_modules in line with package-lock.json; does nothing, quickly, when it is.
 * @param {import('./reporter.js').Reporter} reporter
 */
export async function ensureModules(reporter) {
  if (currentState() === 'current' && existsSync(projectNode)) return;
  const name = createHash('sha256').update(projectDirectory).digest('hex').slice(0, 16);
  await withLock(
    path.join(cacheDirectory(), `install-${name}.lock`),
    async () => {
      const state = currentState();
      if (state === 'outdated') await install(reporter);
      await ensureProjectNode(reporter);
      if (state !== 'current') await writeFile(stampFile, JSON.stringify(wantedStamp()));
    },
    { onWait: () => reporter.say('Waiting for another install of the node modules …') },
  );
}

function wantedStamp() {
  return stampFor(readFileSync(inProject('package-lock.json'), 'utf8'));
}

function currentState() {
  return modulesState({
    wanted: wantedStamp(),
    stamp: readIfPresent(stampFile),
    lock: () => readJson(inProject('package-lock.json')),
    installed: () => readIfPresent(inProject('node_modules', '.package-lock.json')),
  });
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readJson(file);
  } catch {
    return undefined;
  }
}

/** @param {import('./reporter.js').Reporter} reporter */
async function install(reporter) {
  // Windows does not let npm delete the node.exe that runs this script; `install` leaves alone what need not change.
  const inUse = process.platform === 'win32' && existsSync(projectNode);
  const command = inUse ? ['install', '--no-save'] : ['ci'];
  // `error` hides the EBADENGINE warnings: packages are run by the project's own Node, not by the one that runs npm.
  const quiet = ['--include=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const { status, output } = await reporter.step('Installing node modules (once, about a minute)', () =>
    npm([...command, ...quiet]),
  );
  if (status === 0) return;
  throw new SetupError(
    `npm could not install the node modules (exit status ${status}). It said:\n\n${output.trim()}`,
    'Check that the npm registry answers (npm ping), then start again. Behind a proxy: npm config set https-proxy <address>.',
  );
}

/**
 * The package `node` fetches its binary in an install script. Where install scripts are switched off it is missing.
 * @param {import('./reporter.js').Reporter} reporter
 */
async function ensureProjectNode(reporter) {
  if (await works()) return;
  const directory = inProject('node_modules', 'node');
  const env = withoutModuleCommands(process.env);
  const { output } = await reporter.step("Installing the project's own Node", () =>
    capture(process.execPath, ['installArchSpecificPackage.js'], { cwd: directory, env }),
  );
  if (await works()) return;
  throw new SetupError(
    `The project's own Node does not run on this machine (${projectNode}).\n\n${output.trim()}`,
    'Delete the folder node_modules and start again. If it stays, this platform has no ready-made Node.',
  );
}

async function works() {
  const { version } = readJson(inProject('node_modules', 'node', 'package.json'));
  const { status, stdout } = await capture(projectNode, ['--version']);
  return status === 0 && stdout.trim() === `v${version}`;
}
