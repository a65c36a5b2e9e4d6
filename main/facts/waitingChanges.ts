import { isKeyed } from '../../shared/statePatch.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';

type Entries = Record<string, unknown>;

/**
 * Changes that wait to be told, joined in place: the later wins, keyed parts entry by entry. Adding costs what the change
 * holds, however much waits already, and what waits never grows beyond what was told last and what is there now.
 */
export class WaitingChanges {
  #parts: Record<string, unknown> = {};
  #isEmpty = true;

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Joins a change, every part of which is there; `told` is the state that the listeners have. */
  add(changes: StateChanges, told: DeviceState): void {
    for (const part of Object.keys(changes) as (keyof StateChanges)[]) {
      const change = changes[part];
      this.#isEmpty = false;
      if (isKeyed(part)) this.#join(part, change as Entries, told[part] as Entries);
      else this.#parts[part] = change;
    }
  }

  /** All that waited, as one change; nothing waits any more. */
  take(): StateChanges {
    const changes = this.#parts as StateChanges;
    this.#parts = {};
    this.#isEmpty = true;
    return changes;
  }

  #join(part: string, change: Entries, told: Entries): void {
    const joined = (this.#parts[part] ??= {}) as Entries;
    for (const key of Object.keys(change)) {
      const entry = change[key];
      // Whoever was never told of an entry need not hear that it is gone: a burst would tell thousands of those.
      if (entry === null && !Object.hasOwn(told, key)) Reflect.deleteProperty(joined, key);
      else joined[key] = entry;
    }
  }
}
