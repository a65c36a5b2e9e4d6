// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture } from './childProcess.js';
import { inProject, moduleCommand, projectDirectory, projectNode } from './project.js';
import { SetupError } from './setupError.js';

const sources = [
  'main',
  'renderer',
  'shared',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'tsconfig.json',
];
const outputs = [
  'out/main/index.cjs',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'out/renderer/notices.txt',
];
// Not in out/, because everything in there is packed.
const stampFile = inProject('node_modules', '.mipl-field-tool-build');

/**
 * A short text that changes when a file below `roots` is added, removed or written. Missing files count too.
 * @param {string} directory @param {readonly string[]} roots
 */
export function fingerprint(directory, roots) {
  const hash = createHash('sha256');
  /** @param {string} name */
  const visit = (name) => {
    const entry = statSync(path.join(directory, name), { throwIfNoEntry: false });
    if (entry?.isDirectory()) {
      const names = readdirSync(path.join(directory, name)).sort();
      names.forEach((child) => visit(`${name}/${child}`));
    } else hash.update(`${name} ${entry ? `${entry.size} ${entry.mtimeMs}` : 'missing'}\n`);
  };
  roots.forEach(visit);
  return hash.digest('hex');
}

/**
 * Builds main, preload and renderer into out/, unless they are built from just these sources.
 * @param {import('./reporter.js').Reporter} reporter
 * @param {{ version: string }} electron the code is written for its Chromium and Node
 */
export async function ensureBuild(reporter, { version }) {
  const major = version.split('.')[0];
  // The outputs are part of it: a development run writes the same files.
  const stamp = () => `${major} ${fingerprint(projectDirectory, sources)} ${fingerprint(projectDirectory, outputs)}`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()) return;
  const { status, output } = await reporter.step('Building the application', () =>
    capture(projectNode, [moduleCommand('electron-vite'), 'build'], {
      env: { ...process.env, ELECTRON_MAJOR_VER: major },
    }),
  );
  const missing = outputs.filter((file) => !existsSync(inProject(file)));
  if (status !== 0 || missing.length > 0)
    throw new SetupError(`The build failed:\n\n${output.trim()}\n${missing.join(' ')}`);
  writeFileSync(stampFile, stamp());
}
