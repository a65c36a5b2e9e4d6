import { placeNames } from '../about.ts';
import type { About } from '../about.ts';
import { object, partial, truth, word } from '../schema.ts';
import { settingsSchema } from '../settings.ts';
import type { DeviceId, ProgramSnapshot } from '../programState.ts';
import type { UpdateCheck } from '../updates.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** The program as a whole, and the tabs of its window. */
export const programRequests = {
  /** The program's part of the state. */
  getProgram: { scope: 'program', duringRun: 'served', reply: reply<ProgramSnapshot>() },
  /** Opens a tab for another module. */
  openDevice: { scope: 'program', duringRun: 'served', reply: reply<{ device: DeviceId }>() },
  /** Closes a tab with its port. Refused while an acceptance run goes on in it, unless it is to end with the tab. */
  closeDevice: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ evenWhileTesting: truth }),
    reply: accepted,
  },
  /** Fetches the signed list of releases once and compares; refused while the settings do not allow it. */
  checkForUpdates: { scope: 'program', duringRun: 'served', reply: reply<UpdateCheck>() },
  /** Where things are kept, and what goes into a bug report. */
  getAbout: { scope: 'program', duringRun: 'served', reply: reply<About>() },
  /** Opens a folder in the system's own program for that. */
  showPlace: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ place: word(placeNames) }),
    reply: accepted,
  },
  /** Asks for a folder, in which journals are written from the next one on; null when the person cancelled. */
  chooseJournalFolder: { scope: 'program', duringRun: 'served', reply: reply<{ folder: string } | null>() },
  /** The usual folder again. */
  resetJournalFolder: { scope: 'program', duringRun: 'served', reply: accepted },
  changeSettings: { scope: 'program', duringRun: 'served', argument: partial(settingsSchema), reply: accepted },
} as const satisfies Rows;
