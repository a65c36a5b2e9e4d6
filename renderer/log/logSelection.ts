import type { ComputedRef } from 'vue';
import { computed, ref } from 'vue';
import type { LogEntry } from '../../shared/log.ts';
import { copyText } from '../ui/clipboard.ts';
import { grouped } from '../ui/format.ts';
import { useWords } from '../i18n/index.ts';
import { copyLines } from './logRows.ts';
import { phrase } from '../../shared/phrase.ts';
import { useLogStore } from './logStore.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';

/** Chosen lines of the log: one, which is unfolded and linked to its request, or a run of lines for copying. */
export interface LogSelection {
  readonly hasChosen: ComputedRef<boolean>;
  isChosen(entry: LogEntry): boolean;
  /** Chooses a line, or all lines up to it; choosing the same one again lets it go. */
  select(entry: LogEntry, extend: boolean): void;
  /** Copies the chosen lines. */
  copyChosen(withTimes: boolean): Promise<void>;
  /** Copies the run of lines that is chosen, or all lines that pass the filter. */
  copyAll(withTimes: boolean): Promise<void>;
}

/** The selection of the log, by sequence numbers: what is chosen stays chosen while lines come and go. */
export function useLogSelection(): LogSelection {
  const state = useStateStore();
  const log = useLogStore();
  const ui = useUiStore();
  const { t } = useWords();
  const anchor = ref<number>();

  const range = computed(() => {
    const { selectedSeq } = ui;
    if (selectedSeq === undefined) return undefined;
    const other = anchor.value ?? selectedSeq;
    return { from: Math.min(other, selectedSeq), to: Math.max(other, selectedSeq) };
  });
  const isChosen = (entry: LogEntry): boolean =>
    range.value !== undefined && entry.seq >= range.value.from && entry.seq <= range.value.to;

  function select(entry: LogEntry, extend: boolean): void {
    if (extend) {
      anchor.value ??= ui.selectedSeq ?? entry.seq;
    } else if (ui.selectedSeq === entry.seq && anchor.value === undefined) {
      ui.selectLine(undefined, undefined);
      return;
    } else {
      anchor.value = undefined;
    }
    ui.selectLine(entry, state.requestOf(entry));
  }

  async function copy(entries: readonly LogEntry[], withTimes: boolean): Promise<void> {
    if (await copyText(copyLines(entries, withTimes, t)))
      ui.say(phrase('log.copied', { count: grouped(entries.length) }));
  }

  return {
    hasChosen: computed(() => range.value !== undefined),
    isChosen,
    select,
    copyChosen: (withTimes) => copy(log.view.filter(isChosen), withTimes),
    copyAll(withTimes) {
      const chosen = log.view.filter(isChosen);
      return copy(chosen.length > 1 ? chosen : log.view, withTimes);
    },
  };
}
