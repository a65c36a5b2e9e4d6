// @ts-check
import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const symbolicLink = 0xa000;

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} method 0 stored, 8 deflated
 * @property {boolean} encrypted
 * @property {number} crc
 * @property {number} compressedSize
 * @property {number} size
 * @property {number} mode Unix file mode, 0 when the archive has none
 * @property {number} offset
 */

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
 * Unpacks a zip archive. `place` may rename an entry, or leave it out by answering undefined. Covers what an Electron
 * archive needs: stored and deflated files, below 4 GB; anything else is an error, as is a checksum that does not fit.
 * @param {string} archive
 * @param {string} directory
 * @param {{ place?: (name: string) => string | undefined, onProgress?: (fraction: number) => void }} [options]
 */
export async function extractZip(archive, directory, { place = (name) => name, onProgress } = {}) {
  const file = await open(archive, 'r');
  try {
    const chosen = (await readEntries(file)).flatMap((entry) => {
      const name = place(entry.name);
      return name ? [{ entry, target: path.join(directory, safeEntryPath(name)) }] : [];
    });
    const total = chosen.reduce((sum, { entry }) => sum + entry.size, 0);
    let done = 0;
    for (const { entry, target } of chosen) {
      if (entry.name.endsWith('/')) {
        await mkdir(target, { recursive: true });
        continue;
      }
      await mkdir(path.dirname(target), { recursive: true });
      const content = await readContent(file, entry);
      await writeFile(target, content, { flag: 'wx' });
      // Set by hand, because the mode given on creation is cut by the umask.
      await chmod(target, entry.mode & 0o111 ? 0o755 : 0o644);
      onProgress?.((done += entry.size) / total);
    }
  } finally {
    await file.close();
  }
}

/** @param {import('node:fs/promises').FileHandle} file @returns {Promise<Entry[]>} */
async function readEntries(file) {
  const { size } = await file.stat();
  // The end record is 22 bytes plus a comment of at most 65535.
  const tail = await readAt(file, Math.max(0, size - 22 - 0xffff), Math.min(size, 22 + 0xffff));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw new Error('Not a zip archive, or a cut-off one');
  const count = tail.readUInt16LE(end + 10);
  const length = tail.readUInt32LE(end + 12);
  const offset = tail.readUInt32LE(end + 16);
  if (count === 0xffff || offset === 0xffffffff) throw new Error('Zip64 archives are not supported');

  const directory = await readAt(file, offset, length);
  const entries = [];
  for (let position = 0, index = 0; index < count; index += 1) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== entrySignature)
      throw new Error('The directory of the zip archive is damaged');
    const nameLength = directory.readUInt16LE(position + 28);
    const next =
      position + 46 + nameLength + directory.readUInt16LE(position + 30) + directory.readUInt16LE(position + 32);
    entries.push({
      name: directory.toString('utf8', position + 46, position + 46 + nameLength),
      encrypted: (directory.readUInt16LE(position + 8) & 1) === 1,
      method: directory.readUInt16LE(position + 10),
      crc: directory.readUInt32LE(position + 16),
      compressedSize: directory.readUInt32LE(position + 20),
      size: directory.readUInt32LE(position + 24),
      mode: directory.readUInt16LE(position + 40),
      offset: directory.readUInt32LE(position + 42),
    });
    position = next;
  }
  return entries;
}

/** @param {import('node:fs/promises').FileHandle} file @param {Entry} entry */
async function readContent(file, entry) {
  const { name } = entry;
  // A link could lead a later entry outside the target folder; the archives we use have none.
  if ((entry.mode & 0xf000) === symbolicLink) throw new Error(`The archive holds a symbolic link: ${name}`);
  if (entry.encrypted || ![0, 8].includes(entry.method)) throw new Error(`Cannot unpack ${name}: unknown packing`);
  const header = await readAt(file, entry.offset, 30);
  if (header.readUInt32LE(0) !== localSignature) throw new Error(`The zip archive is damaged at ${name}`);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readAt(file, start, entry.compressedSize);
  const content = entry.method === 0 ? packed : await inflate(packed, { maxOutputLength: Math.max(1, entry.size) });
  if (content.length !== entry.size || crc32(content) !== entry.crc)
    throw new Error(`The zip archive is damaged: wrong checksum for ${name}`);
  return content;
}

/** @param {import('node:fs/promises').FileHandle} file @param {number} position @param {number} length */
async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('The zip archive is cut off');
  return buffer;
}
