import { computed, reactive, ref, shallowRef, watch } from 'vue';
import type { Fault } from '../../shared/errors.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import { callDevice } from '../mirror/api.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import type { Page, WorkbenchTab } from './pages.ts';
import { remember } from './remember.ts';
import { useWindowStore } from './windowStore.ts';

/** What only the screen owns of a tab: page, selection, drafts, how far a list was scrolled; and what all tabs share. */
export const useUiStore = defineDeviceStore((device) => {
  const shared = useWindowStore();
  const state = useStateStore(device);
  const page = ref<Page>('workbench');
  /** The area that a small window shows of the workbench. */
  const workbenchTab = ref<WorkbenchTab>('requests');
  const selectedPath = ref<string>();
  const selectedRequest = shallowRef<PlatformRequest>();
  const selectedSeq = ref<number>();
  /** The line that is to come into sight, until the log has brought it there. */
  const soughtLine = shallowRef<{ readonly seq: number }>();
  /** Path whose resources stand out. */
  const linkedPath = ref<string>();
  /** All of the session stands in the place of the log. */
  const isLookingBack = ref(false);
  /** The bookmark that is being set: the line it is about, none for this moment, and what is typed; a new object each time. */
  const marked = ref<{ readonly seq: number | undefined; note: string }>();
  /** Commands by their names. */
  const isPaletteShown = ref(false);
  /** A person wants to disconnect, by whatever way; the picker does it. */
  const isDisconnectWanted = ref(false);
  const isExportShown = ref(false);
  const isIdentityShown = ref(false);
  /** How the module joins its network. */
  const isNetworkShown = ref(false);
  /** The antenna aid has the whole window. */
  const isAntennaShown = ref(false);
  /** The chart of the signal is unfolded: by itself where there is room for it. */
  const isSignalShown = ref(typeof window !== 'undefined' && window.innerHeight >= 800);
  /** A person wants to disconnect a module that is locked to a channel. */
  const isLockAsked = ref(false);
  /** Why it is not online was closed by a person, until that is asked again or another stage stands still. */
  const isWhyClosed = ref(false);
  /** Counts how often a person has asked why it is not online: the answer gets the focus then. */
  const timesAsked = ref(0);
  /** Line of the log whose place among the evidence was last asked for; a new object each time. */
  const soughtEvidence = shallowRef<{ readonly seq: number }>();
  /** The stage whose details are to open. */
  const soughtStage = shallowRef<StageName>();
  /** Port chosen in the picker, before it is opened; undefined while nobody chose. */
  const chosenPort = ref<string>();
  /** Text of the notify composer by path, until it is sent. */
  const drafts = reactive(new Map<string, string>());
  /** What is sent from there is to be confirmed by the platform. */
  const isConfirmed = ref(true);
  /** What stands at the console and was not sent. */
  const typedCommand = ref('');
  /** Command lines of this tab, after those of earlier ones. */
  const history = ref([...shared.layout.history]);
  /** How far lists are scrolled that are not at their end, in pixels, by area. */
  const scrolled = new Map<string, number>();
  /** The line of the log that is uppermost while somebody reads further up. */
  const topSeq = ref<number>();
  /** The request on hold whose dialog is open. */
  const answeringId = ref<string>();
  /** Folded rows of the object tree. */
  const folded = reactive(new Set<string>());

  /** Does something that main may refuse; a refusal is shown, with the tab it comes from, and answered with undefined. */
  const attempt = <T>(action: () => Promise<T>): Promise<T | undefined> => shared.attempt(action, device);

  function selectPath(path: string | undefined): void {
    selectedPath.value = path;
    linkedPath.value = undefined;
  }

  function selectRequest(request: PlatformRequest | undefined): void {
    selectedRequest.value = request;
    linkedPath.value = request?.path;
    selectedSeq.value = undefined;
  }

  /** Selects a line; `request` is the one it belongs to. */
  function selectLine(entry: LogEntry | undefined, request: PlatformRequest | undefined): void {
    selectedSeq.value = entry?.seq;
    selectedRequest.value = request;
    linkedPath.value = request?.path ?? entry?.path;
  }

  /** Selects a line, of a request where it began one, and brings it into sight, wherever it stands. */
  function showLine(seq: number, request?: PlatformRequest): void {
    selectedRequest.value = request;
    linkedPath.value = request?.path;
    selectedSeq.value = seq;
    soughtLine.value = { seq };
    workbenchTab.value = 'log';
  }

  // Another stage stands still, or this one for a reason: that is news, whatever was closed.
  watch(
    () => [state.state.diagnosis?.stage, state.state.diagnosis?.verdict === 'causes'] as const,
    ([stage, isBlamed], [before, wasBlamed]) => {
      if (isBlamed && (stage !== before || !wasBlamed)) isWhyClosed.value = false;
    },
  );

  /** All of the session, with what is to be found, whichever area is on the screen. */
  function lookBack(): void {
    isLookingBack.value = true;
    workbenchTab.value = 'log';
  }

  /** Begins a bookmark of the selected line, or of this moment; what is typed of one stays. */
  function bookmark(): void {
    marked.value = { seq: isLookingBack.value ? undefined : selectedSeq.value, note: marked.value?.note ?? '' };
  }

  /** Shows where a line of the log stands among the evidence of the diagnosis. */
  function showEvidence(seq: number): void {
    isWhyClosed.value = false;
    workbenchTab.value = 'requests';
    soughtEvidence.value = { seq };
  }

  /** Why is it not online? Opens the answer, and keeps it up to date until it is closed. */
  async function openWhy(): Promise<void> {
    page.value = 'workbench';
    workbenchTab.value = 'requests';
    isWhyClosed.value = false;
    if (await attempt(() => callDevice(device, 'diagnose'))) timesAsked.value += 1;
  }

  /** Puts the answer away. */
  async function closeWhy(): Promise<void> {
    isWhyClosed.value = true;
    await attempt(() => callDevice(device, 'endDiagnosis'));
  }

  function rememberCommand(line: string): void {
    history.value = remember(history.value, line);
    shared.rememberCommand(line);
  }

  return {
    page,
    workbenchTab,
    selectedPath,
    selectedRequestId: computed(() => selectedRequest.value?.id),
    selectedSeq,
    soughtLine,
    linkedPath,
    isLookingBack,
    marked,
    isPaletteShown,
    isDisconnectWanted,
    isExportShown,
    isIdentityShown,
    isNetworkShown,
    isLockAsked,
    isAntennaShown,
    isSignalShown,
    isWhyClosed,
    timesAsked,
    soughtEvidence,
    soughtStage,
    chosenPort,
    drafts,
    isConfirmed,
    typedCommand,
    history,
    scrolled,
    topSeq,
    answeringId,
    folded,
    selectPath,
    selectRequest,
    selectLine,
    showLine,
    lookBack,
    bookmark,
    showEvidence,
    openWhy,
    closeWhy,
    rememberCommand,
    layout: shared.layout,
    say: (text: Phrase) => shared.say(text, device),
    complain: (fault: Fault) => shared.complain(fault, device),
    attempt,
  };
});
