import { stageNames } from '../../shared/stageNames.ts';
import type { DeviceState, StateChanges } from '../../shared/state.ts';

/** How many entries of a keyed part have become so with a change. */
function turned<E>(
  changed: Readonly<Record<string, E | null>> | undefined,
  before: Readonly<Record<string, E>>,
  isSo: (entry: E) => boolean,
): number {
  return Object.entries(changed ?? {}).filter(([id, entry]) => {
    const known = before[id];
    return entry !== null && isSo(entry) && !(known !== undefined && isSo(known));
  }).length;
}

/**
 * How many things a person would want to know of went wrong with a change: a stage failed, the link is gone, the journal takes
 * nothing, an answer was late or could not be given, a notification or an acceptance case failed. Pure.
 */
export function newProblems(before: DeviceState, changes: StateChanges): number {
  const { stages, connection, journal } = changes;
  const failed = stages
    ? stageNames.filter((name) => stages[name].status === 'failed' && before.stages[name].status !== 'failed').length
    : 0;
  const isLost = connection?.phase === 'lost' && before.connection.phase !== 'lost';
  const isUnwritten = journal?.fault !== undefined && before.journal?.fault === undefined;
  return (
    failed +
    Number(isLost) +
    Number(isUnwritten) +
    turned(changes.requests, before.requests, ({ status, late, deliberate }) =>
      deliberate ? false : late || status === 'failed' || status === 'dropped',
    ) +
    turned(changes.outbox, before.outbox, ({ status }) => status === 'failed') +
    turned(changes.acceptanceCases, before.acceptanceCases, ({ status }) => status === 'failed')
  );
}
