import type { ModemLineName, ModemLines, PortLine } from '../../shared/lineSettings.ts';
import type { Timer } from '../time/timers.ts';

/** What is told of the lines that the far end drives. */
export interface LineWatcher {
  /** Their levels, at first and whenever one has changed. */
  onLines(lines: ModemLines): void;
  /** All that stood fell and these came back: a module without power drives none. */
  onReturn(lines: readonly ModemLineName[]): void;
}

/** The line under a link: set while bytes flow, the link goes on. */
export interface LineControl {
  /**
   * Sets what is given, keeps the rest. Rejects with `LINE_NOT_SET` and the system's or the server's words; what was set before
   * then still holds.
   */
  set(change: Partial<PortLine> & { readonly baudRate?: number }): Promise<void>;
  /** Tells of the far end's lines until it is stopped, or the link ends; nothing where the port has none. */
  watch(watcher: LineWatcher): Timer;
}

/**
 * A byte pipe to one module: a serial port, a TCP connection, or one end of a loopback cable. A link is open from birth;
 * whoever opens one gets it or a CodedError (`PORT_…`). It never throws later: what breaks is told by `onClose`.
 */
export interface Link {
  /** Called for each chunk of bytes, at any cut. Set before anything is awaited; bytes before that are kept. */
  onData: ((bytes: Uint8Array) => void) | undefined;
  /** Called once: without reason after {@link close}, with the system's error when the far end is gone. */
  onClose: ((reason?: Error) => void) | undefined;
  /** Hands bytes to the system, in order; resolves when it took them. Rejects with `PORT_NOT_OPEN` after the end. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Where the link has a rate of its own that we can set: later bytes are sent and read at this one, what is set otherwise
   * stays. Rejects with the system's error.
   */
  readonly setBaudRate?: (baudRate: number) => Promise<void>;
  /** Where the link stands on a line that we can set. */
  readonly line?: LineControl;
  /** Closes within 2 s; resolves in any case. */
  close(): Promise<void>;
}
