import type { WritableComputedRef } from 'vue';
import { computed } from 'vue';
import { useDevice } from '../mirror/deviceStores.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';
import { freePorts, preselected } from './ports.ts';

/** The port of the picker: what was chosen, else the one of the last connection, else the likeliest that no other tab has. */
export function useChosenPort(): WritableComputedRef<string> {
  const device = useDevice();
  const program = useProgramStore();
  const state = useStateStore();
  const ui = useUiStore();
  return computed({
    get: () =>
      ui.chosenPort ??
      state.connection.port?.path ??
      preselected(freePorts(program.ports, program.devices, device), program.settings),
    set: (path: string) => {
      ui.chosenPort = path;
    },
  });
}
