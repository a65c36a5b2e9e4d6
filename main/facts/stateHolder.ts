import { applyPatch } from '../../shared/state.ts';
import type { DeviceState, Patch, PlatformRequest, Snapshot, StateChanges } from '../../shared/state.ts';
import { BoundedEntries } from './boundedEntries.ts';
import { WaitingChanges } from './waitingChanges.ts';

/** At most 30 patches a second reach the screen; the eye needs no more. */
const COALESCE_MS = 34;

/** Entries kept for the screen; older requests, notifications and datagrams are in the journal. */
const kept = { requests: 200, outbox: 200, datagrams: 200, platformCalls: 100 } as const;
type BoundedPart = keyof typeof kept;

/** The state without the parts of which only the newest entries are kept. */
export type StateFacts = Omit<DeviceState, BoundedPart>;

/**
 * Holds the one true DeviceState. Changes count at once for {@link StateHolder.state} and `onChange`; patches are joined and
 * told with a revision that grows by one. The parts that a burst fills are changed in place and put into the state when
 * somebody looks: copied with every change they would cost more than the answers.
 */
export class StateHolder {
  /** Bounded parts in it may be old while {@link StateHolder.#changed} names them. */
  #state: DeviceState;
  readonly #bounded: Readonly<Record<BoundedPart, BoundedEntries>>;
  readonly #changed = new Set<BoundedPart>();
  #revision = 0;
  /** As the last patch left it. */
  #told: DeviceState;
  readonly #waiting = new WaitingChanges();
  #timer: NodeJS.Timeout | undefined;
  readonly #patchListeners = new Set<(patch: Patch) => void>();
  readonly #changeListeners = new Set<(changes: StateChanges) => void>();

  constructor(initial: DeviceState) {
    this.#state = initial;
    this.#told = initial;
    const entries = (part: BoundedPart): BoundedEntries => new BoundedEntries(kept[part], initial[part]);
    this.#bounded = {
      requests: entries('requests'),
      outbox: entries('outbox'),
      datagrams: entries('datagrams'),
      platformCalls: entries('platformCalls'),
    };
  }

  get state(): DeviceState {
    if (this.#changed.size > 0) {
      const parts = [...this.#changed].map((part) => [part, this.#bounded[part].record()]);
      this.#state = { ...this.#state, ...(Object.fromEntries(parts) as Partial<DeviceState>) };
      this.#changed.clear();
    }
    return this.#state;
  }

  /** For whoever looks with every change. */
  get facts(): StateFacts {
    return this.#state;
  }

  /** A request of the platform that is still kept. */
  request(id: string): PlatformRequest | undefined {
    return this.#bounded.requests.get(id) as PlatformRequest | undefined;
  }

  /** The state with the revision that the next patch builds on. */
  snapshot(): Snapshot {
    this.flush();
    return { revision: this.#revision, state: this.state };
  }

  /** Applies changes; the patch follows within {@link COALESCE_MS}. */
  change(changes: StateChanges): void {
    const { told, facts } = this.#takeBounded(changes);
    if (facts) this.#state = applyPatch(this.#state, facts);
    this.#waiting.add(told, this.#told);
    this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
    // Also of entries that are too old to be kept: what became of them is told all the same.
    for (const tell of this.#changeListeners) tell(changes);
  }

  /** Tells the waiting patch now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.isEmpty) return;
    this.#told = this.state;
    const patch: Patch = { revision: ++this.#revision, changes: this.#waiting.take() };
    for (const tell of this.#patchListeners) tell(patch);
  }

  /** Hears patches; the returned function ends it. */
  onPatch(listener: (patch: Patch) => void): () => void {
    this.#patchListeners.add(listener);
    return () => this.#patchListeners.delete(listener);
  }

  /** Hears every change at once, unjoined; the returned function ends it. */
  onChange(listener: (changes: StateChanges) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Puts bounded parts where they belong: `told` is the change as it came to be, `facts` what is left to apply. */
  #takeBounded(changes: StateChanges): { readonly told: StateChanges; readonly facts: StateChanges | undefined } {
    const told: Record<string, unknown> = {};
    let facts: Record<string, unknown> | undefined;
    for (const [part, change] of Object.entries(changes)) {
      if (change === undefined) continue;
      if (isBounded(part)) {
        told[part] = this.#bounded[part].apply(change as Readonly<Record<string, unknown>>);
        this.#changed.add(part);
      } else {
        told[part] = change;
        (facts ??= {})[part] = change;
      }
    }
    return { told, facts };
  }
}

function isBounded(part: string): part is BoundedPart {
  return Object.hasOwn(kept, part);
}
