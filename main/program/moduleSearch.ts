import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type { LiveBytes, PortSearch, RateCell, SearchState } from '../../shared/search.ts';
import { adapterOf, lineOf } from '../../shared/adapters.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import type { PortInfo } from '../../shared/state.ts';
import { detectedRates } from '../detect/detection.ts';
import type { PortResult, RateResult } from '../detect/detection.ts';
import { tryPort } from '../detect/tryPort.ts';
import { portInfoOf } from '../device/ports.ts';
import type { OpenedPort } from '../device/ports.ts';
import type { Clock } from '../time/clock.ts';
import { pause } from '../time/timers.ts';
import { onePortName } from './portClaims.ts';
import type { ProgramHolder } from './programHolder.ts';

/** What a search works with. */
export interface ModuleSearchParts {
  readonly state: ProgramHolder;
  readonly openLink: (port: PortInfo, baudRate: number, line: LineSettings) => Promise<OpenedPort>;
  /** A tab has the port of that {@link onePortName}. */
  readonly isTaken: (name: string) => boolean;
  /** The station of this window has let go of a port, or never had it: one that tests a device there is not disturbed. */
  readonly isLeft: (name: string) => Promise<boolean>;
  readonly clock: Clock;
}

/** Bytes that stand in the state: a screenful. */
const MOST_BYTES = 12;
/** Of one piece; a flood at a wrong rate is only looked at. */
const MOST_PIECE = 24;
/** Of one cell, the first of them. */
const MOST_OF_CELL = 32;
/** Between two tries of a port that is in use: each pause is twice the one before, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Looks for a module at every serial port, all at once, and tells the program's state how far it has come. A port that is in
 * use is tried again until it was free once: with one of them a search goes on until somebody ends it.
 */
export class ModuleSearch {
  readonly #parts: ModuleSearchParts;
  #abort: AbortController | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  /** Ports that are being tried, by their one name, until they are closed again. */
  readonly #tried = new Map<string, { readonly cut: AbortController; readonly ended: Promise<void> }>();

  constructor(parts: ModuleSearchParts) {
    this.#parts = parts;
  }

  /** Settles when no port is held for a search any more. */
  get ended(): Promise<unknown> {
    return this.#ended;
  }

  /** Resolves once the search is at the port of that {@link onePortName} no more. */
  async leaves(name: string): Promise<void> {
    await this.#tried.get(name)?.ended;
  }

  /** A tab wants the port: it is not tried any more until it is free, and resolves once it is closed. */
  async letGo(name: string): Promise<void> {
    this.#tried.get(name)?.cut.abort();
    await this.leaves(name);
  }

