import { join } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import type { OwnStation as OwnStationState } from '../../shared/stations.ts';
import { visible } from '../../shared/wording.ts';
import { Outbox } from '../stations/outbox.ts';
import { Station } from '../stations/station.ts';
import { sentenceOf } from '../stations/stationWords.ts';
import type { StationParts } from '../stations/station.ts';
import type { WorkQueue } from '../stations/workQueue.ts';
import type { SystemClock } from '../time/clock.ts';
import { pause } from '../time/timers.ts';
import { onePortName } from './portClaims.ts';
import { stationRuns } from './stationRuns.ts';

/** What the window's station is told of the program around it. */
export interface OwnStationParts {
  readonly version: string;
  readonly clock: SystemClock;
  /** For results that wait; journals go to those of the window. */
  readonly directory: string;
  readonly journalDirectory: string;
  readonly name: string;
  readonly ports: readonly string[];
  readonly lineOf: (port: string) => { readonly baudRate: number; readonly line: LineSettings };
  /** A tab has the port of that {@link onePortName}: the station leaves it alone. */
  readonly isTaken: (name: string) => boolean;
  /** Resolves once no search for a module is at it. */
  readonly searched: (name: string) => Promise<void>;
  readonly platform: { readonly host?: string; readonly apiKey?: string };
  readonly tell: (state: OwnStationState) => void;
}

const LOOK_AGAIN_MS = 1000;
const MOST_EVENTS = 50;
/** A person beside the window makes a call within this, or the case stays open. */
const OPERATOR_MS = 300_000;

/** The window as a station: takes work at ports that no tab has, until somebody stops it. */
export class OwnStation {
  readonly #parts: OwnStationParts;
  readonly #ending = new AbortController();
  /** Ports at which a device is tested, by their one name. */
  readonly #working = new Set<string>();
  /** Ports at which it looks whether a device is there. */
  readonly #looks = new Map<string, { readonly cut: AbortController; readonly ended: Promise<unknown> }>();
  #state: OwnStationState;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: OwnStationParts) {
    this.#parts = parts;
    const { name, ports } = parts;
    this.#state = { phase: 'waiting', name, ports, events: [], prompts: {} };
    parts.tell(this.#state);
  }

  /** Somebody wants a port of it: false where it is testing a device there; a look for one is cut short. */
  async letGo(name: string): Promise<boolean> {
    if (this.#working.has(name)) return false;
    const look = this.#looks.get(name);
    look?.cut.abort();
    await look?.ended;
    return true;
  }

  /** Works with a queue until it is ended, or the queue is closed. */
  begin(queue: WorkQueue): void {
    this.#running = this.#running.then(() => this.#work(queue));
  }

  /** Gives back what it is at; resolves when that is done. */
  async end(): Promise<void> {
    this.#change({ phase: 'ending' });
    this.#ending.abort();
    await this.#running;
    this.#change({ phase: 'off', prompts: {} });
  }

  async #work(queue: WorkQueue): Promise<void> {
    if (this.#ending.signal.aborted) return;
    const { name, version, ports, clock, directory } = this.#parts;
    try {
      const outbox = await Outbox.open(join(directory, 'outbox'));
      this.#change({ phase: 'running' });
      const station = new Station({
        ...{ name, version, ports, queue, outbox, clock },
        silenceMs: queue.connection.silenceMs,
        isUntilEmpty: false,
        ...this.#runs(),
        tell: (event) => {
          if (event.type === 'ended' || event.type === 'givenBack') this.#prompt(event.port, undefined);
          this.#say(sentenceOf(event));
        },
      });
      await station.run(this.#ending.signal);
    } catch (error) {
      this.#say(faultOf(error).message);
    }
    if (!this.#ending.signal.aborted) this.#change({ phase: 'waiting' });
  }

  #runs(): Pick<StationParts, 'run' | 'nextDevice'> {
    const { version, lineOf, journalDirectory, name, platform, isTaken, searched } = this.#parts;
    const { run, nextDevice } = stationRuns({
      ...{ version, lineOf, journalDirectory },
      station: name,
      operatorMs: OPERATOR_MS,
      isMasked: true,
      isStaying: false,
      look: (port, look, signal) => this.#look(port, look, signal),
      onPrompt: (port, text) => this.#prompt(port, text),
      onRemark: (port, text) => this.#say(`${port}: ${text}`),
      ...defined({ platformHost: platform.host, apiKey: platform.apiKey }),
    });
    return {
      async nextDevice(port, signal) {
        while (isTaken(await onePortName(port))) await pause(LOOK_AGAIN_MS, signal);
        await nextDevice(port, signal);
      },
      run: async (work, port, ...rest) => {
        const device = await onePortName(port);
        await searched(device);
        // A tab was quicker than the queue.
        if (isTaken(device)) throw new CodedError('PORT_OPEN_HERE', 'A tab of this window has the port', port);
        this.#working.add(device);
        try {
          return await run(work, port, ...rest);
        } finally {
          this.#working.delete(device);
        }
      },
    };
  }

  /** Whether a device is at the port, as long as nobody else wants it. */
  async #look(port: string, look: (signal: AbortSignal) => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    const name = await onePortName(port);
    await this.#parts.searched(name);
    if (this.#parts.isTaken(name)) return false;
    const cut = new AbortController();
    const looking = look(AbortSignal.any([signal, cut.signal]));
    this.#looks.set(name, { cut, ended: looking.catch(() => undefined) });
    try {
      return await looking;
    } finally {
      this.#looks.delete(name);
    }
  }

  #prompt(port: string, text: string | undefined): void {
    const { [port]: _before, ...others } = this.#state.prompts;
    this.#change({ prompts: text === undefined ? others : { ...others, [port]: text } });
  }

  #say(text: string): void {
    const at = this.#parts.clock.steadyMs();
    this.#change({ events: [{ at, text: visible(text) }, ...this.#state.events].slice(0, MOST_EVENTS) });
  }

  #change(change: Partial<OwnStationState>): void {
    this.#state = { ...this.#state, ...change };
    this.#parts.tell(this.#state);
  }
}
