import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stateName = 'state';

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
  const folder = await mkdtemp(join(tmpdir(), 'mipl-'));
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
