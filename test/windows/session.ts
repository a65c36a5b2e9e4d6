import { expect } from 'vitest';
import { WindowsMipl, isRegistered, windowsPath } from './windowsMipl.ts';
import type { StartOptions } from './windowsMipl.ts';
import type { RunEvent } from '../tty/mipl.ts';

/** Runs a virtual module until it is registered, and ends in order. @returns the event that told it */
export async function runSession(journals: string, options?: StartOptions): Promise<RunEvent> {
  const args = ['run', '--port', 'sim:m5310-seed', '--baud', '921600', '--journal', windowsPath(journals)];
  const mipl = new WindowsMipl(args, options);
  const registered = await mipl.event('registered', isRegistered);
  expect(await mipl.stop(), mipl.errors).toBe(0);
  return registered;
}
