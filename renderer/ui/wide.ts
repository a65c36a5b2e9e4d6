import { onScopeDispose, ref } from 'vue';
import type { Ref } from 'vue';

/** Whether the window is wide enough for three columns beside each other; below that the log stands at the bottom. */
export function useWide(): Readonly<Ref<boolean>> {
  const query = window.matchMedia('(min-width: 1280px)');
  const isWide = ref(query.matches);
  const onChange = (): void => {
    isWide.value = query.matches;
  };
  query.addEventListener('change', onChange);
  onScopeDispose(() => query.removeEventListener('change', onChange));
  return isWide;
}
