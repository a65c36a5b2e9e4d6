import { computed, reactive, ref, watch } from 'vue';
import { defaultPlatformTimeoutSeconds } from '../../shared/platform.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { callDevice } from '../mirror/api.ts';
import {
  deviceIdOf,
  draftVerdict,
  firstPath,
  freshDraft,
  lackingDevice,
  pathGroups,
  untoldBy,
} from './platformDraft.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';

/** What the platform does anyway is not said: the address stays that of the document. */
function limit(timeoutSeconds: number | undefined): { timeoutSeconds?: number } {
  return timeoutSeconds === undefined || timeoutSeconds === defaultPlatformTimeoutSeconds ? {} : { timeoutSeconds };
}

/** The platform page between two visits: form and selected call. Calls and answers are main's. */
export const usePlatformStore = defineDeviceStore((device) => {
  const program = useProgramStore();
  const state = useStateStore(device);
  const ui = useUiStore(device);
  const draft = reactive(freshDraft());
  const selectedId = ref<string>();

  const groups = computed(() => pathGroups(state.objects, draft.kind));
  const path = computed({
    get: () => draft.paths[draft.kind] ?? firstPath(groups.value, draft.kind, ui.selectedPath),
    set: (value: string) => {
      draft.paths[draft.kind] = value;
    },
  });
  /** What the form is judged by. */
  const facts = computed(() => ({ ...state.state, settings: program.settings }));
  const verdict = computed(() => draftVerdict(draft, path.value, facts.value));

  /** Who the module at hand is. Texts, not objects: what is typed must outlive every patch that changes neither. */
  const imei = computed(() => state.state.module.imei ?? state.simulator?.imei);
  const imsi = computed(() => state.state.module.imsi ?? state.simulator?.imsi);
  let lastImei: string | undefined;

  // A new device on the platform is most often the module at hand. A device id that was typed is that of the module before.
  watch(
    [imei, imsi],
    ([presentImei, presentImsi]) => {
      draft.imei = presentImei ?? draft.imei;
      draft.imsi = presentImsi ?? draft.imsi;
      if (presentImei === undefined) return;
      if (lastImei !== undefined && lastImei !== presentImei) draft.deviceIds = {};
      lastImei = presentImei;
    },
    { immediate: true },
  );

  /** Newest first. */
  const calls = computed(() => Object.values(state.state.platformCalls).sort((a, b) => Number(b.id) - Number(a.id)));
  const selected = computed(
    () =>
      calls.value.find(({ id }) => id === selectedId.value) ?? (calls.value.length > 0 ? calls.value[0] : undefined),
  );

  async function send(operation: PlatformOperation, timeoutSeconds?: number): Promise<void> {
    const mode = program.settings.platformMode;
    const sent = await ui.attempt(() =>
      callDevice(device, 'callPlatform', { mode, operation, ...limit(timeoutSeconds) }),
    );
    if (sent) selectedId.value = sent.id;
  }

  /** Sends what stands in the form. */
  async function sendDraft(): Promise<void> {
    const { value } = verdict;
    if (value.ok) await send(value.operation, value.timeoutSeconds);
  }

  /** The form as a command line; undefined when it is not complete. */
  async function curlOfDraft(): Promise<string | undefined> {
    const { value } = verdict;
    if (!value.ok) return undefined;
    const mode = program.settings.platformMode;
    const { operation, timeoutSeconds } = value;
    return ui.attempt(() => callDevice(device, 'getCurl', { mode, operation, ...limit(timeoutSeconds) }));
  }

  /** Asks whether the device is online: by its id where it is known, else by IMEI as the document does. */
  async function checkOnline(): Promise<void> {
    const deviceId = deviceIdOf(draft, facts.value);
    await send(deviceId === '' ? { kind: 'status' } : { kind: 'status', deviceId });
  }

  /** Asks for the device id without a word: the call stands in the list, but what is being looked at stays. */
  async function findDevice(): Promise<void> {
    const mode = program.settings.platformMode;
    await ui.attempt(() => callDevice(device, 'callPlatform', { mode, operation: { kind: 'findDevice' } }));
  }

  // Data points are asked for by device id, which nobody knows by heart: it is looked up, once for each device.
  const lookedUp = new Set<string>();
  watch(
    () => (ui.page === 'platform' ? lackingDevice(draft, facts.value) : ''),
    (device) => {
      if (device === '' || lookedUp.has(device)) return;
      lookedUp.add(device);
      void findDevice();
    },
  );

  return {
    draft,
    facts,
    groups,
    path,
    verdict,
    calls,
    selected,
    selectedId,
    send,
    sendDraft,
    curlOfDraft,
    checkOnline,
    findDevice,
    /** The call that should have told the device id and did not. */
    untold: computed(() => untoldBy(draft, facts.value, calls.value)),
  };
});
