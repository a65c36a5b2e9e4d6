import type { SerialPort } from 'serialport';
import { CodedError } from '../../shared/errors.ts';
import type { Timer } from '../time/timers.ts';
import { deviceNames } from './deviceNames.ts';
import type { DeviceNames } from './deviceNames.ts';
import { keepExclusive } from './exclusiveUse.ts';
import type { Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import { watchModemLines } from './modemLines.ts';
import type { ModemLineName } from './modemLines.ts';
import { foreignLock, putLocks } from './lockFiles.ts';
import type { ForeignLock } from './lockFiles.ts';
import { groupOf, portAccess } from './portAccess.ts';
import type { PortAccess } from './portAccess.ts';
import { describeHolders, portHolders } from './portHolders.ts';
import type { Holder } from './portHolders.ts';
import { plugging, watchPresence } from './presence.ts';

/** How to open a serial port; always 8 data bits, no parity, 1 stop bit, no flow control. */
export interface SerialOptions {
  readonly baudRate: number;
  /** Level of the modem lines while open; default both on, as the system does by itself. */
  readonly dtr?: boolean;
  readonly rts?: boolean;
}

/** The link of a serial port, which may have lines beside the bytes. */
export interface SerialLink extends Link {
  /** See {@link watchModemLines}; ends with the link. */
  watchLines(onReturn: (lines: readonly ModemLineName[]) => void): Timer;
}

/**
 * Opens a serial port. Rejects with PORT_NOT_FOUND, PORT_DENIED (detail: owning group), PORT_BUSY or PORT_FAILED, each with
 * the system's own text.
 */
export async function openSerial(path: string, options: SerialOptions): Promise<SerialLink> {
  const { port, letGo } = await openPort(path, options);
  let stopWatching = (): void => undefined;
  let lineWatch: Timer | undefined;
  const end = makeLinkEnd({
    write: (bytes) =>
      new Promise((resolve, reject) => {
        port.write(bytes, undefined, (error) => (error ? reject(portLost(path, error)) : resolve()));
      }),
    setBaudRate: (baudRate) =>
      new Promise((resolve, reject) => port.update({ baudRate }, (error) => (error ? reject(error) : resolve()))),
    close: () => {
      stopWatching();
      lineWatch?.stop();
      return letGo();
    },
  });
  const lose = (error: Error): void => {
    stopWatching();
    lineWatch?.stop();
    end.lose(portLost(path, error));
    void letGo();
  };
  port.on('data', (bytes: Buffer) => end.receive(bytes));
  port.on('error', lose);
  // With an error the device went away, without one we closed it ourselves.
  port.on('close', (error?: Error | null) => (error ? lose(error) : end.lose()));
  // A terminal that hung up reads as end of file.
  port.on('end', () => lose(new Error('end of file')));
  const look = await presenceOf(path);
  stopWatching = await watchPresence(look, () => lose(new Error('the device is no longer there')));
  if (!port.isOpen) stopWatching();
  return Object.assign(end.link, {
    watchLines: (onReturn: (lines: readonly ModemLineName[]) => void) => (lineWatch = watchModemLines(port, onReturn)),
  });
}

/** A port of ours and how to give it back, whatever state it is in. */
interface OwnPort {
  readonly port: SerialPort;
  readonly letGo: () => Promise<void>;
}

/** Locked in every way there is: lock files for those who look at them, flock by the library, TIOCEXCL by the system. */
async function openPort(path: string, options: SerialOptions): Promise<OwnPort> {
  const device = await deviceNames(path);
  const takeLocksAway = device ? await putLocks(device) : () => Promise.resolve();
  try {
    // Before the port is opened, which moves DTR and may reset a module that somebody works with.
    const lock = device && (await foreignLock(device));
    if (lock) throw lockedBy(path, lock);
    const port = await openDevice(path, device, options);
    const { fd } = (port.port ?? {}) as { readonly fd?: number | null };
    const endExclusive = typeof fd === 'number' ? await keepExclusive(fd) : () => Promise.resolve();
    const letGo = async (): Promise<void> => {
      await endExclusive();
      await closePort(port);
      await takeLocksAway();
    };
    return { port, letGo };
  } catch (error) {
    await takeLocksAway();
    throw error;
  }
}

async function openDevice(path: string, device: DeviceNames | undefined, options: SerialOptions): Promise<SerialPort> {
  try {
    // Loaded here and only here: who uses virtual modules never loads the native module.
    const { SerialPort } = await import('serialport');
    // hupcl: closing must not drop DTR, which resets some boards.
    const settings = { path, baudRate: options.baudRate, hupcl: false, autoOpen: false };
    const port = new SerialPort(settings);
    // Between here and the link nobody else listens, and an error without a listener ends the process.
    port.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    // Both lines always: what is not given, the library would switch on. Pseudo terminals have no lines and refuse.
    const lines = { dtr: options.dtr ?? true, rts: options.rts ?? true };
    await new Promise<void>((resolve) => port.set(lines, () => resolve()));
    return port;
  } catch (error) {
    const access = { group: await groupOf(path), ...(await portAccess(path)) };
    const classified = classifyOpenError(error as Error, path, process.platform, access);
    if (classified.code !== 'PORT_BUSY' || !device) throw classified;
    throw heldBy(classified, await portHolders(device.realPath));
  }
}

/** How to look whether the device is still there. Only Windows has ports that are no files. */
async function presenceOf(path: string): Promise<() => Promise<string | undefined>> {
  if (process.platform !== 'win32') return () => plugging(path);
  const { SerialPort } = await import('serialport');
  return () => plugging(path, () => SerialPort.list());
}

function closePort(port: SerialPort): Promise<void> {
  return new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve()));
}

