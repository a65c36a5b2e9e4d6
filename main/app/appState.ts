import { applyPatch } from '../../shared/state.ts';
import type { AppState, Patch, Snapshot, StateChanges } from '../../shared/state.ts';
import { WaitingChanges } from './waitingChanges.ts';

/** At most 30 patches a second reach the screen; the eye needs no more. */
const COALESCE_MS = 34;

/** Entries kept for the screen; older requests, notifications and datagrams are in the journal. */
const kept = { requests: 200, outbox: 200, datagrams: 200, platformCalls: 100 } as const;
type BoundedPart = keyof typeof kept;

/**
 * Holds the one true AppState. Changes count at once for {@link StateHolder.state} and `onChange`; patches are joined and
 * told with a revision that grows by one.
 */
export class StateHolder {
  #state: AppState;
  #revision = 0;
  /** As the last patch left it. */
  #told: AppState;
  readonly #waiting = new WaitingChanges();
  #timer: NodeJS.Timeout | undefined;
  readonly #patchListeners = new Set<(patch: Patch) => void>();
  readonly #changeListeners = new Set<(changes: StateChanges) => void>();

  constructor(initial: AppState) {
    this.#state = initial;
    this.#told = initial;
  }

  get state(): AppState {
    return this.#state;
  }

  /** The state with the revision that the next patch builds on. */
  snapshot(): Snapshot {
    this.flush();
    return { revision: this.#revision, state: this.#state };
  }

  /** Applies changes; the patch follows within {@link COALESCE_MS}. */
  change(changes: StateChanges): void {
    const bounded = this.#withoutOldest(changes);
    this.#state = applyPatch(this.#state, bounded);
    this.#waiting.add(bounded, this.#told);
    this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
    // Also of entries that are too old to be kept: what became of them is told all the same.
    for (const tell of this.#changeListeners) tell(changes);
  }

  /** Tells the waiting patch now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.isEmpty) return;
    this.#told = this.#state;
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

  #withoutOldest(changes: StateChanges): StateChanges {
    const parts = Object.keys(kept) as BoundedPart[];
    return Object.assign({}, changes, ...parts.map((part) => this.#trimmed(part, changes))) as StateChanges;
  }

  #trimmed(part: BoundedPart, changes: StateChanges): StateChanges {
    const added = changes[part];
    // Most changes are of entries that are there already; only a new one can be one too many.
    if (!added || Object.keys(added).every((key) => key in this.#state[part])) return {};
    // Ids are whole numbers, and whole numbers as keys come in their order: the oldest first.
    const keys = Object.keys({ ...this.#state[part], ...added });
    if (keys.length <= kept[part]) return {};
    const oldest = keys.slice(0, keys.length - kept[part]);
    return { [part]: { ...added, ...Object.fromEntries(oldest.map((key) => [key, null])) } };
  }
}
