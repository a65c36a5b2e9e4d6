import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { phrase } from '../../shared/phrase.ts';
import type { ShownResult } from '../../shared/stations.ts';
import { call } from '../mirror/api.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { visible } from '../ui/format.ts';
import { useWindowStore } from '../ui/windowStore.ts';

/** Lists of the right side. */
export const workLists = ['work', 'results', 'failures'] as const;
export type WorkList = (typeof workLists)[number];

/** What the screen owns of the Stations page; what there is stands in the state of the program. */
export const useStationsStore = defineStore('stations', () => {
  const program = useProgramStore();
  const shared = useWindowStore();
  const list = ref<WorkList>('work');
  /** Of the result whose details are open. */
  const selectedId = ref<string>();
  /** The file that is being fetched. */
  const opening = ref<string>();
  const stations = computed(() => program.state.stations);
  const results = computed<readonly ShownResult[]>(() => {
    const { view } = stations.value;
    return (list.value === 'failures' ? view?.failures : view?.results) ?? [];
  });

  const connect = (setUp: boolean): Promise<void> => shared.attempt(() => call('connectQueue', { setUp }));

  /** Takes work out; what became of it is said. */
  async function cancel(id: string): Promise<void> {
    const done = await shared.attempt(() => call('cancelWork', { id }));
    if (done) shared.say(phrase(done.wasThere ? 'stations.isCancelled' : 'stations.wasGone', { id: visible(id) }));
  }

  /** Opens a file of a result; the name of the session, where it has become one. */
  async function open(id: string, file: string): Promise<string | undefined> {
    opening.value = file;
    const opened = await shared.attempt(() => call('openResultFile', { id, file }));
    opening.value = undefined;
    if (opened?.shown === 'saved') shared.say(phrase('stations.savedFile', { file: visible(opened.file) }));
    return opened?.shown === 'session' ? opened.session : undefined;
  }

  return {
    list,
    selectedId,
    opening,
    stations,
    view: computed(() => stations.value.view),
    isConnected: computed(() => stations.value.phase === 'connected'),
    hasAddress: computed(() => program.settings.station.address !== ''),
    results,
    selected: computed(() => results.value.find(({ id }) => id === selectedId.value)),
    connect,
    cancel,
    open,
  };
});
