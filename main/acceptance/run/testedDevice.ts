import type { Remark } from '../../../shared/remarks.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { FactRecord } from '../../facts/factRecord.ts';
import type { StateHolder } from '../../facts/stateHolder.ts';
import type { JournalWriter } from '../../journal/journalWriter.ts';
import type { LogBook } from '../../log/logBook.ts';
import type { ObjectStore } from '../../lwm2m/objectStore.ts';
import type { Engine } from '../../mipl/engine.ts';
import type { PlatformCaller } from '../../platform/platformCaller.ts';
import type { Clock } from '../../time/clock.ts';

/** What an acceptance run needs of the device that it tests; main/device provides it. */
export interface TestedDevice {
  /** Of the program. */
  readonly version: string;
  readonly clock: Clock;
  readonly state: StateHolder;
  readonly facts: FactRecord;
  readonly log: LogBook;
  readonly store: ObjectStore;
  readonly platform: PlatformCaller;
  readonly generators: { readonly pause: () => () => void };
  /** The settings as they hold for this device. */
  readonly settings: Settings;
  /** The connection: another object after the port was closed and opened. @throws CodedError `PORT_NOT_OPEN`. */
  readonly session: { readonly engine: Engine };
  /** Of the last connection. */
  readonly journal: JournalWriter | undefined;
  /** Settings that hold for this device alone, until the returned function is called. */
  overrideSettings(change: Partial<Settings>): () => void;
  /** A remark for log and journal. */
  note(remark: Remark): void;
}
