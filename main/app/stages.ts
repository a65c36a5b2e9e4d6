import type { Fault } from '../../shared/errors.ts';
import { stageNames } from '../../shared/state.ts';
import type { AppState, Stage, StageName } from '../../shared/state.ts';

type Stages = AppState['stages'];

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

/** One chip begins, ends well, or fails. */
export function withStage(
  stages: Stages,
  name: StageName,
  change: 'running' | 'done' | { readonly fault: Fault },
  nowMs: number,
): Stages {
  const before = stages[name];
  const started = before.status === 'running' ? before.startedMs : nowMs;
  const startedMs = started ?? nowMs;
  const stage: Stage =
    change === 'running'
      ? { status: 'running', startedMs }
      : change === 'done'
        ? { status: 'done', startedMs, finishedMs: nowMs }
        : { status: 'failed', startedMs, finishedMs: nowMs, fault: change.fault };
  return { ...stages, [name]: stage };
}
