import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheDirectory } from '../../scripts/project.js';
import { succeed } from './minimalDebian.ts';

/** What in the program's folder is ours, and another with each change; all beside it is Electron's. */
const ours = ['resources', 'NOTICES.txt'];
/** In place of owner and time, which change with each package and are not what is compressed here. */
const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

/** The bytes of an archive once it is compressed as dpkg-deb does by itself: xz, level 6, in blocks for several threads. */
async function compressedBytes(archive: string): Promise<number> {
  await succeed('xz', ['-6', '--threads=0', archive]);
  return (await stat(`${archive}.xz`)).size;
}

/** The same, asked of the machine's cache first: a tenth of a gigabyte that is another only with another Electron. */
async function rememberedBytes(archive: string): Promise<number> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const memory = path.join(cacheDirectory(), `xz-6-bytes-${hash.digest('hex')}`);
  const known = await readFile(memory, 'utf8').catch(() => undefined);
  if (known !== undefined) return Number(known);
  const bytes = await compressedBytes(archive);
  await writeFile(`${memory}.part`, String(bytes));
  await rename(`${memory}.part`, memory);
  return bytes;
}

/**
 * The size of a deb as it is released, in bytes, whatever the compression of the one that is given. Electron's part and
 * the rest are compressed apart, which makes them hardly larger than together, and Electron's only once a machine.
 * @param deb its path
 * @param folder the program's folder in it, such as `opt/NAME`
 */
export async function releasedBytes(deb: string, folder: string): Promise<number> {
  const workshop = await mkdtemp(path.join(tmpdir(), 'mipl-size-'));
  try {
    const root = path.join(workshop, 'root');
    await succeed('dpkg-deb', ['--raw-extract', deb, root]);
    const archive = async (name: string, from: string, what: readonly string[]): Promise<string> => {
      const file = path.join(workshop, name);
      await succeed('tar', [...plain, '-C', from, '-cf', file, '--', ...what]);
      return file;
    };
    const program = path.join(root, folder);
    const names = await readdir(program);
    const theirs = names.filter((name) => !ours.includes(name)).sort();
    const archived = await archive('theirs.tar', program, theirs);
    for (const name of theirs) await rm(path.join(program, name), { recursive: true });
    const rest = await archive('rest.tar', root, ['.']);
    return (await rememberedBytes(archived)) + (await compressedBytes(rest));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
