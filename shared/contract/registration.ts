import { MAX_ID } from '../lwm2m.ts';
import { object, truth, whole } from '../schema.ts';
import { ranges } from '../settings.ts';
import { accepted } from './row.ts';
import type { Rows } from './row.ts';

/** The registration with the platform and the suite it stands on. */
export const registrationRequests = {
  /** Opens the session with the platform again after it was closed or failed. */
  register: { scope: 'device', duringRun: 'refused', reply: accepted },
  updateRegistration: {
    scope: 'device',
    duringRun: 'refused',
    /** Lifetime 0 leaves it as it is. */
    argument: object({ lifetimeSeconds: whole(0, ranges.lifetimeSeconds.max), withObjects: truth }),
    reply: accepted,
  },
  deregister: { scope: 'device', duringRun: 'refused', reply: accepted },
  /** Deletes the communication suite with all objects and the session. */
  deleteSuite: { scope: 'device', duringRun: 'refused', reply: accepted },
  /** Takes an object out of the suite; a session is closed and opened again, so that the platform notices. */
  deleteObject: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ objectId: whole(0, MAX_ID) }),
    reply: accepted,
  },
} as const satisfies Rows;
