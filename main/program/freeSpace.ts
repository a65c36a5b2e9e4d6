import { statfs } from 'node:fs/promises';
import { startTicks } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** How many bytes a folder still takes; undefined where that cannot be told. Must not throw. */
export type FreeBytes = (folder: string) => Promise<number | undefined>;

/** As the system tells it for this user. */
export const freeBytesOf: FreeBytes = async (folder) => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

/** A saturated line of 115,200 baud writes that in a working day. */
export const LOW_BYTES = 500_000_000;
/** So much more there has to be before it is no longer low: a figure at the limit does not come and go. */
const ENOUGH_BYTES = 1.1 * LOW_BYTES;
/** A figure that has changed by less is not worth telling. */
const TOLD_BYTES = 1_000_000;
const LOOK_MS = 30_000;

/** What the watch works with. */
export interface FreeSpaceParts {
  readonly folder: () => string;
  readonly freeBytes: FreeBytes;
  /** Bytes that are left where that is little, else undefined; called where it has changed. */
  readonly onLow: (lowBytes: number | undefined) => void;
  /** How often it is looked. */
  readonly lookMs?: number;
}

/** Watches the room that is left for journals, so that it is said before the disk is full. */
export class FreeSpace {
  readonly #parts: FreeSpaceParts;
  #low: number | undefined;
  #ticks: Timer | undefined;
  /** Answers to earlier questions no longer count. */
  #looks = 0;
  /** Folders whose disk has yet to answer. */
  readonly #asked = new Set<string>();

  constructor(parts: FreeSpaceParts) {
    this.#parts = parts;
  }

  /** Looks now and from then on. */
  start(): void {
    void this.look();
    this.#ticks ??= startTicks(() => void this.#lookAgain(), this.#parts.lookMs ?? LOOK_MS);
  }

  stop(): void {
    this.#looks += 1;
    this.#ticks?.stop();
  }

  /** The folder is another: what is left there is told whatever was told before. */
  lookAnew(): Promise<void> {
    this.#low = undefined;
    return this.look();
  }

  /** A disk that does not answer is not asked again: each question would hold one more thread of the system. */
  async #lookAgain(): Promise<void> {
    if (!this.#asked.has(this.#parts.folder())) await this.look();
  }

  /** Looks now. */
  async look(): Promise<void> {
    const look = ++this.#looks;
    const folder = this.#parts.folder();
    this.#asked.add(folder);
    const bytes = await this.#parts.freeBytes(folder).finally(() => this.#asked.delete(folder));
    if (look !== this.#looks) return;
    const limit = this.#low === undefined ? LOW_BYTES : ENOUGH_BYTES;
    const low = bytes !== undefined && bytes < limit ? bytes : undefined;
    const isSame = low === undefined || this.#low === undefined ? low === this.#low : isNear(low, this.#low);
    if (isSame) return;
    this.#low = low;
    this.#parts.onLow(low);
  }
}

function isNear(one: number, other: number): boolean {
  return one === other || (one > 0 && Math.abs(one - other) < TOLD_BYTES);
}
