import { defineStore } from 'pinia';
import { computed, shallowReadonly, shallowRef } from 'vue';
import type { Patch } from '../../shared/state.ts';
import type { Language } from '../../shared/settings.ts';
import { applyPatch, initialState } from '../../shared/state.ts';
import { call, listen } from './api.ts';
import { hearClock } from './clock.ts';

const retryMs = 500;

/** The language of the machine, until main has told. */
function browserLanguage(): Language {
  return typeof navigator !== 'undefined' && navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/**
 * The mirror of main's state. Subscribes first, then fetches the snapshot; patches up to the snapshot's revision are
 * dropped, and a gap makes it fetch again. Nothing here can be written: changes are asked for through api.ts.
 */
export const useStateStore = defineStore('state', () => {
  const state = shallowRef(initialState('', browserLanguage()));
  const revision = shallowRef(-1);
  /** Newest log entry at the time of the last snapshot. */
  const lastSeq = shallowRef(0);
  /** False until the first snapshot is there. */
  const isMirrored = computed(() => revision.value >= 0);

  let isFetching = false;
  let waiting: Patch[] = [];
  let stop: (() => void) | undefined;

  function apply(patch: Patch): void {
    hearClock(patch.steadyMs);
    if (isFetching) {
      waiting.push(patch);
      return;
    }
    if (patch.revision <= revision.value) return;
    if (patch.revision !== revision.value + 1) {
      waiting.push(patch);
      void fetchSnapshot();
      return;
    }
    state.value = applyPatch(state.value, patch.changes);
    revision.value = patch.revision;
  }

  async function fetchSnapshot(): Promise<void> {
    if (isFetching) return;
    isFetching = true;
    try {
      const snapshot = await call('getSnapshot');
      hearClock(snapshot.steadyMs);
      state.value = snapshot.state;
      revision.value = snapshot.revision;
      lastSeq.value = snapshot.lastSeq ?? 0;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      isFetching = false;
      return fetchSnapshot();
    }
    isFetching = false;
    const patches = waiting;
    waiting = [];
    for (const patch of patches) apply(patch);
  }

  /** Starts to follow main; once. */
  async function start(): Promise<void> {
    stop ??= listen('patch', apply);
    await fetchSnapshot();
  }

  function end(): void {
    stop?.();
    stop = undefined;
  }

  return {
    state: shallowReadonly(state),
    revision: shallowReadonly(revision),
    lastSeq: shallowReadonly(lastSeq),
    isMirrored,
    start,
    end,
    ports: computed(() => state.value.ports),
    connection: computed(() => state.value.connection),
    stages: computed(() => state.value.stages),
    registration: computed(() => state.value.registration),
    objects: computed(() => state.value.objects),
    observations: computed(() => state.value.observations),
    settings: computed(() => state.value.settings),
    answerTimes: computed(() => state.value.answerTimes),
    journal: computed(() => state.value.journal),
    simulator: computed(() => state.value.simulator),
    dialect: computed(() => state.value.dialect),
    network: computed(() => state.value.network),
    /** Requests as they arrived. */
    requests: computed(() =>
      Object.values(state.value.requests).sort((a, b) => a.arrivedMs - b.arrivedMs || Number(a.id) - Number(b.id)),
    ),
    /** The notification sent last. */
    lastNotification: computed(() =>
      Object.values(state.value.outbox).reduce<(typeof state.value.outbox)[string] | undefined>(
        (last, entry) => (last === undefined || entry.sentMs >= last.sentMs ? entry : last),
        undefined,
      ),
    ),
    language: computed<Language>(() =>
      state.value.settings.language === 'system' ? state.value.systemLanguage : state.value.settings.language,
    ),
  };
});
