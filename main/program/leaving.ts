import type { DeviceSummary } from '../../shared/programState.ts';

/** What a person should know before the program ends. */
export interface LeavingConcerns {
  /** Channels that modules are locked to, and stay locked to. */
  readonly lockedEarfcns: readonly number[];
  /** An acceptance run is under way, whose verdicts would be gone. */
  readonly isTesting: boolean;
}

/** What a person answers. `clear`: the locks are to be cleared before. */
export type LeavingAnswer = 'leave' | 'clear' | 'stay';

/** What is asked of a device that is left behind. */
export interface LeftDevice {
  readonly summary: Pick<DeviceSummary, 'lockedEarfcn' | 'isTesting'>;
  readonly acceptance: { readonly isRunning: boolean };
  readonly network: { change(change: { readonly kind: 'clearLock' }): Promise<unknown> };
}

/** The desktop's part in it. */
export interface LeavingDesktop {
  readonly platform: NodeJS.Platform;
  /** Asks in a window of the system. */
  ask(concerns: LeavingConcerns): Promise<LeavingAnswer>;
  /** Ends the program. */
  leave(): void;
}

/**
 * A person leaves while a module is locked to a channel, which would stay in it, or while an acceptance run goes on. A
 * system that ends the program is not asked. Whatever the way: a window that is closed is one where the program ends with
 * it; on macOS it does not, and the menu's Quit is.
 */
export class Leaving {
  readonly #devices: () => readonly LeftDevice[];
  readonly #desktop: LeavingDesktop;
  #isOver = false;
  #isAsking = false;

  constructor(devices: () => readonly LeftDevice[], desktop: LeavingDesktop) {
    this.#devices = devices;
    this.#desktop = desktop;
  }

  /** The program ends now; nobody is asked any more. */
  over(): void {
    this.#isOver = true;
  }

  /** The window is about to be closed. */
  onClose(event: { preventDefault: () => void }): void {
    if (this.#desktop.platform === 'darwin' || this.#isOver || !this.#hasConcerns()) return;
    event.preventDefault();
    void this.#askFirst();
  }

  /** A person wants the program to end, by its menu. */
  onQuit(): void {
    if (this.#isOver || !this.#hasConcerns()) this.#desktop.leave();
    else void this.#askFirst();
  }

  #concerns(): LeavingConcerns {
    const devices = this.#devices();
    return {
      lockedEarfcns: devices.flatMap(({ summary }) => summary.lockedEarfcn ?? []),
      isTesting: devices.some(({ summary }) => summary.isTesting),
    };
  }

  #hasConcerns(): boolean {
    const { lockedEarfcns, isTesting } = this.#concerns();
    return lockedEarfcns.length > 0 || isTesting;
  }

  async #askFirst(): Promise<void> {
    // A second press while the question stands is the same wish.
    if (this.#isAsking) return;
    this.#isAsking = true;
    const answer = await this.#desktop.ask(this.#concerns()).finally(() => (this.#isAsking = false));
    if (answer === 'clear') await this.#clear();
    if (answer === 'stay') return;
    this.#isOver = true;
    this.#desktop.leave();
  }

  /** As far as the modules let themselves be cleared: who wants to quit is not held up by one that does not. */
  async #clear(): Promise<void> {
    const free = this.#devices().filter(
      ({ summary, acceptance }) => summary.lockedEarfcn !== undefined && !acceptance.isRunning,
    );
    await Promise.all(free.map(({ network }) => network.change({ kind: 'clearLock' }).catch(() => undefined)));
  }
}
