// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, copyFile, lstat, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { startDisplay } from './display.js';
import { presentRuntime } from '../../scripts/electronRuntime.js';
import { linkTree } from '../../scripts/linkTree.js';
import { canRead, makeHome, makeOwnDirectory, ordinaryAccount, writeWrapper } from './ordinaryUser.js';
import { productionModules } from '../../scripts/productionModules.js';
import { inProject, projectDirectory, readJson } from '../../scripts/project.js';
import { adviseOnSandbox, namespacesRestricted } from '../../scripts/sandbox.js';
import { SetupError } from '../../scripts/setupError.js';

/**
 * @typedef {object} LaunchOptions
 * @property {string} executablePath as root a script that drops to an ordinary account
 * @property {string[]} args to put first: the folder of the application, or nothing for the packaged one
 * @property {Record<string, string>} env the whole environment to give to it
 * @property {string} cwd
 * @property {true} chromiumSandbox because Playwright adds --no-sandbox to every Electron that is not launched with it
 */
/**
 * @typedef {object} ElectronForTests
 * @property {LaunchOptions} launch for Playwright's `_electron.launch({ ...launch, args: [...launch.args, more] })`, or
 *   to spawn
 * @property {string} version of Electron
 * @property {'official' | 'fallback'} kind
 * @property {(name: string) => Promise<string>} makeDirectory an empty folder in which the application may write
 * @property {(file: string) => Promise<void>} handOver lets the application use a file, folder or tty of the test
 * @property {() => Promise<void>} cleanup removes all of it; call it once, when the last window is closed
 */

/**
 * Everything a test needs to start the application in Electron with its sandbox on. Electron's sandbox does not work
 * for root, so when the suite runs as root the application runs as `nobody`, with a home of its own, and from a
 * readable copy where the project or the Electron cache is closed to others.
 *
 * `packaged` takes the result of `electron-builder --linux dir`, or the program of that name; `application` takes another folder
 * than the project.
 * Without a display it starts a virtual screen.
 * @param {{ packaged?: boolean | string, application?: string }} [options]
 * @returns {Promise<ElectronForTests>}
 */
export async function electronForTests({ packaged = false, application = projectDirectory } = {}) {
  const runtime = presentRuntime();
  if (!runtime) throw new SetupError('Electron is not there yet.', 'Run: npm run prepare-machine');
  const packagedProgram = packaged === true ? packagedExecutable() : packaged;
  const program = packagedProgram || runtime.executable;
  const workspace = await mkdtemp(path.join(tmpdir(), 'mipl-test-'));
  const display = process.platform === 'linux' && !process.env.DISPLAY ? await startDisplay() : undefined;
  const env = { ...inheritedEnvironment(), ...display?.env };
  const { version, kind } = runtime;
  const cleanup = async () => {
    await display?.stop();
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  };

  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    adviseOnSandbox({ directory: path.dirname(program) });
    const makeDirectory = (/** @type {string} */ name) => mkdtemp(path.join(workspace, `${name}-`));
    const args = packaged ? [] : [application];
    const launch = launchOptions(program, args, env, workspace);
    return { launch, version, kind, makeDirectory, handOver: async () => {}, cleanup };
  }

  const account = ordinaryAccount();
  await chmod(workspace, 0o755);
  Object.assign(env, await makeHome(account, path.join(workspace, 'home')));
  env.XAUTHORITY = await shareAuthority(env, account, path.join(workspace, 'home', 'Xauthority'));
  const stage = process.env.MIPL_TEST_STAGE ?? path.join(workspace, 'stage');
  const staged = await stageProgram(account, program, stage);
  const executablePath = path.join(workspace, 'electron');
  await writeWrapper(executablePath, account, staged);
  const args = packaged ? [] : [await stageApplication(account, application, path.join(workspace, 'application'))];
  return {
    launch: launchOptions(executablePath, args, env, workspace),
    version,
    kind,
    makeDirectory: async (name) => {
      const directory = await mkdtemp(path.join(workspace, `${name}-`));
      return makeOwnDirectory(account, directory);
    },
    handOver: (file) => handOver(file, account),
    cleanup,
  };
}

/**
 * Whether the system confines a process: the proof that Electron's sandbox is really on. `process.sandboxed` is true in
 * a renderer even under --no-sandbox. Linux only.
 * @param {number} pid of a renderer, from `webContents.getOSProcessId()`
 */
