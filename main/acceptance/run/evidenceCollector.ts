import { CodedError } from '../../../shared/errors.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { PlatformCall } from '../../../shared/platform.ts';
import type { OutgoingNotification, PlatformRequest } from '../../../shared/state.ts';
import type { StateChanges } from '../../../shared/statePatch.ts';
import { startTimer } from '../../time/timers.ts';
import type { Evidence, Interruption } from './evidence.ts';
import type { TestSetup } from './testSetup.ts';

/** When a case has to end although its steps have not. */
export interface EvidenceCollectorOptions {
  readonly limitMs: number;
  /** The run is stopped. */
  readonly signal: AbortSignal;
  readonly memory: Readonly<Record<string, string>>;
}

/**
 * Sees what happens from its making to its end, and ends whoever waits when the module restarts, the port goes, the time
 * is over or the run is stopped.
 */
export class EvidenceCollector {
  readonly calls: PlatformCall[] = [];
  readonly faults: { readonly step: number; readonly fault: Fault }[] = [];
  stepsDone = 0;
  /** Set by a step that restarts the module on purpose. */
  expectsRestart = false;
  readonly #setup: TestSetup;
  readonly #memory: EvidenceCollectorOptions['memory'];
  readonly #firstSeq: number;
  readonly #known: ReadonlySet<string>;
  readonly #requests = new Map<string, PlatformRequest>();
  readonly #notifications = new Map<string, OutgoingNotification>();
  readonly #knownNotifications: ReadonlySet<string>;
  readonly #abort = new AbortController();
  readonly #endings: (() => void)[];
  readonly #watchers = new Set<() => void>();
  #interruption: Interruption | undefined;
  #isOverdue = false;

  constructor(setup: TestSetup, { limitMs, signal, memory }: EvidenceCollectorOptions) {
    this.#setup = setup;
    this.#memory = memory;
    this.#firstSeq = setup.lastSeq + 1;
    this.#known = new Set(Object.keys(setup.state.requests));
    this.#knownNotifications = new Set(Object.keys(setup.state.outbox));
    const timer = startTimer(() => {
      this.#isOverdue = true;
      this.#abort.abort();
    }, limitMs);
    const onStop = (): void => this.#interrupt('stopped');
    signal.addEventListener('abort', onStop);
    this.#endings = [
      setup.onChange((changes) => this.#onChange(changes)),
      setup.onLines(() => this.#look()),
      () => timer.stop(),
      () => signal.removeEventListener('abort', onStop),
    ];
    if (signal.aborted) onStop();
  }

  /** Number of the newest line so far. */
  get lastSeq(): number {
    return this.#setup.lastSeq;
  }

  /** Why nothing more should be done. */
  get isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Requests that arrived, as they stand. */
  get requests(): readonly PlatformRequest[] {
    return [...this.#requests.values()];
  }

  /** How many of them have no answer yet. */
  get openRequests(): number {
    return this.requests.filter(({ status }) => status === 'answering' || status === 'assembling').length;
  }

  /** What was seen so far. */
  evidence(): Evidence {
    const { state, platform, store } = this.#setup;
    const values = Object.keys(state.resources).map((path) => [path, store.valueOf(path) ?? '']);
    return {
      lines: this.#setup.lines(this.#firstSeq),
      requests: this.requests,
      notifications: [...this.#notifications.values()],
      calls: this.calls,
      faults: this.faults,
      stepsDone: this.stepsDone,
      ...(this.#interruption ? { interruption: this.#interruption } : {}),
      isOverdue: this.#isOverdue,
      platform: platform.kind,
      dialect: state.dialect.name,
      objects: state.objects,
      values: Object.fromEntries(values) as Record<string, string>,
      attributes: state.attributes,
      observations: state.observations,
      memory: { ...this.#memory },
    };
  }

  /** Resolves with true once the condition holds, with false after the time. @throws CodedError `CANCELLED`. */
  until(condition: () => boolean, limitMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = (): void => {
      if (condition()) resolve(true);
    };
    const timer = startTimer(() => resolve(false), limitMs);
    this.#watchers.add(look);
    look();
    return this.guard(promise).finally(() => {
      timer.stop();
      this.#watchers.delete(look);
    });
  }

  /** The promise, given up when the case has to end. @throws what it rejects with; CodedError `CANCELLED`. */
  guard<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new CodedError('CANCELLED', this.#isOverdue ? 'The time limit is over' : ''));
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp);
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
  }

  /** Stops to listen. */
  end(): void {
    for (const end of this.#endings) end();
  }

  #onChange({ requests = {}, outbox = {}, stages, connection }: StateChanges): void {
    for (const [id, request] of Object.entries(requests)) {
      if (request && !this.#known.has(id)) this.#requests.set(id, request);
    }
    for (const [id, notification] of Object.entries(outbox)) {
      if (notification && !this.#knownNotifications.has(id)) this.#notifications.set(id, notification);
    }
    const isGone = connection !== undefined && !['probing', 'ready'].includes(connection.phase);
    if (isGone || stages?.port.status === 'stale') this.#interrupt('portLost');
    else if (stages?.module.status === 'stale' && !this.expectsRestart) this.#interrupt('restarted');
    this.#look();
  }

  #interrupt(interruption: Interruption): void {
    this.#interruption ??= interruption;
    this.#abort.abort();
  }

  #look(): void {
    for (const look of this.#watchers) look();
  }
}
