import { applyPatch } from '../../shared/statePatch.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import { BoundedEntries } from './boundedEntries.ts';
import { isBounded, kept } from './fold.ts';
import type { BoundedPart, Known, StateFacts } from './fold.ts';

/**
 * The state of a device, changed in place as far as a burst fills it: those parts are put into the state when somebody
 * looks. Copied with every change they would cost more than the answers.
 */
export class FoldedState implements Known {
  /** Bounded parts in it may be old while {@link FoldedState.#changed} names them. */
  #state: DeviceState;
  readonly #bounded: Readonly<Record<BoundedPart, BoundedEntries>>;
  readonly #changed = new Set<BoundedPart>();

  constructor(initial: DeviceState) {
    this.#state = initial;
    const entries = (part: BoundedPart): BoundedEntries => new BoundedEntries(kept[part], initial[part]);
    this.#bounded = {
      requests: entries('requests'),
      outbox: entries('outbox'),
      datagrams: entries('datagrams'),
      platformCalls: entries('platformCalls'),
      signalSamples: entries('signalSamples'),
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

  /** Applies changes; gives back what they came to, with what had to give way or is too old. */
  apply(changes: StateChanges): StateChanges {
    const told: Record<string, unknown> = {};
    let facts: Record<string, unknown> | undefined;
    for (const part of Object.keys(changes) as (keyof StateChanges)[]) {
      const change = changes[part];
      if (change === undefined) continue;
      if (isBounded(part)) {
        told[part] = this.#bounded[part].apply(change as Readonly<Record<string, unknown>>);
        this.#changed.add(part);
      } else {
        told[part] = change;
        (facts ??= {})[part] = change;
      }
    }
    if (facts) this.#state = applyPatch(this.#state, facts);
    return told;
  }
}
