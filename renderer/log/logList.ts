import { observeElementOffset, useVirtualizer } from '@tanstack/vue-virtual';
import type { Virtualizer } from '@tanstack/vue-virtual';
import type { ComputedRef, Ref } from 'vue';
import { computed, nextTick, onMounted, onUnmounted, shallowRef, watch } from 'vue';
import { requestIdOf } from '../../shared/log.ts';
import type { LogEntry } from '../../shared/log.ts';
import { Following } from '../ui/following.ts';
import { hearHands } from '../ui/hands.ts';
import { isPlain, missingBefore, screenLines } from './logRows.ts';
import { useLogStore } from './logStore.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { useUiStore } from '../ui/uiStore.ts';

const rowPadding = 4;
type TellOffset = (offset: number, isScrolling: boolean) => void;

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
  onScroll(): void;
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

  /** Tells the virtual list how far it is scrolled. */
  let tellOffset: TellOffset | undefined;
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
        observeElementOffset: (instance: Virtualizer<HTMLElement, Element>, tell: TellOffset) => {
          tellOffset = tell;
          return observeElementOffset(instance, tell);
        },
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

  const following = new Following(log);
  function toEnd(): void {
    const element = scroller.value;
    if (element === null) return;
    // Beyond the end on purpose: the browser stops at the end, and nothing has to be measured first.
    element.scrollTop = virtualizer.value.getTotalSize() + 1000;
    following.placed(element);
    // The browser tells with its next frame, which on a busy computer comes seconds later: until then the newest rows were not drawn.
    tellOffset?.(element.scrollTop, false);
  }
  let frame: number | undefined;
  /** The end stays in sight, or is where the next frame shows it. */
  function keepAtEnd(): void {
    if (following.keepsAtEnd) return toEnd();
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      if (scroller.value) following.drawn(scroller.value);
    });
  }

  /** Follow: after every batch, and whenever a row turned out higher than thought. */
  watch(() => [virtualizer.value.getTotalSize(), log.lines.rows, log.isFollowing] as const, keepAtEnd, {
    flush: 'post',
  });

  /** Brings a row into sight. */
  function show(index: number, align: 'start' | 'center' | 'auto'): void {
    virtualizer.value.scrollToIndex(index, { align });
    if (scroller.value) following.placed(scroller.value);
  }

  function onScroll(): void {
    const element = scroller.value;
    if (element === null) return;
    following.scrolled(element);
    ui.topSeq = log.isFollowing
      ? undefined
      : log.lines.rows[virtualizer.value.getVirtualItemForOffset(element.scrollTop)?.index ?? 0]?.seq;
  }

  /** Somebody who read further up, and looked at another tab or page meanwhile, reads on where they were. */
  function restore(): void {
    const { topSeq } = ui;
    const index = topSeq === undefined ? -1 : log.lines.rows.findIndex(({ seq }) => seq >= topSeq);
    if (!log.isFollowing && index >= 0) show(index, 'start');
  }

  /** A line sought elsewhere comes into sight, where it is still kept and not filtered away; also where the log was behind another tab. */
  function seek(): void {
    const { soughtLine } = ui;
    if (!soughtLine) return;
    ui.soughtLine = undefined;
    const index = log.lines.rows.findIndex(({ seq }) => seq === soughtLine.seq);
    if (index < 0) return;
    log.stopFollowing();
    show(index, 'center');
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
      if (!isRestored) void nextTick(() => (restore(), seek()));
      isRestored = true;
      void nextTick(keepAtEnd);
    });
    if (scroller.value) observer.observe(scroller.value);
    if (probe.value) observer.observe(probe.value);
    void document.fonts?.ready.then(measure);
  });
  onUnmounted(() => observer?.disconnect());
  hearHands(scroller, following, keepAtEnd);
  watch(
    () => program.settings.theme,
    () => void nextTick(measure),
  );

  /** The row that is unfolded has a height of its own; folded again it goes back to the calculated one. */
  function refold(seq: number | undefined): void {
    const index = seq === undefined ? -1 : log.lines.rows.findIndex((entry) => entry.seq === seq);
    if (index < 0) return;
    virtualizer.value.resizeItem(index, heightOf(index));
    // The program makes the list shorter here, for a line further down that somebody looks at.
    void nextTick(() => scroller.value && following.placed(scroller.value));
  }
  watch(
    () => ui.selectedSeq,
    (_, before) => void nextTick(() => refold(before)),
  );

  watch(() => ui.soughtLine, seek);

  // A request selected elsewhere brings its first line into sight.
  watch(
    () => ui.selectedRequestId,
    (id) => {
      if (id === undefined || ui.selectedSeq !== undefined) return;
      const index = log.lines.rows.findIndex((entry) => requestIdOf(entry) === id);
      if (index < 0) return;
      log.stopFollowing();
      show(index, 'center');
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
    show(before + count, 'start');
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
