import { macroSchema, maxMacros } from '../macros.ts';
import { list, object } from '../schema.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** Macros: a person's own, and the one that runs. */
export const macroRequests = {
  /** All of them, in place of those before. */
  saveMacros: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ macros: list(macroSchema, maxMacros) }),
    reply: accepted,
  },
  /** Asks for a file of macros and adds them; gives their names, null when the person cancelled. */
  importMacros: { scope: 'program', duringRun: 'served', reply: reply<{ names: string[] } | null>() },
  /** Asks for a file name and writes macros there; null when the person cancelled. */
  exportMacros: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ macros: list(macroSchema, maxMacros) }),
    reply: reply<{ file: string } | null>(),
  },
  /** Begins a macro; how far it is stands in the state. */
  runMacro: { scope: 'device', duringRun: 'refused', argument: object({ macro: macroSchema }), reply: accepted },
  /** Ends the macro that runs, if one does. */
  stopMacro: { scope: 'device', duringRun: 'served', reply: accepted },
} as const satisfies Rows;
