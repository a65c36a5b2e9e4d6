// @ts-check
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureElectron } from './electronRuntime.js';
import { ensureModules } from './nodeModules.js';
import { createReporter } from './reporter.js';
import { runScript } from './setupError.js';
import { ensureSystemPackages } from './systemPackages.js';

/** @typedef {import('./electronRuntime.js').ElectronRuntime} ElectronRuntime */

/**
 * Gets a fresh machine ready; with nothing to do it says nothing and takes a moment. `modules` is enough for whatever
 * runs without a window, `start` is for the application, `test` for the whole suite.
 * @template {'modules' | 'start' | 'test'} Purpose
 * @param {Purpose} purpose
 * @param {{ reporter?: import('./reporter.js').Reporter, retryElectron?: boolean }} [options]
 * @returns {Promise<Purpose extends 'modules' ? undefined : ElectronRuntime>}
 */
export async function prepare(purpose, { reporter = createReporter(), retryElectron = false } = {}) {
  // First what may need a person's hand, so that nobody waits for an installation only to be stopped after it.
  if (purpose !== 'modules') await ensureSystemPackages(purpose, reporter);
  await ensureModules(reporter);
  const electron = purpose === 'modules' ? undefined : await ensureElectron(reporter, { retry: retryElectron });
  return /** @type {any} */ (electron);
}

/** Says which Electron it is, and when it is not the one that the project asks for. @param {ElectronRuntime} electron */
export function describeElectron({ kind, version }) {
  return kind === 'official'
    ? `Electron ${version}`
    : `Electron ${version} (from the npm registry, in place of the official download)`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        for: { type: 'string', default: 'start' },
        only: { type: 'string' },
        'retry-electron': { type: 'boolean', default: false },
      },
    });
    const purpose = values.only ?? values.for;
    if (purpose !== 'modules' && purpose !== 'start' && purpose !== 'test') {
      console.error('Usage: node scripts/prepare.js [--for start|test] [--only modules] [--retry-electron]');
      return 2;
    }
    const electron = await prepare(purpose, { retryElectron: values['retry-electron'] });
    console.error(electron ? `Ready: ${describeElectron(electron)}` : 'Ready.');
    return 0;
  });
}
