import { requestRows } from './contract.ts';
import type { Events, RequestName } from './contract.ts';

// The preload is built with these lists as they come out, without the rows they are made from (electron.vite.config.ts).

/** The allow-list: nothing else crosses. */
export const requestNames = Object.keys(requestRows) as readonly RequestName[];

/** Names of all events, checked by the compiler: forget one and this does not compile. */
export const eventNames = Object.keys({
  program: 0,
  patch: 0,
  log: 0,
  sessions: 0,
  session: 0,
  sessionFind: 0,
  heldUp: 0,
} satisfies Record<keyof Events, 0>) as readonly (keyof Events)[];
