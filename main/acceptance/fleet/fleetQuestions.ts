import { percentile } from '../../../shared/percentile.ts';
import type { FleetResult } from './fleetResults.ts';

/** How devices of a kind fared. */
export interface PassRate {
  /** Firmware, model or site; empty where it is not known. */
  readonly name: string;
  readonly devices: number;
  readonly passed: number;
}

/** A criterion over all devices. */
export interface CaseFigures {
  readonly id: string;
  /** Runs of it that were judged, and those that did not pass. */
  readonly judged: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** The signal of a site, in dBm, of every measurement in every run there. */
export interface SiteSignal {
  readonly name: string;
  readonly samples: number;
  readonly lowestDbm: number;
  readonly medianDbm: number;
  readonly highestDbm: number;
}

/** What many results answer. */
export interface FleetReport {
  /** Practice is told apart: a virtual module passes nothing for a real one. */
  readonly devices: number;
  readonly practice: number;
  readonly stopped: number;
  readonly passed: number;
  readonly byFirmware: readonly PassRate[];
  readonly bySite: readonly PassRate[];
  /** Failing ones first, then the slowest. */
  readonly cases: readonly CaseFigures[];
  /** Over devices: the median of their medians, the 95th percentile of their 95th, the worst of all; absent without answers. */
  readonly answerTimes?: { readonly p50Ms: number; readonly p95Ms: number; readonly worstMs: number };
  readonly signal: readonly SiteSignal[];
}

const isPassed = ({ cases, isComplete }: FleetResult): boolean =>
  isComplete &&
  cases.some(({ verdict }) => verdict === 'passed') &&
  !cases.some(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive');

const ascending = (values: readonly number[]): number[] => values.toSorted((one, other) => one - other);

const at = (sorted: readonly number[], share: number): number => percentile(sorted, share) ?? 0;

/**
 * Counts what the results say. Where there are real devices practice is left out of everything but its own count; where
 * there is nothing but practice, all is of practice.
 */
export function fleetReport(all: readonly FleetResult[]): FleetReport {
  const real = all.filter(({ simulated }) => simulated.length === 0);
  const results = real.length > 0 ? real : all;
  return {
    devices: results.length,
    practice: all.length - real.length,
    stopped: results.filter(({ isComplete }) => !isComplete).length,
    passed: results.filter(isPassed).length,
    byFirmware: passRates(results, ({ identity }) => identity.firmware ?? ''),
    bySite: passRates(results, ({ details }) => details?.site ?? ''),
    cases: caseFigures(results),
    ...answerFigures(results),
    signal: signalBySite(results),
  };
}

function passRates(results: readonly FleetResult[], nameOf: (result: FleetResult) => string): PassRate[] {
  return [...Map.groupBy(results, nameOf)]
    .map(([name, group]) => ({ name, devices: group.length, passed: group.filter(isPassed).length }))
    .toSorted(
      (one, other) => one.passed / one.devices - other.passed / other.devices || (one.name < other.name ? -1 : 1),
    );
}

function caseFigures(results: readonly FleetResult[]): CaseFigures[] {
  const judged = results.flatMap(({ cases }) => cases.filter(({ verdict }) => verdict !== 'skipped'));
  return [...Map.groupBy(judged, ({ id }) => id)]
    .map(([id, runs]) => {
      const times = ascending(runs.map(({ durationMs }) => durationMs));
      return {
        id,
        judged: runs.length,
        failed: runs.filter(({ verdict }) => verdict === 'failed').length,
        inconclusive: runs.filter(({ verdict }) => verdict === 'inconclusive').length,
        p50Ms: at(times, 0.5),
        p95Ms: at(times, 0.95),
        worstMs: at(times, 1),
      };
    })
    .toSorted(
      (one, other) => other.failed + other.inconclusive - (one.failed + one.inconclusive) || other.p95Ms - one.p95Ms,
    );
}

function answerFigures(results: readonly FleetResult[]): Pick<FleetReport, 'answerTimes'> {
  const of = (name: 'p50Ms' | 'p95Ms' | 'worstMs'): number[] =>
    ascending(results.flatMap(({ answerTimes }) => answerTimes[name] ?? []));
  const [p50, p95, worst] = [of('p50Ms'), of('p95Ms'), of('worstMs')];
  if (worst.length === 0) return {};
  return { answerTimes: { p50Ms: at(p50, 0.5), p95Ms: at(p95, 0.95), worstMs: at(worst, 1) } };
}

function signalBySite(results: readonly FleetResult[]): SiteSignal[] {
  return [...Map.groupBy(results, ({ details }) => details?.site ?? '')].flatMap(([name, group]) => {
    const values = ascending(
      group.flatMap(({ signal }) => signal.flatMap(({ rsrpDbm, rssiDbm }) => rsrpDbm ?? rssiDbm ?? [])),
    );
    if (values.length === 0) return [];
    return [
      { name, samples: values.length, lowestDbm: at(values, 0), medianDbm: at(values, 0.5), highestDbm: at(values, 1) },
    ];
  });
}
