import { onScopeDispose, ref, watchEffect } from 'vue';
import type { Theme } from '../../shared/settings.ts';

/** Theme as it is painted: `system` is light or dark by the operating system. */
export function resolveTheme(theme: Theme, systemIsDark: boolean): Exclude<Theme, 'system'> {
  const ofSystem = systemIsDark ? 'dark' : 'light';
  return theme === 'system' ? ofSystem : theme;
}

/** Keeps the document's theme in step with the setting and the operating system. */
export function useTheme(theme: () => Theme): void {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const systemIsDark = ref(query.matches);
  const onChange = (): void => {
    systemIsDark.value = query.matches;
  };
  query.addEventListener('change', onChange);
  onScopeDispose(() => query.removeEventListener('change', onChange));
  watchEffect(() => {
    document.documentElement.dataset['theme'] = resolveTheme(theme(), systemIsDark.value);
  });
}
