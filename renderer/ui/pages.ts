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

/** A page of the window. */
export type Page = (typeof pages)[number];
