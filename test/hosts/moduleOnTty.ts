import { onTestFinished } from 'vitest';
import { Cable } from '../tty/cable.ts';
import { Mipl } from '../tty/mipl.ts';
import type { Ready } from '../tty/mipl.ts';

/** `mipl sim --pty` at one end of a cable; the other end is for a program of others. */
export async function moduleOnTty(...options: string[]): Promise<{ tty: string; ready: Ready; folder: string }> {
  const cable = await Cable.plugged();
  onTestFinished(() => cable.close());
  const sim = new Mipl(['sim', '--pty', cable.far, '--radio-speed', '1000', ...options]);
  onTestFinished(async () => void (await sim.stop()));
  const ready = await sim.event<Ready>();
  return { tty: cable.near, ready, folder: cable.folder };
}
