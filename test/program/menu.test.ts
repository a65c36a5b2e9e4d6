import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../main/menu.ts';
import type { MenuActions } from '../../main/menu.ts';

const idle: MenuActions = { press: () => undefined, quit: () => undefined };

function itemsOf(menu: MenuItemConstructorOptions[] = []): MenuItemConstructorOptions[] {
  return menu.flatMap((item) => [item, ...itemsOf(item.submenu as MenuItemConstructorOptions[] | undefined)]);
}
const macMenu = (language: 'en' | 'zh', actions = idle): MenuItemConstructorOptions[] =>
  itemsOf(menuTemplate('darwin', language, actions));

describe('the menu bar', () => {
  it('is there on macOS alone', () => {
    expect(menuTemplate('darwin', 'en', idle)).toBeDefined();
    for (const platform of ['win32', 'linux'] as const) expect(menuTemplate(platform, 'en', idle)).toBeUndefined();
  });

  it('has the keys of the platform: Cmd+, for settings, Cmd+Q to quit, Cmd+W for a tab and Shift+Cmd+W for the window', () => {
    const keys = Object.fromEntries(
      macMenu('en').flatMap(({ accelerator, label }) => (accelerator ? [[accelerator, label]] : [])),
    );
    expect(keys).toEqual({
      'Cmd+,': 'Settings…',
      'Cmd+Q': 'Quit MIPL Field Tool',
      'Cmd+T': 'New Tab',
      'Cmd+E': 'Export…',
      'Cmd+W': 'Close Tab',
      'Shift+Cmd+W': 'Close Window',
    });
  });

  it('quits by the way that asks, never by that of the system', () => {
    const done: string[] = [];
    const items = macMenu('en', { press: () => undefined, quit: () => void done.push('quit') });
    expect(items.filter(({ role }) => role === 'quit' || role === 'appMenu' || role === 'fileMenu')).toEqual([]);
    const quit = items.find(({ accelerator }) => accelerator === 'Cmd+Q');
    (quit?.click as () => void)();
    expect(done).toEqual(['quit']);
  });

  it('presses in the window what the page knows', () => {
    const pressed: unknown[] = [];
    const items = macMenu('zh', { quit: () => undefined, press: (...keys) => void pressed.push(keys) });
    for (const { accelerator, click } of items) if (click && accelerator !== 'Cmd+Q') (click as () => void)();
    expect(pressed).toEqual([[',', ['meta']], ['t', ['meta']], ['e', ['meta']], ['w', ['meta']], ['F1']]);
  });

  it('has every item in both languages, and those for copy and paste', () => {
    const [en, zh] = [macMenu('en'), macMenu('zh')];
    const labels = (items: MenuItemConstructorOptions[]) => items.flatMap(({ label }) => label ?? []);
    expect(labels(zh)).toHaveLength(labels(en).length);
    expect(labels(zh).filter((label) => label !== 'MIPL Field Tool' && !/[\u4e00-\u9fff]/.test(label))).toEqual([]);
    expect(zh.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['cut', 'copy', 'paste', 'undo', 'hide', 'services']),
    );
  });
});
