import { partial } from '../schema.ts';
import { settingsSchema } from '../settings.ts';
import type { ProgramSnapshot } from '../programState.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** The program as a whole. */
export const programRequests = {
  /** The program's part of the state. */
  getProgram: { scope: 'program', duringRun: 'served', reply: reply<ProgramSnapshot>() },
  changeSettings: { scope: 'program', duringRun: 'served', argument: partial(settingsSchema), reply: accepted },
} as const satisfies Rows;
