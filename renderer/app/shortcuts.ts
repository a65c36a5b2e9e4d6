import type { useUiStore } from '../ui/uiStore.ts';

/** Areas that F6 visits, in order; each is an element with `data-area`. */
const areas = [
  'path',
  ...['objects', 'ledger', 'composer'],
  ...['sockets', 'datagram', 'echo', 'datagrams'],
  ...['platform-ask', 'platform-calls', 'platform-detail'],
  ...['acceptance-cases', 'acceptance-evidence', 'acceptance-report'],
  ...['log', 'console'],
];

/** True where a plain key belongs to the text being typed. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function focusArea(name: string): boolean {
  const area = document.querySelector<HTMLElement>(`[data-area="${name}"]`);
  if (area === null || area.offsetParent === null) return false;
  const inner = area.querySelector<HTMLElement>('[data-area-focus]');
  (inner ?? area).focus();
  return true;
}

/** The next area after the one that holds the focus; around at the end. */
export function nextArea(current: string | undefined, backwards: boolean): string[] {
  const step = backwards ? -1 : 1;
  const outside = backwards ? 0 : -1;
  const start = current === undefined ? outside : areas.indexOf(current);
  return areas.map((_, i) => areas[(start + step * (i + 1) + areas.length * 2) % areas.length] ?? 'path');
}

function cycle(backwards: boolean): void {
  const here = document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset['area'];
  for (const name of nextArea(here, backwards)) {
    if (focusArea(name)) return;
  }
}

/** Puts the focus into the console, on whatever page. */
export function focusConsole(ui: ReturnType<typeof useUiStore>): void {
  ui.page = 'workbench';
  requestAnimationFrame(() => focusArea('console'));
}

/** The shortcuts of the whole window. */
export function handleShortcut(event: KeyboardEvent, ui: ReturnType<typeof useUiStore>): void {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (event.key === 'F6') {
    cycle(event.shiftKey);
  } else if (control && !event.altKey && !event.shiftKey && key === 'k') {
    focusConsole(ui);
  } else if (control && !event.altKey && !event.shiftKey && key === 'e') {
    ui.isExportShown = !ui.isExportShown;
  } else if (event.key === '?' && !control && !isTyping(event.target)) {
    ui.areShortcutsShown = true;
  } else {
    return;
  }
  event.preventDefault();
}
