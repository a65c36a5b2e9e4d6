import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ComparedSessions } from '../../shared/comparison.ts';
import type { SessionId } from '../../shared/sessions.ts';
import { call } from '../mirror/api.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { isOtherResult, stepGroups } from './compareGroups.ts';

/** Two sessions side by side. */
export const useCompareStore = defineStore('compare', () => {
  const shared = useWindowStore();
  const isShown = ref(false);
  const a = ref<SessionId>();
  const b = ref<SessionId>();
  const result = shallowRef<ComparedSessions>();
  const isRunning = ref(false);
  /** The kind of step that is opened. */
  const chosen = ref<string>();
  const groups = computed(() => stepGroups(result.value?.steps ?? []));

  async function run(): Promise<void> {
    const pair = { a: a.value, b: b.value };
    result.value = undefined;
    if (pair.a === undefined || pair.b === undefined) return;
    isRunning.value = true;
    const told = await shared.attempt(() =>
      call('compareSessions', { a: pair.a as SessionId, b: pair.b as SessionId }),
    );
    isRunning.value = false;
    // Another pair may have been chosen meanwhile.
    if (pair.a !== a.value || pair.b !== b.value) return;
    result.value = told;
    const first = groups.value.find(({ verdict }) => isOtherResult(verdict));
    chosen.value = (first ?? groups.value.find(({ verdict }) => verdict !== 'same') ?? groups.value[0])?.step;
  }

  /** Opens the next kind of step that is not the same, around at the end. */
  function next(): void {
    const at = groups.value.findIndex(({ step }) => step === chosen.value);
    const around = [...groups.value.slice(at + 1), ...groups.value.slice(0, at + 1)];
    chosen.value = around.find(({ verdict }) => verdict !== 'same')?.step ?? chosen.value;
  }

  function begin(session: SessionId): void {
    a.value = session;
    if (b.value === session) b.value = undefined;
    isShown.value = true;
    void run();
  }

  function swap(): void {
    [a.value, b.value] = [b.value, a.value];
    const kept = chosen.value;
    void run().then(() => (chosen.value = kept ?? chosen.value));
  }

  return { isShown, a, b, result, isRunning, chosen, groups, run, next, begin, swap };
});
