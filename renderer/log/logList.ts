import { useVirtualizer } from '@tanstack/vue-virtual';
import type { ComputedRef, Ref } from 'vue';
import { computed, nextTick, onMounted, onUnmounted, shallowRef, watch } from 'vue';
import { requestIdOf } from '../../shared/log.ts';
import type { LogEntry } from '../../shared/log.ts';
import { isPlain, missingBefore, screenLines } from './logRows.ts';
import { useLogStore } from './logStore.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useUiStore } from '../ui/uiStore.ts';

const rowPadding = 4;
/** A wheel and a smooth scroll run on for so long. */
const TOUCH_LASTS_MS = 1500;

/** A row on the screen: its place in the view, its distance from the top, its entry and the one before it. */
export interface ShownRow {
  readonly item: { readonly key: number; readonly index: number; readonly start: number };
  readonly entry: LogEntry;
  readonly before: LogEntry | undefined;
}

/** The list of lines: which rows are on the screen, where, and what following the newest line means. */
export interface LogList {
  readonly shown: ComputedRef<ShownRow[]>;
  readonly totalSize: ComputedRef<number>;
  toEnd(): void;
  onScroll(event: Event): void;
  reveal(index: number): void;
  /** To be called with the element of each row: rows whose height cannot be calculated are measured. */
  measured(element: unknown, entry: LogEntry): void;
  older(): Promise<void>;
}

/**
 * The virtual list of the log. Row heights are calculated from the width in characters, so that ten thousand rows need
 * no measuring; only the unfolded row and rows with characters of other widths are measured on screen. `probe` is a row
 * that is never seen and tells the width of the text column and of a character.
 */
