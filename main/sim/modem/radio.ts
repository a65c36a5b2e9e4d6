import type { SiteConditions } from '../profile.ts';

/** What the virtual cell says of itself, as the OneNET document prints it (chapter 1). */
export const cell = { tac: '19E6', cellId: '94', accessTechnology: 7, earfcn: 3555, pci: 91, band: 8 } as const;

/** Address the virtual network gives out, from the carrier's private range. */
export const networkAddress = '100.64.19.230';

/** Registration of a real module takes 20–120 s after power-on (OneNET document, chapter 1). */
const searchMs = 30_000;
/** The network releases a connection that carries nothing. */
const inactivityMs = 20_000;
/** China Mobile, by MCC and MNC. */
const homeOperators = ['46000', '46002', '46004', '46007', '46008'];

/** `<stat>` of +CEREG. */
const registrationStatus = { idle: 0, home: 1, searching: 2, denied: 3 } as const;

/** Who hears a radio. */
export interface RadioListener {
  onRegistration(): void;
  onConnection(): void;
}

/**
 * The radio behind the AT interface: searches, registers, connects, falls idle. Finds its one cell only with the radio
 * on, a fitting operator and no lock on another frequency. Times are real ones divided by `speed`.
 */
export class Radio {
  status: number = registrationStatus.idle;
  isConnected = false;
  /** +CFUN: 0 off, 1 on. */
  level = 0;
  /** +COPS mode and operator as selected. */
  selection: { readonly mode: number; readonly operator: string } = { mode: 0, operator: '' };
  lockedEarfcn: number | undefined;
  readonly #speed: number;
  readonly #site: SiteConditions;
  readonly #listener: RadioListener;
  #searchTimer: NodeJS.Timeout | undefined;
  #inactivityTimer: NodeJS.Timeout | undefined;
  #waiters: ((isRegistered: boolean) => void)[] = [];

  /** @param speed how much faster than in real life; Infinity registers at once. */
  constructor(speed: number, site: SiteConditions, listener: RadioListener) {
    this.#speed = speed;
    this.#site = site;
    this.lockedEarfcn = site.lockedEarfcn;
    this.#listener = listener;
  }

  get isRegistered(): boolean {
    return this.status === registrationStatus.home;
  }

  get isDenied(): boolean {
    return this.status === registrationStatus.denied;
  }

  /** Operator the module is registered with, numeric; empty without one. */
  get operator(): string {
    return this.isRegistered ? this.selection.operator || '46000' : '';
  }

  /** A real duration at the radio's speed, milliseconds. */
  scaled(milliseconds: number): number {
    return milliseconds / this.#speed;
  }

  /** +CFUN. */
  setLevel(level: number): void {
    this.level = level;
    this.search();
  }

  /** +COPS: mode 0 automatic, 1 manual, 2 leave the network. */
  select(mode: number, operator: string): void {
    const isSame = this.isRegistered && mode !== 2 && (operator === '' || homeOperators.includes(operator));
    this.selection = { mode, operator };
    if (!isSame) this.search();
  }

  /** +NEARFCN: looks for the cell on this frequency only; takes effect on a search that is still going on. */
  lock(earfcn: number | undefined): void {
    this.lockedEarfcn = earfcn;
    if (!this.isRegistered) this.search();
  }

  /** Leaves the network and looks for it again, where the settings allow it. */
  search(): void {
    clearTimeout(this.#searchTimer);
    const mayTransmit = this.level === 1 && this.selection.mode !== 2 && this.#site.card === 'ready';
    this.#disconnect();
    this.#setStatus(mayTransmit ? registrationStatus.searching : registrationStatus.idle);
    const { operator } = this.selection;
    const isFindable =
      (operator === '' || homeOperators.includes(operator)) &&
      (this.lockedEarfcn === undefined || this.lockedEarfcn === cell.earfcn);
    if (!mayTransmit || !isFindable || this.#site.network === 'none') return;
    const answer = (): void =>
      this.#site.network === 'denied' ? this.#setStatus(registrationStatus.denied) : this.#register();
    this.#searchTimer = setTimeout(answer, this.scaled(searchMs));
  }

  /** Something is sent or received: the connection comes up, or stays up. */
  use(): void {
    if (!this.isRegistered) return;
    clearTimeout(this.#inactivityTimer);
    this.#inactivityTimer = setTimeout(() => this.#disconnect(), this.scaled(inactivityMs));
    if (this.isConnected) return;
    this.isConnected = true;
    this.#listener.onConnection();
  }

  /** The module asks to be let go: the connection ends at once (release assistance). */
  release(): void {
    this.#disconnect();
  }

  /** Resolves with true once registered, with false when the radio is switched off before. */
  registered(): Promise<boolean> {
    if (this.isRegistered) return Promise.resolve(true);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** No power, no timers. A frequency lock is kept by the module. */
  off(): void {
    clearTimeout(this.#searchTimer);
    clearTimeout(this.#inactivityTimer);
    this.status = registrationStatus.idle;
    this.isConnected = false;
    this.level = 0;
    this.selection = { mode: 0, operator: '' };
    this.#tellWaiters(false);
  }

  #register(): void {
    this.status = registrationStatus.home;
    // The document prints +CSCON:1 before +CEREG:1: the connection carries the registration.
    this.use();
    this.#listener.onRegistration();
    this.#tellWaiters(true);
  }

  #tellWaiters(isRegistered: boolean): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter(isRegistered);
  }

  #disconnect(): void {
    clearTimeout(this.#inactivityTimer);
    if (!this.isConnected) return;
    this.isConnected = false;
    this.#listener.onConnection();
  }

  #setStatus(status: number): void {
    if (this.status === status) return;
    this.status = status;
    this.#listener.onRegistration();
  }
}

/** What a module measures. Power in dBm, quality and SNR in dB. */
export interface Signal {
  readonly rsrpDbm: number;
  readonly rsrqDb: number;
  readonly snrDb: number;
}

/** A plausible signal that wanders slowly, by a few dB within minutes; the same for the same seed and time. */
export function signalAt(seed: number, seconds: number): Signal {
  const wave = (period: number, shift: number): number =>
    Math.sin((seconds / period + shift + seed * 0.37) * 2 * Math.PI);
  const fading = 2.5 * wave(190, 0.1) + 1.2 * wave(53, 0.6) + 0.5 * wave(17, 0.3);
  return {
    rsrpDbm: -86.5 + fading,
    rsrqDb: -10.8 + 0.4 * wave(71, 0.2),
    snrDb: 14 + fading * 1.4,
  };
}
