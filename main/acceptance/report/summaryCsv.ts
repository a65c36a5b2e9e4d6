import { basename } from 'node:path';
import { countVerdicts } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import { csvRow } from '../../files/csv.ts';
import type { Masker } from '../../journal/masking.ts';
import { maskedResult } from './masked.ts';

/** One device of a batch; without a result it could not be run, and `problem` says why. */
export interface BatchRow {
  readonly port: string;
  readonly result?: AcceptanceResult;
  readonly report?: string;
  readonly problem?: string;
}

const heads = ['port', 'imei', 'imsi', 'model', 'firmware', 'verdict', 'passed', 'failed', 'inconclusive', 'skipped'];

/** A result that shows all that was asked: nothing failed, nothing open. */
export function isAllPassed({ cases, isComplete }: AcceptanceResult): boolean {
  const { passed, failed, inconclusive } = countVerdicts(cases);
  return isComplete && passed > 0 && failed === 0 && inconclusive === 0;
}

/** The summary of a batch: one line a device, failed cases by id. */
export function summaryCsv(rows: readonly BatchRow[]): string {
  const lines = rows.map(({ port, result, report = '', problem = '' }) => {
    if (!result) return [port, '', '', '', '', 'not run', '', '', '', '', '', '', report, problem];
    const { identity, cases, startedMs, finishedMs } = result;
    const counts = countVerdicts(cases);
    const bad = cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive').map(({ id }) => id);
    return [
      port,
      identity.imei ?? '',
      identity.imsi ?? '',
      identity.model ?? '',
      identity.firmware ?? '',
      isAllPassed(result) ? 'passed' : 'failed',
      counts.passed,
      counts.failed,
      counts.inconclusive,
      counts.skipped,
      bad.join(' '),
      ((finishedMs - startedMs) / 1000).toFixed(1),
      report,
      problem,
    ];
  });
  const table = [[...heads, 'not passed', 'seconds', 'report', 'problem'], ...lines];
  return `${table.map(csvRow).join('\r\n')}\r\n`;
}

/** The rows of a batch as they may be shared: masked results, and of a report its name alone. */
export function maskedRows(rows: readonly BatchRow[], masker: Masker): BatchRow[] {
  for (const { port, problem = '' } of rows) [port, problem].forEach((text) => masker.collect(text));
  return rows.map(({ port, result, report, problem }) => ({
    port: masker.mask(port),
    ...(result ? { result: maskedResult(result, masker) } : {}),
    ...(report === undefined ? {} : { report: basename(report) }),
    ...(problem === undefined ? {} : { problem: masker.mask(problem) }),
  }));
}
