// @ts-check
import { runInPlace } from './childProcess.js';
import { moduleCommand, projectNode } from './project.js';

/**
 * Packages the built application for this system as a folder in dist/, with the runtime that is there: no network.
 * Installers are made by the release workflow.
 * @param {import('./electronRuntime.js').ElectronRuntime} electron
 */
export function packageApplication({ directory, version }) {
  const args = ['--dir', `-c.electronDist=${directory}`, `-c.electronVersion=${version}`, '--publish=never'];
  // No certificate is looked for: what is tested is the folder, not its signature.
  const env = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' };
  return runInPlace(projectNode, [moduleCommand('electron-builder'), ...args], { env, timeLimitMs: 5 * 60_000 });
}
