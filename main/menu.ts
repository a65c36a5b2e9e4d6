import type { MenuItemConstructorOptions } from 'electron';
import type { Language } from '../shared/settings.ts';

/** What the menu's own items do; all others are the system's. */
export interface MenuActions {
  /** Presses keys in the window, which knows what they mean; opens it where it was closed. */
  press(key: string, modifiers?: readonly ('meta' | 'shift')[]): void;
  /** A person wants the program to end. */
  quit(): void;
}

const words = {
  en: {
    about: 'About MIPL Field Tool',
    settings: 'Settings…',
    services: 'Services',
    hide: 'Hide MIPL Field Tool',
    hideOthers: 'Hide Others',
    showAll: 'Show All',
    quit: 'Quit MIPL Field Tool',
    file: 'File',
    newTab: 'New Tab',
    closeTab: 'Close Tab',
    closeWindow: 'Close Window',
    export: 'Export…',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select All',
    window: 'Window',
    minimize: 'Minimize',
    zoom: 'Zoom',
    fullScreen: 'Enter Full Screen',
    front: 'Bring All to Front',
    help: 'Help',
    guide: 'MIPL Field Tool Guide',
  },
  zh: {
    about: '关于 MIPL Field Tool',
    settings: '设置…',
    services: '服务',
    hide: '隐藏 MIPL Field Tool',
    hideOthers: '隐藏其他',
    showAll: '全部显示',
    quit: '退出 MIPL Field Tool',
    file: '文件',
    newTab: '新建标签页',
    closeTab: '关闭标签页',
    closeWindow: '关闭窗口',
    export: '导出…',
    edit: '编辑',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '拷贝',
    paste: '粘贴',
    selectAll: '全选',
    window: '窗口',
    minimize: '最小化',
    zoom: '缩放',
    fullScreen: '进入全屏幕',
    front: '前置全部窗口',
    help: '帮助',
    guide: 'MIPL Field Tool 使用指南',
  },
} as const satisfies Record<Language, Record<string, string>>;

/**
 * The menu bar, which only macOS has: undefined elsewhere, where a window has no menu. Quit is an item of our own, since the
 * system's ends the program without a question; the window closes by Shift+Cmd+W, because Cmd+W closes a tab.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  language: Language,
  { press, quit }: MenuActions,
): MenuItemConstructorOptions[] | undefined {
  if (platform !== 'darwin') return undefined;
  const text = words[language];
  const separator = { type: 'separator' } as const;
  return [
    {
      label: 'MIPL Field Tool',
      submenu: [
        { label: text.about, role: 'about' },
        separator,
        { label: text.settings, accelerator: 'Cmd+,', click: () => press(',', ['meta']) },
        separator,
        { label: text.services, role: 'services' },
        separator,
        { label: text.hide, role: 'hide' },
        { label: text.hideOthers, role: 'hideOthers' },
        { label: text.showAll, role: 'unhide' },
        separator,
        { label: text.quit, accelerator: 'Cmd+Q', click: quit },
      ],
    },
    {
      label: text.file,
      submenu: [
        { label: text.newTab, accelerator: 'Cmd+T', click: () => press('t', ['meta']) },
        { label: text.export, accelerator: 'Cmd+E', click: () => press('e', ['meta']) },
        separator,
        { label: text.closeTab, accelerator: 'Cmd+W', click: () => press('w', ['meta']) },
        { label: text.closeWindow, accelerator: 'Shift+Cmd+W', role: 'close' },
      ],
    },
    {
      label: text.edit,
      submenu: [
        { label: text.undo, role: 'undo' },
        { label: text.redo, role: 'redo' },
        separator,
        { label: text.cut, role: 'cut' },
        { label: text.copy, role: 'copy' },
        { label: text.paste, role: 'paste' },
        { label: text.selectAll, role: 'selectAll' },
      ],
    },
    {
      label: text.window,
      role: 'window',
      submenu: [
        { label: text.minimize, role: 'minimize' },
        { label: text.zoom, role: 'zoom' },
        { label: text.fullScreen, role: 'togglefullscreen' },
        separator,
        { label: text.front, role: 'front' },
      ],
    },
    { label: text.help, role: 'help', submenu: [{ label: text.guide, click: () => press('F1') }] },
  ];
}
