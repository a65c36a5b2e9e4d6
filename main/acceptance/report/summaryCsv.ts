import { countVerdicts } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptance.ts';

/** One device of a batch; without a result it could not be run, and `problem` says why. */
export interface BatchRow {
  readonly port: string;
  readonly result?: AcceptanceResult;
  readonly report?: string;
  readonly problem?: string;
}

/** A cell of CSV. A leading sign that a spreadsheet would take for a formula gets an apostrophe. */
function cell(value: string | number): string {
  const text = String(value);
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replace(/"/g, '""')}"` : tame;
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
  return `${table.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
