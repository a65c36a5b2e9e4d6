import { antennaLetter, antennaName } from '../antenna.ts';
import { object, truth } from '../schema.ts';
import { accepted } from './row.ts';
import type { Rows } from './row.ts';

/** The antenna aid. */
export const antennaRequests = {
  /** Measures the signal now, behind everything else that is sent; answered when that is done. */
  measureSignal: { scope: 'device', duringRun: 'refused', reply: accepted },
  /** Begins to measure a place of the antenna; what comes of it shows in the state. */
  measurePosition: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ letter: antennaLetter, name: antennaName }),
    reply: accepted,
  },
  namePosition: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ letter: antennaLetter, name: antennaName }),
    reply: accepted,
  },
  /** Whether the places stand in the report. */
  reportAntenna: { scope: 'device', duringRun: 'served', argument: object({ isInReport: truth }), reply: accepted },
} as const satisfies Rows;
