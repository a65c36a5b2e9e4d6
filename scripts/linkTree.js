// @ts-check
import { chmod, copyFile, link, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a second, world-readable tree of a folder: hard links where that works, copies where it does not (another file
 * system, or a file that others may not read). The files of the source keep their modes.
 * @param {string} source
 * @param {string} target
 * @param {{ copyOnly?: (name: string) => boolean }} [options] files that must not share their content with the source
 */
export async function linkTree(source, target, { copyOnly = () => false } = {}) {
  await mkdir(target, { recursive: true });
  await chmod(target, 0o755);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = path.join(source, entry.name);
    const to = path.join(target, entry.name);
    if (entry.isDirectory()) await linkTree(from, to, { copyOnly });
    else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (entry.isFile()) await linkFile(from, to, copyOnly(entry.name));
  }
}

/** @param {string} from @param {string} to @param {boolean} mustCopy */
async function linkFile(from, to, mustCopy) {
  const { mode } = await stat(from);
  if (!mustCopy && (mode & 0o004) !== 0) {
    try {
      return await link(from, to);
    } catch {
      // Another file system, or links are not allowed here: copy.
    }
  }
  await copyFile(from, to);
  await chmod(to, mode & 0o100 ? 0o755 : 0o644);
}
