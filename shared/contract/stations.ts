import { acceptancePlatforms } from '../acceptance.ts';
import { object, optional, text, trimmed, truth, whole, word } from '../schema.ts';
import { siteName, workName } from '../stations.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

const line = /^[^\u0000-\u001f\u007f]+$/;
const typed = (must: string, maxLength: number): ReturnType<typeof trimmed> =>
  trimmed(maxLength, { must, holds: (value) => line.test(value), example: 'planner', counterexample: '' });

/** A file that travels with the work. */
export const workFile = object({ name: text(200), text: text(400_000) });

/** What every piece of work that is added has in common. */
export const workOrder = object({
  platform: optional(word(acceptancePlatforms)),
  plan: optional(workFile),
  model: optional(workFile),
});

/** The queue of many stations; what is there stands in the state. */
export const stationRequests = {
  /** Connects to the queue of the settings, and stays connected; with `setUp` the queue is made where there is none. */
  connectQueue: { scope: 'program', duringRun: 'served', argument: object({ setUp: truth }), reply: accepted },
  disconnectQueue: { scope: 'program', duringRun: 'served', reply: accepted },
  /** Keeps who asks in the key store, for the address of the settings. */
  setQueueUser: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ user: typed('must be a user', 200), password: text(500) }),
    reply: accepted,
  },
  /** Asks for a `.creds` file or an nkey seed and keeps what is in it; null when the person cancelled. */
  chooseQueueCredentials: { scope: 'program', duringRun: 'served', reply: reply<{ name: string } | null>() },
  forgetQueueCredentials: { scope: 'program', duringRun: 'served', reply: accepted },
  /** Asks for the certificate of the authority; null when the person cancelled. */
  chooseQueueAuthority: { scope: 'program', duringRun: 'served', reply: reply<{ file: string } | null>() },
  /** Asks for a plan or a device model that is to travel with work, and checks it; null when the person cancelled. */
  chooseWorkFile: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ kind: word(['plan', 'model']) }),
    reply: reply<{ name: string; text: string } | null>(),
  },
  /** Puts work into the queue, one device each. */
  addWork: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ site: siteName, id: optional(workName), count: whole(1, 10_000), order: workOrder }),
    reply: reply<{ added: number; already: number }>(),
  },
  /**
   * Asks for a table of work and adds all of it, or nothing; null when the person cancelled. Rows that are there already are left
   * alone, those without an id by what stands in them, unless `isAnew`.
   */
  addWorkFromTable: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ order: workOrder, isAnew: truth }),
    reply: reply<{ added: number; already: number } | null>(),
  },
  /** Takes work out; a station that is at it stops. */
  cancelWork: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ id: workName }),
    reply: reply<{ wasThere: boolean }>(),
  },
  /**
   * Fetches a file of a result and checks it: a page is shown in a window that runs nothing, a journal becomes a session whose name
   * is told, any other file is saved where a person says; null when the person cancelled.
   */
  openResultFile: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ id: workName, file: text(200) }),
    reply: reply<{ shown: 'page' } | { shown: 'session'; session: string } | { shown: 'saved'; file: string } | null>(),
  },
  /** This window begins to take work, at the ports of the settings. */
  startStation: { scope: 'program', duringRun: 'served', reply: accepted },
  /** Gives back what it is at, and takes no more. */
  stopStation: { scope: 'program', duringRun: 'served', reply: accepted },
} as const satisfies Rows;
