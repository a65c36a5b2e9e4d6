import type { Fault } from '../../shared/errors.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import type { JournalFile } from './journalFile.ts';

/** What is known of a session when its journal begins. */
export interface JournalStart {
  readonly appVersion: string;
  readonly port: string;
  readonly baudRate: number;
  /** Name of the place; part of the file name. */
  readonly site?: string;
  /** Usually not known yet: {@link JournalWriter.identify} tells it later. */
  readonly identity?: ModuleIdentity;
}

/** How a journal behaves; the defaults are what the product uses. */
export interface JournalOptions {
  /** A record reaches the system at most this long after it came; at most 500. */
  readonly flushMs?: number;
  /** More than this many characters waiting are written without delay. */
  readonly flushLength?: number;
  /** While the disk does not take anything, at most this many characters are kept. */
  readonly memoryLength?: number;
  /** Pause before a failed write is tried again. */
  readonly retryMs?: number;
  /** A write that takes longer is told like one that fails, until all that waits is written. */
  readonly slowMs?: number;
  /** `FILE_NOT_WRITTEN` when writing begins to fail, null when it works again. Must not throw. */
  readonly onFault?: (fault: Fault | null) => void;
  /** How often it is looked whether the file still stands where it was made. */
  readonly lookMs?: number;
  /** Where the journal goes on when its own folder is gone and cannot be made again. */
  readonly elsewhere?: () => Promise<string>;
  /** The file was removed or moved, and the journal goes on in another, which says so itself. Must not throw. */
  readonly onMove?: (told: Remark) => void;
  readonly wallMs?: () => number;
  readonly monotonicNs?: () => bigint;
  /** Creates the file, failing with `EEXIST` where there is one. */
  readonly create?: (path: string) => Promise<JournalFile>;
}
