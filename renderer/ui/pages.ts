/** Pages of the window, in the order of the rail and of their keys. */
export const pages = [
  'workbench',
  'udp',
  'platform',
  'model',
  'acceptance',
  'sessions',
  'stations',
  'settings',
] as const;

/** What the workbench of a small window shows one at a time, in the order of its tabs. */
export const workbenchTabs = ['objects', 'requests', 'log', 'signal'] as const;
export type WorkbenchTab = (typeof workbenchTabs)[number];

/** A page of the window. */
export type Page = (typeof pages)[number];
