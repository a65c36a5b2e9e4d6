import { defaultSettings } from '../../shared/settings.ts';
import type { ObjectView, PlatformRequest, ResourceState } from '../../shared/state.ts';
import { AtChannel } from '../at/channel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { ObjectStore } from '../lwm2m/objectStore.ts';
import { urcFrames } from '../mipl/urcFrames.ts';
import type { Dialect } from '../mipl/dialects.ts';
import { Engine } from '../mipl/engine.ts';
import { messageTable } from '../mipl/messageTable.ts';
import type { Clock } from '../time/clock.ts';
import { makeLinkEnd } from '../transport/linkEnd.ts';
import type { LinkEnd } from '../transport/linkEnd.ts';

/** Objects as a journal tells them, with the values that are known; a resource without one is empty. */
export function modelOf(
  objects: readonly ObjectView[],
  resources: Readonly<Record<string, ResourceState>>,
): DeviceModel {
  return {
    name: '',
    objects: objects.map(({ objectId, name, instances }) => ({
      id: objectId,
      name,
      instances: instances.map((instance) => ({
        id: instance.instanceId,
        resources: instance.resources.map(({ resourceId, path, type, operations }) => ({
          id: resourceId,
          type,
          operations,
          value: resources[path]?.value ?? '',
        })),
      })),
    })),
  };
}

/** The time of a journal: goes on when it is told to, and never back. */
export class JournalClock implements Clock {
  #passedMs = 0;

  /** It is so long after the beginning, unless it was later already. */
  goTo(sinceStartMs: number): void {
    this.#passedMs = Math.max(this.#passedMs, sinceStartMs);
  }

  monotonicNs(): bigint {
    return BigInt(Math.round(this.#passedMs * 1e6));
  }

  steadyMs(): number {
    return this.#passedMs;
  }

  steadyMsOf(monotonicNs: bigint): number {
    return Number(monotonicNs) / 1e6;
  }

  wallMs(): number {
    return this.#passedMs;
  }
}

/** A command of the engine as it left, and the request it answers. */
export interface AnswerLeft {
  readonly text: string;
  /** The engine's number of the request. */
  readonly request: string;
}

/** What an engine of today is set up with. */
export interface EngineTodayParts {
  readonly dialect: Dialect;
  readonly model: DeviceModel;
  readonly clock: JournalClock;
  /** What the module says to an answer; must not throw. */
  readonly onAnswer: (answer: AnswerLeft) => string;
  /** A request is new, or has come further. */
  readonly onRequest: (request: PlatformRequest) => void;
}

/** The engine as it is today at a line whose far end repeats what a journal has kept. Nothing leaves the process. */
export class EngineToday {
  readonly #store: ObjectStore;
  readonly #engine: Engine;
  readonly #channel: AtChannel;
  readonly #end: LinkEnd;
  readonly #clock: JournalClock;
  /** Requests that are being answered. */
  readonly #answering = new Set<string>();
  #resources: Readonly<Record<string, ResourceState>> = {};
  #isChanged = false;

  constructor({ dialect, model, clock, onAnswer, onRequest }: EngineTodayParts) {
    this.#store = new ObjectStore(model);
    this.#clock = clock;
    this.#store.onChange(() => (this.#isChanged = true));
    this.#end = makeLinkEnd({ write: () => Promise.resolve(), close: () => Promise.resolve() });
    const nothing = (): undefined => undefined;
    this.#channel = new AtChannel(
      this.#end.link,
      {
        onUrc: (heard) => this.#engine.receive(heard),
        onLine: nothing,
        onSent: ({ text, tag }) => {
          const said = tag && 'request' in tag ? onAnswer({ text, request: tag.request }) : 'OK';
          queueMicrotask(() => this.say(said));
        },
        onRestart: () => this.#engine.reset(),
        onSync: nothing,
        onFault: nothing,
      },
      // Behind a start nothing is waited for either: the far end has said all that it will.
      { gapMs: 0, resyncSilenceMs: 0, table: messageTable, frames: urcFrames, clock },
    );
    const listener = { onNotification: nothing, onObservations: nothing, onAttributes: nothing, onStanding: nothing };
    this.#engine = new Engine(
      this.#channel,
      this.#store,
      {
        ...listener,
        onLine: nothing,
        onRegistration: nothing,
        onAnswerTimes: nothing,
        onNetworkUrc: nothing,
        onRemark: nothing,
        onRequest: (request) => {
          if (request.status === 'answering') this.#answering.add(request.id);
          else this.#answering.delete(request.id);
          onRequest(request);
        },
      },
      // Nothing waits here: none is ever late.
      { dialect, answerDeadlineMs: defaultSettings.answerDeadlineMs, clock },
    );
  }

  /** Values as they were then; what cannot be set stays, and shows in the answers. */
  setValues(resources: Readonly<Record<string, ResourceState>>): void {
    if (resources === this.#resources && !this.#isChanged) return;
    this.#resources = resources;
    for (const [path, { value }] of Object.entries(resources)) this.setValue(path, value);
    this.#isChanged = false;
  }

  /** One value as it was then. */
  setValue(path: string, value: string): void {
    const known = this.#store.valueOf(path);
    if (known === undefined || known === value) return;
    for (const by of ['person', 'platform'] as const) {
      try {
        this.#store.write(path, value, { by });
        return;
      } catch {
        // A person may not set what is too long to leave again, the platform what is not its to write.
      }
    }
  }

  /** The module says a line. */
  say(line: string): void {
    this.#end.receive(Buffer.from(`\r\n${line}\r\n`, 'utf8'));
  }

  /** Until then requests whose rest has not come are refused, each at its time: that of a journal passes without a timer. */
  async passTo(sinceStartMs: number, signal?: AbortSignal): Promise<void> {
    for (
      let dueMs = this.#engine.givesUpAtMs;
      dueMs <= sinceStartMs && dueMs < Infinity;
      dueMs = this.#engine.givesUpAtMs
    ) {
      this.#clock.goTo(dueMs);
      this.#engine.passTo(dueMs);
      await this.settle(signal);
    }
  }

  /** Resolves when every answer that is under way has left: the far end answers at once. Whoever gives up waits no longer. */
  async settle(signal?: AbortSignal): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#answering.size > 0 && !signal?.aborted);
  }

  /** Forgets all that waits. */
  end(): void {
    this.#engine.reset();
    this.#channel.close();
  }
}
