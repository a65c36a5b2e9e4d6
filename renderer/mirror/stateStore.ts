import { computed, onScopeDispose, shallowReadonly, shallowRef } from 'vue';
import { requestIdOf } from '../../shared/log.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { DeviceId } from '../../shared/programState.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { Patch } from '../../shared/statePatch.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { applyPatch } from '../../shared/statePatch.ts';
import { callDevice, faultFrom, listen } from './api.ts';
import { steadyNow } from './clock.ts';
import { defineDeviceStore } from './deviceStores.ts';
import { mirrorOf } from './mirrorOf.ts';
import { newProblems } from './problems.ts';
import type { Problem } from './problems.ts';

/** So many problems are told of. */
const KEPT_PROBLEMS = 2;

/** Stands for a session that is replayed: no device of main, so that nothing can be sent to it. */
export const replayDevice: DeviceId = 'replay';

/** The mirror of a device's state. Nothing here can be written: changes are asked for through api.ts. */
export const useStateStore = defineDeviceStore((device) => {
  const state = shallowRef(initialDeviceState());
  /** Newest log entry at the time of the last snapshot. */
  const lastSeq = shallowRef(0);
  /** What went wrong since the tab was last looked at. */
  const unseenProblems = shallowRef(0);
  /** What went wrong last since the port was opened, the newest first. */
  const newestProblems = shallowRef<readonly Problem[]>([]);
  const remember = (problems: readonly Problem[]): void => {
    const newestFirst = problems.toSorted((one, other) => other.atMs - one.atMs);
    newestProblems.value = [...newestFirst, ...newestProblems.value].slice(0, KEPT_PROBLEMS);
  };
  const mirror = mirrorOf<Patch>({
    fetch: async () => {
      const snapshot = await callDevice(device, 'getSnapshot');
      state.value = snapshot.state;
      newestProblems.value = [];
      remember(newProblems(initialDeviceState(), snapshot.state, steadyNow()));
      lastSeq.value = snapshot.lastSeq ?? 0;
      return snapshot;
    },
    apply: ({ changes }) => {
      const isOpening = changes.connection?.phase === 'opening' && state.value.connection.phase !== 'opening';
      if (isOpening) newestProblems.value = [];
      const problems = newProblems(state.value, changes, steadyNow());
      unseenProblems.value += problems.length;
      if (problems.length > 0) remember(problems);
      state.value = applyPatch(state.value, changes);
    },
    listen: (hear) =>
      listen('patch', (told) => {
        if (told.device === device) hear(told.patch);
      }),
    isOver: (error) => faultFrom(error).code === 'DEVICE_GONE',
  });
  onScopeDispose(mirror.end);

  return {
    state: shallowReadonly(state),
    revision: mirror.revision,
    lastSeq: shallowReadonly(lastSeq),
    unseenProblems: shallowReadonly(unseenProblems),
    newestProblems: shallowReadonly(newestProblems),
    /** The tab is looked at. */
    see: () => (unseenProblems.value = 0),
    isMirrored: mirror.isMirrored,
    start: mirror.start,
    /** For {@link replayDevice} alone, which mirrors nothing: the state as it was. */
    show: (past: DeviceState) => {
      if (device === replayDevice) state.value = past;
    },
    connection: computed(() => state.value.connection),
    stages: computed(() => state.value.stages),
    registration: computed(() => state.value.registration),
    objects: computed(() => state.value.objects),
    observations: computed(() => state.value.observations),
    answerTimes: computed(() => state.value.answerTimes),
    journal: computed(() => state.value.journal),
    simulator: computed(() => state.value.simulator),
    dialect: computed(() => state.value.dialect),
    network: computed(() => state.value.network),
    /** Requests as they arrived. */
    requests: computed(() =>
      Object.values(state.value.requests).sort((a, b) => a.arrivedMs - b.arrivedMs || Number(a.id) - Number(b.id)),
    ),
    /** Requests that wait for a person, the one that waits longest first. */
    heldRequests: computed(() =>
      Object.values(state.value.requests)
        .filter(({ status }) => status === 'held')
        .sort((a, b) => a.arrivedMs - b.arrivedMs),
    ),
    /** The request a line of the log belongs to, while it is known. */
    requestOf: (entry: LogEntry) => {
      const id = requestIdOf(entry);
      return id === undefined ? undefined : state.value.requests[id];
    },
    /** The notification sent last. */
    lastNotification: computed(() =>
      Object.values(state.value.outbox).reduce<(typeof state.value.outbox)[string] | undefined>(
        (last, entry) => (last === undefined || entry.sentMs >= last.sentMs ? entry : last),
        undefined,
      ),
    ),
  };
});
