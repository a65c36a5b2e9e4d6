import { defineStore } from 'pinia';
import { computed, nextTick, ref, watch } from 'vue';
import { firstDevice, maxDevices } from '../../shared/programState.ts';
import type { DeviceId } from '../../shared/programState.ts';
import { useLogStore } from '../log/logStore.ts';
import { call, callDevice } from '../mirror/api.ts';
import { endDeviceStores } from '../mirror/deviceStores.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { hasSession } from './tabWords.ts';

/**
 * The tab that was shown, from the page's entry in the history: it survives a reload, but not the program, whose devices have
 * other names. Not from `sessionStorage`: the first look into that waits for another process, and the screen with it.
 */
function rememberedTab(): DeviceId | undefined {
  if (typeof history === 'undefined') return undefined;
  const { tab } = (history.state ?? {}) as { readonly tab?: unknown };
  return typeof tab === 'string' ? tab : undefined;
}

/** Which tab is shown, and what is asked before one is closed. A tab is a device of main's list; its stores live as long. */
export const useTabsStore = defineStore('tabs', () => {
  const program = useProgramStore();
  const shared = useWindowStore();
  const tabs = computed(() => program.devices);
  const current = ref(rememberedTab());
  /** The tab that is about to be closed, while it is asked whether it should. */
  const asked = ref<DeviceId>();
  const isSaving = ref(false);
  /** A tab that was opened, and is shown as soon as it is in the list. */
  let wanted: DeviceId | undefined;

  /**
   * Fetches the list and the tab that is shown: both at once, since which one that will be is hardly ever in doubt. Resolves when
   * both are there.
   */
  async function start(): Promise<void> {
    const likely = current.value ?? firstDevice;
    // Before its snapshot, which says up to which line there is something to read: what comes later is told.
    useLogStore(likely).start();
    await Promise.all([program.start(), useStateStore(likely).start()]);
    if (!tabs.value.some(({ id }) => id === likely)) endDeviceStores(likely);
    if (current.value !== undefined) await useStateStore(current.value).start();
  }

  function showWanted(): void {
    if (!tabs.value.some(({ id }) => id === wanted)) return;
    current.value = wanted;
    wanted = undefined;
  }

  /** Follows a device from now on; its log from the last page on. */
  function follow(device: DeviceId): void {
    const [state, log] = [useStateStore(device), useLogStore(device)];
    log.start();
    void state.start().then(() => shared.attempt(() => log.fetchLast(state.lastSeq)));
  }

  watch(
    () => tabs.value.map(({ id }) => id),
    (ids, before = []) => {
      // Main has not told yet: there is always one.
      if (ids.length === 0) return;
      for (const id of ids) if (!before.includes(id)) follow(id);
      if (current.value === undefined || !ids.includes(current.value)) {
        const place = before.indexOf(current.value ?? '');
        current.value = ids[Math.min(Math.max(place, 0), ids.length - 1)];
      }
      showWanted();
      const gone = before.filter((id) => !ids.includes(id));
      if (asked.value !== undefined && gone.includes(asked.value)) asked.value = undefined;
      // Not before the components that use them have left.
      void nextTick(() => gone.forEach(endDeviceStores));
    },
    // At once: whoever has waited for the list finds the tab that is shown.
    { immediate: true, flush: 'sync' },
  );
  watch(current, (id) => {
    if (id !== undefined && typeof history !== 'undefined') history.replaceState({ tab: id }, '');
  });
  // What happens in the tab that is shown is seen.
  watch(
    () => (current.value === undefined ? 0 : useStateStore(current.value).unseenProblems),
    () => current.value !== undefined && useStateStore(current.value).see(),
  );

  const place = (): number => tabs.value.findIndex(({ id }) => id === current.value);

  /** Shows the tab at that place, from 0; nothing happens where there is none. */
  function showAt(index: number): void {
    current.value = tabs.value[index]?.id ?? current.value;
  }

  /** Shows the tab that many places further, around at the ends. */
  function step(by: number): void {
    showAt((place() + by + tabs.value.length) % tabs.value.length);
  }

  /** Shows a tab and why its module is not online. */
  function showWhy(device: DeviceId): void {
    current.value = device;
    void useUiStore(device).openWhy();
  }

  /** Shows a tab and the dialog of the request that waits longest there; nothing happens where none waits. */
  function answerHeld(device: DeviceId): void {
    const [request] = useStateStore(device).heldRequests;
    if (!request) return;
    current.value = device;
    const ui = useUiStore(device);
    ui.page = 'workbench';
    ui.selectRequest(request);
    ui.answeringId = request.id;
  }

  /** The same for the next tab where one waits, the one that is shown before all others. */
  function answerNextHeld(): void {
    const here = Math.max(place(), 0);
    const order = [...tabs.value.slice(here), ...tabs.value.slice(0, here)];
    const waiting = order.find(({ id }) => useStateStore(id).heldRequests.length > 0);
    if (waiting) answerHeld(waiting.id);
  }

  const canOpen = computed(() => tabs.value.length < maxDevices);

  /** A new tab, which is shown at once. */
  async function open(): Promise<void> {
    if (!canOpen.value) return;
    const opened = await shared.attempt(() => call('openDevice'));
    if (!opened) return;
    wanted = opened.device;
    showWanted();
  }

  async function closeNow(device: DeviceId, evenWhileTesting: boolean): Promise<void> {
    await shared.attempt(() => callDevice(device, 'closeDevice', { evenWhileTesting }));
  }

  /** Closes a tab; asks before, where something would be lost. */
  async function close(device: DeviceId): Promise<void> {
    const summary = tabs.value.find(({ id }) => id === device);
    if (!summary) return;
    if (summary.isTesting || summary.lockedEarfcn !== undefined || hasSession(summary)) asked.value = device;
    else await closeNow(device, false);
  }

  /** Another device takes the place of one: a fresh tab, then the old one with its port goes. */
  async function replace(device: DeviceId): Promise<void> {
    await open();
    if (current.value !== device || wanted !== undefined) await closeNow(device, false);
  }

  /** Closes the tab that was asked about, as it is. */
  async function closeAsked(): Promise<void> {
    if (asked.value !== undefined) await closeNow(asked.value, true);
  }

  /** Stops the run of the tab that was asked about, writes its report, and closes the tab once it is written. */
  async function saveAndClose(): Promise<void> {
    const device = asked.value;
    if (device === undefined || isSaving.value) return;
    isSaving.value = true;
    const written = await shared.attempt(async () => {
      await callDevice(device, 'stopAcceptance');
      await testEnded(device);
      return callDevice(device, 'exportReport', { format: 'html', language: 'both', mask: false });
    });
    isSaving.value = false;
    if (written) await closeNow(device, false);
  }

  function testEnded(device: DeviceId): Promise<void> {
    const isOver = (): boolean => !tabs.value.some(({ id, isTesting }) => id === device && isTesting);
    return new Promise((resolve) => {
      const stop = watch(
        isOver,
        (over) => {
          if (!over) return;
          void nextTick(() => stop());
          resolve();
        },
        { immediate: true },
      );
    });
  }

  return {
    tabs,
    current,
    asked,
    isSaving,
    start,
    canOpen,
    showAt,
    step,
    showWhy,
    answerHeld,
    answerNextHeld,
    open,
    close,
    replace,
    closeAsked,
    saveAndClose,
  };
});
