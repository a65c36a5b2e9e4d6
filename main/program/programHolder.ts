import type { ProgramPatch, ProgramSnapshot, ProgramState } from '../../shared/programState.ts';

/** At most 30 patches a second reach the screen; the eye needs no more. */
const COALESCE_MS = 34;

/** Holds the one true ProgramState. A change counts at once; patches are joined and told with a revision that grows by one. */
export class ProgramHolder {
  #state: ProgramState;
  #revision = 0;
  #waiting: Partial<ProgramState> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(patch: ProgramPatch) => void>();

  constructor(initial: ProgramState) {
    this.#state = initial;
  }

  get state(): ProgramState {
    return this.#state;
  }

  /** The state with the revision that the next patch builds on. */
  snapshot(): ProgramSnapshot {
    this.flush();
    return { revision: this.#revision, state: this.#state };
  }

  /** Replaces parts; the patch follows within {@link COALESCE_MS}. */
  change(changes: Partial<ProgramState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#waiting = { ...this.#waiting, ...changes };
    this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** Tells the waiting patch now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = this.#waiting;
    this.#waiting = undefined;
    if (!changes) return;
    const patch: ProgramPatch = { revision: ++this.#revision, changes };
    for (const tell of this.#listeners) tell(patch);
  }

  /** Hears patches; the returned function ends it. */
  onPatch(listener: (patch: ProgramPatch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
