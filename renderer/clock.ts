import type { Ref } from 'vue';
import { onScopeDispose, ref, watch } from 'vue';

/** The wall clock as a reference that ticks every `periodMs` while `isNeeded` says so. */
export function useNow(periodMs: number, isNeeded: () => boolean = () => true): Readonly<Ref<number>> {
  const now = ref(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;
  watch(
    isNeeded,
    (needed) => {
      clearInterval(timer);
      now.value = Date.now();
      if (needed) timer = setInterval(() => (now.value = Date.now()), periodMs);
    },
    { immediate: true },
  );
  onScopeDispose(() => clearInterval(timer));
  return now;
}
