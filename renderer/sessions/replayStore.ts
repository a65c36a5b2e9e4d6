import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { SessionRow } from '../../shared/sessions.ts';
import { call } from '../mirror/api.ts';
import { replayDevice, useStateStore } from '../mirror/stateStore.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { useOpenedStore } from './openedStore.ts';

/** How much faster than it was. */
export const speeds = [1, 10, 100] as const;
const TICK_MS = 200;

/** A session as it was at one of its lines: the state folded from its journal, in the store of a device that does not exist. */
export const useReplayStore = defineStore('replay', () => {
  const shared = useWindowStore();
  const opened = useOpenedStore();
  const isOn = ref(false);
  const isStateShown = ref(false);
  const isPlaying = ref(false);
  const speed = ref<(typeof speeds)[number]>(10);
  /** The line that the state is as at. */
  const row = ref<SessionRow>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let wanted: number | undefined;
  let isAsking = false;
  /** How far the time of the session has come while it is played. */
  let playedMs = 0;

  /** One question at a time: of those that came meanwhile the last one counts. */
  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    while (wanted !== undefined && opened.id !== undefined) {
      const [seq, session] = [wanted, opened.id];
      wanted = undefined;
      const state = await shared.attempt(() => call('stateAt', { session, seq }));
      if (state && isOn.value) useStateStore(replayDevice).show(state);
    }
    isAsking = false;
  }

  /** Shows the session as at a line. */
  async function goTo(seq: number): Promise<void> {
    isOn.value = true;
    await opened.goTo(seq);
    row.value = opened.selected;
    wanted = row.value?.seq;
    await ask();
  }

  function pause(): void {
    isPlaying.value = false;
    clearInterval(timer);
  }

  async function tick(): Promise<void> {
    playedMs += TICK_MS * speed.value;
    const at = row.value?.seq ?? 1;
    await opened.inSight(at, Math.min(at + 200, Math.max(0, opened.count - 1)));
    let next = at;
    // Row `next + 1` stands at place `next`.
    for (let more = opened.rowAt(next); more && more.sinceStartMs <= playedMs; more = opened.rowAt(next)) next += 1;
    if (next > at) await goTo(next);
    if (next >= opened.count) pause();
  }

  async function play(): Promise<void> {
    if (isPlaying.value) return pause();
    // Line by line: nothing is folded away.
    if (opened.isFolded) await opened.setFolded(false);
    const isAtEnd = (row.value?.seq ?? 0) >= opened.count;
    await goTo(row.value && !isAtEnd ? row.value.seq : 1);
    playedMs = row.value?.sinceStartMs ?? 0;
    isPlaying.value = true;
    let isBusy = false;
    timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void tick().finally(() => (isBusy = false));
    }, TICK_MS);
  }

  /** Back to the log alone. */
  function leave(): void {
    pause();
    isOn.value = false;
    isStateShown.value = false;
    row.value = undefined;
  }

  watch(() => opened.id, leave);

  return {
    isOn,
    isStateShown,
    isPlaying,
    speed,
    row,
    seq: computed(() => row.value?.seq ?? 0),
    goTo,
    play,
    pause,
    leave,
  };
});
