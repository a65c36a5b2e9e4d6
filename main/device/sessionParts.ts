import type { LineSettings } from '../../shared/lineSettings.ts';
import type { Settings } from '../../shared/settings.ts';
import type { DialectState, PortInfo } from '../../shared/state.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import type { LogBook } from '../log/logBook.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import type { SuiteTimes } from '../mipl/suite.ts';
import type { Clock } from '../time/clock.ts';
import type { OpenedPort } from './ports.ts';

/** What a session works with. Nothing here knows Electron. */
export interface SessionParts {
  readonly facts: FactRecord;
  readonly store: ObjectStore;
  readonly log: LogBook;
  /** As they hold for the device. */
  readonly settings: () => Settings;
  /** Begins the journal of a connection. */
  readonly beginJournal: (port: PortInfo, baudRate: number) => Promise<JournalWriter>;
  readonly openLink?: (port: PortInfo, baudRate: number, line: LineSettings) => Promise<OpenedPort>;
  /** Where the adapter of a port is that is gone under its name. */
  readonly movedTo?: (port: PortInfo) => Promise<PortInfo | undefined>;
  /** The far end has refused a port that was open already: the session has no port any more, and opens none. */
  readonly onRefused?: () => void;
  /** Replaces detection. */
  readonly dialect?: DialectState['name'];
  readonly reopenMs?: number;
  /** Before a bring-up without answers is tried again. */
  readonly againMs?: number;
  readonly signalPollMs?: number;
  readonly networkTimeoutMs?: number;
  readonly answerTimeoutMs?: number;
  readonly closeEventMs?: SuiteTimes['closeEventMs'];
  readonly clock?: Clock;
}
