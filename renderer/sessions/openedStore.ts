import { defineStore } from 'pinia';
import {
  computed,
  getCurrentInstance,
  inject,
  provide,
  reactive,
  readonly,
  ref,
  shallowReadonly,
  shallowRef,
} from 'vue';
import type { InjectionKey } from 'vue';
import type { DeviceId } from '../../shared/programState.ts';
import type {
  FoldedRow,
  LineClass,
  OpenedSession,
  SessionFindTold,
  SessionHit,
  SessionId,
  SessionPlace,
  SessionQuery,
} from '../../shared/sessions.ts';
import { call, faultFrom, listen } from '../mirror/api.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { RowPages } from './rowPages.ts';

/** What is looked for, as it is typed. */
interface Typed {
  text: string;
  isPattern: boolean;
  matchesCase: boolean;
  classes: LineClass[];
  msgId: string;
  path: string;
}

const nothing = (): Typed => ({ text: '', isPattern: false, matchesCase: false, classes: [], msgId: '', path: '' });

/** A session that is looked at: its rows as far as they were looked at, what is looked for, and what is selected. */
function openedSession() {
  const shared = useWindowStore();
  const opened = shallowRef<OpenedSession>();
  const id = computed(() => opened.value?.id);
  const isFindShown = ref(false);
  const onlyHits = ref(false);
  /** Each exchange and each polling is a row. */
  const isFolded = ref(false);
  const typed = reactive(nothing());
  const find = shallowRef<SessionFindTold>();
  const current = shallowRef<SessionHit>();
  const problem = ref<string>();
  const selected = shallowRef<FoldedRow>();
  /** Place of a row that is to come into sight; a new object each time. */
  const sought = shallowRef<{ readonly index: number }>();
  /** Grows when rows have come. */
  const version = ref(0);
  let stops: (() => void)[] = [];
  /** The first row in sight: where a search begins. */
  let topSeq = 1;
  /** The session that was asked for last: what comes of an earlier wish comes too late. */
  let asked: SessionId | undefined;
  /** The same of what is looked for. */
  let askedFind = 0;
  /** Rows are to be folded, also in the next session. */
  let areFoldsWanted = false;

  /** Folded rows are shown; hits stand for themselves. */
  const areFoldsShown = computed(() => isFolded.value && !onlyHits.value);
  const load = (from: number, count: number): Promise<FoldedRow[]> => {
    const session = id.value;
    if (session === undefined) return Promise.resolve([]);
    if (onlyHits.value) return call('readFound', { session, from, count });
    return isFolded.value
      ? call('readFolded', { session, from, count })
      : call('readSession', { session, from: from + 1, count });
  };
  const pages = new RowPages(load, () => (version.value += 1));

  const count = computed(() => {
    if (onlyHits.value) return find.value?.shown ?? 0;
    return (isFolded.value ? opened.value?.folded?.shown : opened.value?.lines) ?? 0;
  });

  function hear(told: OpenedSession): void {
    const before = opened.value;
    if (!before || told.id !== before.id) return;
    opened.value = told;
    if (told.lines < before.lines) pages.clear();
    else if (told.lines > before.lines && !onlyHits.value) pages.grown();
    if (areFoldsShown.value && told.folded?.shown !== before.folded?.shown) pages.grown();
    version.value += 1;
    // What was sought is there now.
    const index = sought.value?.index ?? -1;
    if (!onlyHits.value && !isFolded.value && index >= before.lines && index < told.lines) void showAt(index);
  }

  function hearFind(told: SessionFindTold): void {
    if (told.id !== id.value || told.find !== find.value?.find) return;
    const isFirst = find.value.found === 0 && told.found > 0;
    find.value = told;
    if (onlyHits.value) pages.grown();
    version.value += 1;
    if (isFirst && current.value === undefined) void step(false);
  }

  function clearFind(): void {
    find.value = undefined;
    current.value = undefined;
    problem.value = undefined;
    if (onlyHits.value) showAll();
  }

  async function open(session: SessionId): Promise<void> {
    if (stops.length === 0) stops = [listen('session', hear), listen('sessionFind', hearFind)];
    asked = session;
    const told = await shared.attempt(() => call('openSession', { session }));
    const folded = told && areFoldsWanted && asked === session ? await foldIn(session, true) : undefined;
    if (asked !== session) {
      if (told && id.value !== session) letGo(session);
      return;
    }
    if (!told) return;
    if (id.value !== session) putAway();
    opened.value = folded ?? told;
    isFolded.value = folded !== undefined;
    pages.clear();
    version.value += 1;
  }

  const foldIn = (session: SessionId, isWanted: boolean): Promise<OpenedSession | undefined> =>
    shared.attempt(() => call('foldSession', { session, isFolded: isWanted }));

  /** Takes what main says of the session as it is now, and its rows anew. */
  function takeAnew(told: OpenedSession | undefined): void {
    if (!told || told.id !== id.value) return;
    opened.value = told;
    pages.clear();
    version.value += 1;
  }

  /** Makes each exchange and each polling a row, or shows every line; the selected one stays in sight. */
  async function setFolded(isWanted: boolean): Promise<void> {
    const session = id.value;
    if (session === undefined) return;
    areFoldsWanted = isWanted;
    const told = await foldIn(session, isWanted);
    if (session !== id.value || areFoldsWanted !== isWanted) return;
    areFoldsWanted = told ? isWanted : isFolded.value;
    if (!told) return;
    isFolded.value = isWanted;
    takeAnew(told);
    if (selected.value && !onlyHits.value) await goTo(selected.value.seq);
  }

  /** Opens what is folded behind a line, or closes it. */
  async function unfold(row: FoldedRow, isOpen: boolean): Promise<void> {
    const session = id.value;
    if (session === undefined || !row.fold || row.fold.isOpen === isOpen) return;
    takeAnew(await shared.attempt(() => call('unfoldLine', { session, seq: row.seq, isOpen })));
  }

  /** Where a line is shown, from 0; what hides it is opened. */
  async function placeOf(seq: number): Promise<number> {
    const session = id.value;
    if (session === undefined || !isFolded.value) return seq - 1;
    const found = await shared.attempt(() => call('findFolded', { session, seq }));
    if (found && found.opened.folded?.shown !== opened.value?.folded?.shown) takeAnew(found.opened);
    return found?.place ?? 0;
  }

  function close(): void {
    asked = undefined;
    putAway();
  }

  const letGo = (session: SessionId): void => void call('closeSession', { session }).catch(() => undefined);

  /** Nothing is shown of the session any more. */
  function putAway(): void {
    const session = id.value;
    clearFind();
    Object.assign(typed, nothing());
    isFindShown.value = false;
    selected.value = undefined;
    opened.value = undefined;
    pages.clear();
    if (session !== undefined) letGo(session);
  }

  /** Looks whether more has come. */
  async function look(): Promise<void> {
    const session = id.value;
    if (session !== undefined) await call('openSession', { session }).catch(() => undefined);
  }

  const isQuery = computed(
    () => typed.text !== '' || typed.classes.length > 0 || typed.msgId.trim() !== '' || typed.path.trim() !== '',
  );

  /** Looks for what is typed, through all of the session. */
  async function startFind(): Promise<void> {
    const session = id.value;
    if (session === undefined) return;
    const mine = ++askedFind;
    const isLate = (): boolean => mine !== askedFind || session !== id.value;
    if (!isQuery.value) {
      clearFind();
      await call('stopFind', { session }).catch(() => undefined);
      return;
    }
    const { text, isPattern, matchesCase, classes } = typed;
    const [msgId, path] = [typed.msgId.trim(), typed.path.trim()];
    const query: SessionQuery = {
      ...{ text, isPattern, matchesCase, classes: [...classes] },
      ...(/^\d{1,10}$/.test(msgId) ? { msgId: Number(msgId) } : {}),
      ...(path === '' ? {} : { path }),
    };
    try {
      const begun = await call('findInSession', { session, query });
      if (isLate()) return;
      problem.value = undefined;
      current.value = undefined;
      find.value = { id: session, find: begun.find, found: 0, shown: 0, done: 0, isEnded: false };
      if (onlyHits.value) pages.clear();
    } catch (error) {
      const { message } = faultFrom(error);
      if (isLate()) return;
      clearFind();
      problem.value = message;
    }
  }

  /** Goes to the next hit, or the one before. */
  async function step(isBackwards: boolean): Promise<void> {
    const session = id.value;
    if (session === undefined || !find.value) return;
    const seq = current.value?.seq ?? topSeq - 1;
    const hit = await shared.attempt(() => call('stepHit', { session, seq, isBackwards }));
    if (!hit || session !== id.value) return;
    current.value = hit;
    await showAt(onlyHits.value ? hit.place : await placeOf(hit.seq));
  }

  /** Brings a row into sight and selects it. */
  async function showAt(index: number): Promise<void> {
    sought.value = { index };
    // A search may be ahead of the rows in a session that grows.
    if (index >= count.value) return look();
    await shared.attempt(() => pages.want(index, index));
    // What was asked for before all was put away is not there yet.
    if (!pages.at(index)) await shared.attempt(() => pages.want(index, index));
    const row = pages.at(index);
    if (row) selected.value = row;
  }

  /** Goes to a line of the session, whatever is shown. */
  async function goTo(seq: number): Promise<void> {
    if (onlyHits.value) showAll();
    await showAt(await placeOf(Math.min(Math.max(seq, 1), Math.max(opened.value?.lines ?? 1, 1))));
  }

  /** Goes to a line of the file, or to a time. */
  async function goToPlace(place: SessionPlace): Promise<void> {
    const session = id.value;
    if (session === undefined) return;
    const found = await shared.attempt(() => call('findPlace', { session, place }));
    if (found && session === id.value) await goTo(found.seq);
  }

  function showAll(): void {
    onlyHits.value = false;
    pages.clear();
    version.value += 1;
    const seq = selected.value?.seq;
    if (seq !== undefined) void placeOf(seq).then((index) => (sought.value = { index }));
  }

  /** All lines of a request, by its msgid, and nothing else. */
  async function showThread(msgId: number): Promise<void> {
    Object.assign(typed, nothing(), { msgId: String(msgId) });
    isFindShown.value = true;
    await startFind();
    showHits();
  }

  function showHits(): void {
    onlyHits.value = true;
    pages.clear();
    version.value += 1;
    sought.value = { index: current.value?.place ?? 0 };
  }

  /** The rows in sight; what is missing of them comes. */
  async function inSight(first: number, last: number): Promise<void> {
    await shared.attempt(() => pages.want(first, last));
    topSeq = pages.at(first)?.seq ?? topSeq;
  }

  return {
    opened: shallowReadonly(opened),
    id,
    count,
    version,
    isFindShown,
    onlyHits,
    typed,
    isQuery,
    find: shallowReadonly(find),
    current: shallowReadonly(current),
    problem,
    selected,
    sought: shallowReadonly(sought),
    rowAt: (index: number) => pages.at(index),
    inSight,
    open,
    close,
    look,
    startFind,
    clearFind,
    step,
    showAt,
    isFolded: readonly(isFolded),
    areFoldsShown,
    setFolded,
    unfold,
    showThread,
    goTo,
    goToPlace,
    showAll,
    showHits,
  };
}

/** The session of the Sessions page. */
const usePageStore = defineStore('openedSession', openedSession);

/** That of the tab in which a session goes on. */
const useLiveStore = defineDeviceStore(openedSession);

type OpenedStore = ReturnType<typeof usePageStore>;
const liveKey: InjectionKey<OpenedStore> = Symbol('live session');

/** What is below the component looks at the session that goes on in this tab. To be called while a component is set up. */
export function provideLiveSession(device: DeviceId): OpenedStore {
  const store = useLiveStore(device) as OpenedStore;
  provide(liveKey, store);
  return store;
}

/** The session that a component looks at. */
export function useOpenedStore(): OpenedStore {
  return getCurrentInstance() ? inject(liveKey, usePageStore, true) : usePageStore();
}
