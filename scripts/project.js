// @ts-check
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const projectDirectory = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** A path inside the project. @param {...string} parts */
export function inProject(...parts) {
  return path.join(projectDirectory, ...parts);
}

/** The Node that comes with the project (devDependency `node`); TypeScript files run straight on it. */
export const projectNode = inProject('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The entry script of an installed command-line package, to be run by {@link projectNode}. @param {string} name */
export function moduleCommand(name, command = name) {
  const directory = inProject('node_modules', ...name.split('/'));
  const { bin } = readJson(path.join(directory, 'package.json'));
  return path.join(directory, typeof bin === 'string' ? bin : bin[command]);
}

/** @param {string} file @returns {any} */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Per-user folder for what is large and can be fetched again. Outside node_modules, so that a fresh install or a
 * second clone need not fetch it again.
 * @param {NodeJS.ProcessEnv} environment
 */
export function cacheDirectory(environment = process.env, platform = process.platform, home = homedir()) {
  const name = 'mipl-field-tool';
  if (platform === 'win32') return path.join(environment.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), name);
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', name);
  // The XDG specification: a relative path is to be ignored.
  const configured = environment.XDG_CACHE_HOME;
  return path.join(configured && path.isAbsolute(configured) ? configured : path.join(home, '.cache'), name);
}
