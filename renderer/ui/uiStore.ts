import { computed, reactive, ref, shallowRef } from 'vue';
import type { LogEntry } from '../../shared/log.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { remember } from './remember.ts';
import { useWindowStore } from './windowStore.ts';

/** Pages of the window. */
export type Page = 'workbench' | 'udp' | 'platform' | 'acceptance' | 'settings';

/** What only the screen owns of a tab: page, selection, drafts, how far a list was scrolled; and what all tabs share. */
export const useUiStore = defineDeviceStore(() => {
  const shared = useWindowStore();
  const page = ref<Page>('workbench');
  const selectedPath = ref<string>();
  const selectedRequest = shallowRef<PlatformRequest>();
  const selectedSeq = ref<number>();
  /** The line that was last asked for; a new object each time. */
  const soughtLine = shallowRef<{ readonly seq: number }>();
  /** Path whose resources stand out. */
  const linkedPath = ref<string>();
  const isExportShown = ref(false);
  const isIdentityShown = ref(false);
  /** Why it is not online is folded away, until another stage stands still. */
  const isWhyFolded = ref(false);
  /** Port chosen in the picker, before it is opened; undefined while nobody chose. */
  const chosenPort = ref<string>();
  /** Text of the notify composer by path, until it is sent. */
  const drafts = reactive(new Map<string, string>());
  /** What stands at the console and was not sent. */
  const typedCommand = ref('');
  /** Command lines of this tab, after those of earlier ones. */
  const history = ref([...shared.layout.history]);
  /** How far lists are scrolled that are not at their end, in pixels, by area. */
  const scrolled = new Map<string, number>();
  /** The line of the log that is uppermost while somebody reads further up. */
  const topSeq = ref<number>();
  /** Folded rows of the object tree. */
  const folded = reactive(new Set<string>());

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

  /** Selects a line and brings it into sight, wherever it stands. */
  function showLine(seq: number): void {
    selectedRequest.value = undefined;
    linkedPath.value = undefined;
    selectedSeq.value = seq;
    soughtLine.value = { seq };
  }

  function rememberCommand(line: string): void {
    history.value = remember(history.value, line);
    shared.rememberCommand(line);
  }

  return {
    page,
    selectedPath,
    selectedRequestId: computed(() => selectedRequest.value?.id),
    selectedSeq,
    soughtLine,
    linkedPath,
    isExportShown,
    isIdentityShown,
    isWhyFolded,
    chosenPort,
    drafts,
    typedCommand,
    history,
    scrolled,
    topSeq,
    folded,
    selectPath,
    selectRequest,
    selectLine,
    showLine,
    rememberCommand,
    layout: shared.layout,
    say: shared.say,
    complain: shared.complain,
    attempt: shared.attempt,
  };
});
