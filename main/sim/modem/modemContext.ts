import type { Profile } from '../profile.ts';
import { cell } from './radio.ts';
import type { Radio } from './radio.ts';

/** Numbers a module and its SIM card are known by, digits only. */
export interface SimulatedIdentity {
  readonly imei: string;
  readonly imsi: string;
  readonly iccid: string;
}

/** What commands switch and the next power-on resets. */
export interface ModemSettings {
  /** +CMEE. */
  errorReport: number;
  /** +CEREG reports. */
  registrationReport: number;
  /** +CREG reports. */
  circuitReport: number;
  /** +CSCON reports. */
  connectionReport: number;
  /** +NPSMR reports. */
  sleepReport: number;
  /** +NSONMI. */
  socketReport: number;
  powerSaving: number;
  edrx: { readonly mode: number; readonly accessTechnology: number; readonly value: string };
  bands: readonly number[];
}

/** What the commands of a virtual module share. */
export interface ModemContext {
  readonly profile: Profile;
  readonly identity: SimulatedIdentity;
  readonly seed: number;
  readonly radio: Radio;
  readonly settings: ModemSettings;
  /** +NCONFIG, survives a reboot. */
  readonly moduleConfig: Map<string, string>;
  /** How answers are printed. */
  readonly terminal: { echo: boolean; isVerbose: boolean; isQuiet: boolean };
  /** Prints a line unasked. */
  say(line: string): void;
  /** Tells whoever runs the module, once, of something it does not do as a real one would. */
  notice(text: string): void;
  /** Restarts after the final result. */
  reboot(): void;
  /** Seconds since power-on. */
  uptimeSeconds(): number;
  /** Runs later unless the module loses power before. */
  later(delayMs: number, action: () => void): void;
}

/** Settings after power-on. */
export function settingsAfterPowerOn(profile: Profile): ModemSettings {
  return {
    errorReport: profile.errors.report,
    registrationReport: 0,
    circuitReport: 0,
    connectionReport: 0,
    sleepReport: 0,
    socketReport: 1,
    powerSaving: 0,
    edrx: { mode: 0, accessTechnology: 5, value: '0010' },
    // China Mobile's, as a BC95 prints it (`+NBAND:8`).
    bands: [cell.band],
  };
}
