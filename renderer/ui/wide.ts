import { hasInjectionContext, inject, onScopeDispose, ref } from 'vue';
import type { InjectionKey, Ref } from 'vue';

/** Provided where there is no log beside anything, however wide the window is. */
export const noLogKey: InjectionKey<true> = Symbol('noLog');

/** Whether the window is wide enough for three columns beside each other; below that the log stands at the bottom. */
export function useWide(): Readonly<Ref<boolean>> {
  if (hasInjectionContext() && inject(noLogKey, undefined)) return ref(false);
  const query = window.matchMedia('(min-width: 1280px)');
  const isWide = ref(query.matches);
  const onChange = (): void => {
    isWide.value = query.matches;
  };
  query.addEventListener('change', onChange);
  onScopeDispose(() => query.removeEventListener('change', onChange));
  return isWide;
}
