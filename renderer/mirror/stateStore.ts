import { computed, onScopeDispose, shallowReadonly, shallowRef } from 'vue';
import { requestIdOf } from '../../shared/log.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { Patch } from '../../shared/state.ts';
import { applyPatch, initialDeviceState } from '../../shared/state.ts';
import { callDevice, faultFrom, listen } from './api.ts';
import { defineDeviceStore } from './deviceStores.ts';
import { mirrorOf } from './mirrorOf.ts';
import { newProblems } from './problems.ts';

/** The mirror of a device's state. Nothing here can be written: changes are asked for through api.ts. */
export const useStateStore = defineDeviceStore((device) => {
  const state = shallowRef(initialDeviceState());
  /** Newest log entry at the time of the last snapshot. */
  const lastSeq = shallowRef(0);
  /** What went wrong since the tab was last looked at. */
  const unseenProblems = shallowRef(0);
  const mirror = mirrorOf<Patch>({
    fetch: async () => {
      const snapshot = await callDevice(device, 'getSnapshot');
      state.value = snapshot.state;
      lastSeq.value = snapshot.lastSeq ?? 0;
      return snapshot;
    },
    apply: ({ changes }) => {
      unseenProblems.value += newProblems(state.value, changes);
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
    /** The tab is looked at. */
    see: () => (unseenProblems.value = 0),
    isMirrored: mirror.isMirrored,
    start: mirror.start,
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
