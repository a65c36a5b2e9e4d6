import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Makes a folder and those above it; nothing happens where it is there. Not mkdir's own `recursive`, which never ends where
 * the system says "no such file" although the folder above exists (/proc does). Throws the system's error.
 */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await stat(directory)).isDirectory()) return;
    const parent = dirname(directory);
    if (!hasCode(error, 'ENOENT') || parent === directory || (await isThere(parent))) throw error;
    await makeDirectory(parent);
    await makeDirectory(directory);
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
