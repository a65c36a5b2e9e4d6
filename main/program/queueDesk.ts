import { hostname } from 'node:os';
import { lineOf } from '../../shared/adapters.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { networkPath, parseNetworkAddress } from '../../shared/networkAddress.ts';
import { readQueueAddress } from '../../shared/stations.ts';
import type { StationsState } from '../../shared/stations.ts';
import { checkPortPath, portInfoOf } from '../device/ports.ts';
import type { PlatformKey } from '../platform/platformKey.ts';
import { usualSetup } from '../stations/queueConnection.ts';
import type { QueueOptions } from '../stations/queueConnection.ts';
import { QueueWatch } from '../stations/queueWatch.ts';
import { nameOfMachine } from '../stations/stationWords.ts';
import { WorkQueue } from '../stations/workQueue.ts';
import type { SystemClock } from '../time/clock.ts';
import { pause } from '../time/timers.ts';
import type { HostGuard } from '../transport/hostGuard.ts';
import { OwnStation } from './ownStation.ts';
import type { ProgramHolder } from './programHolder.ts';
import type { QueueAtHand } from './queueAtHand.ts';
import type { QueueAccess } from './queueAccess.ts';

/** What the desk is told of the program around it. */
export interface QueueDeskParts {
  readonly version: string;
  readonly state: ProgramHolder;
  readonly access: QueueAccess;
  readonly hosts: HostGuard;
  readonly clock: SystemClock;
  readonly platformKey: PlatformKey;
  /** Of the window's station. */
  readonly directory: string;
  /** Where journals are written now. */
  readonly journalDirectory: () => string;
  /** A tab has the port. */
  readonly isTaken: (name: string) => boolean;
  /** Resolves once no search for a module is at the port. */
  readonly searched: (name: string) => Promise<void>;
}

/** A server that cannot be reached is tried again so often, and one that is lost is asked why. */
const AGAIN_MS = 5000;
const LOOK_MS = 1000;

/** The queue as the window sees it: one connection, what is there, and the window's own station on it. */
export class QueueDesk implements QueueAtHand {
  readonly #parts: QueueDeskParts;
  #ending: AbortController | undefined;
  #staying: Promise<void> = Promise.resolve();
  #queue: WorkQueue | undefined;
  #station: OwnStation | undefined;
  /** Settles when no station is ending. */
  #stopping: Promise<unknown> = Promise.resolve();

  constructor(parts: QueueDeskParts) {
    this.#parts = parts;
  }

