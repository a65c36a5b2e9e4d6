import { onUnmounted } from 'vue';

/**
 * What had the focus when a component came has it again once the component is gone, unless something else took it meanwhile; where that
 * is gone, too, what `instead` selects has it. To be called in the component's setup.
 */
export function useFocusBack(instead?: string): void {
  const before = document.activeElement;
  onUnmounted(() => {
    if (document.activeElement !== document.body) return;
    const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
    const next = isThere || instead === undefined ? before : document.querySelector(instead);
    if (next instanceof HTMLElement) next.focus();
  });
}

/** Whether a dialog lies over the page; those that are kept while they are closed do not count. */
export function isDialogOpen(): boolean {
  return [...document.querySelectorAll('[role="dialog"]')].some((dialog) =>
    dialog.checkVisibility({ visibilityProperty: true }),
  );
}
