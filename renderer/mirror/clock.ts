import type { InjectionKey, Ref } from 'vue';
import { computed, hasInjectionContext, inject, onScopeDispose, provide, ref, watch } from 'vue';

/** Main's steady clock less the page's own, milliseconds; until main has told, what the wall clock says. */
let aheadMs = Date.now() - performance.now();
let hasHeard = false;

/**
 * Main has told its steady clock. It was told a little earlier than it is heard, so the greatest difference is the truest;
 * it grows when the machine has slept.
 */
export function hearClock(steadyMs: number | undefined): void {
  if (steadyMs === undefined) return;
  const heardMs = steadyMs - performance.now();
  aheadMs = hasHeard ? Math.max(aheadMs, heardMs) : heardMs;
  hasHeard = true;
}

/** Now, on the clock of every time in the state: what passes since one of them is a true span. */
export function steadyNow(): number {
  return performance.now() + aheadMs;
}

const nowKey: InjectionKey<() => number | undefined> = Symbol('now');

/**
 * What is below the component shows a moment that is over: its now is what `momentMs` says, the live one where that is
 * undefined. To be called while a component is set up.
 */
export function provideNow(momentMs: () => number | undefined): void {
  provide(nowKey, momentMs);
}

/**
 * {@link steadyNow} as a reference that ticks every `periodMs` while `isNeeded` says so. Below {@link provideNow} it is
 * the moment that is shown, and does not tick.
 */
export function useNow(periodMs: number, isNeeded: () => boolean = () => true): Readonly<Ref<number>> {
  const momentMs = hasInjectionContext() ? inject(nowKey, undefined) : undefined;
  if (momentMs) return computed(() => momentMs() ?? steadyNow());
  const now = ref(steadyNow());
  let timer: ReturnType<typeof setInterval> | undefined;
  watch(
    isNeeded,
    (needed) => {
      clearInterval(timer);
      now.value = steadyNow();
      if (needed) timer = setInterval(() => (now.value = steadyNow()), periodMs);
    },
    { immediate: true },
  );
  onScopeDispose(() => clearInterval(timer));
  return now;
}
