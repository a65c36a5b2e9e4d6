import { defined } from '../../shared/defined.ts';
import { lockOf } from '../../shared/networkChange.ts';
import type { DeviceId, DeviceSummary } from '../../shared/programState.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import { isUnderway } from '../../shared/acceptance.ts';

type Fields = Readonly<Record<string, unknown>>;
type SummedUp = Pick<DeviceState, 'connection' | 'module' | 'network' | 'registration' | 'stages' | 'acceptance'>;

/** True when the change may show in the summary. */
export const concernsSummary = (changes: StateChanges): boolean =>
  changes.connection !== undefined ||
  changes.module !== undefined ||
  changes.network?.lock !== undefined ||
  changes.registration !== undefined ||
  changes.stages !== undefined ||
  changes.acceptance !== undefined;

function tellingStage(stages: DeviceState['stages']): DeviceSummary['stage'] {
  const having = (status: string) => stageNames.filter((name) => stages[name].status === status);
  const name = having('failed')[0] ?? having('running')[0] ?? having('done').at(-1) ?? having('stale').at(-1);
  return name && { name, status: stages[name].status };
}

/** A device as its tab shows it. */
export function summaryOf(
  id: DeviceId,
  { connection, module, network, registration, stages, acceptance }: SummedUp,
): DeviceSummary {
  const stage = tellingStage(stages);
  return {
    id,
    phase: connection.phase,
    ...(connection.port ? { port: connection.port.path } : {}),
    ...defined({ model: module.model, imei: module.imei }),
    registration: registration.phase,
    ...(stage ? { stage } : {}),
    ...defined({ lockedEarfcn: connection.phase === 'ready' ? lockOf(network)?.earfcn : undefined }),
    isTesting: isUnderway(acceptance),
    isAsking: isUnderway(acceptance) && acceptance.prompt !== undefined,
  };
}

/** True when a tab looks the same by both. */
export function isSameSummary(one: DeviceSummary, other: DeviceSummary): boolean {
  const { stage, ...rest } = one;
  const { stage: otherStage, ...otherRest } = other;
  return isSame(rest, otherRest) && isSame(stage ?? {}, otherStage ?? {});
}

/** By their members, which are texts and the like. */
function isSame(one: object, other: object): boolean {
  const [members, others] = [one as Fields, other as Fields];
  const names = Object.keys(members);
  return names.length === Object.keys(others).length && names.every((name) => members[name] === others[name]);
}
