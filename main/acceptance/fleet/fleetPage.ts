import type { ReportLanguage } from '../../../shared/acceptance.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { csvRow } from '../../files/csv.ts';
import { say } from '../cases/words.ts';
import { Html, markup, speaker } from '../report/markup.ts';
import { reportStyle } from '../report/style.ts';
import type { CaseFigures, FleetReport, PassRate, SiteSignal } from './fleetQuestions.ts';

const words = {
  title: say('多台设备的验收', 'Acceptance of many devices'),
  devices: say('设备', 'Devices'),
  passed: say('通过', 'Passed'),
  share: say('通过率', 'Pass rate'),
  practice: say('其中练习（虚拟模组或模拟平台）', 'Practice (virtual module or simulated platform)'),
  onlyPractice: say('全部为练习：没有真实设备', 'All of it is practice: no real device is among them'),
  stopped: say('中途停止', 'Stopped before the end'),
  firmware: say('固件', 'Firmware'),
  site: say('站点', 'Site'),
  unknown: say('未知', 'not known'),
  criterion: say('判定标准', 'Criterion'),
  judged: say('判定次数', 'Judged'),
  failed: say('失败', 'Failed'),
  open: say('未定', 'Open'),
  median: say('中位数', 'Median'),
  p95: say('95%', '95 %'),
  worst: say('最差', 'Worst'),
  answers: say('应答时间', 'Answer times'),
  signal: say('信号', 'Signal'),
  samples: say('测量次数', 'Measurements'),
  lowest: say('最低', 'Lowest'),
  highest: say('最高', 'Highest'),
};

type Cell = string | number | BilingualName;

const percent = ({ passed, devices }: Pick<PassRate, 'passed' | 'devices'>): string =>
  devices === 0 ? '–' : `${Math.round((100 * passed) / devices)} %`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const dbm = (value: number): string => `${value} dBm`;
const named = (name: string): Cell => (name === '' ? words.unknown : name);

const rateHeads = (what: BilingualName): BilingualName[] => [what, words.devices, words.passed, words.share];
const rateRow = (rate: PassRate): Cell[] => [named(rate.name), rate.devices, rate.passed, percent(rate)];
const caseHeads = [
  ...[words.criterion, words.judged, words.failed, words.open],
  ...[words.median, words.p95, words.worst],
];
const caseRow = ({ id, judged, failed, inconclusive, p50Ms, p95Ms, worstMs }: CaseFigures): Cell[] => [
  ...[id, judged, failed, inconclusive],
  ...[p50Ms, p95Ms, worstMs].map(seconds),
];
const signalHeads = [words.site, words.samples, words.lowest, words.median, words.highest];
const signalRow = ({ name, samples, lowestDbm, medianDbm, highestDbm }: SiteSignal): Cell[] => [
  ...[named(name), samples],
  ...[lowestDbm, medianDbm, highestDbm].map(dbm),
];

/** The tables of a report, each with its heads: the page, the text and the csv say the same. */
function tablesOf(
  report: FleetReport,
): { readonly heads: readonly BilingualName[]; readonly rows: readonly Cell[][] }[] {
  const { answerTimes } = report;
  const tables = [
    { heads: rateHeads(words.firmware), rows: report.byFirmware.map(rateRow) },
    { heads: rateHeads(words.site), rows: report.bySite.map(rateRow) },
    { heads: caseHeads, rows: report.cases.map(caseRow) },
    {
      heads: [words.answers, words.median, words.p95, words.worst],
      rows: answerTimes
        ? [['', ...[answerTimes.p50Ms, answerTimes.p95Ms, answerTimes.worstMs].map((ms) => `${ms.toFixed(1)} ms`)]]
        : [],
    },
    { heads: signalHeads, rows: report.signal.map(signalRow) },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function factsOf({ devices, passed, practice, stopped }: FleetReport): (readonly [BilingualName, Cell])[] {
  return [
    [words.devices, devices],
    [words.passed, `${passed} (${percent({ passed, devices })})`],
    ...(stopped > 0 ? [[words.stopped, stopped] as const] : []),
    ...(practice > 0 ? [[words.practice, practice] as const] : []),
    ...(practice === devices && devices > 0 ? [[words.onlyPractice, ''] as const] : []),
  ];
}

/** A page by itself: no script, nothing that is fetched. */
export function fleetHtml(report: FleetReport, language: ReportLanguage): string {
  const speak = speaker(language);
  const cell = (value: Cell): Html => (typeof value === 'object' ? speak(value) : markup`${value}`);
  const table = (heads: readonly BilingualName[], rows: readonly (readonly Cell[])[]): Html =>
    markup`<table><thead><tr>${heads.map((head) => markup`<th>${speak(head)}</th>`)}</tr></thead><tbody>${rows.map(
      (row) => markup`<tr>${row.map((value) => markup`<td>${cell(value)}</td>`)}</tr>`,
    )}</tbody></table>`;
  const facts = factsOf(report).map(([name, value]) => markup`<tr><th>${speak(name)}</th><td>${cell(value)}</td></tr>`);
  return markup`${new Html('<!doctype html>')}
<html lang="${language === 'en' ? 'en' : 'zh-CN'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${words.title[language === 'en' ? 'en' : 'zh']}</title><style>${new Html(reportStyle)}</style></head><body>
<h1>${speak(words.title)}</h1><table class="facts">${facts}</table>
${tablesOf(report).map(({ heads, rows }) => markup`<h2>${heads[0] && speak(heads[0])}</h2>${table(heads, rows)}`)}
</body></html>
`.text;
}

/** The same for a spreadsheet: the tables one under the other, each with its heads. */
export function fleetCsv(report: FleetReport): string {
  const plain = (value: Cell): string | number => (typeof value === 'object' ? value.en : value);
  const blocks = [
    factsOf(report).map(([name, value]) => [name.en, plain(value)]),
    ...tablesOf(report).map(({ heads, rows }) => [heads.map(({ en }) => en), ...rows.map((row) => row.map(plain))]),
  ];
  return `${blocks.map((block) => block.map((row) => csvRow(row)).join('\r\n')).join('\r\n\r\n')}\r\n`;
}

/** The same for a terminal. */
export function fleetText(report: FleetReport): string {
  const plain = (value: Cell): string => (typeof value === 'object' ? value.en : String(value));
  const lined = (rows: readonly (readonly string[])[]): string => {
    const widths = rows.reduce<number[]>(
      (most, row) => row.map((one, index) => Math.max(most[index] ?? 0, one.length)),
      [],
    );
    return rows
      .map((row) =>
        row
          .map((one, index) => one.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  };
  return [
    factsOf(report).map(([name, value]) => [name.en, plain(value)]),
    ...tablesOf(report).map(({ heads, rows }) => [heads.map(({ en }) => en), ...rows.map((row) => row.map(plain))]),
  ]
    .map(lined)
    .join('\n\n');
}
