import { isUnderway } from '../../shared/acceptance.ts';
import type { AcceptanceState } from '../../shared/acceptance.ts';
import { runOf } from '../../shared/siteBatch.ts';
import type { BatchTest } from '../../shared/siteBatch.ts';
import type { DeviceState } from '../../shared/state.ts';

/** What a technician does with every device, in this order. */
export const stepNames = ['connect', 'test', 'report', 'next'] as const;
export type StepName = (typeof stepNames)[number];

/** How a step stands: it waits for those before it, is the one to do, goes on by itself, is done, or went wrong. */
export type StepStatus = 'waiting' | 'here' | 'running' | 'done' | 'failed';

/** The step a person is at, and how each stands. */
export interface Steps {
  readonly here: StepName;
  readonly status: Readonly<Record<StepName, StepStatus>>;
}

type Known = Pick<DeviceState, 'connection' | 'stages' | 'acceptance'>;

/** Nothing races a test any more: the module is up, and registered where the tool does that by itself. */
export function isReady({ connection, stages }: Omit<Known, 'acceptance'>, registersItself: boolean): boolean {
  if (connection.phase !== 'ready' || Object.values(stages).some(({ status }) => status === 'running')) return false;
  return stages[registersItself ? 'onenet' : 'network'].status === 'done';
}

/** The entry of a run in the batch, as it ended; one that went on since is none. */
export function recordOf(acceptance: AcceptanceState, tests: readonly BatchTest[]): BatchTest | undefined {
  const { startedMs, finishedMs } = acceptance;
  if (startedMs === undefined || finishedMs === undefined || isUnderway(acceptance)) return undefined;
  const run = runOf({ startedMs, finishedMs });
  return tests.find(({ runMs, endedMs }) => runMs === run.runMs && endedMs === run.endedMs);
}

function hereOf(state: Known, isRecorded: boolean, registersItself: boolean): StepName {
  const { acceptance } = state;
  if (isRecorded) return 'next';
  if (isUnderway(acceptance) || acceptance.phase === 'stopped') return 'test';
  if (acceptance.phase === 'done') return 'report';
  return isReady(state, registersItself) ? 'test' : 'connect';
}

/** Where a device stands on its way from the cable to the report. Pure. */
export function stepsOf(state: Known, isRecorded: boolean, registersItself: boolean): Steps {
  const here = hereOf(state, isRecorded, registersItself);
  const at = stepNames.indexOf(here);
  const statusAt = (step: StepName, index: number): StepStatus => {
    if (step === 'connect' && index < at && ['lost', 'closed'].includes(state.connection.phase)) return 'failed';
    if (index < at) return 'done';
    if (index > at) return 'waiting';
    return statusHere(step, state);
  };
  return {
    here,
    status: Object.fromEntries(stepNames.map((step, index) => [step, statusAt(step, index)])) as Steps['status'],
  };
}

function statusHere(step: StepName, { connection, stages, acceptance }: Known): StepStatus {
  if (step === 'test') {
    if (isUnderway(acceptance)) return 'running';
    return acceptance.phase === 'stopped' ? 'failed' : 'here';
  }
  if (step !== 'connect') return 'here';
  if (connection.phase === 'lost' || Object.values(stages).some(({ status }) => status === 'failed')) return 'failed';
  return connection.phase === 'closed' ? 'here' : 'running';
}
