import { defined } from '../../shared/defined.ts';
import { openPlatform } from '../sim/platform/platform.ts';
import type { Platform } from '../sim/platform/platform.ts';
import type { PlatformDevice } from '../sim/platform/registry.ts';
import { platformBeside, readName } from '../sim/simulator.ts';
import { pause } from '../time/timers.ts';
import type { Clock } from '../time/clock.ts';
import { Times } from './fleetFigures.ts';
import type { FleetFigures } from './fleetFigures.ts';

/** Our own platform for a fleet: reads one module after the other, and counts what it had. */
export class FleetPlatform {
  readonly #platform: Platform;
  readonly #clock: Clock;
  readonly #reads = new Times();
  readonly #counts = { updates: 0, notifications: 0, offline: 0, readsFailed: 0 };

  private constructor(platform: Platform, clock: Clock) {
    this.#platform = platform;
    this.#clock = clock;
    platform.onEvent = ({ kind }) => {
      if (kind === 'updated') this.#counts.updates++;
      if (kind === 'notified') this.#counts.notifications++;
      if (kind === 'offline') this.#counts.offline++;
    };
  }

  /** @param profile of the modules, with habits and faults. @throws CodedError `BAD_ARGUMENT` for one that there is not. */
  static async open(profile: string, clock: Clock): Promise<FleetPlatform> {
    return new FleetPlatform(await openPlatform(platformBeside(readName(profile).profile)), clock);
  }

  /** Where modules register. */
  get coap(): Platform['coap'] {
    return this.#platform.coap;
  }

  /** `http://…` of its API. */
  get http(): string {
    return this.#platform.http;
  }

  /** One module after the other, so that the reads of a fleet are spread over the time that each is to have its own in; 0: never. */
  async readInTurn(modules: number, everyMs: number, signal: AbortSignal): Promise<void> {
    if (everyMs === 0) return;
    const under = new Set<Promise<void>>();
    for (let turn = 0; !signal.aborted; turn++) {
      const online = this.#platform.devices.filter((device) => this.#platform.session(device));
      const device = online[turn % Math.max(1, online.length)];
      if (device) {
        const read = this.#read(device).finally(() => under.delete(read));
        under.add(read);
      }
      await pause(everyMs / modules, signal).catch(() => undefined);
    }
    await Promise.all(under);
  }

  async #read(device: PlatformDevice): Promise<void> {
    const [resource] = [...device.resources.values()].flat();
    const session = this.#platform.session(device);
    if (!resource || !session) return;
    const beganMs = this.#clock.steadyMs();
    try {
      const { objectId, instanceId } = resource;
      await session.read({ objectId, ...defined({ instanceId }) });
      this.#reads.add(this.#clock.steadyMs() - beganMs);
    } catch {
      this.#counts.readsFailed++;
    }
  }

  figures(): Required<Pick<FleetFigures, 'reads' | 'platform'>> {
    const { readsFailed, ...platform } = this.#counts;
    return { reads: { ...this.#reads.figures(), failed: readsFailed }, platform };
  }

  async close(): Promise<void> {
    await this.#platform.close();
  }
}
