import type { Macro } from './macros.ts';
import type { CatalogueState } from './catalogue.ts';
import { text } from './schema.ts';
import type { ValueOf } from './schema.ts';
import type { SearchState } from './search.ts';
import type { SiteBatch } from './siteBatch.ts';
import { defaultSettings } from './settings.ts';
import type { Language, Settings } from './settings.ts';
import { noStations } from './stations.ts';
import type { StationsState } from './stations.ts';
import type { ConnectionPhase, PortInfo, RegistrationPhase, Stage, SteadyTimeMs } from './state.ts';
import type { StageName } from './stageNames.ts';

/** Names a device of the window, `1`, `2` … in the order they were opened; never used again while the program runs. */
export const deviceId = text(16);
export type DeviceId = ValueOf<typeof deviceId>;
/** Of the tab that is there from the start. */
export const firstDevice: DeviceId = '1';

/** A device as its tab shows it. */
export interface DeviceSummary {
  readonly id: DeviceId;
  readonly phase: ConnectionPhase;
  /** Path of the port that is open, or was open last. */
  readonly port?: string;
  readonly model?: string;
  readonly imei?: string;
  readonly registration: RegistrationPhase;
  /** The stage that says how far it is: the first that failed, else the one under way, else the last that is done. */
  readonly stage?: { readonly name: StageName; readonly status: Stage['status'] };
  /** The channel that the connected module is locked to. */
  readonly lockedEarfcn?: number;
  /** An acceptance run is under way. */
  readonly isTesting: boolean;
  /** The run waits for a person to make a call. */
  readonly isAsking: boolean;
}

/** So many tabs at once; more would be a mistake of the one who opens them. */
export const maxDevices = 16;

/** A file that is being written or read for a person. */
export interface FileWork {
  readonly id: string;
  readonly kind: 'export' | 'import';
  /** Name of the file. */
  readonly name: string;
  /** 0 to 1. */
  readonly done: number;
}

/** Where journals are written. */
export interface JournalsState {
  readonly folder: string;
  /** A person has chosen it; else it is the usual one. */
  readonly isChosen: boolean;
  /** Bytes that are left there, where that is little. */
  readonly lowBytes?: number;
}

/** All the screen may know of the program itself. Owned and changed by main/program/programHolder.ts alone. */
export interface ProgramState {
  readonly ports: readonly PortInfo[];
  /** The last search for a module; null before the first, and when a person has put it away. */
  readonly search: SearchState | null;
  /** In the order they were opened. */
  readonly devices: readonly DeviceSummary[];
  /** In the order they began. */
  readonly fileWorks: readonly FileWork[];
  /** Devices that are tested one after the other; null while no batch goes on. */
  readonly batch: SiteBatch | null;
  readonly settings: Settings;
  /** The queue of many stations, as far as a person looked at it. */
  readonly stations: StationsState;
  readonly journals: JournalsState;
  /** The objects that device models can get. */
  readonly catalogue: CatalogueState;
  /** Of the person's own. */
  readonly macros: readonly Macro[];
  readonly systemLanguage: Language;
  readonly version: string;
}

/** One step of the program's state: applies only to the state of `revision - 1`. Parts are replaced whole. */
export interface ProgramPatch {
  readonly revision: number;
  readonly changes: Partial<ProgramState>;
  /** What main's steady clock said when it was sent. */
  readonly steadyMs?: SteadyTimeMs;
  /** Steps up to this one were never told: it stands for them, and the whole is to be fetched. */
  readonly hasMissed?: true;
}

/** The program's state at a revision. */
export interface ProgramSnapshot {
  readonly revision: number;
  readonly state: ProgramState;
  /** What main's steady clock said meanwhile: the window counts on from there. */
  readonly steadyMs?: SteadyTimeMs;
}

/** The state before anything happened. */
export function initialProgramState(version: string, systemLanguage: Language): ProgramState {
  return {
    ports: [],
    search: null,
    devices: [],
    fileWorks: [],
    batch: null,
    settings: defaultSettings,
    stations: noStations,
    journals: { folder: '', isChosen: false },
    catalogue: { objectCount: 0, resourceCount: 0 },
    macros: [],
    systemLanguage,
    version,
  };
}
