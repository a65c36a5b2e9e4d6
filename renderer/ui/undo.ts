/** A value with what it was before, and what was taken back of it. */
export interface Undoable<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

/** So many steps back; whoever wants more has other wishes. */
const MOST = 200;

/** Nothing has been changed yet. */
export function beginUndo<T>(present: T): Undoable<T> {
  return { past: [], present, future: [] };
}

/** The value is another; what was taken back before is gone. */
export function changed<T>({ past, present }: Undoable<T>, next: T): Undoable<T> {
  return { past: [...past, present].slice(-MOST), present: next, future: [] };
}

/** The change before is taken back; the same where there is none. */
export function undone<T>(history: Undoable<T>): Undoable<T> {
  const { past, present, future } = history;
  if (past.length === 0) return history;
  return { past: past.slice(0, -1), present: past[past.length - 1] as T, future: [present, ...future] };
}

/** What was taken back last holds again; the same where nothing was. */
export function redone<T>(history: Undoable<T>): Undoable<T> {
  const { past, present, future } = history;
  if (future.length === 0) return history;
  return { past: [...past, present], present: future[0] as T, future: future.slice(1) };
}
