import { computed, onScopeDispose, ref, shallowRef, triggerRef } from 'vue';
import { entryBytes } from '../../shared/entryRing.ts';
import type { LogEntry } from '../../shared/log.ts';
import { callDevice, listen } from '../mirror/api.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { LogBuffer } from './logBuffer.ts';
import { foldLines } from '../../shared/fold.ts';
import type { FoldedLines } from '../../shared/fold.ts';
import type { LogFilter } from './logFilter.ts';
import { everything, isEverything, matcher } from './logFilter.ts';

/** Lines kept in memory; older ones come from the journal. */
export const logCapacity = 10_000;
/** Long lines leave earlier: the same number of them could fill the memory. */
const logBytes = 16 * 1024 * 1024;
/** While someone reads further up nothing is taken away above them, up to this many lines. */
const readingCapacity = 2 * logCapacity;
const readingBytes = 2 * logBytes;
const pageSize = 500;
/** As many as one request may ask for. */
const firstPage = 2000;

/**
 * The AT log as the screen holds it. `view` is a plain array behind a shallow reference: rows are never made reactive,
 * a batch costs one trigger.
 */
export const useLogStore = defineDeviceStore((device) => {
  const buffer = new LogBuffer(logCapacity, logBytes);
  /** Lines shown, oldest first: those of the ring that pass the filter, and older pages that were asked for. */
  const view = shallowRef<LogEntry[]>([]);
  const filter = shallowRef<LogFilter>(everything);
  const isFollowing = ref(true);
  const isPaused = ref(false);
  /** Lines that came while nobody was looking at the end. */
  const unseen = ref(0);
  const isLoadingOlder = ref(false);
  /** Exchanges and polling are a line each. */
  const isFolded = ref(false);
  /** First lines of what was opened. */
  const unfolded = shallowRef<ReadonlySet<number>>(new Set());
  const isFiltered = computed(() => !isEverything(filter.value));
  /** What is on the screen; a new object with each batch. Hits of a filter stand for themselves. */
  const lines = computed<FoldedLines>(() =>
    isFolded.value && !isFiltered.value
      ? foldLines(view.value, unfolded.value)
      : { rows: view.value, folds: new Map() },
  );
  /** Grows with every batch, for views that look up lines of their own with `select`. */
  const batches = ref(0);

  let passes = matcher(everything);
  let stop: (() => void) | undefined;
  /** About the bytes of the lines in `view`. */
  let viewBytes = 0;

  const bytesOf = (rows: readonly LogEntry[]): number => rows.reduce((sum, row) => sum + entryBytes(row), 0);

  /** Takes another list of lines as the one that is shown. */
  function show(rows: LogEntry[]): void {
    view.value = rows;
    viewBytes = bytesOf(rows);
  }

  /** Nothing more is shown at the end for someone who reads further up. */
  const isFull = (): boolean => view.value.length >= readingCapacity || viewBytes >= readingBytes;

  /** At the end of the log what has left the ring leaves the list, too. */
  function trim(): void {
    const rows = view.value;
    if (!isFollowing.value) return;
    let excess = Math.max(0, rows.length - logCapacity);
    while ((rows[excess]?.seq ?? Infinity) < buffer.firstSeq) excess += 1;
    viewBytes -= bytesOf(rows.splice(0, excess));
  }

  function append(batch: readonly LogEntry[]): void {
    const added = buffer.append(batch);
    if (added.length === 0) return;
    batches.value += 1;
    const passing = isEverything(filter.value) ? added : added.filter(passes);
    if (passing.length === 0) return;
    if (isPaused.value || !isFollowing.value) unseen.value += passing.length;
    if (isPaused.value || (!isFollowing.value && isFull())) return;
    for (const entry of passing) view.value.push(entry);
    viewBytes += bytesOf(passing);
    trim();
    triggerRef(view);
  }

  function rebuild(): void {
    show(buffer.select(passes));
    unseen.value = 0;
  }

  /** Shows what passes; the newest lines again. */
  function setFilter(change: Partial<LogFilter>): void {
    filter.value = { ...filter.value, ...change };
    passes = matcher(filter.value);
    isFollowing.value = true;
    rebuild();
  }

  function clearFilter(): void {
    setFilter({ ...everything, msgId: undefined, request: undefined, path: undefined });
  }

  function toggleFolding(): void {
    isFolded.value = !isFolded.value;
    unfolded.value = new Set();
  }

  /** Opens what stands behind a line, or closes it. */
  function setUnfolded(seq: number, isOpen: boolean): void {
    const open = new Set(unfolded.value);
    if (isOpen) open.add(seq);
    else open.delete(seq);
    unfolded.value = open;
  }

  /** The line among all others, as it came: what was filtered away stands around it again. */
  function showInContext(): void {
    clearFilter();
    isFollowing.value = false;
  }

  /** Called by the list: someone scrolled away from the end. */
  function stopFollowing(): void {
    isFollowing.value = false;
  }

  /** Back to the newest line. */
  function follow(): void {
    const wasBehind = isPaused.value || view.value.length > logCapacity || isFull();
    isFollowing.value = true;
    isPaused.value = false;
    if (wasBehind) rebuild();
    unseen.value = 0;
  }

  /** Freezes the list; capture goes on. */
  function togglePause(): void {
    if (isPaused.value) follow();
    else isPaused.value = true;
  }

  /**
   * Puts the page before the first line shown in front of it; answers how many lines came. None does for whoever looks at the end or
   * through another filter by the time that it is there.
   */
  async function loadOlder(): Promise<number> {
    const first = view.value[0]?.seq ?? buffer.firstSeq;
    if (isLoadingOlder.value || first <= 1) return 0;
    isLoadingOlder.value = true;
    const wasFollowing = isFollowing.value;
    isFollowing.value = false;
    const asked = filter.value;
    try {
      const from = Math.max(1, first - pageSize);
      const entries = await callDevice(device, 'readLog', { from, count: first - from });
      // Somebody who was at the end meanwhile, and left it again, has another view, which begins later.
      const isElsewhere = isFollowing.value || (view.value[0]?.seq ?? first) > first;
      if (isElsewhere || filter.value !== asked) return 0;
      // What was fetched for a window that stood still may begin earlier than what was shown.
      const firstShown = Math.min(first, view.value[0]?.seq ?? first);
      const older = entries.filter((entry) => entry.seq < firstShown && passes(entry));
      show([...older, ...view.value]);
      return older.length;
    } catch (error) {
      isFollowing.value ||= wasFollowing;
      throw error;
    } finally {
      isLoadingOlder.value = false;
    }
  }

  /** Starts to listen. Before the snapshot is asked for, so that no line falls between the two. */
  function start(): void {
    stop ??= listen('log', ({ device: of, entries, hasMissed }) => {
      if (of !== device) return;
      append(entries);
      // A device that is closed meanwhile has no lines any more.
      if (hasMissed) fetchLast(entries.at(-1)?.seq ?? 0).catch(() => undefined);
    });
  }

  /**
   * Fetches the last page up to entry `lastSeq`, for a window that was opened or reloaded in mid-session, or stood still. Whoever
   * reads further up, or has frozen the list, keeps their place.
   */
  async function fetchLast(lastSeq: number): Promise<void> {
    if (lastSeq <= 0) return;
    const from = Math.max(1, lastSeq - firstPage + 1);
    const held = await callDevice(device, 'readLog', { from, count: firstPage });
    const [first] = held;
    if (!first) return;
    const arrived = buffer.select(() => true);
    const known = new Set(arrived.map(({ seq }) => seq));
    buffer.clear();
    buffer.append(arrived.filter(({ seq }) => seq < first.seq));
    buffer.append(held);
    buffer.append(arrived);
    batches.value += 1;
    if (isFollowing.value && !isPaused.value) return rebuild();
    unseen.value += held.filter((entry) => !known.has(entry.seq) && passes(entry)).length;
    if (isPaused.value || isFull()) return;
    const newer = buffer.select((entry) => entry.seq >= first.seq && passes(entry));
    show([...view.value.filter(({ seq }) => seq < first.seq), ...newer]);
  }

  onScopeDispose(() => stop?.());

  return {
    view,
    filter,
    isFollowing,
    isPaused,
    unseen,
    isLoadingOlder,
    batches,
    /** Lines in memory that pass, whatever the filter of the log. */
    select: (passing: (entry: LogEntry) => boolean) => buffer.select(passing),
    isFiltered,
    lines,
    isFolded,
    unfolded,
    toggleFolding,
    setUnfolded,
    showInContext,
    hasOlder: computed(() => (view.value[0]?.seq ?? 1) > 1),
    append,
    setFilter,
    clearFilter,
    stopFollowing,
    follow,
    togglePause,
    loadOlder,
    start,
    fetchLast,
  };
});
