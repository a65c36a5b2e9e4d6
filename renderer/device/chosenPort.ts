import type { WritableComputedRef } from 'vue';
import { computed } from 'vue';
import { trainingAt } from '../../shared/training.ts';
import { useDevice } from '../mirror/deviceStores.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';
import { freePorts, preselected } from './ports.ts';

/** An exercise is over when its port is closed: what comes next is an ordinary connection. */
const lastPort = (path: string | undefined): string | undefined =>
  path !== undefined && trainingAt(path) === undefined ? path : undefined;

/** The port of the picker: what was chosen, else the one of the last connection, else the likeliest that no other tab has. */
export function useChosenPort(): WritableComputedRef<string> {
  const device = useDevice();
  const program = useProgramStore();
  const state = useStateStore();
  const ui = useUiStore();
  return computed({
    get: () =>
      ui.chosenPort ??
      lastPort(state.connection.port?.path) ??
      preselected(freePorts(program.ports, program.devices, device), program.settings),
    set: (path: string) => {
      ui.chosenPort = path;
    },
  });
}
