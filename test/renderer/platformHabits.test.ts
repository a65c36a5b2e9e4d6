import { describe, expect, it } from 'vitest';
import { handleShortcut, handleTabShortcut, tabKey } from '../../renderer/app/shortcuts.ts';
import { isCommand, keysHere } from '../../renderer/i18n/keys.ts';
import { faultText } from '../../renderer/ui/faults.ts';

type Ui = Parameters<typeof handleShortcut>[1];
type Shared = Parameters<typeof handleShortcut>[2];
type Tabs = Parameters<typeof handleTabShortcut>[1];

interface Press {
  readonly key: string;
  readonly code?: string;
  readonly with?: 'ctrl' | 'meta' | 'alt';
}

function eventOf({ key, code = '', with: held }: Press): KeyboardEvent {
  const event = {
    ...{ key, code, target: null, shiftKey: false, prevented: false },
    ...{ ctrlKey: held === 'ctrl', metaKey: held === 'meta', altKey: held === 'alt' },
    preventDefault: () => undefined,
  };
  return event as unknown as KeyboardEvent;
}

/** The page that is shown after a key. */
function pageAfter(press: Press, onMac: boolean): string {
  const ui = { page: 'workbench' };
  handleShortcut(eventOf(press), ui as unknown as Ui, {} as Shared, onMac);
  return ui.page;
}

/** What the tabs were asked for by a key. */
function tabsAfter(press: Press, onMac: boolean): unknown[] {
  const asked: unknown[] = [];
  const tabs = {
    current: '1',
    open: () => asked.push('open'),
    close: (id: string) => asked.push(`close ${id}`),
    step: (by: number) => asked.push(`step ${by}`),
    showAt: (place: number) => asked.push(`show ${place}`),
  };
  handleTabShortcut(eventOf(press), tabs as unknown as Tabs, onMac);
  return asked;
}

describe('keys of the platform', () => {
  it('show a page by Cmd on a Mac, where Ctrl edits text, and by Ctrl elsewhere', () => {
    expect(pageAfter({ key: '2', with: 'meta' }, true)).toBe('udp');
    expect(pageAfter({ key: '2', with: 'ctrl' }, true)).toBe('workbench');
    expect(pageAfter({ key: '2', with: 'ctrl' }, false)).toBe('udp');
    expect(pageAfter({ key: '2', with: 'meta' }, false)).toBe('workbench');
  });

  it('show the settings by Cmd and a comma, or Ctrl and a comma', () => {
    expect(pageAfter({ key: ',', with: 'meta' }, true)).toBe('settings');
    expect(pageAfter({ key: ',', with: 'ctrl' }, false)).toBe('settings');
  });

  it('open and close a tab, and lead to one by the key that writes no letter there', () => {
    expect(tabsAfter({ key: 't', with: 'meta' }, true)).toEqual(['open']);
    expect(tabsAfter({ key: 'w', with: 'meta' }, true)).toEqual(['close 1']);
    expect(tabsAfter({ key: 'w', with: 'ctrl' }, true)).toEqual([]);
    expect(tabsAfter({ key: 'w', with: 'ctrl' }, false)).toEqual(['close 1']);
    expect(tabsAfter({ key: '£', code: 'Digit3', with: 'alt' }, true)).toEqual([]);
    expect(tabsAfter({ key: '3', code: 'Digit3', with: 'ctrl' }, true)).toEqual(['show 2']);
    expect(tabsAfter({ key: '3', code: 'Digit3', with: 'alt' }, false)).toEqual(['show 2']);
    for (const onMac of [true, false]) expect(tabsAfter({ key: 'Tab', with: 'ctrl' }, onMac)).toEqual(['step 1']);
    expect([tabKey(0, true), tabKey(0, false), tabKey(9, true)]).toEqual(['⌃1', 'Alt+1', '']);
  });

  it.each([
    ['Ctrl+K', '⌘K'],
    ['Export the journal (Ctrl+E)', 'Export the journal (⌘E)'],
    ['为另一个模组新建标签页（Ctrl+T）', '为另一个模组新建标签页（⌘T）'],
    ['Ctrl+1…8', '⌘1…8'],
    ['Ctrl+Enter', '⌘Enter'],
    ['Ctrl+,', '⌘,'],
    ['Ctrl+Tab', '⌃Tab'],
    ['Alt+↑ ↓', '⌥↑ ↓'],
    ['Ctrl+Shift+C', '⇧⌘C'],
    ['Next tab; with Shift the one before', 'Next tab; with Shift the one before'],
    ['AT+CTRL', 'AT+CTRL'],
  ])('are written as the platform writes them: %s', (text, onMac) => {
    expect(keysHere(text, true)).toBe(onMac);
    expect(keysHere(text, false)).toBe(text);
  });

  it('are commands only where no other key is held that makes another of them', () => {
    const held = (ctrlKey: boolean, metaKey: boolean) => ({ ctrlKey, metaKey });
    expect([held(true, false), held(false, true), held(true, true)].map((keys) => isCommand(keys, true))).toEqual([
      false,
      true,
      false,
    ]);
    expect([held(true, false), held(false, true), held(true, true)].map((keys) => isCommand(keys, false))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

it('tells nobody on a Mac to join a group, which would change nothing there', () => {
  const fault = { code: 'PORT_DENIED', message: 'Permission denied', detail: 'wheel' } as const;
  const mac = faultText(fault, 'cis', undefined, true);
  expect(mac.command).toBeUndefined();
  expect(mac.advice.key).toBe('error.PORT_DENIED.adviceMac');
  const linux = faultText({ ...fault, detail: 'dialout' }, 'cis', undefined, false);
  expect(linux).toMatchObject({
    command: 'sudo usermod -aG dialout $USER',
    advice: { key: 'error.PORT_DENIED.advice' },
  });
});
