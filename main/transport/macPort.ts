import { access } from 'node:fs/promises';

/** Entries of macOS with no hardware at their end: nobody plugs a module in there, and opening one may wait for ever. */
const noHardware = /^\/dev\/(?:tty|cu)\.(?:Bluetooth-Incoming-Port|debug-console|wlan-debug)$/;

/** Whether a port of macOS can have a module at its end. */
export const hasHardware = (path: string): boolean => !noHardware.test(path);

/**
 * The name by which macOS dials out. Each port is there twice: opening `/dev/tty.…` waits for a carrier, `/dev/cu.…` does
 * not, and who has the one keeps others from the other. Any other path stays as it is.
 */
export const calloutPath = (path: string): string => path.replace(/^\/dev\/tty\./, '/dev/cu.');

/** The name to open and to list of the two, as far as it is there. */
export async function calloutPort(
  path: string,
  isThere: (path: string) => Promise<boolean> = (file) =>
    access(file).then(
      () => true,
      () => false,
    ),
): Promise<string> {
  const callout = calloutPath(path);
  return callout === path || (await isThere(callout)) ? callout : path;
}
