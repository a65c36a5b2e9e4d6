import { stat } from 'node:fs/promises';
import { windowsPort } from './windowsPort.ts';

/** How often a port that is open is looked at. */
const LOOK_MS = 1000;

/**
 * What tells one plugging of a device from the next; undefined when there is no device. The system's files have it on Linux
 * and macOS; `list` is asked where ports are no files.
 */
export async function plugging(
  path: string,
  list?: () => Promise<readonly { readonly path: string }[]>,
): Promise<string | undefined> {
  if (list) {
    const name = windowsPort(path) ?? path;
    return (await list()).some((port) => port.path === name) ? path : undefined;
  }
  const { dev, ino, rdev } = await stat(path);
  return `${dev} ${ino} ${rdev}`;
}

/**
 * Tells once when the device is gone or was plugged in anew. Some drivers say nothing when the cable is pulled, and take
 * writes as if it were there. One look at a time; a look that fails means gone. Returns the function that stops it.
 */
export async function watchPresence(
  look: () => Promise<string | undefined>,
  onGone: () => void,
  everyMs = LOOK_MS,
): Promise<() => void> {
  const read = (): Promise<string | undefined> => look().catch(() => undefined);
  const first = await read();
  let isStopped = first === undefined;
  let timer: NodeJS.Timeout | undefined;
  const check = async (): Promise<void> => {
    const now = await read();
    if (isStopped) return;
    if (now === first) timer = setTimeout(() => void check(), everyMs).unref();
    else {
      isStopped = true;
      onGone();
    }
  };
  // What cannot be looked at in the first place cannot be watched: the port's own signals must do.
  if (!isStopped) timer = setTimeout(() => void check(), everyMs).unref();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
