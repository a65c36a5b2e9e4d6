import { countVerdicts } from '../../../shared/acceptance.ts';
import type { CaseResult } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { markup } from './markup.ts';
import type { Html } from './markup.ts';
import type { ReportLanguage } from '../../../shared/acceptance.ts';

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

function plain(language: ReportLanguage): (name: BilingualName) => string {
  return ({ zh, en }) => {
    if (language !== 'both') return language === 'zh' ? zh : en;
    return zh === en ? zh : `${zh} / ${en}`;
  };
}

function outcomeOf(one: CaseResult, say: (name: BilingualName) => string): Html | undefined {
  const reason = one.reason ? say(one.reason) : '';
  const lines = one.lines.map(({ text }) => `${text}\n`).join('');
  if (one.verdict === 'failed') return markup`<failure message="${reason}">${lines}</failure>`;
  // No verdict is no success: CI must not go green for want of evidence.
  if (one.verdict === 'inconclusive') return markup`<error message="${reason}">${lines}</error>`;
  return one.verdict === 'skipped' ? markup`<skipped message="${reason}" />` : undefined;
}

/** The result as JUnit XML: failed is a failure, inconclusive an error, skipped skipped. */
export function junitReport(result: AcceptanceResult, language: ReportLanguage): string {
  const say = plain(language);
  const counts = countVerdicts(result.cases);
  const cases = result.cases.map(
    (one) =>
      markup`    <testcase classname="${result.plan}" name="${one.id}: ${say(one.title)}" time="${seconds(one.durationMs)}">${outcomeOf(one, say)}</testcase>\n`,
  );
  const started = new Date(result.startedMs).toISOString();
  const totals = markup`tests="${result.cases.length}" failures="${counts.failed}" errors="${counts.inconclusive}" skipped="${counts.skipped}"`;
  const took = seconds(result.finishedMs - result.startedMs);
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${result.plan} ${result.port}" ${totals} time="${took}" timestamp="${started}">
${cases}  </testsuite>
</testsuites>
`.text;
}
