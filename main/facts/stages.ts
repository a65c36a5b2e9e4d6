import type { Fault } from '../../shared/errors.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { DeviceState, Stage } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { StageChange } from './fact.ts';

type Stages = DeviceState['stages'];

/** All six chips hollow. */
export function freshStages(): Stages {
  const waiting: Stage = { status: 'waiting' };
  return Object.fromEntries(stageNames.map((name) => [name, waiting])) as unknown as Stages;
}

/** What was done no longer holds: the module restarted or the port is gone. `from` is the first chip that is stale. */
export function staleFrom(stages: Stages, from: StageName): Stages {
  const first = stageNames.indexOf(from);
  const entries = stageNames.map((name, position): [StageName, Stage] => {
    const stage = stages[name];
    if (position < first || stage.status === 'waiting') return [name, stage];
    return [name, { ...stage, status: 'stale' }];
  });
  return Object.fromEntries(entries) as unknown as Stages;
}

function stageAfter(change: StageChange, startedMs: number, nowMs: number): Stage {
  if (change === 'running') return { status: 'running', startedMs };
  if (change === 'done') return { status: 'done', startedMs, finishedMs: nowMs };
  return { status: 'failed', startedMs, finishedMs: nowMs, fault: change.fault };
}

/** One chip begins, ends well, or fails. */
export function withStage(stages: Stages, name: StageName, change: StageChange, nowMs: number): Stages {
  const before = stages[name];
  // A module tells again and again that it is on the network: it has been since it was first.
  if (before.status === 'done' && change === 'done') return stages;
  const started = before.status === 'running' ? before.startedMs : nowMs;
  const startedMs = started ?? nowMs;
  return { ...stages, [name]: stageAfter(change, startedMs, nowMs) };
}

/** Remembers why the way to the platform came no further, also when the stage is tried again or the port has been closed. */
export class Hindrances {
  readonly #faults = new Map<StageName, Fault>();
  /** Begun and not ended, which the stages no longer tell when the port has been closed. */
  readonly #running = new Set<StageName>();

  /** The state has changed. */
  see({ stages, connection }: Pick<StateChanges, 'stages' | 'connection'>): void {
    for (const name of stageNames) {
      const stage = stages?.[name];
      if (stage?.fault) this.#faults.set(name, stage.fault);
      else if (stage?.status === 'done') this.#faults.delete(name);
      if (stage?.status === 'running') this.#running.add(name);
      else if (stage && stage.status !== 'stale') this.#running.delete(name);
    }
    if (connection?.fault) this.#faults.set('port', connection.fault);
  }

  /** The first stage that has a fault, with it, or was not finished; else the first that is not done. */
  describe(stages: Stages): string {
    for (const name of stageNames) {
      const fault = this.#faults.get(name);
      if (fault) return `${name} has failed: ${fault.code} ${fault.message}`;
      if (this.#running.has(name)) return `${name} is running`;
    }
    // After the end everything reached is stale.
    const name = stageNames.find((candidate) => !['done', 'stale'].includes(stages[candidate].status)) ?? 'onenet';
    return `${name} is ${stages[name].status}`;
  }
}
