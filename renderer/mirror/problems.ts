import type { AcceptanceCase } from '../../shared/acceptance.ts';
import type { Fault } from '../../shared/errors.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { DeviceState, OutgoingNotification, PlatformRequest } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';

/** Something that a person would want to know of went wrong, at a moment of the steady clock. */
export type Problem = { readonly atMs: number } & (
  | { readonly what: 'stage'; readonly stage: StageName; readonly fault?: Fault }
  | { readonly what: 'link'; readonly fault?: Fault }
  | { readonly what: 'journal'; readonly fault: Fault }
  | { readonly what: 'answer'; readonly request: PlatformRequest }
  | { readonly what: 'notification'; readonly notification: OutgoingNotification }
  | { readonly what: 'case'; readonly one: AcceptanceCase }
);

/** Entries of a keyed part that have become so with a change. */
function turned<E>(
  changed: Readonly<Record<string, E | null>> | undefined,
  before: Readonly<Record<string, E>>,
  isSo: (entry: E) => boolean,
): E[] {
  return Object.entries(changed ?? {}).flatMap(([id, entry]) => {
    const known = before[id];
    return entry !== null && isSo(entry) && !(known !== undefined && isSo(known)) ? [entry] : [];
  });
}

/**
 * What went wrong with a change: a stage failed, the link is gone, the journal takes nothing, an answer was late or could not be
 * given, a notification or an acceptance case failed. `nowMs`: when that was, where the state does not say. Pure.
 */
export function newProblems(before: DeviceState, changes: StateChanges, nowMs: number): Problem[] {
  const { stages, connection, journal } = changes;
  const failed = stageNames.flatMap((stage): Problem[] => {
    const now = stages?.[stage];
    if (now?.status !== 'failed' || before.stages[stage].status === 'failed') return [];
    return [{ what: 'stage', stage, ...(now.fault && { fault: now.fault }), atMs: now.finishedMs ?? nowMs }];
  });
  const isLost = connection?.phase === 'lost' && before.connection.phase !== 'lost';
  const isUnwritten = before.journal?.fault === undefined;
  return [
    ...failed,
    ...(isLost ? [{ what: 'link', ...(connection.fault && { fault: connection.fault }), atMs: nowMs } as const] : []),
    ...(journal?.fault && isUnwritten ? [{ what: 'journal', fault: journal.fault, atMs: nowMs } as const] : []),
    ...turned(changes.requests, before.requests, ({ status, late, deliberate }) =>
      deliberate ? false : late || status === 'failed' || status === 'dropped',
    ).map((request): Problem => ({ what: 'answer', request, atMs: request.arrivedMs })),
    ...turned(changes.outbox, before.outbox, ({ status }) => status === 'failed').map((notification): Problem => ({
      what: 'notification',
      notification,
      atMs: notification.sentMs,
    })),
    ...turned(changes.acceptanceCases, before.acceptanceCases, ({ status }) => status === 'failed').map(
      (one): Problem => ({ what: 'case', one, atMs: nowMs }),
    ),
  ];
}
