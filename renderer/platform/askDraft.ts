import { reactive, watch } from 'vue';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useUiStore } from '../ui/uiStore.ts';

/** What the simulated platform can be made to ask from the workbench. */
export const askKinds = ['read', 'write', 'execute'] as const;

interface AskDraft {
  /** Its row is on the screen. */
  isShown: boolean;
  kind: (typeof askKinds)[number];
  path: string;
  /** The value of a write, the arguments of an execute. */
  text: string;
  /** The call that was asked for last. */
  callId: string | undefined;
}

/** What is typed for the simulated platform, and what it was asked last; both outlive the area they are seen in. */
export const useAskDraft = defineDeviceStore((device) => {
  const ui = useUiStore(device);
  const draft = reactive<AskDraft>({ isShown: false, kind: 'read', path: '', text: '', callId: undefined });
  watch(
    () => ui.selectedPath,
    (selected) => {
      if (selected !== undefined) draft.path = selected;
    },
    { immediate: true },
  );
  return { draft };
});
