import { defined } from '../../shared/defined.ts';
import type { GeneratorSpec, GeneratorState } from '../../shared/generator.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTicks } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { generatorOf, rowsOf } from './generators.ts';
import type { ObjectStore } from './objectStore.ts';

/** Drives values of the store with generators, link or no link: a sensor does not stop either. */
export class GeneratorRunner {
  readonly #store: ObjectStore;
  readonly #onChange: (path: string, state: GeneratorState | null) => void;
  readonly #timers = new Map<string, Timer>();
  readonly #clock: Clock;
  #isPaused = false;

  constructor(
    store: ObjectStore,
    onChange: (path: string, state: GeneratorState | null) => void,
    clock: Clock = systemClock,
  ) {
    this.#store = store;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  /**
   * Drives the value from now on, in place of what drove it before. @throws CodedError `LWM2M_NOT_FOUND`,
   * `LWM2M_BAD_PATH`, `LWM2M_BAD_VALUE`, `MIPL_TOO_LONG`; nothing has changed then.
   */
  set(path: string, spec: GeneratorSpec): void {
    const type = this.#store.typeOf(path);
    const valueAt = generatorOf(spec, type);
    const rows = rowsOf(spec, type);
    this.#end(path);
    const startedMs = this.#clock.steadyMs();
    const kept: GeneratorSpec = spec.kind === 'csv' ? { ...spec, text: '' } : spec;
    const state: GeneratorState = { spec: kept, startedMs, ...defined({ rows }) };
    this.#onChange(path, state);
    let tick = 0;
    const run = (): void => {
      if (this.#isPaused) return;
      const value = valueAt(tick++);
      if (value !== undefined) return this.#store.write(path, value, { by: 'generator' });
      this.#end(path);
      this.#onChange(path, { ...state, isOver: true });
    };
    this.#timers.set(path, startTicks(run, spec.everySeconds * 1000));
    run();
  }

  /** Drives the value no more; it stays as it is. */
  clear(path: string): void {
    this.#end(path);
    this.#onChange(path, null);
  }

  /** All values stand still until the returned function is called: somebody compares them. */
  pause(): () => void {
    this.#isPaused = true;
    return () => {
      this.#isPaused = false;
    };
  }

  /** Ends all timers; the program ends. */
  stop(): void {
    for (const path of this.#timers.keys()) this.#end(path);
  }

  #end(path: string): void {
    this.#timers.get(path)?.stop();
    this.#timers.delete(path);
  }
}
