import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npm, withoutModuleCommands } from '../../../scripts/childProcess.js';
import { withLock } from '../../../scripts/lock.js';
import { cacheDirectory } from '../../../scripts/project.js';

const here = import.meta.dirname;
const files = ['package.json', 'package-lock.json'];

/**
 * The folder in which the programs of others are installed: once for each list of them, outside the project, so that none
 * of it can become part of the product. Undefined where the npm registry cannot be reached.
 */
export async function peersFolder(): Promise<string | undefined> {
  const list = await Promise.all(files.map((name) => readFile(join(here, name))));
  const id = createHash('sha256').update(Buffer.concat(list)).digest('hex').slice(0, 16);
  const folder = join(cacheDirectory(), `peers-${id}`);
  return withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return folder;
    const draft = `${folder}.part`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    for (const name of files) await copyFile(join(here, name), join(draft, name));
    const options = { cwd: draft, env: withoutModuleCommands(process.env) };
    const { status, output } = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], options);
    if (status !== 0) {
      console.log(`Programs of others could not be installed, their tests are skipped: ${output.trim().slice(-300)}`);
      await rm(draft, { recursive: true, force: true });
      return undefined;
    }
    await rename(draft, folder);
    return folder;
  });
}
