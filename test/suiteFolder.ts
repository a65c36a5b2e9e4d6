import { access, chmod, constants, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stateName = 'state';

/** Where Linux keeps files in memory. */
const inMemory = '/dev/shm';
/** More than all that the suite keeps at once. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/**
 * Files in memory where there is room: journals are flushed to the disk hundreds of times, and so is what Chromium keeps of each
 * window; a disk that another step keeps busy takes as long for each as a test may wait.
 */
async function quickestFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(inMemory);
    return bavail * bsize >= ENOUGH_BYTES && (await runsPrograms(inMemory)) ? inMemory : tmpdir();
  } catch {
    // No Linux, or a container without it.
    return tmpdir();
  }
}

/** Whether a program that a test writes there can be run: many containers mount it without. @throws where nothing can be written. */
async function runsPrograms(folder: string): Promise<boolean> {
  const probe = await mkdtemp(join(folder, 'mipl-probe-'));
  try {
    const program = join(probe, 'program');
    await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
    return await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(probe, { recursive: true });
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

/**
 * Gives a project of the suite a temporary folder of its own, and fails the run where a test leaves something in it: on a
 * machine that tests all day it would never be cleaned up. Named short, since names of sockets are.
 */
export async function setup(): Promise<() => Promise<void>> {
  const { TMPDIR: before, XDG_STATE_HOME: stateBefore } = process.env;
  const folder = await mkdtemp(join(await quickestFolder(), 'mipl-'));
  // Programs that tests start as another user find their way through.
  await chmod(folder, 0o711);
  process.env['TMPDIR'] = folder;
  // Journals of commands that were told no folder: not those of the person at this machine.
  process.env['XDG_STATE_HOME'] = join(folder, stateName);
  return async () => {
    restore('TMPDIR', before);
    restore('XDG_STATE_HOME', stateBefore);
    const left = (await readdir(folder)).filter((name) => name !== stateName);
    await rm(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Tests left behind in the temporary folder: ${left.sort().join(', ')}`);
  };
}
