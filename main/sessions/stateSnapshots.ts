import { defined } from '../../shared/defined.ts';
import type { DeviceState } from '../../shared/state.ts';
import { Replay } from '../facts/replay.ts';
import type { SessionSettings } from '../facts/fact.ts';
import { readRecordBlocks } from '../journal/journalReader.ts';
import type { JournalPosition } from '../journal/journalReader.ts';

/** The state before a line of the file. Parts of it that stay the same are shared with the next one. */
interface Snapshot extends JournalPosition {
  readonly state: DeviceState;
  readonly settings: SessionSettings | undefined;
}

/** Folding so much takes less than 50 ms. */
const APART_BYTES = 1_048_576;
/** Of 4 GB; beyond, they stand further apart. */
const MOST_SNAPSHOTS = 4096;

/** The state of a journal with facts at any of its lines: what was folded once is kept now and then, and the rest is folded from there. */
export class StateSnapshots {
  readonly #file: string;
  readonly #apartBytes: number;
  /** In their order; the beginning of the file is none. */
  #snapshots: Snapshot[] = [];

  /** @param apartBytes how far apart they are kept */
  constructor(file: string, apartBytes = APART_BYTES) {
    this.#file = file;
    this.#apartBytes = apartBytes;
  }

  /** How many are kept. */
  get size(): number {
    return this.#snapshots.length;
  }

  /** The bytes are others than before. */
  clear(): void {
    this.#snapshots = [];
  }

  /**
   * The state after a line of the file, or after the last one. What lies on the way is kept.
   * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
   */
  async stateAt(line: number, signal?: AbortSignal): Promise<DeviceState> {
    const from = this.#snapshots.findLast((snapshot) => snapshot.line <= line);
    const replay = new Replay(() => undefined, undefined, from);
    for await (const { records, next } of readRecordBlocks(this.#file, defined({ from, signal }))) {
      for (const record of records) {
        if (record.line > line) return replay.state;
        replay.push(record);
      }
      if (replay.isBegun) this.#keep({ ...next, state: replay.state, settings: replay.settings });
    }
    return replay.state;
  }

  #keep(snapshot: Snapshot): void {
    const last = this.#snapshots.at(-1)?.byte ?? 0;
    if (snapshot.byte - last < this.#apartBytes || this.#snapshots.length >= MOST_SNAPSHOTS) return;
    this.#snapshots.push(snapshot);
  }
}
