import type { Diagnosis } from '../diagnosis.ts';
import { lineSettingsSchema } from '../lineSettings.ts';
import { object, optional, partial, word } from '../schema.ts';
import { portPath } from '../places.ts';
import { dialectNames, ranges } from '../settings.ts';
import type { Snapshot } from '../statePatch.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** Ports, and the session on one of them. */
export const sessionRequests = {
  /** Looks for ports now. */
  refreshPorts: { scope: 'program', duringRun: 'served', reply: accepted },
  /**
   * Looks for a module at every serial port, and at one that a person has typed because no list has it; one search at a
   * time. Goes on in the program's state.
   */
  findModules: {
    scope: 'program',
    duringRun: 'refused',
    argument: object({ typed: optional(portPath) }),
    reply: accepted,
  },
  /** Goes on at a port where a module was found, with the rates that were not tried: it may answer at two of them. */
  tryOtherRates: {
    scope: 'program',
    duringRun: 'refused',
    argument: object({ path: portPath }),
    reply: accepted,
  },
  /** Ends the search, or puts away what it found. */
  stopSearch: { scope: 'program', duringRun: 'served', reply: accepted },
  /** All the screen may know of the device. */
  getSnapshot: { scope: 'device', duringRun: 'served', reply: reply<Snapshot>() },
  /** Opens a port; one that is open is closed first. */
  openPort: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ path: portPath, baudRate: ranges.baudRate }),
    reply: accepted,
  },
  /** Sets the line of the open port otherwise; what is not given stays. Kept for its adapter. */
  changeLine: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ baudRate: optional(ranges.baudRate), ...partial(lineSettingsSchema).fields }),
    reply: accepted,
  },
  closePort: { scope: 'device', duringRun: 'served', reply: accepted },
  /** Why is it not online? Told in the state from now on, whatever stands; the module is asked what is missing to judge. */
  diagnose: { scope: 'device', duringRun: 'served', reply: reply<Diagnosis>() },
  /** Nobody wants to know any more. */
  endDiagnosis: { scope: 'device', duringRun: 'served', reply: accepted },
  /** How the connected module's firmware reads the commands; kept for its IMEI. `auto` leaves it to detection. */
  chooseDialect: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ dialect: word(['auto', ...dialectNames]) }),
    reply: accepted,
  },
} as const satisfies Rows;