  get #settings() {
    return this.#parts.state.state.settings.station;
  }

  /** The connection. @throws CodedError `QUEUE_UNREACHABLE` where there is none. */
  get queue(): WorkQueue {
    if (!this.#queue) throw new CodedError('QUEUE_UNREACHABLE', 'There is no connection to a queue');
    return this.#queue;
  }

  async letGo(name: string): Promise<boolean> {
    return this.#station?.letGo(name) ?? true;
  }

  /**
   * Begins to connect, and stays so; what comes of it stands in the state.
   * @throws CodedError `BAD_ARGUMENT` where the settings name no queue, or another one meanwhile, `HOST_NOT_CONFIRMED`.
   */
  async connect(isSetUp: boolean): Promise<void> {
    const { address } = this.#settings;
    const read = readQueueAddress(address);
    if (!read) throw new CodedError('BAD_ARGUMENT', 'The settings name no queue', 'address');
    for (const server of read.servers)
      await this.#parts.hosts.require({ purpose: 'queue', address: `nats://${server}` });
    // A person may take a while, and has confirmed none but that one.
    if (address !== this.#settings.address)
      throw new CodedError('BAD_ARGUMENT', 'The settings name another queue meanwhile', 'address');
    this.#ending?.abort();
    const { signal } = (this.#ending = new AbortController());
    const left = this.#staying;
    // Whoever asks twice at once has one connection: the second waits until the first is gone.
    this.#staying = left.then(() => {
      if (signal.aborted) return undefined;
      this.#tell({ phase: 'connecting', fault: undefined });
      return this.#stay(signal, address, isSetUp);
    });
    await left;
  }

  async disconnect(): Promise<void> {
    await this.#leave();
    // Whoever wants to connect meanwhile is not told that it is off.
    this.#tell(this.#ending ? { view: undefined } : { phase: 'off', fault: undefined, view: undefined });
  }

  /** Ends the station, then the connection that there is now. */
  async #leave(): Promise<void> {
    const [ending, staying] = [this.#ending, this.#staying];
    this.#ending = undefined;
    await this.stopStation();
    ending?.abort();
    await staying;
  }

  /** Begins to take work as soon as the queue is there. @throws CodedError `PORT_…`, `BAD_ARGUMENT`, `HOST_NOT_CONFIRMED`. */
  async startStation(): Promise<void> {
    // One that is ending still has its ports.
    await this.#stopping;
    if (this.#station) return;
    const { ports, name } = this.#settings;
    const { state, hosts, platformKey, version, clock, directory, journalDirectory, isTaken, searched } = this.#parts;
    if (ports.length === 0) throw new CodedError('BAD_ARGUMENT', 'No port is chosen', 'ports');
    for (const port of ports) {
      await checkPortPath(port, state.state.ports);
      const address = parseNetworkAddress(port);
      if (address) await hosts.require({ purpose: 'port', address: networkPath(address) });
    }
    if (!this.#ending || this.#ending.signal.aborted) await this.connect(false);
    // Somebody who asked at the same time was quicker: nobody could end a second one.
    if (this.#station) return;
    const { settings } = state.state;
    const isConfirmed = hosts.has({ purpose: 'platform', address: settings.platformHost });
    const station = new OwnStation({
      ...{ version, clock, directory, ports, isTaken, searched },
      journalDirectory: journalDirectory(),
      name: name === '' ? nameOfMachine() : name,
      lineOf: (port) => ({
        baudRate: settings.recentPorts.find(({ path }) => path === port)?.baudRate ?? usualBaudRate,
        line: lineOf(portInfoOf(port, state.state.ports), settings.portLines),
      }),
      platform: isConfirmed ? defined({ host: settings.platformHost, apiKey: platformKey.read() }) : {},
      tell: (own) => this.#tell({ own }),
    });
    this.#station = station;
    if (this.#queue) station.begin(this.#queue);
  }

  /** Gives back what the station is at. */
  async stopStation(): Promise<void> {
    const station = this.#station;
    this.#station = undefined;
    if (station) this.#stopping = Promise.all([this.#stopping, station.end()]);
    await this.#stopping;
  }

  async end(): Promise<void> {
    do await this.#leave();
    while (this.#ending);
  }

  /** Connects until the signal; a server that is not there yet, or lets nobody in while a station wants to work, is tried again. */
  async #stay(signal: AbortSignal, address: string, isSetUp: boolean): Promise<void> {
    while (!signal.aborted) {
      try {
        const queue = await WorkQueue.connect(this.#options(address), isSetUp ? usualSetup : undefined);
        await this.#with(queue, signal);
      } catch (error) {
        if (signal.aborted) return;
        const fault = faultOf(error);
        const isTriedAgain = fault.code === 'QUEUE_UNREACHABLE' || this.#station !== undefined;
        this.#tell({ phase: isTriedAgain ? 'lost' : 'off', fault });
        if (!isTriedAgain) break;
      }
      await pause(AGAIN_MS, signal).catch(() => undefined);
    }
    if (!signal.aborted) this.#ending = undefined;
  }

  #options(address: string): QueueOptions {
    const { authorityFile } = this.#settings;
    return {
      servers: address,
      clientName: `mipl window at ${hostname()}`.slice(0, 64),
      isPatient: true,
      ...(authorityFile === '' ? {} : { caFile: authorityFile }),
      caller: () => this.#parts.access.callerAt(address),
    };
  }

  async #with(queue: WorkQueue, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) return;
      this.#queue = queue;
      this.#tell({ phase: 'connected', fault: undefined });
      this.#station?.begin(queue);
      const looking = this.#look(queue, signal);
      await this.#stayTold(queue, signal);
      await looking;
    } finally {
      this.#queue = undefined;
      await queue.close();
    }
  }

  /** Who may not look may work all the same. */
  async #look(queue: WorkQueue, signal: AbortSignal): Promise<void> {
    const watch = new QueueWatch(queue, this.#parts.clock, (view) => this.#tell({ view }));
    while (!signal.aborted && !queue.isClosed) {
      try {
        await watch.run(signal);
      } catch (error) {
        if (!signal.aborted && !queue.isAway) this.#tell({ fault: faultOf(error) });
      }
      await pause(AGAIN_MS, signal).catch(() => undefined);
    }
  }

  /** A connection that is lost is made again by itself; meanwhile it is said why. */
  async #stayTold(queue: WorkQueue, signal: AbortSignal): Promise<void> {
    let wasAway = false;
    while (!signal.aborted && !queue.isClosed) {
      await pause(LOOK_MS, signal).catch(() => undefined);
      if (queue.isAway && !signal.aborted) {
        const fault = faultOf(
          (await queue.whyAway()) ?? new CodedError('QUEUE_UNREACHABLE', 'The connection was lost'),
        );
        if (queue.isAway) this.#tell({ phase: 'lost', fault });
        wasAway = true;
      } else if (wasAway && !signal.aborted) {
        wasAway = false;
        this.#tell({ phase: 'connected', fault: undefined });
      }
    }
  }

  #tell(change: { readonly [N in keyof StationsState]?: StationsState[N] | undefined }): void {
    const { fault, view, ...others } = { ...this.#parts.state.state.stations, ...change };
    const { phase, credentials, areCredentialsKept, own } = { ...this.#parts.state.state.stations, ...defined(others) };
    const told: { fault?: Fault; view?: StationsState['view'] & object } = defined({ fault, view });
    this.#parts.state.change({ stations: { phase, credentials, areCredentialsKept, own, ...told } });
  }
}

const usualBaudRate = 9600;
