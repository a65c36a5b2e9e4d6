import type { UrcOf } from './messages.ts';

type WriteParams = UrcOf<'+MIPLWRITE'>['params'];

/** All lines of one write. */
export interface AssembledWrite {
  readonly ref: number;
  readonly msgId: number;
  readonly parts: readonly WriteParams[];
}

/** More than any module keeps open; the oldest unfinished write gives way. */
const MAX_OPEN = 64;

/**
 * Joins the +MIPLWRITE lines of one msgId. A write is complete at index 0; firmware that prints no index ends with
 * flag 0 (mipl-at.md §8: the document prints flag 0 on every line, so the flag decides only where the index is absent).
 */
export class WriteAssembler {
  readonly #open = new Map<number, WriteParams[]>();

  /** Takes a line; gives the whole write when this was its last, undefined while lines are missing. */
  add(part: WriteParams): AssembledWrite | undefined {
    const parts = this.#partsFor(part);
    parts.push(part);
    const complete = part.index === undefined ? part.flag === 0 : part.index === 0;
    if (!complete) return undefined;
    this.#open.delete(part.msgId);
    return { ref: part.ref, msgId: part.msgId, parts };
  }

  /** Forgets one write: its rest does not come. */
  drop(msgId: number): void {
    this.#open.delete(msgId);
  }

  /** Forgets everything: the module started anew. */
  clear(): void {
    this.#open.clear();
  }

  #partsFor(part: WriteParams): WriteParams[] {
    const open = this.#open.get(part.msgId);
    const last = open?.at(-1);
    if (open && last && !startsOver(last, part)) return open;
    const fresh: WriteParams[] = [];
    this.#open.delete(part.msgId);
    this.#open.set(part.msgId, fresh);
    if (this.#open.size > MAX_OPEN) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest);
        break;
      }
    }
    return fresh;
  }
}

/** The platform asked again before the write was complete: index counts down, so it never grows within one write. */
function startsOver(last: WriteParams, next: WriteParams): boolean {
  if (last.index !== undefined && next.index !== undefined) return next.index >= last.index;
  return next.flag === 1;
}
