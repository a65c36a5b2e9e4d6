// @ts-check
import { rm } from 'node:fs/promises';
import { runInPlace } from './childProcess.js';
import { inProject, moduleCommand, projectNode } from './project.js';

/** What electron-builder reads on this system. */
export const packagingConfig = process.platform === 'linux' ? 'electron-builder.linux.yml' : 'electron-builder.yml';

/**
 * Packages the built application for this system as a folder in dist/, with the runtime that is there: no network.
 * Installers are made by the release workflow.
 * @param {import('./electronRuntime.js').ElectronRuntime} electron
 * @param {import('./childProcess.js').Say} [say]
 */
export async function packageApplication({ directory, version }, say) {
  const args = [
    '--dir',
    `--config=${packagingConfig}`,
    `-c.electronDist=${directory}`,
    `-c.electronVersion=${version}`,
    '--publish=never',
  ];
  // No certificate is looked for: what is tested is the folder, not its signature.
  const env = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' };
  const command = [moduleCommand('electron-builder'), ...args];
  const status = await runInPlace(projectNode, command, { env, timeLimitMs: 5 * 60_000, say });
  // electron-builder takes these out of a runtime that it fetched itself, but not out of one that it is given.
  for (const leftover of ['version', 'resources/default_app.asar'])
    await rm(inProject('dist', 'linux-unpacked', leftover), { force: true });
  return status;
}
