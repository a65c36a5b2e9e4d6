import type { DeviceModel } from '../../shared/deviceModel.ts';
import type { ModelState } from '../../shared/models.ts';
import type { DeviceId } from '../../shared/programState.ts';
import type { Settings } from '../../shared/settings.ts';
import type { PortInfo } from '../../shared/state.ts';
import type { PlatformKey } from '../platform/platformKey.ts';
import type { Clock } from '../time/clock.ts';
import type { HostGuard } from '../transport/hostGuard.ts';
import type { SessionParts } from './sessionParts.ts';

/** A port that a device has, from before it is opened until it is closed again. */
export interface PortClaim {
  /** It is free at once. */
  free(): void;
  /** It is free once that has settled: who wants it meanwhile waits. */
  freeAfter(closing: Promise<unknown>): void;
}

/** How the sessions of a device are held; every part has a default. */
export type SessionOptions = Pick<
  SessionParts,
  | 'dialect'
  | 'openLink'
  | 'reopenMs'
  | 'againMs'
  | 'answerTimeoutMs'
  | 'signalPollMs'
  | 'closeEventMs'
  | 'networkTimeoutMs'
> & {
  /** Before a stage that does not move on is looked into; default 10 s. */
  readonly patienceMs?: number;
};

/** A device model with the name by which the program knows it. */
export interface ChosenModel {
  readonly model: DeviceModel;
  readonly state: ModelState;
}

/** What all devices of a program share; main/program lends it. */
export interface ProgramParts {
  readonly version: string;
  /** What a device is made of that nobody has chosen otherwise. */
  readonly model: () => ChosenModel;
  readonly journalDirectory: string;
  readonly clock: Clock;
  readonly hosts: HostGuard;
  readonly platformKey: PlatformKey;
  readonly session: SessionOptions;
  /** The settings of the person, without what holds for one device only. */
  readonly settings: () => Settings;
  /** Takes over settings for all devices and writes them. @throws CodedError `FILE_NOT_WRITTEN`. */
  readonly changeSettings: (change: Partial<Settings>) => Promise<void>;
  readonly ports: () => readonly PortInfo[];
  /** Gives a port to a device, before it is opened. @throws CodedError `PORT_OPEN_HERE` where another one has it. */
  readonly claimPort: (path: string, by: DeviceId) => Promise<PortClaim>;
}