  /**
   * Begins a search, unless one is under way. `typed` comes first: a serial port that a person means, listed or not.
   * @param wrong why it cannot be opened: it is told and not tried
   */
  start(typed?: PortInfo, wrong?: Fault): void {
    if (this.#abort) return;
    const listed = this.#ordered();
    const ports = typed ? [typed, ...listed.filter(({ path }) => path !== typed.path)] : listed;
    this.#tell({ phase: 'running', ports: ports.map((port) => this.#begun(port)), bytes: [] });
    if (typed && wrong) this.#onPort(typed.path, { status: 'failed', fault: wrong });
    const tried = wrong ? listed : ports;
    this.#follow((signal) => Promise.all(tried.map((port) => this.#tryUntilFree(port, signal))));
  }

  /**
   * Goes on at a port where a module was found, with the rates that were not tried: it may answer at two of them, or another one
   * hang on the same adapter. What is found stands beside the first. Nothing happens where no module was found, or all was tried.
   * @throws CodedError `PORT_OPEN_HERE` where a tab has the port, or the station.
   */
  async tryOtherRates(path: string): Promise<void> {
    const name = await onePortName(path);
    // A station makes way only where there is something to try.
    if (!this.#untried(path, name)) return;
    const isLeft = await this.#parts.isLeft(name);
    const untried = this.#untried(path, name);
    if (!untried) return;
    if (this.#parts.isTaken(name)) throw new CodedError('PORT_OPEN_HERE', 'A tab of this window has the port', path);
    if (!isLeft) throw new CodedError('PORT_OPEN_HERE', 'The station of this window tests a device there', path);
    const { found, rates } = untried;
    this.#replace({ ...found, cells: found.cells.map((cell) => withStatus(cell, 'notNeeded', 'waiting')) });
    const port = portInfoOf(path, this.#parts.state.state.ports);
    this.#follow((signal) => this.#at(name, signal, (cut) => this.#tryOthers(port, name, rates, cut)));
  }

  /** A port where a module was found with the rates that are left; undefined where none is, or the port is being tried. */
  #untried(path: string, name: string): { readonly found: PortSearch; readonly rates: readonly number[] } | undefined {
    const found = this.#portOf(path);
    const rates = found?.cells.filter(({ status }) => status === 'notNeeded').map(({ baudRate }) => baudRate) ?? [];
    const isOver = this.#tried.has(name) || this.#abort?.signal.aborted === true;
    return found?.module && rates.length > 0 && !isOver ? { found, rates } : undefined;
  }

  /** Work of a search: the search goes on until all of it has ended. */
  #follow(work: (signal: AbortSignal) => Promise<unknown>): void {
    const { signal } = (this.#abort ??= new AbortController());
    const { search } = this.#parts.state.state;
    if (search) this.#tell({ ...search, phase: 'running' });
    const ended = Promise.all([this.#ended, work(signal)]).then(() => {
      // Another piece was begun meanwhile.
      if (this.#ended !== ended) return;
      this.#abort = undefined;
      const { search } = this.#parts.state.state;
      if (search) this.#tell({ ...search, phase: signal.aborted ? 'stopped' : 'done' });
    });
    this.#ended = ended;
  }

  /** Tries a port until that is over, the search ends, or a tab wants the port; gives whether a tab did. */
  async #at(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const cut = new AbortController();
    const ended = work(AbortSignal.any([signal, cut.signal])).finally(() => this.#tried.delete(name));
    this.#tried.set(name, { cut, ended });
    await ended;
    return cut.signal.aborted && !signal.aborted;
  }

  /** Ends a search that is under way; else what it found is put away. */
  stop(): void {
    if (this.#abort) this.#abort.abort();
    else this.#tell(null);
  }

  /** The adapter that had a module before comes first, then other USB adapters, then whatever else there is. */
  #ordered(): PortInfo[] {
    const { ports, settings } = this.#parts.state.state;
    const rank = (port: PortInfo): number =>
      [adapterOf(port, settings.adapters) !== undefined, port.usbId !== undefined, true].indexOf(true);
    return ports.filter(({ kind }) => kind === 'serial').toSorted((one, other) => rank(one) - rank(other));
  }

  /** The rate that the adapter had before comes first. */
  #rates(port: PortInfo): readonly number[] {
    const known = adapterOf(port, this.#parts.state.state.settings.adapters)?.baudRate;
    return known === undefined ? detectedRates : [known, ...detectedRates.filter((rate) => rate !== known)];
  }

  #begun(port: PortInfo): PortSearch {
    const cells = this.#rates(port).map((baudRate): RateCell => ({ baudRate, status: 'waiting', byteCount: 0 }));
    return { path: port.path, status: this.#parts.isTaken(port.path) ? 'inUse' : 'trying', cells };
  }

  async #tryUntilFree(port: PortInfo, signal: AbortSignal): Promise<void> {
    const { path } = port;
    const name = await onePortName(path);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (this.#parts.isTaken(name)) {
        this.#onPort(path, { status: 'inUse' });
      } else {
        const isWanted = await this.#at(name, signal, (cut) => this.#try(port, name, cut));
        if (isWanted) this.#replace({ ...this.#begun(port), status: 'inUse' });
      }
      if (this.#portOf(path)?.status !== 'inUse') return;
      this.#onPort(path, { retryAtMs: this.#parts.clock.steadyMs() + pauseMs });
      await pause(pauseMs, signal).catch(() => undefined);
      if (signal.aborted) {
        const { retryAtMs: _past, ...left } = this.#portOf(path) ?? this.#begun(port);
        return this.#replace({ ...left, cells: left.cells.map(closed) });
      }
      if (!this.#parts.isTaken(name)) this.#replace({ ...this.#begun(port), status: 'trying' });
    }
  }

  async #try(port: PortInfo, name: string, signal: AbortSignal): Promise<void> {
    const { path } = port;
    if (!(await this.#parts.isLeft(name))) {
      this.#onPort(path, { status: 'inUse' });
      return;
    }
    const { module, reason, fault } = await this.#tryRates(port, this.#rates(port), signal);
    const isFree = fault?.code !== 'PORT_BUSY';
    this.#onPort(path, {
      status: module ? 'found' : statusOf(fault, isFree),
      ...(module ? { module } : {}),
      ...(reason === undefined || reason === 'failed' ? {} : { reason }),
      ...(fault ? { fault } : {}),
    });
  }

  /** Each of these rates, also after one at which a module answers; what cannot be tried stays as it was. */
  async #tryOthers(port: PortInfo, name: string, rates: readonly number[], signal: AbortSignal): Promise<void> {
    const { path } = port;
    for (let left = rates; left.length > 0 && (await this.#parts.isLeft(name));) {
      const { module, rates: tried } = await this.#tryRates(port, left, signal);
      const found = this.#portOf(path);
      if (module && found) this.#replace({ ...found, others: [...(found.others ?? []), module] });
      if (!module) break;
      left = left.slice(tried.length);
    }
    const found = this.#portOf(path);
    if (found) this.#replace({ ...found, cells: found.cells.map(closed) });
  }

  #tryRates(port: PortInfo, rates: readonly number[], signal: AbortSignal): Promise<PortResult> {
    const { path } = port;
    const line = lineOf(port, this.#parts.state.state.settings.portLines);
    return tryPort(path, {
      open: async (rate) => (await this.#parts.openLink(port, rate, line)).link,
      rates,
      clock: this.#parts.clock,
      signal,
      listener: {
        onTrying: (baudRate) => this.#onCell(path, baudRate, { status: 'trying' }),
        onTried: ({ baudRate, kind, byteCount }: RateResult) =>
          this.#onCell(path, baudRate, { status: kind, byteCount }),
        onBytes: (bytes, baudRate) => this.#onBytes(path, bytes, baudRate),
      },
    });
  }

  #onCell(path: string, baudRate: number | undefined, change: Partial<RateCell>): void {
    this.#onPort(path, {}, (cell) => (cell.baudRate === baudRate ? { ...cell, ...change } : cell));
  }

  #onPort(path: string, change: Partial<PortSearch>, cellOf: (cell: RateCell) => RateCell = (cell) => cell): void {
    const port = this.#portOf(path);
    if (!port) return;
    // One that is in use is tried later.
    const isOver = change.status !== undefined && change.status !== 'inUse';
    const cells = port.cells.map(cellOf);
    this.#replace({ ...port, ...change, cells: isOver ? cells.map(closed) : cells });
  }

  #portOf(path: string): PortSearch | undefined {
    return this.#parts.state.state.search?.ports.find((port) => port.path === path);
  }

