import type { DeviceModel } from '../../shared/deviceModel.ts';
import { profilePort } from '../../shared/virtualPort.ts';
import type { Device } from '../device/device.ts';
import type { OpenedPort } from '../device/ports.ts';
import { Application } from '../program/application.ts';
import { readName } from '../sim/simulator.ts';
import { openVirtualModule } from '../sim/virtualModule.ts';
import { pause } from '../time/timers.ts';
import type { Clock } from '../time/clock.ts';
import { FleetPlatform } from './fleetPlatform.ts';
import { Times } from './fleetFigures.ts';
import type { FleetFigures } from './fleetFigures.ts';

/** What kind of fleet, and what it is to do. */
export interface FleetOptions {
  readonly modules: number;
  /** Name of a profile with habits and faults, as behind `sim:`. */
  readonly profile: string;
  readonly model: DeviceModel;
  /** Bits per second of each line, 0 for no waiting. */
  readonly baudRate: number;
  /** Modules begun in a second. */
  readonly rampPerSecond: number;
  /** Our platform reads an observed instance of each module so often; 0: never. */
  readonly readEveryMs: number;
  /** A value of each module changes so often, and is reported; 0: never. */
  readonly reportEverySeconds: number;
  readonly lifetimeSeconds: number;
  /** Another LwM2M server to register with; absent: our own platform, on this machine. */
  readonly server?: { readonly host: string; readonly port: number };
  /** 15 digits; the first module's, the others count on from it. */
  readonly firstImei: string;
  readonly version: string;
  readonly journalDirectory: string;
  readonly clock: Clock;
}

/**
 * Many virtual modules, each with an engine of its own as a window's tab has it, at one LwM2M server: real clients on real
 * sockets, the tool's answers behind them.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #application: Application;
  readonly #platform: FleetPlatform | undefined;
  readonly #devices: Device[] = [];
  readonly #registration = new Times();
  readonly #requests = new Map<string, number>();
  readonly #beganMs: number;
  readonly #processorAtStart = process.cpuUsage();
  #mostRegistered = 0;
  #opened = 0;

  private constructor(options: FleetOptions, application: Application, platform: FleetPlatform | undefined) {
    this.#options = options;
    this.#application = application;
    this.#platform = platform;
    this.#beganMs = options.clock.steadyMs();
  }

  /** @throws CodedError `BAD_ARGUMENT` for a profile, habit or fault that there is not; the system's error for a taken port. */
  static async start(options: FleetOptions): Promise<Fleet> {
    readName(options.profile);
    const platform = options.server ? undefined : await FleetPlatform.open(options.profile, options.clock);
    const fleet: { current?: Fleet } = {};
    const application = await Application.start({
      version: options.version,
      systemLanguage: 'en',
      model: options.model,
      journalDirectory: options.journalDirectory,
      settings: { lifetimeSeconds: options.lifetimeSeconds, automaticNotifications: 'always' },
      session: { openLink: async () => fleet.current?.openModule() ?? Promise.reject(new Error('There is no fleet')) },
    });
    fleet.current = new Fleet(options, application, platform);
    return fleet.current;
  }

  /** `http://…` of our own platform's API; undefined with another server. */
  get http(): string | undefined {
    return this.#platform?.http;
  }

  /** The next module of the fleet. */
  openModule(): OpenedPort {
    const { profile, baudRate, firstImei, server } = this.#options;
    const named = readName(profile);
    const number = this.#opened++;
    const imei = String(BigInt(firstImei) + BigInt(number)).padStart(15, '0');
    return openVirtualModule({
      profile: named.profile,
      faults: named.faults,
      server: server ?? this.#platform?.coap ?? { host: '127.0.0.1', port: 0 },
      baudRate,
      imei,
      // Fifteen digits as well: 460 and 04 are China Mobile's.
      imsi: `46004${imei.slice(-10)}`,
      seed: number + 1,
    });
  }

  /** Begins modules as fast as the ramp allows and reads them, until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { modules, rampPerSecond, readEveryMs } = this.#options;
    const whole = [this.#platform?.readInTurn(modules, readEveryMs, signal)];
    for (let index = 0; index < modules && !signal.aborted; index++) {
      whole.push(this.#begin());
      await pause(1000 / rampPerSecond, signal).catch(() => undefined);
    }
    await Promise.all(whole);
  }

  async #begin(): Promise<void> {
    const { clock, profile, baudRate } = this.#options;
    const device = this.#application.openDevice();
    this.#devices.push(device);
    const beganMs = clock.steadyMs();
    let wasRegistered = false;
    const seen = new Set<string>();
    device.state.onChange(() => {
      const { stages, requests } = device.state.state;
      for (const { id, kind } of Object.values(requests))
        if (!seen.has(id)) {
          seen.add(id);
          this.#requests.set(kind, (this.#requests.get(kind) ?? 0) + 1);
        }
      // The state keeps the last ones alone; so may this.
      if (seen.size > 2 * Object.keys(requests).length + 400)
        for (const id of seen) if (!Object.hasOwn(requests, id)) seen.delete(id);
      if (wasRegistered || stages.onenet.status !== 'done') return;
      wasRegistered = true;
      this.#registration.add(clock.steadyMs() - beganMs);
      this.#mostRegistered = Math.max(this.#mostRegistered, this.#registered());
    });
    this.#drive(device);
    // A module with a fault need not come up; what became of it the figures say.
    await device.openPort(profilePort(profile), baudRate).catch(() => undefined);
  }

  /** A number that walks, as of a sensor: what changes is reported where the server observes it. */
  #drive(device: Device): void {
    const everySeconds = this.#options.reportEverySeconds;
    const resources = device.state.state.objects.flatMap(({ instances }) => instances.flatMap((one) => one.resources));
    const found = resources.find(({ type, operations }) => type === 'float' && operations.includes('R'));
    if (everySeconds === 0 || !found) return;
    const seed = this.#devices.length;
    const walk = { start: 20, step: 0.5, min: 15, max: 25 };
    device.generators.set(found.path, { kind: 'randomWalk', everySeconds, ...walk, seed });
  }

  #registered(): number {
    return this.#devices.filter(({ state }) => state.state.stages.onenet.status === 'done').length;
  }

  /** From the start of bring-up until the server had the registration, of each module. */
  get registrationMs(): readonly number[] {
    return this.#registration.values;
  }

  figures(): FleetFigures {
    const { clock, modules } = this.#options;
    const seconds = (clock.steadyMs() - this.#beganMs) / 1000;
    const used = process.cpuUsage(this.#processorAtStart);
    const answers = this.#devices.map(({ state }) => state.state.answerTimes);
    const worstMs = Math.max(...answers.map((one) => one.worstMs ?? 0));
    return {
      modules,
      registered: this.#registered(),
      mostRegistered: this.#mostRegistered,
      registration: this.#registration.figures(),
      requests: Object.fromEntries(this.#requests),
      answers: {
        count: answers.reduce((sum, { count }) => sum + count, 0),
        lateCount: answers.reduce((sum, { lateCount }) => sum + lateCount, 0),
        ...(worstMs > 0 ? { worstMs } : {}),
      },
      ...this.#platform?.figures(),
      coreShare: (used.user + used.system) / 1e6 / Math.max(seconds, 0.001),
      megabytes: process.memoryUsage().rss / 1e6,
      seconds,
    };
  }

  async close(): Promise<void> {
    await this.#application.close();
    await this.#platform?.close();
  }
}
