import type { NetworkState } from './state.ts';

/** How good the signal is, in one word. */
export type SignalWord = 'good' | 'fair' | 'weak' | 'poor';

/** The word for the signal; undefined when nothing is known. Limits are those of NB-IoT coverage classes. */
export function signalWord({ rsrpDbm, rssiDbm, coverageLevel }: NetworkState): SignalWord | undefined {
  if (rsrpDbm !== undefined) return wordOf(rsrpDbm, [-95, -108, -118]);
  if (rssiDbm !== undefined) return wordOf(rssiDbm, [-85, -97, -105]);
  if (coverageLevel === undefined) return undefined;
  return wordOf(-coverageLevel, [0, -1, -1]);
}

function wordOf(value: number, [good, fair, weak]: readonly [number, number, number]): SignalWord {
  if (value >= good) return 'good';
  if (value >= fair) return 'fair';
  return value >= weak ? 'weak' : 'poor';
}
