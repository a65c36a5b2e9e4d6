/** Three bits of unit, by their number: what the other five count. */
type Units = readonly (number | undefined)[];

const minute = 60;
const hour = 3600;
/** GPRS timer 2, TS 24.008 §10.5.7.4: units that are not defined count minutes. */
const activeTimeUnits: Units = [2, minute, 6 * minute, minute, minute, minute, minute];
/** GPRS timer 3, TS 24.008 §10.5.7.4a. */
const periodicTauUnits: Units = [10 * minute, hour, 10 * hour, 2, 30, minute, 320 * hour];

function read(bits: string, units: Units): number | 'off' | undefined {
  if (!/^[01]{8}$/.test(bits)) return undefined;
  const unit = units[parseInt(bits.slice(0, 3), 2)];
  return unit === undefined ? 'off' : unit * parseInt(bits.slice(3), 2);
}

/** How long the module can still be reached, T3324, seconds; `off` when deactivated, undefined for what is none. */
export function activeTimeSeconds(bits: string): number | 'off' | undefined {
  return read(bits, activeTimeUnits);
}

/** How often the module says that it is still there, T3412 extended, seconds; `off` and undefined as above. */
export function periodicTauSeconds(bits: string): number | 'off' | undefined {
  return read(bits, periodicTauUnits);
}

/** `<AcT-type>` of +CEDRXS (TS 27.007 §7.40): E-UTRAN in its NB-S1 mode. */
const NB_S1 = 5;
/** eDRX cycles of NB-S1 by their four bits, seconds (TS 24.008 §10.5.5.32, table); what is not defined counts as 20.48 s. */
const edrxCycles: ReadonlyMap<string, number> = new Map([
  ['0011', 40.96],
  ['0101', 81.92],
  ['1001', 163.84],
  ['1010', 327.68],
  ['1011', 655.36],
  ['1100', 1310.72],
  ['1101', 2621.44],
  ['1110', 5242.88],
  ['1111', 10_485.76],
]);

/** How late a request may reach the module, seconds; `off` without eDRX, undefined for bits or an access that is not known. */
export function edrxCycleSeconds(accessTechnology: number, bits: string): number | 'off' | undefined {
  if (accessTechnology === 0) return 'off';
  if (accessTechnology !== NB_S1 || !/^[01]{4}$/.test(bits)) return undefined;
  return edrxCycles.get(bits) ?? 20.48;
}
