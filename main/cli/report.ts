import { parseArgs } from 'node:util';
import { reportLanguages } from '../../shared/acceptance.ts';
import { fleetCsv, fleetHtml, fleetText } from '../acceptance/fleet/fleetPage.ts';
import { fleetReport } from '../acceptance/fleet/fleetQuestions.ts';
import { readFleetFolder } from '../acceptance/fleet/fleetResults.ts';
import { visibleJson, visibleLine, visibleLines } from '../files/visible.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

const formats = ['text', 'csv', 'html', 'json'] as const;

export const help = `mipl report --fleet DIR [options]

Questions over the results of many devices: the JSON reports below a folder, as mipl acceptance --report and mipl queue results
--save write them. Pass rate by firmware and by site, criteria that fail and those that take longest, answer times, signal by site.
  --fleet DIR   the folder, with those below it
  --format F    text (default), csv, html or json
  --lang L      of the page: zh, en or both (default)
  -o FILE       writes to FILE; it appears whole or not at all
Exit code: 0 when every device passed, 1 when one did not or was stopped, 2 when there was no result.`;

/** `mipl report`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      fleet: { type: 'string' },
      format: { type: 'string', default: 'text' },
      lang: { type: 'string', default: 'both' },
      output: { type: 'string', short: 'o' },
    },
  });
  if (values.fleet === undefined) throw new UsageError('--fleet is missing');
  const format = formats.find((known) => known === values.format);
  if (!format) throw new UsageError(`--format is one of ${formats.join(', ')}`);
  const language = reportLanguages.find((known) => known === values.lang);
  if (!language) throw new UsageError(`--lang is one of ${reportLanguages.join(', ')}`);
  const { results, skipped } = await readFleetFolder(values.fleet, io.signal);
  for (const { file, reason } of skipped) await writeLine(io.stderr, visibleLine(`${file}: left out: ${reason}`));
  if (results.length === 0) {
    await writeLine(io.stderr, visibleLine(`${values.fleet}: there is no result of an acceptance run`));
    return exit.cannotRun;
  }
  const report = fleetReport(results);
  const made = {
    text: () => `${visibleLines(fleetText(report))}\n`,
    csv: () => fleetCsv(report),
    html: () => fleetHtml(report, language),
    json: () => `${visibleJson(report)}\n`,
  }[format]();
  if (values.output === undefined || values.output === '-') await writeLine(io.stdout, made.replace(/\n$/, ''));
  else await writeWhole(values.output, made);
  return report.passed === report.devices ? exit.ok : exit.failed;
}
