/** `<rssi>` of +CSQ without a measurement (TS 27.007 §8.5). */
const UNKNOWN_RSSI = 99;
const LOWEST_RSSI_DBM = -113;
const HIGHEST_RSSI = 31;
/** What `<rssi>` of +CSQ reaches from and to, in dBm. */
export const rssiEndsDbm: readonly [number, number] = [LOWEST_RSSI_DBM, LOWEST_RSSI_DBM + 2 * HIGHEST_RSSI];

/** dBm for `<rssi>` of +CSQ: 0 is -113, 31 is -51, steps of 2 (TS 27.007 §8.5); undefined for 99 and what the clause does not know. */
export function rssiDbmOf(rssi: number): number | undefined {
  return rssi >= 0 && rssi <= HIGHEST_RSSI ? LOWEST_RSSI_DBM + 2 * rssi : undefined;
}

/** The other way round: the nearest `<rssi>`; 99 where nothing was measured. */
export function rssiOf(dbm: number | undefined): number {
  if (dbm === undefined) return UNKNOWN_RSSI;
  return Math.max(0, Math.min(HIGHEST_RSSI, Math.round((dbm - LOWEST_RSSI_DBM) / 2)));
}

/** Where `<rsrq>` and `<rsrp>` of +CESQ stand for no measurement (TS 27.007 §8.69). */
const UNKNOWN_EXTENDED = 255;

/** `<rsrq>` of +CESQ: 0 is below -19.5 dB, 34 is -3 dB and above, steps of half a dB (TS 27.007 §8.69); 255 where nothing was measured. */
export function extendedRsrqOf(db: number | undefined): number {
  return db === undefined ? UNKNOWN_EXTENDED : Math.max(0, Math.min(34, Math.floor((db + 20) * 2)));
}

/** `<rsrp>` of +CESQ: 0 is below -140 dBm, 97 is -44 dBm and above, steps of one (TS 27.007 §8.69); 255 where nothing was measured. */
export function extendedRsrpOf(dbm: number | undefined): number {
  return dbm === undefined ? UNKNOWN_EXTENDED : Math.max(0, Math.min(97, Math.floor(dbm + 141)));
}

/** What a module has measured of its signal. */
export interface SignalMeasures {
  readonly rsrpDbm?: number;
  readonly rssiDbm?: number;
  readonly coverageLevel?: number;
}

/** How good the signal is, in one word. */
export type SignalWord = 'good' | 'fair' | 'weak' | 'poor';

/** From which value on a signal is good, fair, weak, in dBm; below it is poor. */
export const signalLimits = { rsrpDbm: [-95, -108, -118], rssiDbm: [-85, -97, -105] } as const;

/** The word for the signal; undefined when nothing is known. Limits are those of NB-IoT coverage classes. */
export function signalWord({ rsrpDbm, rssiDbm, coverageLevel }: SignalMeasures): SignalWord | undefined {
  if (rsrpDbm !== undefined) return wordOf(rsrpDbm, signalLimits.rsrpDbm);
  if (rssiDbm !== undefined) return wordOf(rssiDbm, signalLimits.rssiDbm);
  if (coverageLevel === undefined) return undefined;
  return wordOf(-coverageLevel, [0, -1, -1]);
}

function wordOf(value: number, [good, fair, weak]: readonly [number, number, number]): SignalWord {
  if (value >= good) return 'good';
  if (value >= fair) return 'fair';
  return value >= weak ? 'weak' : 'poor';
}
