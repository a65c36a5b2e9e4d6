import type { SerialPort } from 'serialport';
import { CodedError } from '../../shared/errors.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import type { PortLine } from '../../shared/lineSettings.ts';
import type { Timer } from '../time/timers.ts';
import { deviceNames } from './deviceNames.ts';
import type { DeviceNames } from './deviceNames.ts';
import { keepExclusive } from './exclusiveUse.ts';
import type { LineControl, Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import { watchModemLines } from './modemLines.ts';
import type { LinePort } from './modemLines.ts';
import { foreignLock, putLocks } from './lockFiles.ts';
import type { ForeignLock } from './lockFiles.ts';
import { groupOf, portAccess } from './portAccess.ts';
import type { PortAccess } from './portAccess.ts';
import { describeHolders, portHolders } from './portHolders.ts';
import type { Holder } from './portHolders.ts';
import { plugging, watchPresence } from './presence.ts';

/** How to open a serial port; what is not said as with {@link usualLine}, never flow control. */
export type SerialOptions = Partial<PortLine> & { readonly baudRate: number };

type WholeOptions = PortLine & { readonly baudRate: number };

/** The link of a serial port. */
export type SerialLink = Link & { readonly line: LineControl };

/**
 * Opens a serial port. Rejects with PORT_NOT_FOUND, PORT_DENIED (detail: owning group), PORT_BUSY or PORT_FAILED, each with
 * the system's own text.
 */
export async function openSerial(path: string, given: SerialOptions): Promise<SerialLink> {
  const { lineEnding: _text, ...portLine } = usualLine;
  let options: WholeOptions = { ...portLine, ...given };
  let own = await openPort(path, options);
  /** While the port is opened again for another frame. */
  let reopening: Promise<void> | undefined;
  /** While the line is being changed: what is written from then on goes by the new one. Never rejects. */
  let setting: Promise<void> | undefined;
  /** The write that was asked for last; the library does one after the other. Never rejects. */
  let lastWrite: Promise<void> = Promise.resolve();
  let stopWatching = (): void => undefined;
  const watches = new Set<Timer>();

  const stopAll = (): void => {
    stopWatching();
    for (const watch of watches) watch.stop();
  };
  const put = (bytes: Uint8Array): Promise<void> => {
    const written = new Promise<void>((resolve, reject) => {
      own.port.write(bytes, undefined, (error) => (error ? reject(portLost(path, error)) : resolve()));
    });
    lastWrite = written.catch(() => undefined);
    return written;
  };
  const update = async (baudRate: number): Promise<void> => {
    await called((done) => own.port.update({ baudRate }, done));
    // It holds, whatever else is asked for and refused.
    options = { ...options, baudRate };
  };

  /** The library sets a frame with nothing but the opening. The link goes on; where it cannot be had again, it is lost. */
  const reopen = async (next: WholeOptions): Promise<void> => {
    reopening = own.letGo().then(async () => {
      own = await openPort(path, next);
      listen(own.port);
    });
    try {
      await reopening;
    } catch (error) {
      lose(error as Error);
      throw error;
    } finally {
      reopening = undefined;
    }
  };

  const change = async (asked: Partial<WholeOptions>): Promise<void> => {
    const next = { ...options, ...asked };
    const isOtherFrame = (['dataBits', 'parity', 'stopBits'] as const).some((name) => next[name] !== options[name]);
    try {
      // The library throws away what has not left yet when it sets a rate, and so does the opening. Its drain() knows of
      // the write that is under way, and not of those behind it.
      if (isOtherFrame || next.baudRate !== options.baudRate) {
        await lastWrite;
        await called((done) => own.port.drain(done));
      }
      if (isOtherFrame) await reopen(next);
      else {
        if (next.baudRate !== options.baudRate) await update(next.baudRate);
        const { dtr, rts } = next;
        // Both always: what is not given, the library would switch on.
        if (dtr !== options.dtr || rts !== options.rts) await called((done) => own.port.set({ dtr, rts }, done));
      }
    } catch (error) {
      throw lineNotSet(path, error);
    }
    options = next;
  };

  const line: LineControl = {
    set(asked) {
      const changed = (setting ?? Promise.resolve()).then(() => change(asked));
      const settled = changed
        .catch(() => undefined)
        .then(() => {
          if (setting === settled) setting = undefined;
        });
      setting = settled;
      return changed;
    },
    watch(watcher) {
      const port: LinePort = {
        get: (callback) =>
          void (reopening ?? Promise.resolve()).then(
            () => own.port.get(callback),
            () => undefined,
          ),
      };
      const watch = watchModemLines(port, watcher);
      watches.add(watch);
      return watch;
    },
  };
  const end = makeLinkEnd({
    write: (bytes) => (setting ? setting.then(() => put(bytes)) : put(bytes)),
    setBaudRate: update,
    line,
    async close() {
      stopAll();
      await reopening?.catch(() => undefined);
      await own.letGo();
    },
  });
  function lose(error: Error): void {
    stopAll();
    end.lose(portLost(path, error));
    void own.letGo();
  }
  function listen(port: SerialPort): void {
    const isOurs = (): boolean => port === own.port && reopening === undefined;
    port.on('data', (bytes: Buffer) => end.receive(bytes));
    port.on('error', (error: Error) => {
      if (isOurs()) lose(error);
    });
    // With an error the device went away, without one we closed it ourselves.
    port.on('close', (error?: Error | null) => {
      if (error) lose(error);
      else if (isOurs()) end.lose();
    });
    // A terminal that hung up reads as end of file.
    port.on('end', () => {
      if (isOurs()) lose(new Error('end of file'));
    });
  }
  listen(own.port);
  const look = await presenceOf(path);
  stopWatching = await watchPresence(look, () => lose(new Error('the device is no longer there')));
  if (!own.port.isOpen) stopWatching();
  return Object.assign(end.link, { line });
}

/** What the library does with a callback, as a promise. */
function called(act: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
}

/** A port of ours and how to give it back, whatever state it is in. */
interface OwnPort {
  readonly port: SerialPort;
  readonly letGo: () => Promise<void>;
}

/** Locked in every way there is: lock files for those who look at them, flock by the library, TIOCEXCL by the system. */
async function openPort(path: string, options: WholeOptions): Promise<OwnPort> {
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

async function openDevice(path: string, device: DeviceNames | undefined, options: WholeOptions): Promise<SerialPort> {
  try {
    // Loaded here and only here: who uses virtual modules never loads the native module.
    const { SerialPort } = await import('serialport');
    // hupcl: closing must not drop DTR, which resets some boards.
    const { dtr, rts, ...frame } = options;
    const settings = { path, ...frame, hupcl: false, autoOpen: false };
    const port = new SerialPort(settings);
    // Between here and the link nobody else listens, and an error without a listener ends the process.
    port.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    // Both lines always: what is not given, the library would switch on. Pseudo terminals have no lines and refuse.
    await new Promise<void>((resolve) => port.set({ dtr, rts }, () => resolve()));
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

function lineNotSet(path: string, error: unknown): CodedError {
  const { message } = error as Error;
  return new CodedError('LINE_NOT_SET', message.startsWith(path) ? message : `${path}: ${message}`, path, {
    cause: error,
  });
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
