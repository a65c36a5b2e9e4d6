import type { LogEntry } from '../../../shared/log.ts';
import type { PlatformCall, PlatformOperation } from '../../../shared/platform.ts';
import type { Remark } from '../../../shared/remarks.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { DeviceState } from '../../../shared/state.ts';
import type { StateChanges } from '../../../shared/statePatch.ts';
import type { ObjectStore } from '../../lwm2m/objectStore.ts';
import type { Engine } from '../../mipl/engine.ts';

/** The platform's side of a case: asked over HTTP, or by a person at a console of their own. */
export interface PlatformSide {
  readonly kind: 'simulated' | 'host' | 'operator';
  /** The host that is asked; absent for an operator. */
  readonly host?: string;
  /** Asks and resolves with the answer, good or bad; rejects with CodedError when it cannot even be sent. */
  ask(operation: PlatformOperation): Promise<PlatformCall>;
  /** The call as a command line. @throws CodedError. */
  curl(operation: PlatformOperation): string;
}

/** What a run works with: one connection with its engine, and the facts about it. */
export interface TestSetup {
  readonly version: string;
  /** The engine of the open port. @throws CodedError `PORT_NOT_OPEN`. */
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly platform: PlatformSide;
  /** The port reaches the platform by way of a bootstrap server. */
  readonly hasBootstrap: boolean;
  readonly state: DeviceState;
  /** As they hold for the device, the run's own overrides included. */
  readonly settings: Settings;
  /** Hears every change of the state; the returned function ends it. */
  onChange(listener: (changes: StateChanges) => void): () => void;
  /** Sequence number of the newest line of the log. */
  readonly lastSeq: number;
  /** Lines of the log from a sequence number on. */
  lines(from: number): readonly LogEntry[];
  /** Hears that there are new lines; the returned function ends it. */
  onLines(listener: () => void): () => void;
  /**
   * Until the returned function is called nothing but the run acts: the program does not register or report of its own
   * accord, no generator changes a value, no request is held for a person.
   */
  takeOver(): () => void;
  /** A remark for log and journal. */
  note(remark: Remark): void;
}
