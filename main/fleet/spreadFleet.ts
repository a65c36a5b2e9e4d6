import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CodedError } from '../../shared/errors.ts';
import { fits, list, map, number, open, optional, text, whole } from '../../shared/schema.ts';
import type { ValueOf } from '../../shared/schema.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import { FleetPlatform } from './fleetPlatform.ts';
import { timesOf } from './fleetFigures.ts';
import type { FleetFigures } from './fleetFigures.ts';

/** How a fleet is spread over processes of this machine. */
export interface SpreadOptions {
  readonly modules: number;
  readonly processes: number;
  readonly profile: string;
  readonly firstImei: string;
  readonly rampPerSecond: number;
  readonly readEveryMs: number;
  /** Another LwM2M server; absent: our own platform, in this process. */
  readonly server?: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  /** Starts this program with `mipl fleet` and further arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What each process is told beside its share. */
  readonly shared: readonly string[];
}

const count = whole(0, Number.MAX_SAFE_INTEGER);
/** What `mipl fleet --json --times` prints of itself, as far as it is summed. */
const partSchema = open({
  modules: count,
  registered: count,
  requests: map(text(100), count, 1000),
  answers: open({ count, lateCount: count, worstMs: optional(number(0)) }),
  registrationMs: list(number(0), 1_000_000),
  coreShare: number(0),
  megabytes: number(0),
});
type Part = ValueOf<typeof partSchema>;

/** Modules of each process: as even as they can be. */
export function sharesOf(modules: number, processes: number): number[] {
  const each = Math.floor(modules / processes);
  return Array.from({ length: processes }, (_, index) => each + (index < modules % processes ? 1 : 0));
}

const END_MS = 20_000;

/** A process that was ended by force may have said half a line. */
function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Many virtual modules in several processes at one LwM2M server, with the figures of all of them together. */
export class SpreadFleet {
  readonly #options: SpreadOptions;
  readonly #platform: FleetPlatform | undefined;
  readonly #processes: ChildProcess[] = [];
  readonly #parts = new Map<ChildProcess, Part>();
  readonly #beganMs: number;
  readonly #processorAtStart = process.cpuUsage();
  readonly #broken = Promise.withResolvers<never>();
  #mostRegistered = 0;
  #isClosing = false;

  private constructor(options: SpreadOptions, platform: FleetPlatform | undefined) {
    this.#options = options;
    this.#platform = platform;
    this.#beganMs = options.clock.steadyMs();
    this.#broken.promise.catch(() => undefined);
  }

  /** @throws CodedError `BAD_ARGUMENT` for a profile that there is not. */
  static async start(options: SpreadOptions): Promise<SpreadFleet> {
    const platform = options.server ? undefined : await FleetPlatform.open(options.profile, options.clock);
    const fleet = new SpreadFleet(options, platform);
    let before = 0;
    for (const share of sharesOf(options.modules, options.processes)) {
      fleet.#begin(share, before);
      before += share;
    }
    return fleet;
  }

  /** `http://…` of our own platform's API; undefined with another server. */
  get http(): string | undefined {
    return this.#platform?.http;
  }

  #begin(share: number, before: number): void {
    const { command, shared, firstImei, rampPerSecond, processes, server, profile } = this.#options;
    const { host, port } = server ?? this.#platform?.coap ?? { host: '127.0.0.1', port: 0 };
    const [program, ...first] = command;
    const own = {
      modules: share,
      profile,
      server: `${host}:${port}`,
      imei: String(BigInt(firstImei) + BigInt(before)).padStart(15, '0'),
      // Together as fast as they were asked to be.
      ramp: Math.max(1, Math.round(rampPerSecond / processes)),
      every: 1,
    };
    const options = Object.entries(own).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(program, [...first, ...options, '--json', '--times', ...shared], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#processes.push(child);
    child.once('error', (error) => this.#broken.reject(error));
    child.once('exit', (code) => {
      if (!this.#isClosing)
        this.#broken.reject(new CodedError('INTERNAL', `A process of the fleet ended in the middle, with ${code}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(child, line));
  }

  #hear(child: ChildProcess, line: string): void {
    const value = valueOf(line);
    if (fits(partSchema, value)) this.#parts.set(child, value);
    this.#mostRegistered = Math.max(
      this.#mostRegistered,
      this.#sum(({ registered }) => registered),
    );
  }

  #sum(of: (part: Part) => number): number {
    return [...this.#parts.values()].reduce((sum, part) => sum + of(part), 0);
  }

  /** Reads modules until the signal. @throws CodedError `INTERNAL` where a process ends before. */
  async run(signal: AbortSignal): Promise<void> {
    const { modules, readEveryMs } = this.#options;
    const reading = this.#platform?.readInTurn(modules, readEveryMs, signal);
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([signal.aborted ? undefined : ended, this.#broken.promise]);
    await reading;
  }

  figures(): FleetFigures {
    const { clock, modules } = this.#options;
    const parts = [...this.#parts.values()];
    const seconds = (clock.steadyMs() - this.#beganMs) / 1000;
    const used = process.cpuUsage(this.#processorAtStart);
    const requests: Record<string, number> = {};
    for (const part of parts)
      for (const [kind, many] of Object.entries(part.requests)) requests[kind] = (requests[kind] ?? 0) + many;
    const worstMs = Math.max(...parts.map(({ answers }) => answers.worstMs ?? 0), 0);
    return {
      modules,
      registered: this.#sum(({ registered }) => registered),
      mostRegistered: this.#mostRegistered,
      registration: timesOf(parts.flatMap(({ registrationMs }) => registrationMs)),
      requests,
      answers: {
        count: this.#sum(({ answers }) => answers.count),
        lateCount: this.#sum(({ answers }) => answers.lateCount),
        ...(worstMs > 0 ? { worstMs } : {}),
      },
      ...this.#platform?.figures(),
      coreShare: this.#sum(({ coreShare }) => coreShare) + (used.user + used.system) / 1e6 / Math.max(seconds, 0.001),
      megabytes: this.#sum(({ megabytes }) => megabytes) + process.memoryUsage().rss / 1e6,
      seconds,
    };
  }

  /** Ends each process in order, and one that does not end by force. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
        const exited = once(child, 'exit');
        const timer = startTimer(() => void child.kill('SIGKILL'), END_MS);
        child.kill('SIGINT');
        await exited;
        timer.stop();
      }),
    );
    await this.#platform?.close();
  }
}
