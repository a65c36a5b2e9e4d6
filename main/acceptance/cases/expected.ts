import type { CaseDefinition } from './caseDefinition.ts';
import type { Need, Step } from './steps.ts';

/** What usually passes in a step on the air, in seconds; registration takes 20 to 120. */
const usualSeconds: Readonly<Record<Step['do'], number>> = {
  send: 1,
  expect: 3,
  compare: 0,
  restart: 10,
  awaitNetwork: 20,
  prepareSuite: 3,
  register: 40,
  settle: 4,
  update: 5,
  deregister: 5,
  deleteSuite: 2,
  deleteObject: 2,
  set: 0,
  notify: 4,
  beObserved: 4,
  ask: 5,
};

/** To get there from the case before. */
const needSeconds: Readonly<Record<Need, number>> = {
  module: 1,
  network: 2,
  bare: 3,
  noSocket: 3,
  socket: 3,
  freshSocket: 4,
  suite: 8,
  registered: 2,
};

/** What a case usually takes, before it was ever measured. The virtual module spends no time on the air. */
export function usualMs({ steps, need, limitSeconds }: CaseDefinition, isVirtual: boolean): number {
  const seconds = steps.reduce((sum, step) => sum + usualSeconds[step.do], needSeconds[need]);
  return Math.min(seconds, limitSeconds) * (isVirtual ? 100 : 1000);
}