export function isConfined(pid) {
  return /^Seccomp:\s*2$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/**
 * @param {string} executablePath @param {string[]} args @param {Record<string, string>} env @param {string} cwd
 * @returns {LaunchOptions}
 */
function launchOptions(executablePath, args, env, cwd) {
  return { executablePath, args, env, cwd, chromiumSandbox: true };
}

/** Where `electron-builder dir` puts the application of this system. */
export function packagedExecutable() {
  const { name, productName } = readJson(inProject('package.json'));
  const candidates = {
    linux: [`dist/linux-unpacked/${name}`, `dist/linux-arm64-unpacked/${name}`],
    win32: [`dist/win-unpacked/${productName}.exe`, `dist/win-arm64-unpacked/${productName}.exe`],
    darwin: ['mac-arm64', 'mac'].map((folder) => `dist/${folder}/${productName}.app/Contents/MacOS/${productName}`),
  };
  const files = candidates[/** @type {keyof typeof candidates} */ (process.platform)] ?? [];
  const file = files.map((candidate) => inProject(candidate)).find((candidate) => existsSync(candidate));
  if (!file) throw new SetupError('The application is not packaged yet.', 'Run: npm test -- package');
  return file;
}

/** Ours, without what would change how Electron behaves. @returns {Record<string, string>} */
function inheritedEnvironment() {
  const unwanted = /^(npm_|VITEST|ELECTRON_RUN_AS_NODE$|NODE_OPTIONS$)/i;
  const own = Object.entries(process.env).filter(([name]) => !unwanted.test(name));
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? '']));
}

/**
 * @param {Record<string, string>} env
 * @param {import('./ordinaryUser.js').Account} account
 * @param {string} target
 */
async function shareAuthority(env, { uid, gid }, target) {
  const source = env.XAUTHORITY || path.join(homedir(), '.Xauthority');
  if (existsSync(source)) await copyFile(source, target);
  else await writeFile(target, '');
  await chmod(target, 0o600);
  await chown(target, uid, gid);
  return target;
}

/**
 * The program at a place where the account can use it. Staged once and kept, because it is large.
 * @param {import('./ordinaryUser.js').Account} account
 * @param {string} program
 * @param {string} stage
 */
async function stageProgram(account, program, stage) {
  const directory = path.dirname(program);
  const restricted = namespacesRestricted();
  const samples = [program, path.join(directory, 'resources.pak'), path.join(directory, 'icudtl.dat')];
  if (!restricted && (await canRead(account, samples))) return program;

  const { mtimeMs, ino } = await lstat(program);
  const target = path.join(stage, `${path.basename(directory)}-${ino}-${Math.round(mtimeMs)}`);
  if (!existsSync(target)) {
    await mkdir(stage, { recursive: true });
    await chmod(stage, 0o755);
    const temporary = `${target}.${process.pid}`;
    // The helper may get other rights below; those must not reach the original.
    await linkTree(directory, temporary, { copyOnly: (name) => name === 'chrome-sandbox' });
    if (restricted) await chmod(path.join(temporary, 'chrome-sandbox'), 0o4755);
    await rename(temporary, target).catch(async (error) => {
      // Another test file was faster; its copy is as good.
      if (!existsSync(target)) throw error;
      await rm(temporary, { recursive: true, force: true });
    });
  }
  return path.join(target, path.basename(program));
}

/**
 * The application's folder, or a copy of what it needs to run where the account cannot read it.
 * @param {import('./ordinaryUser.js').Account} account
 * @param {string} application
 * @param {string} target
 */
async function stageApplication(account, application, target) {
  const { main } = readJson(path.join(application, 'package.json'));
  if (
    await canRead(
      account,
      ['package.json', main].map((file) => path.join(application, file)),
    )
  )
    return application;
  await mkdir(target);
  await chmod(target, 0o755);
  await copyFile(path.join(application, 'package.json'), path.join(target, 'package.json'));
  await chmod(path.join(target, 'package.json'), 0o644);
  await linkTree(path.join(application, 'out'), path.join(target, 'out'));
  const lock = path.join(application, 'package-lock.json');
  for (const folder of existsSync(lock) ? productionModules(readJson(lock)) : []) {
    if (existsSync(path.join(application, folder))) {
      await mkdir(path.dirname(path.join(target, folder)), { recursive: true });
      await linkTree(path.join(application, folder), path.join(target, folder));
    }
  }
  return target;
}

/** @param {string} file @param {import('./ordinaryUser.js').Account} account */
async function handOver(file, account) {
  const { uid, gid } = account;
  await chown(file, uid, gid); // follows links: socat's ttys are links into /dev/pts
  const entry = await lstat(file);
  if (!entry.isDirectory()) return;
  for (const name of await readdir(file)) await handOver(path.join(file, name), account);
}
