import { defineStore } from 'pinia';
import { computed, ref, shallowReadonly, shallowRef } from 'vue';
import type { ChosenLog } from '../../shared/importPattern.ts';
import { phrase } from '../../shared/phrase.ts';
import type { SessionAbout, SessionId, SessionList, SessionSummary, SessionsTold } from '../../shared/sessions.ts';
import { call, listen } from '../mirror/api.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { sessionGroups } from './sessionGroups.ts';
import type { Grouping } from './sessionGroups.ts';

/** The list of kept sessions, as main has told it. */
export const useSessionsStore = defineStore('sessions', () => {
  const shared = useWindowStore();
  const list = shallowRef<SessionList>();
  const isLoading = ref(false);
  /** The session that is being read, and how much of it. */
  const reading = shallowRef<SessionsTold['reading']>();
  const waiting = ref(0);
  const by = ref<Grouping>('site');
  const search = ref('');
  const problemsOnly = ref(false);
  const folded = ref<ReadonlySet<string>>(new Set());
  /** The log that was chosen last: what could not be read may be read by a pattern. */
  const chosenLog = shallowRef<ChosenLog>();
  let stop: (() => void) | undefined;
  /** Asked last what there is. */
  let asked: Promise<void> | undefined;

  function hear({ changed, reading: now, waiting: left }: SessionsTold): void {
    reading.value = now;
    waiting.value = left;
    if (!list.value || changed.length === 0) return;
    const told = new Map(changed.map((one) => [one.id, one]));
    list.value = { ...list.value, sessions: list.value.sessions.map((one) => told.get(one.id) ?? one) };
  }

  /** Looks what there is now; of two answers the one to the later question counts, whichever comes first. */
  function load(): Promise<void> {
    stop ??= listen('sessions', hear);
    isLoading.value = true;
    const asking: Promise<void> = shared
      .attempt(() => call('listSessions'))
      .then(async (told) => {
        if (asking !== asked) return void (await asked);
        isLoading.value = false;
        if (told) list.value = told;
      });
    asked = asking;
    return asking;
  }

  /** What is said next builds on this, though main has yet to keep it. */
  async function describe(session: SessionId, about: SessionAbout): Promise<boolean> {
    if (list.value) {
      const said = list.value.sessions.map((one) => (one.id === session ? { ...one, about } : one));
      list.value = { ...list.value, sessions: said };
    }
    const done = await shared.attempt(() => call('describeSession', { session, about }).then(() => true));
    if (!done) await load();
    return done ?? false;
  }

  async function remove(session: SessionId): Promise<boolean> {
    const done = await shared.attempt(() => call('deleteSession', { session }).then(() => true));
    await load();
    return done ?? false;
  }

  /** Takes the session back that was deleted last. */
  async function restore(): Promise<void> {
    const session = list.value?.deleted.at(-1);
    if (session === undefined) return;
    await shared.attempt(() => call('restoreSession', { session }));
    await load();
  }

  /** Asks for the log of another tool, and remembers it; undefined where the person cancelled. */
  async function chooseLog(): Promise<ChosenLog | undefined> {
    const chosen = await shared.attempt(() => call('chooseLog'));
    if (chosen) chosenLog.value = chosen;
    return chosen ?? undefined;
  }

  /** Makes a session of a log, by a pattern where one is given, and says so; undefined where nothing came of it. */
  async function bringIn(log: ChosenLog, pattern?: string): Promise<SessionId | undefined> {
    chosenLog.value = log;
    const asked = { log: log.log, ...(pattern === undefined ? {} : { pattern }) };
    const done = await shared.attempt(() => call('importLog', asked));
    if (!done) return undefined;
    await load();
    shared.say(phrase('session.imported', { count: done.findings.length }));
    return done.session;
  }

  const sessions = computed<readonly SessionSummary[]>(() => list.value?.sessions ?? []);
  return {
    list: shallowReadonly(list),
    sessions,
    groups: computed(() =>
      sessionGroups(sessions.value, { by: by.value, search: search.value, problemsOnly: problemsOnly.value }),
    ),
    totalBytes: computed(() => sessions.value.reduce((sum, { bytes }) => sum + bytes, 0)),
    deleted: computed(() => list.value?.deleted ?? []),
    isLoading,
    reading: shallowReadonly(reading),
    waiting,
    by,
    search,
    problemsOnly,
    folded,
    load,
    describe,
    remove,
    restore,
    chosenLog: shallowReadonly(chosenLog),
    chooseLog,
    bringIn,
  };
});
