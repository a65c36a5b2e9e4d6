import { onScopeDispose, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';

/** Runs something at once, and again no sooner than some time after; what was asked for meanwhile is one run at its end. */
export interface Pace {
  ask(): void;
  stop(): void;
}

/** See {@link Pace}; `everyMs` apart. */
export function paceOf(run: () => void, everyMs: number): Pace {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;
  const ask = (): void => {
    if (timer !== undefined) {
      isAsked = true;
      return;
    }
    run();
    timer = setTimeout(() => {
      timer = undefined;
      if (!isAsked) return;
      isAsked = false;
      ask();
    }, everyMs);
  };
  return { ask, stop: () => clearTimeout(timer) };
}

/**
 * A value that changes thirty times a second on a busy line, for what costs much to draw and is read by nobody so fast: what
 * comes after some quiet is there at once, the rest no oftener than every `everyMs`. To be called in a component's setup.
 */
export function paced<T>(value: () => T, everyMs: number): Readonly<ShallowRef<T>> {
  const shown = shallowRef(value());
  const pace = paceOf(() => (shown.value = value()), everyMs);
  watch(value, () => pace.ask(), { flush: 'sync' });
  onScopeDispose(() => pace.stop());
  return shown;
}
