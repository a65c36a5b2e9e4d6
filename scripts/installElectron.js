// @ts-check
// Run by the project's Node: downloads the official Electron and lets the package `electron` unpack it. Prints a line
// `progress <fraction>` now and then. Gives up soon where nothing comes, so that a fallback can take over.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { inProject } from './project.js';

const connectLimitMs = 15_000;
const stallLimitMs = 20_000;

const requireFromElectron = createRequire(inProject('node_modules', 'electron', 'package.json'));
const { downloadArtifact, getHostArch } = await import(
  pathToFileURL(requireFromElectron.resolve('@electron/get')).href
);

const abort = new AbortController();
const giveUp = (/** @type {string} */ reason) => () => abort.abort(new Error(reason));
let timer = setTimeout(giveUp(`no answer within ${connectLimitMs / 1000} s`), connectLimitMs);

try {
  await downloadArtifact({
    version: requireFromElectron('./package.json').version,
    artifactName: 'electron',
    platform: process.platform,
    arch: getHostArch(),
    cacheRoot: process.env.electron_config_cache,
    checksums: requireFromElectron('./checksums.json'),
    downloadOptions: {
      quiet: true,
      signal: abort.signal,
      getProgressCallback: (/** @type {{ percent: number }} */ { percent }) => {
        clearTimeout(timer);
        timer = setTimeout(giveUp(`nothing came for ${stallLimitMs / 1000} s`), stallLimitMs);
        process.stdout.write(`progress ${percent}\n`);
      },
    },
  });
} catch (error) {
  const { message, cause } = /** @type {Error & { cause?: Error }} */ (error);
  console.error(cause?.message ? `${message}: ${cause.message}` : message);
  process.exit(1);
}
clearTimeout(timer);
process.exit(
  spawnSync(process.execPath, [requireFromElectron.resolve('./install.js')], { stdio: 'inherit' }).status ?? 1,
);
