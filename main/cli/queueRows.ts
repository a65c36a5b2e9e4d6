import { counted } from '../../shared/plural.ts';
import { isoWithZone } from '../../shared/localTime.ts';
import { clockOffMs } from '../../shared/stations.ts';
import { csvRow } from '../files/csv.ts';
import type { StationState } from '../stations/progress.ts';
import { outcomeWords } from '../stations/stationWords.ts';
import type { QueueList } from '../stations/workQueue.ts';
import type { WorkResult } from '../stations/work.ts';

/** One line a piece of work: running ones first, with how far they are. */
export function listRows({ waiting, running, unreadable }: QueueList): string[] {
  return [
    ...running.map(({ id, site, attempts, done, count, failed }) => {
      const at = attempts.at(-1);
      const where = at ? `${at.station} at ${at.port}` : 'given back';
      return `running   ${id}  ${site}  ${where}  ${done} of ${count} cases${failed > 0 ? `, ${failed} failed` : ''}`;
    }),
    ...waiting.map(({ id, site, addedMs }) => `waiting   ${id}  ${site}  since ${isoWithZone(addedMs)}`),
    ...unreadable.map(({ id, reason }) => `unread    ${id}  ${reason}`),
  ];
}

/** One line a result. */
export function resultRow(result: WorkResult): string {
  const { id, outcome, isPractice, site, imei = '', station, port, counts, notPassed, problem } = result;
  const practice = isPractice ? ' (PRACTICE)' : '';
  const cases = notPassed.length > 0 ? `  ${notPassed.join(' ')}` : '';
  return `${outcomeWords[outcome].padEnd(9)} ${id}  ${site}  ${imei}  ${station} at ${port}${practice}  ${counts.passed} passed, ${counts.failed} failed, ${counts.inconclusive} open${cases}${problem === undefined ? '' : `  ${problem}`}`;
}

/** How all of it went, honestly: a practice and what was not run are no passes. */
export function totals(results: readonly WorkResult[]): string {
  const real = results.filter(({ isPractice, outcome }) => !isPractice && outcome !== 'cancelled');
  const passed = real.filter(({ outcome }) => outcome === 'passed').length;
  const practice = results.filter(({ isPractice }) => isPractice);
  const practicePassed = practice.filter(({ outcome }) => outcome === 'passed').length;
  const others = (['notRun', 'setAside', 'cancelled'] as const).flatMap((outcome) => {
    const count = results.filter((result) => result.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcomeWords[outcome]}`];
  });
  return [
    `${passed} of ${real.length} passed`,
    ...(practice.length > 0 ? [`PRACTICE: ${practicePassed} of ${practice.length} passed`] : []),
    ...others,
  ].join(', ');
}

/** How long ago a station said that it was this time; by how much its clock is wrong where it cannot have been. */
function heardText(saidMs: number, nowMs: number): string {
  const off = clockOffMs(saidMs, nowMs);
  if (off === undefined) return `${Math.max(0, Math.round((nowMs - saidMs) / 1000))} s ago`;
  return `its clock is ${Math.round(Math.abs(off) / 60_000)} min ${off > 0 ? 'ahead' : 'behind'}: times of its results are wrong`;
}

/** A table of stations, one line a port. */
export function stationRows(stations: readonly StationState[], nowMs: number): string[] {
  return stations.flatMap(({ station, version, ports, waiting, wallMs }) => [
    `${station}  ${version}  ${heardText(wallMs, nowMs)}${waiting > 0 ? `, ${counted(waiting, 'result')} waiting there` : ''}`,
    ...ports.map(({ port, phase, work, site }) => `  ${port}  ${phase}${work === '' ? '' : `  ${work}  ${site}`}`),
  ]);
}

const heads = [
  ...['id', 'outcome', 'practice', 'site', 'imei', 'model', 'firmware', 'station', 'port', 'begun', 'seconds'],
  ...['passed', 'failed', 'open', 'skipped', 'not passed', 'p50 ms', 'p95 ms', 'worst ms', 'problem'],
];

/** The results as a table for other programs. */
export function resultsCsv(results: readonly WorkResult[]): string {
  const lines = results.map((result) => {
    const { counts, startedMs, finishedMs, answerTimes = {} } = result;
    return [
      ...[result.id, outcomeWords[result.outcome], result.isPractice ? 'yes' : 'no', result.site],
      ...[result.imei ?? '', result.model ?? '', result.firmware ?? '', result.station, result.port],
      ...[isoWithZone(startedMs), ((finishedMs - startedMs) / 1000).toFixed(1)],
      ...[counts.passed, counts.failed, counts.inconclusive, counts.skipped, result.notPassed.join(' ')],
      ...[answerTimes['p50Ms'] ?? '', answerTimes['p95Ms'] ?? '', answerTimes['worstMs'] ?? '', result.problem ?? ''],
    ];
  });
  return `${[heads, ...lines].map(csvRow).join('\r\n')}\r\n`;
}
