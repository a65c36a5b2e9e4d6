import { isCommand, isMac } from '../i18n/keys.ts';
import { pageAtHand } from '../guide/pageAtHand.ts';
import { pages } from '../ui/pages.ts';
import type { Page } from '../ui/pages.ts';
import type { useUiStore } from '../ui/uiStore.ts';
import type { useWindowStore } from '../ui/windowStore.ts';
import type { useTabsStore } from './tabsStore.ts';

/** Areas that F6 visits, in order; each is an element with `data-area`. */
const areas = [
  'path',
  ...['objects', 'ledger', 'composer'],
  ...['sockets', 'datagram', 'echo', 'datagrams'],
  ...['platform-ask', 'platform-calls', 'platform-detail'],
  ...['acceptance-cases', 'acceptance-evidence', 'acceptance-report'],
  ...['model-head', 'model-objects', 'model-resources', 'model-catalogue'],
  ...['sessions', 'session', 'session-side'],
  ...['stations', 'station-work'],
  ...['log', 'console'],
];

/** True where a plain key belongs to the text being typed. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Puts the focus into an area that is on the screen, or behind a tab of a small window. */
export function focusArea(name: string): boolean {
  const tab = document.querySelector<HTMLElement>(`[data-shows~="${name}"]:not([data-is-shown])`);
  if (tab) {
    tab.click();
    focusWhenShown(name);
    return true;
  }
  const area = document.querySelector<HTMLElement>(`[data-area="${name}"]`);
  if (area === null || area.offsetParent === null) return false;
  const inner = area.querySelector<HTMLElement>('[data-area-focus]');
  (inner ?? area).focus();
  return true;
}

/** Frames in which a page or area that was asked for may be made: parts of it are loaded when they are first shown. */
const PATIENT_FRAMES = 60;

/** Puts the focus into an area that is about to be shown. */
function focusWhenShown(name: string, frames = PATIENT_FRAMES): void {
  requestAnimationFrame(() => {
    if (frames > 0 && !focusArea(name)) focusWhenShown(name, frames - 1);
  });
}

/** The next area after the one that holds the focus; around at the end. */
export function nextArea(current: string | undefined, backwards: boolean): string[] {
  const step = backwards ? -1 : 1;
  const outside = backwards ? 0 : -1;
  const start = current === undefined ? outside : areas.indexOf(current);
  return areas.map((_, i) => areas[(start + step * (i + 1) + areas.length * 2) % areas.length] ?? 'path');
}

/** The area that holds the focus. */
export const focusedArea = (): string | undefined =>
  document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset['area'];

function cycle(backwards: boolean): void {
  for (const name of nextArea(focusedArea(), backwards)) {
    if (focusArea(name)) return;
  }
}

/** Puts the focus into the console, on whatever page. */
export function focusConsole(ui: ReturnType<typeof useUiStore>): void {
  ui.page = 'workbench';
  ui.workbenchTab = 'log';
  focusWhenShown('console');
}

/** The pages by their keys. */
export const pageKeys: Readonly<Record<string, Page>> = {
  ...Object.fromEntries(pages.map((page, index) => [index + 1, page])),
  // Where macOS has it.
  ',': 'settings',
};

/** The shortcuts of a tab. */
export function handleShortcut(
  event: KeyboardEvent,
  ui: ReturnType<typeof useUiStore>,
  shared: ReturnType<typeof useWindowStore>,
  onMac = isMac,
): void {
  const control = isCommand(event, onMac);
  const key = event.key.toLowerCase();
  const page = control && !event.altKey && !event.shiftKey && pageKeys[event.key];
  if (event.key === 'F6') {
    cycle(event.shiftKey);
  } else if (event.key === 'F1') {
    const area = focusedArea();
    if (area === 'path') void ui.openWhy();
    else shared.guidePage = pageAtHand(ui.page, area);
  } else if (page) {
    ui.page = page;
  } else if (control && !event.altKey && !event.shiftKey && key === 'k') {
    ui.isPaletteShown = !ui.isPaletteShown;
  } else if (control && !event.altKey && !event.shiftKey && key === 'l') {
    focusConsole(ui);
  } else if (control && !event.altKey && !event.shiftKey && key === 'e') {
    ui.isExportShown = !ui.isExportShown;
  } else if (control && !event.altKey && !event.shiftKey && key === 'i') {
    ui.isIdentityShown = !ui.isIdentityShown;
  } else if (event.key === '?' && !control && !isTyping(event.target)) {
    shared.areShortcutsShown = true;
  } else {
    return;
  }
  event.preventDefault();
}

/** The key that shows the tab at that place, from 0; the first nine have one. On a Mac Alt writes other letters. */
export const tabKey = (index: number, onMac = isMac): string =>
  index > 8 ? '' : `${onMac ? '⌃' : 'Alt+'}${index + 1}`;

/** The shortcuts of the tabs. */
export function handleTabShortcut(event: KeyboardEvent, tabs: ReturnType<typeof useTabsStore>, onMac = isMac): void {
  const { ctrlKey, metaKey, altKey, shiftKey } = event;
  const control = isCommand(event, onMac);
  const key = event.key.toLowerCase();
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  const isForTab = onMac ? ctrlKey && !altKey && !metaKey : altKey && !ctrlKey && !metaKey;
  if (event.key === 'F4' && !ctrlKey && !altKey && !metaKey && !shiftKey) tabs.answerNextHeld();
  else if (ctrlKey && !altKey && !metaKey && key === 'tab') tabs.step(shiftKey ? -1 : 1);
  else if (digit !== undefined && isForTab && !shiftKey) tabs.showAt(Number(digit) - 1);
  else if (control && !altKey && !shiftKey && key === 't') void tabs.open();
  else if (control && !altKey && !shiftKey && key === 'w') {
    if (tabs.current !== undefined) void tabs.close(tabs.current);
  } else return;
  event.preventDefault();
}
