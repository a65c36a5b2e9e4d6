import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { checkFileName } from './windowsNames.ts';

/** What making folders asks of the system; tests give one that answers oddly. */
export interface DirectorySystem {
  /** Makes one folder whose parent is there; rejects with the system's error. */
  mkdir(path: string, mode: number | undefined): Promise<unknown>;
  /** Whether that is a folder; false also when it cannot be told. */
  isDirectory(path: string): Promise<boolean>;
}

const ofThisMachine: DirectorySystem = {
  mkdir: async (path, mode) => {
    checkFileName(path);
    await mkdir(path, mode);
  },
  isDirectory: (path) =>
    stat(path).then(
      (entry) => entry.isDirectory(),
      () => false,
    ),
};

/** True when the folder is there now, the system's error when the one above it is not. */
async function made(directory: string, mode: number | undefined, system: DirectorySystem): Promise<true | Error> {
  try {
    await system.mkdir(directory, mode);
    return true;
  } catch (error) {
    if (await system.isDirectory(directory)) return true;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return error;
    throw error;
  }
}

/**
 * Makes a folder and those above it; nothing happens where it is there. `mode` (of what is made; default: as the system
 * has it) counts for each of them. Not mkdir's own `recursive`: that one has been seen to try for ever where the system
 * says "no such file" about a folder whose parent is there. Here every folder is tried twice at most.
 * @throws the system's error; CodedError `FILE_NOT_WRITTEN` for a name that Windows takes for something else.
 */
export async function makeDirectory(
  directory: string,
  { mode, system = ofThisMachine }: { readonly mode?: number; readonly system?: DirectorySystem } = {},
): Promise<void> {
  const first = await made(directory, mode, system);
  if (first === true) return;
  const parent = dirname(directory);
  if (parent === directory) throw first;
  await makeDirectory(parent, { ...defined({ mode }), system });
  const second = await made(directory, mode, system);
  if (second !== true) throw second;
}
