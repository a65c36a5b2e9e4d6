import { reactive, watch } from 'vue';
import { errorResults } from '../../shared/handAnswer.ts';
import type { PlatformRequest, ResourceView } from '../../shared/state.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { resourceAt } from '../objects/composer.ts';
import { useUiStore } from '../ui/uiStore.ts';
import { waysFor } from './armDraft.ts';
import type { ArmDraft } from './armDraft.ts';
import type { HandAnswerDraft } from './handAnswerDraft.ts';

type Typed<Draft> = { -readonly [K in keyof Draft]: Draft[K] };
/** An answer by hand as it is typed. */
export type TypedHandAnswer = Typed<Omit<HandAnswerDraft, 'values'>> & { readonly values: Record<string, string> };

/** What is typed for requests of the platform: it outlives the area it is typed in, which a small window shows one at a time. */
export const useRequestDrafts = defineDeviceStore((device) => {
  const state = useStateStore(device);
  const ui = useUiStore(device);
  /** By request on hold. */
  const byHand = reactive(new Map<string, TypedHandAnswer>());

  /** What is typed for a request, beginning with what the device would say now; what nobody waits for any more is forgotten. */
  function handAnswerTo(request: PlatformRequest, asked: readonly ResourceView[]): TypedHandAnswer {
    for (const id of byHand.keys())
      if (!state.requests.some((one) => one.id === id && one.status === 'held')) byHand.delete(id);
    const known = byHand.get(request.id);
    if (known) return known;
    const values = Object.fromEntries(asked.map(({ path }) => [path, state.state.resources[path]?.value ?? '']));
    const begun = reactive<TypedHandAnswer>({ kind: 'value', result: 13, after: '', values });
    byHand.set(request.id, begun);
    return begun;
  }

  const arm = reactive<Typed<ArmDraft>>({
    kind: 'read',
    path: ui.selectedPath ?? '/3303/0/5700',
    way: 'value',
    value: '',
    result: 13,
    after: '',
    times: '1',
  });
  watch(
    () => ui.selectedPath,
    (selected) => {
      if (selected !== undefined) arm.path = selected;
    },
  );
  // What the device would say now is the best to begin with, until somebody types.
  watch(
    () => arm.path,
    (path) => {
      if (resourceAt(path, state.objects)) arm.value = state.state.resources[path]?.value ?? '';
    },
    { immediate: true },
  );
  watch(
    () => arm.kind,
    (kind) => {
      if (!waysFor(kind).includes(arm.way)) arm.way = 'error';
      if (!errorResults(kind).includes(arm.result)) arm.result = 13;
    },
  );

  return { handAnswerTo, arm };
});
