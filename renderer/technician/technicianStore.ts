import { computed, ref, watch } from 'vue';
import { firstVirtualPort } from '../../shared/virtualPort.ts';
import { useAcceptanceStore } from '../acceptance/acceptanceStore.ts';
import { usualBaudRate } from '../device/ports.ts';
import { call, callDevice } from '../mirror/api.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';
import { recordOf, stepsOf } from './technicianSteps.ts';

/** What a technician does with a device. Ports, module, run and report are main's; here is which step that makes. */
export const useTechnicianStore = defineDeviceStore((device) => {
  const program = useProgramStore();
  const state = useStateStore(device);
  const ui = useUiStore(device);
  const acceptance = useAcceptanceStore(device);

  /** The search was begun here: what it finds is connected at once. */
  const isSeeking = ref(false);
  const isReporting = ref(false);
  /** The batch is shown instead of the steps. */
  const isSummaryShown = ref(false);
  const isLeaveAsked = ref(false);
  /** A person tests although the module is not online. */
  const isForced = ref(false);

  const batch = computed(() => program.state.batch);
  const record = computed(() => recordOf(state.state.acceptance, batch.value?.tests ?? []));
  const steps = computed(() => {
    const known = stepsOf(state.state, record.value !== undefined, program.settings.registerOnConnect);
    const mayForce = isForced.value && known.here === 'connect' && acceptance.refusal === undefined;
    return mayForce ? stepsOf({ ...state.state, stages: forced(state.stages) }, false, true) : known;
  });
  /** Module or platform of the open port are simulated. */
  const isPractice = computed(
    () =>
      state.connection.port?.kind === 'virtual' || (state.connection.phase !== 'closed' && state.simulator !== null),
  );

  async function open(path: string, baudRate: number): Promise<void> {
    isForced.value = false;
    ui.chosenPort = path;
    await ui.attempt(() => callDevice(device, 'openPort', { path, baudRate }));
  }

  async function find(): Promise<void> {
    isSeeking.value = true;
    await ui.attempt(() => call('findModules', {}));
  }

  async function stopFinding(): Promise<void> {
    isSeeking.value = false;
    await ui.attempt(() => call('stopSearch'));
  }

  // The first module that answers is the one on the table.
  watch(
    () => program.state.search?.ports.find(({ module }) => module !== undefined),
    (found) => {
      if (!found || !isSeeking.value) return;
      isSeeking.value = false;
      void open(found.path, found.module?.baudRate ?? usualBaudRate).then(() => ui.attempt(() => call('stopSearch')));
    },
  );

  async function startOver(): Promise<void> {
    const { port, baudRate } = state.connection;
    if (port) await open(port.path, baudRate ?? usualBaudRate);
  }

  async function report(): Promise<void> {
    if (isReporting.value) return;
    isReporting.value = true;
    await ui.attempt(() => callDevice(device, 'recordTest'));
    isReporting.value = false;
  }

  return {
    batch,
    record,
    steps,
    isPractice,
    isSeeking,
    isReporting,
    isSummaryShown,
    isLeaveAsked,
    isForced,
    open,
    find,
    stopFinding,
    startOver,
    report,
    practise: () => open(firstVirtualPort, usualBaudRate),
    disconnect: () => ui.attempt(() => callDevice(device, 'closePort')),
    showFolder: () => ui.attempt(() => call('showBatchFolder')),
  };
});

/** As if the module were online: a test says what is wrong with it. */
function forced<S extends object>(stages: S): S {
  return Object.fromEntries(Object.keys(stages).map((name) => [name, { status: 'done' }])) as S;
}
