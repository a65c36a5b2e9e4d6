import { applyPatch } from '../../shared/state.ts';
import type { DeviceState, Patch, Snapshot, StateChanges } from '../../shared/state.ts';
import { BoundedEntries } from './boundedEntries.ts';
import { isBounded, kept } from './fold.ts';
import type { BoundedPart, Known, StateFacts } from './fold.ts';
import { WaitingChanges } from './waitingChanges.ts';

/** At most 30 patches a second reach the screen; the eye needs no more. */
const COALESCE_MS = 34;

/**
 * Holds the one true DeviceState. Changes count at once for {@link StateHolder.state} and `onChange`; patches are joined and
 * told with a revision that grows by one. The parts that a burst fills are changed in place and put into the state when
 * somebody looks: copied with every change they would cost more than the answers.
 */
export class StateHolder implements Known {
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

  /** An entry of a bounded part, as long as it is kept. */
  entry<P extends BoundedPart>(part: P, id: string): DeviceState[P][string] | undefined {
    return this.#bounded[part].get(id) as DeviceState[P][string] | undefined;
  }

  /** Ids of a bounded part that are kept. */
  ids(part: BoundedPart): readonly string[] {
    return this.#bounded[part].ids();
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
