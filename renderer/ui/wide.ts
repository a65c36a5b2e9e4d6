import { hasInjectionContext, inject, onScopeDispose, ref } from 'vue';
import type { InjectionKey, Ref } from 'vue';

/** Provided where there is no log beside anything, however wide the window is. */
export const noLogKey: InjectionKey<true> = Symbol('noLog');

/** Whether a media query holds, as long as the component is there. */
function useMedia(media: string): Readonly<Ref<boolean>> {
  const query = window.matchMedia(media);
  const holds = ref(query.matches);
  const onChange = (): void => {
    holds.value = query.matches;
  };
  query.addEventListener('change', onChange);
  onScopeDispose(() => query.removeEventListener('change', onChange));
  return holds;
}

/** Whether the window is wide enough for three columns beside each other; below that the log stands at the bottom. */
export function useWide(): Readonly<Ref<boolean>> {
  if (hasInjectionContext() && inject(noLogKey, undefined)) return ref(false);
  return useMedia('(min-width: 1280px)');
}

/** Whether the window has room for one area of the workbench at a time. */
export function useSmall(): Readonly<Ref<boolean>> {
  return useMedia('(max-width: 999px), (max-width: 1279px) and (max-height: 639px)');
}
