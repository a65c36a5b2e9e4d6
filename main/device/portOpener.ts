import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import { networkSchemeOf } from '../../shared/networkAddress.ts';
import { remark } from '../../shared/remarks.ts';
import type { PortInfo } from '../../shared/state.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';
import type { Clock } from '../time/clock.ts';
import { pause } from '../time/timers.ts';
import { sharersOf } from '../transport/serialLink.ts';
import type { OpenedPort } from './ports.ts';
import { Reconnect } from './reconnect.ts';

/** What is opened, and how. */
export interface PortOpenerParts {
  readonly port: PortInfo;
  /** As they stand now: they may be changed while the port is open. */
  readonly settings: () => { readonly baudRate: number; readonly line: LineSettings };
  readonly openLink: (port: PortInfo, baudRate: number, line: LineSettings) => Promise<OpenedPort>;
  readonly record: SessionRecord;
  readonly firstPauseMs: number;
  readonly clock: Clock;
  /** Where the adapter of a port is that is gone under its name; undefined where it is nowhere else. */
  readonly movedTo?: (port: PortInfo) => Promise<PortInfo | undefined>;
  /** The person disconnects. */
  readonly signal: AbortSignal;
}

/** Opens the port of a session, and opens it again after it was lost, until the person disconnects. */
export class PortOpener {
  readonly #parts: PortOpenerParts;
  readonly #reconnect: Reconnect;
  /** By the name that its adapter has now. */
  #port: PortInfo;
  /** Other programs at the port, as they were last told of. */
  #sharers: string | undefined;

  constructor(parts: PortOpenerParts) {
    const { port, firstPauseMs, clock } = parts;
    this.#parts = parts;
    this.#port = port;
    this.#reconnect = new Reconnect({ firstPauseMs, isNetwork: networkSchemeOf(port.path) !== undefined, clock });
  }

  /** How long the next try waits, milliseconds. */
  get pauseMs(): number {
    return this.#reconnect.pauseMs;
  }

  /** @throws CodedError `PORT_…`; `CANCELLED` when the person disconnected meanwhile. */
  async open(): Promise<OpenedPort> {
    const { settings, openLink, signal } = this.#parts;
    const { baudRate, line } = settings();
    const opened = await openLink(this.#port, baudRate, line);
    if (!signal.aborted) {
      this.#reconnect.opened();
      return opened;
    }
    await opened.link.close();
    throw new CodedError('CANCELLED', 'The port was closed while it was being opened');
  }

  /** The far end is gone. Gives the fault as it has to be understood, see {@link Reconnect}. */
  lost(fault: Fault): Fault {
    return this.#reconnect.lost(fault);
  }

  /**
   * Opens the port with `open` until that succeeds; true then, false when the person has disconnected. Says each reason
   * once. @param open what opening means to the session: {@link PortOpener.open} and what hangs on it
   */
  async openAgain(open: () => Promise<void>): Promise<boolean> {
    const { record, signal } = this.#parts;
    record.connection({ type: 'waiting' });
    let told: string | undefined;
    for (;;) {
      try {
        await pause(this.#reconnect.pauseMs, signal);
        await open();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const fault = faultOf(error);
        this.#reconnect.failed(fault);
        if (fault.code === 'PORT_NOT_FOUND') await this.#follow();
        // That the adapter is still out needs no words; why one that is there cannot be had does, once.
        if (fault.code === 'PORT_NOT_FOUND' || fault.message === told) continue;
        told = fault.message;
        record.note(remark('portNotOpened', { reason: fault.message }));
        record.connection({ type: 'waiting', fault });
      }
    }
  }

  /** An adapter that comes back may get another name: another socket, or the old name is still held by somebody. */
  async #follow(): Promise<void> {
    const { movedTo, record } = this.#parts;
    const moved = await movedTo?.(this.#port);
    if (!moved) return;
    record.note(remark('portMoved', { from: this.#port.path, to: moved.path }));
    record.connection({ type: 'moved', port: moved });
    this.#port = moved;
  }

  /** Other programs may have the port open, too: each gets some of the bytes, and answers come torn or not at all. */
  async lookForSharers(isOpen: () => boolean): Promise<void> {
    const { record } = this.#parts;
    if (this.#port.kind !== 'serial') return;
    const holders = await sharersOf(this.#port.path);
    const isNews = holders !== undefined && holders !== this.#sharers;
    this.#sharers = holders;
    if (isNews && isOpen()) record.note(remark('portShared', { holders }));
  }
}