  #replace(changed: PortSearch): void {
    const { search } = this.#parts.state.state;
    if (!search) return;
    const ports = search.ports.map((port) => (port.path === changed.path ? changed : port));
    this.#tell({ ...search, ports });
  }

  #onBytes(path: string, bytes: Uint8Array, baudRate: number | undefined): void {
    const keep = (cell: RateCell): RateCell =>
      cell.baudRate === baudRate ? { ...cell, hex: hexOf(bytes, MOST_OF_CELL, cell.hex) } : cell;
    this.#onPort(path, {}, keep);
    const { search } = this.#parts.state.state;
    if (!search) return;
    const piece: LiveBytes = { path, ...defined({ baudRate }), hex: hexOf(bytes) };
    this.#tell({ ...search, bytes: [...search.bytes, piece].slice(-MOST_BYTES) });
  }

  #tell(search: SearchState | null): void {
    this.#parts.state.change({ search });
  }
}

const withStatus = (cell: RateCell, from: RateCell['status'], to: RateCell['status']): RateCell =>
  cell.status === from ? { ...cell, status: to } : cell;

/** A rate of a port at which nothing is tried any more. */
const closed = (cell: RateCell): RateCell =>
  withStatus(withStatus(cell, 'waiting', 'notNeeded'), 'trying', 'notNeeded');

function statusOf(fault: Fault | undefined, isFree: boolean): PortSearch['status'] {
  if (!fault) return 'nothing';
  return isFree ? 'failed' : 'inUse';
}

/** So many bytes as text, behind those that are text already; `…` stands for the rest. */
function hexOf(bytes: Uint8Array, most = MOST_PIECE, before = ''): string {
  if (before.endsWith('…')) return before;
  const known = before === '' ? [] : before.split(' ');
  const room = most - known.length;
  const shown = [...bytes.subarray(0, room)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase());
  return [...known, ...shown].join(' ') + (bytes.length > room ? ' …' : '');
}
