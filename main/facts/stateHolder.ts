import type { DeviceState } from '../../shared/state.ts';
import type { Patch, Snapshot, StateChanges } from '../../shared/statePatch.ts';
import type { BoundedPart, Known, StateFacts } from './fold.ts';
import { FoldedState } from './foldedState.ts';
import { WaitingChanges } from './waitingChanges.ts';

/** At most 30 patches a second reach the screen; the eye needs no more. */
const COALESCE_MS = 34;

/**
 * Holds the one true DeviceState. Changes count at once for {@link StateHolder.state} and `onChange`; patches are joined and
 * told with a revision that grows by one.
 */
export class StateHolder implements Known {
  readonly #folded: FoldedState;
  #revision = 0;
  /** As the last patch left it. */
  #told: DeviceState;
  readonly #waiting = new WaitingChanges();
  #timer: NodeJS.Timeout | undefined;
  readonly #patchListeners = new Set<(patch: Patch) => void>();
  readonly #changeListeners = new Set<(changes: StateChanges) => void>();

  constructor(initial: DeviceState) {
    this.#folded = new FoldedState(initial);
    this.#told = initial;
  }

  get state(): DeviceState {
    return this.#folded.state;
  }

  /** For whoever looks with every change. */
  get facts(): StateFacts {
    return this.#folded.facts;
  }

  /** An entry of a bounded part, as long as it is kept. */
  entry<P extends BoundedPart>(part: P, id: string): DeviceState[P][string] | undefined {
    return this.#folded.entry(part, id);
  }

  /** Ids of a bounded part that are kept. */
  ids(part: BoundedPart): readonly string[] {
    return this.#folded.ids(part);
  }

  /** The state with the revision that the next patch builds on. */
  snapshot(): Snapshot {
    this.flush();
    return { revision: this.#revision, state: this.state };
  }

  /** Applies changes; the patch follows within {@link COALESCE_MS}. */
  change(changes: StateChanges): void {
    this.#waiting.add(this.#folded.apply(changes), this.#told);
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
}