export function useLogList(
  scroller: Readonly<Ref<HTMLElement | null>>,
  probe: Readonly<Ref<HTMLElement | null>>,
): LogList {
  const log = useLogStore();
  const program = useProgramStore();
  const ui = useUiStore();

  /** Width of the text column in characters, and the height of its lines: all a row's height depends on. */
  const metrics = shallowRef({ columns: 60, line: 18 });
  function heightOf(index: number): number {
    const rows = log.lines.rows;
    const entry = rows[index];
    if (entry === undefined) return metrics.value.line + rowPadding;
    const gap = !log.isFiltered && missingBefore(rows[index - 1], entry, log.lines.folds) > 0 ? metrics.value.line : 0;
    return screenLines(entry, metrics.value.columns) * metrics.value.line + rowPadding + gap;
  }

  const virtualizer = useVirtualizer(
    computed(() => {
      const rows = log.lines.rows;
      const { columns, line } = metrics.value;
      return {
        count: rows.length,
        getScrollElement: () => scroller.value,
        estimateSize: (index: number) => (columns > 0 && line > 0 ? heightOf(index) : 22),
        getItemKey: (index: number) => rows[index]?.seq ?? -index,
        overscan: 10,
      };
    }),
  );
  const shown = computed(() =>
    virtualizer.value.getVirtualItems().flatMap(({ key, index, start }) => {
      const entry = log.lines.rows[index];
      // The list may have become shorter since the rows were counted.
      return entry ? [{ item: { key: Number(key), index, start }, entry, before: log.lines.rows[index - 1] }] : [];
    }),
  );

  function toEnd(): void {
    // Beyond the end on purpose: the browser stops at the end, and nothing has to be measured first.
    if (scroller.value) scroller.value.scrollTop = virtualizer.value.getTotalSize() + 1000;
  }

  /** Follow: after every batch, and whenever a row turned out higher than thought. */
  watch(
    () => [virtualizer.value.getTotalSize(), log.lines.rows, log.isFollowing] as const,
    () => {
      if (log.isFollowing && !log.isPaused) toEnd();
    },
    { flush: 'post' },
  );

  let lastTop = 0;
  /** When a person last did something that scrolls, and whether a pointer is held down, as on the scroll bar. */
  let touchedMs = -Infinity;
  let isHeld = false;
  const onTouched = ({ timeStamp }: Event): void => void (touchedMs = timeStamp);
  const onHeld = (event: Event): void => {
    isHeld = true;
    onTouched(event);
  };
  const onLetGo = (): void => void (isHeld = false);

  /** Rows that turn out smaller than thought move the list up, too: only a person ends the following. */
  function onScroll(event: Event): void {
    const element = scroller.value;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const below = scrollHeight - scrollTop - clientHeight;
    const isByPerson = isHeld || event.timeStamp - touchedMs < TOUCH_LASTS_MS;
    if (isByPerson && scrollTop < lastTop - 1 && below > 30) log.stopFollowing();
    else if (below < 4 && !log.isFollowing && !log.isPaused) log.follow();
    lastTop = scrollTop;
    ui.topSeq = log.isFollowing
      ? undefined
      : log.lines.rows[virtualizer.value.getVirtualItemForOffset(scrollTop)?.index ?? 0]?.seq;
  }

  /** Somebody who read further up, and looked at another tab or page meanwhile, reads on where they were. */
  function restore(): void {
    const { topSeq } = ui;
    const index = topSeq === undefined ? -1 : log.lines.rows.findIndex(({ seq }) => seq >= topSeq);
    if (!log.isFollowing && index >= 0) virtualizer.value.scrollToIndex(index, { align: 'start' });
  }

  let observer: ResizeObserver | undefined;
  function measure(): void {
    const element = probe.value;
    if (element === null) return;
    const text = element.querySelector<HTMLElement>('.text');
    const sample = element.querySelector<HTMLElement>('.sample');
    if (text === null || sample === null || sample.offsetWidth === 0) return;
    const character = sample.getBoundingClientRect().width / 50;
    const columns = Math.max(8, Math.floor((text.clientWidth + 0.01) / character));
    const line = Number.parseFloat(getComputedStyle(element).lineHeight);
    if (columns === metrics.value.columns && line === metrics.value.line) return;
    metrics.value = { columns, line };
    virtualizer.value.measure();
  }
  onMounted(() => {
    let isRestored = false;
    observer = new ResizeObserver(() => {
      measure();
      // Not before the heights are known.
      if (!isRestored) void nextTick(restore);
      isRestored = true;
      if (log.isFollowing) void nextTick(toEnd);
    });
    if (scroller.value) observer.observe(scroller.value);
    if (probe.value) observer.observe(probe.value);
    void document.fonts?.ready.then(measure);
  });
  const scrolls = ['wheel', 'touchmove', 'keydown'] as const;
  onMounted(() => {
    for (const name of scrolls) scroller.value?.addEventListener(name, onTouched, { passive: true });
    scroller.value?.addEventListener('pointerdown', onHeld);
    window.addEventListener('pointerup', onLetGo);
    window.addEventListener('pointercancel', onLetGo);
  });
  onUnmounted(() => {
    observer?.disconnect();
    window.removeEventListener('pointerup', onLetGo);
    window.removeEventListener('pointercancel', onLetGo);
  });
  watch(
    () => program.settings.theme,
    () => void nextTick(measure),
  );

  /** The row that is unfolded has a height of its own; folded again it goes back to the calculated one. */
  function refold(seq: number | undefined): void {
    const index = seq === undefined ? -1 : log.lines.rows.findIndex((entry) => entry.seq === seq);
    if (index >= 0) virtualizer.value.resizeItem(index, heightOf(index));
  }
  watch(
    () => ui.selectedSeq,
    (_, before) => void nextTick(() => refold(before)),
  );

  // A line sought elsewhere comes into sight, where it is still kept and not filtered away.
  watch(
    () => ui.soughtLine,
    (sought) => {
      const index = log.lines.rows.findIndex((entry) => entry.seq === sought?.seq);
      if (index < 0) return;
      log.stopFollowing();
      virtualizer.value.scrollToIndex(index, { align: 'center' });
    },
  );

  // A request selected elsewhere brings its first line into sight.
  watch(
    () => ui.selectedRequestId,
    (id) => {
      if (id === undefined || ui.selectedSeq !== undefined) return;
      const index = log.lines.rows.findIndex((entry) => requestIdOf(entry) === id);
      if (index < 0) return;
      log.stopFollowing();
      virtualizer.value.scrollToIndex(index, { align: 'center' });
    },
  );

  function measured(element: unknown, entry: LogEntry): void {
    if (
      element instanceof HTMLElement &&
      (entry.seq === ui.selectedSeq || entry.remark !== undefined || !isPlain(entry.text))
    ) {
      virtualizer.value.measureElement(element);
    }
  }

  async function older(): Promise<void> {
    const before = virtualizer.value.getVirtualItems()[0]?.index ?? 0;
    const count = await ui.attempt(() => log.loadOlder());
    if (count === undefined || count === 0) return;
    await nextTick();
    virtualizer.value.scrollToIndex(before + count, { align: 'start' });
  }

  return {
    shown,
    totalSize: computed(() => virtualizer.value.getTotalSize()),
    toEnd,
    onScroll,
    reveal: (index) => virtualizer.value.scrollToIndex(index, { align: 'auto' }),
    measured,
    older,
  };
}
