import { acceptancePlatforms, maxPlanCases, reportFormats, reportLanguages } from '../acceptance.ts';
import { list, object, text, truth, whole, word } from '../schema.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** Copies get keys of their own, and a window may be open for long. */
const key = whole(1, 1_000_000_000);
const keys = object({ keys: list(key, maxPlanCases) });
const name = text(120);
const note = text(4000);

/** The acceptance page. */
export const acceptanceRequests = {
  /** Begins a run of the selected cases on the open port; how it goes shows in `acceptance`. */
  startAcceptance: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ platform: word(acceptancePlatforms), hasBootstrap: truth }),
    reply: accepted,
  },
  stopAcceptance: { scope: 'device', duringRun: 'served', reply: accepted },
  /** Goes on with the cases that have no verdict yet. */
  resumeAcceptance: { scope: 'device', duringRun: 'served', reply: accepted },
  /** Runs one case again; its verdict takes the place of the one before. */
  retryCase: { scope: 'device', duringRun: 'served', argument: object({ key }), reply: accepted },
  /** Which cases the next run has, by key. */
  selectCases: { scope: 'device', duringRun: 'served', argument: keys, reply: accepted },
  /** The cases of the next run in their order, by key; a key that stands again is a case to be repeated. */
  arrangeCases: { scope: 'device', duringRun: 'served', argument: keys, reply: accepted },
  /** Takes back the last change of the plan. */
  undoPlan: { scope: 'device', duringRun: 'served', reply: accepted },
  /** The document's criteria in the document's order, each once. */
  restorePlan: { scope: 'device', duringRun: 'served', reply: accepted },
  /** Asks for a plan file and takes it; null when the person cancelled. */
  loadPlan: { scope: 'device', duringRun: 'served', reply: reply<{ plan: string; cases: number } | null>() },
  /** Asks for a file name and writes the plan there as it stands; null when the person cancelled. */
  savePlan: { scope: 'device', duringRun: 'served', reply: reply<{ file: string } | null>() },
  setAcceptanceDetails: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ site: name, operator: name, notes: note }),
    reply: accepted,
  },
  setCaseNote: { scope: 'device', duringRun: 'served', argument: object({ key, note }), reply: accepted },
  /** Asks for a file name and writes the report of the last run there; null when the person cancelled. */
  exportReport: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ format: word(reportFormats), language: word(reportLanguages), mask: truth }),
    reply: reply<{ file: string } | null>(),
  },
} as const satisfies Rows;