/** The error of a port that another program has by its lock file. */
function lockedBy(path: string, { file, holder }: ForeignLock): CodedError {
  const name = describeHolders([holder]);
  return new CodedError('PORT_BUSY', `${path}: locked by ${name} with ${file}`, path, { holder: name });
}

/** The same error with the programs that have the port, where the system names any. */
function heldBy(error: CodedError, holders: readonly Holder[]): CodedError {
  if (holders.length === 0) return error;
  const holder = describeHolders(holders);
  return new CodedError(error.code, `${error.message}; in use by ${holder}`, error.detail, {
    cause: error.cause,
    holder,
  });
}

/**
 * Other programs that have a port of ours open and so take a share of its bytes: `plink (99)`; undefined where the system
 * names none. Never rejects.
 */
export async function sharersOf(path: string): Promise<string | undefined> {
  const device = await deviceNames(path);
  const holders = device ? await portHolders(device.realPath) : [];
  return holders.length === 0 ? undefined : describeHolders(holders);
}

function portLost(path: string, error: Error): CodedError {
  return new CodedError('PORT_LOST', `${path}: ${error.message}`, path, { cause: error });
}

/**
 * Why a port did not open. The library's errors carry text only, so the code comes from what the system says about the
 * file (Linux, macOS: {@link PortAccess}) and from the few texts that are known. Pure.
 */
export function classifyOpenError(
  error: Error,
  path: string,
  platform: NodeJS.Platform,
  access: PortAccess,
): CodedError {
  const message = `${path}: ${error.message}`;
  const options = { cause: error };
  const busy = new CodedError('PORT_BUSY', message, path, options);
  if (platform === 'win32') {
    // Windows answers "Access denied" when another program has the port.
    if (/access denied/i.test(error.message)) return busy;
    if (/file not found/i.test(error.message)) return new CodedError('PORT_NOT_FOUND', message, path, options);
    return new CodedError('PORT_FAILED', message, path, options);
  }
  if (access.code === 'ENOENT') return new CodedError('PORT_NOT_FOUND', message, path, options);
  // Denied although the file's rights look fine: mandatory access control, or other rights than those we started with.
  if (access.code === 'EACCES' || /permission denied/i.test(error.message)) {
    return new CodedError('PORT_DENIED', message, access.group, options);
  }
  if (access.code === 'EBUSY' || /cannot lock port|resource (temporarily unavailable|busy)/i.test(error.message)) {
    return busy;
  }
  return new CodedError('PORT_FAILED', message, path, options);
}
