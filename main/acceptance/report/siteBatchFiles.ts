import { counted } from '../../../shared/plural.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { isoWithZone, localTime } from '../../../shared/localTime.ts';
import { batchCounts, batchDevices } from '../../../shared/siteBatch.ts';
import type { BatchCounts, BatchTest, SiteBatch } from '../../../shared/siteBatch.ts';
import { csvRow } from '../../files/csv.ts';
import { say } from '../cases/words.ts';
import { Html, markup, speaker } from './markup.ts';
import { reportStyle } from './style.ts';

/** `31 of 32 devices passed, 1 failed`, and what is no device of them. */
export function batchSentence(counts: BatchCounts): BilingualName {
  const { passed, failed, stopped, tested, practice, missing } = counts;
  const zh = [
    tested === 0 ? '还没有测完的设备' : `${tested} 台中 ${passed} 台通过`,
    ...(failed > 0 ? [`${failed} 台未通过`] : []),
    ...(stopped > 0 ? [`${stopped} 台测试中止`] : []),
  ].join('，');
  const en = [
    tested === 0 ? 'no device is tested yet' : `${passed} of ${counted(tested, 'device')} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
  ].join(', ');
  const apart = say(
    [
      ...(missing > 0 ? [`计划中还有 ${missing} 台未测`] : []),
      ...(practice > 0 ? [`另有 ${practice} 台为练习，不计入`] : []),
    ].join('；'),
    [
      ...(missing > 0 ? [`${missing} planned and not tested`] : []),
      ...(practice > 0 ? [`${practice} practice, not counted`] : []),
    ].join('; '),
  );
  return apart.zh === '' ? say(zh, en) : say(`${zh}；${apart.zh}`, `${en}; ${apart.en}`);
}

const outcomeTexts: Readonly<Record<BatchTest['outcome'], BilingualName>> = {
  passed: say('通过', 'passed'),
  failed: say('未通过', 'failed'),
  stopped: say('中止', 'stopped'),
};
const outcomeSigns: Readonly<Record<BatchTest['outcome'], string>> = { passed: '✓', failed: '✕', stopped: '■' };

const practiceText = say('练习', 'practice');
const yesNo = (is: boolean): string => (is ? '是 yes' : '否 no');
const both = ({ zh, en }: BilingualName): string => `${zh} ${en}`;

const heads: readonly BilingualName[] = [
  say('序号', 'number'),
  say('地点', 'site'),
  say('测试人员', 'technician'),
  say('测试时间', 'tested at'),
  say('IMEI', 'IMEI'),
  say('IMSI', 'IMSI'),
  say('型号', 'model'),
  say('结果', 'result'),
  say('练习', 'practice'),
  say('计入统计', 'counted'),
  say('通过项', 'cases passed'),
  say('未通过项', 'cases failed'),
  say('无法判定项', 'cases inconclusive'),
  say('跳过项', 'cases skipped'),
  say('总项数', 'cases'),
  say('未通过的项', 'not passed'),
  say('用时 s', 'seconds'),
  say('报告', 'report'),
  say('会话', 'journal'),
];

/** Every test of the batch, a row each; what counts for its device is its last test, and no practice. */
export function siteBatchCsv({ site, technician, tests }: SiteBatch): string {
  const last = new Set(batchDevices(tests).map((device) => device.last));
  const rows = tests.map((test, index) => [
    index + 1,
    site,
    technician,
    isoWithZone(test.runMs),
    test.imei ?? '',
    test.imsi ?? '',
    test.model ?? '',
    both(outcomeTexts[test.outcome]),
    yesNo(test.isPractice),
    yesNo(last.has(test) && !test.isPractice),
    test.counts.passed,
    test.counts.failed,
    test.counts.inconclusive,
    test.counts.skipped,
    test.total,
    test.notPassed.join(' '),
    ((test.endedMs - test.runMs) / 1000).toFixed(1),
    Object.values(test.reports).join(' '),
    test.journal,
  ]);
  const head = heads.map(({ zh, en }) => (zh === en ? zh : `${zh} ${en}`));
  return `\ufeff${[head, ...rows].map(csvRow).join('\r\n')}\r\n`;
}

/** The batch as a page: what it came to in a sentence, and a row a device. */
export function siteBatchHtml(batch: SiteBatch): string {
  const speak = speaker('both');
  const counts = batchCounts(batch);
  const row = ({ last, times }: ReturnType<typeof batchDevices>[number], index: number): Html => {
    const { date, time } = localTime(last.runMs);
    return markup`<tr>
      <td>${index + 1}</td>
      <td>${last.imei ?? '–'}<br>${last.model ?? ''}</td>
      <td>${outcomeSigns[last.outcome]} ${speak(outcomeTexts[last.outcome])}
      ${last.isPractice ? markup`<br><b>${speak(practiceText)}</b>` : undefined}</td>
      <td>${last.counts.passed} / ${last.total}
      ${last.notPassed.length > 0 ? markup`<br>${last.notPassed.join(', ')}` : undefined}</td>
      <td>${date} ${time.slice(0, 5)}${times > 1 ? markup`<br>×${times}` : undefined}</td>
      <td>${Object.values(last.reports).map((name) => markup`<a href="${encodeURIComponent(name)}">${name}</a> `)}</td>
      <td>${last.journal}</td>
    </tr>`;
  };
  const columns = [
    say('序号', 'No.'),
    say('IMEI、型号', 'IMEI, model'),
    say('结果', 'Result'),
    say('通过项', 'Cases passed'),
    say('最后一次测试', 'Last test'),
    say('报告', 'Report'),
    say('会话', 'Journal'),
  ];
  return markup`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>${batch.site}</title><meta
http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><style>${new Html(reportStyle)}</style></head><body><main>
<h1>${batch.site}</h1>
<p>${localTime(batch.beganMs).date}${batch.technician === '' ? '' : ` · ${batch.technician}`}</p>
<h2>${speak(batchSentence(counts))}</h2>
<table><thead><tr>${columns.map((column) => markup`<th>${speak(column)}</th>`)}</tr></thead>
<tbody>${batchDevices(batch.tests).map(row)}</tbody></table>
</main></body></html>
`.text;
}
