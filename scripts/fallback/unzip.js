// @ts-check
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

const symbolicLink = 0xa000;

/**
 * Where an entry goes below the target folder. Refuses names that would lead outside it, on any system.
 * @param {string} name
 */
export function safeEntryPath(name) {
  const parts = name.split('/');
  if (parts.at(-1) === '') parts.pop(); // a folder
  const bad = parts.length === 0 || /[\\:\0]/.test(name) || parts.some((part) => ['', '.', '..'].includes(part));
  if (bad) throw new Error(`The archive holds an entry with a forbidden name: ${JSON.stringify(name)}`);
  return path.join(...parts);
}

/**
 * Unpacks a zip archive: every file with its checksum looked at, which yauzl leaves to us, and never over another. `place`
 * may rename an entry, or leave it out by answering undefined. Nothing is written before every name is known to be good.
 * @param {string} archive
 * @param {string} directory
 * @param {{ place?: (name: string) => string | undefined, onProgress?: (fraction: number) => void }} [options]
 */
export async function extractZip(archive, directory, { place = (name) => name, onProgress } = {}) {
  // Names as they stand: yauzl would make backslashes harmless, and we want none of such an archive.
  const zip = await yauzl.openPromise(archive, { autoClose: false, lazyEntries: true, decodeStrings: false });
  try {
    const chosen = [];
    for await (const entry of zip.eachEntry()) {
      const given = String(entry.fileName);
      const name = place(given);
      if (name) chosen.push({ entry, given, target: path.join(directory, safeEntryPath(name)) });
    }
    const total = chosen.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    let done = 0;
    for (const { entry, given, target } of chosen) {
      if (given.endsWith('/')) {
        await mkdir(target, { recursive: true });
        continue;
      }
      const mode = entry.externalFileAttributes >>> 16;
      // A link could lead a later entry outside the target folder; the archives we use have none.
      if ((mode & 0xf000) === symbolicLink) throw new Error(`The archive holds a symbolic link: ${given}`);
      await mkdir(path.dirname(target), { recursive: true });
      const content = await buffer(await zip.openReadStreamPromise(entry));
      if (crc32(content) !== entry.crc32) throw new Error(`The zip archive is damaged: wrong checksum for ${given}`);
      await writeFile(target, content, { flag: 'wx' });
      // Set by hand, because the mode given on creation is cut by the umask.
      await chmod(target, mode & 0o111 ? 0o755 : 0o644);
      onProgress?.((done += entry.uncompressedSize) / total);
    }
  } finally {
    zip.close();
  }
}
