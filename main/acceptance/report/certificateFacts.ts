import { countVerdicts } from '../../../shared/acceptance.ts';
import type { CaseResult, Verdict } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { localTime } from '../../../shared/localTime.ts';
import { say } from '../cases/words.ts';
import { chapterTexts, verdictTexts } from './texts.ts';

/** What the first page is: a certificate of one of two kinds, or none, since the run has not come to its end. */
export type Outcome = 'passed' | 'failed' | 'unfinished';

/** A chapter of the document, summed up. */
export interface ChapterFacts {
  /** `3.5`; empty for cases of one's own. */
  readonly chapter: string;
  readonly subject: BilingualName;
  readonly count: number;
  readonly passed: number;
  readonly verdict: Verdict | 'unfinished';
  readonly found: BilingualName;
}

/** Nothing failed, nothing open, something passed, and the run came to its end. */
export function outcomeOf({ cases, isComplete }: Pick<AcceptanceResult, 'cases' | 'isComplete'>): Outcome {
  if (!isComplete) return 'unfinished';
  const { passed, failed, inconclusive } = countVerdicts(cases);
  return passed > 0 && failed === 0 && inconclusive === 0 ? 'passed' : 'failed';
}

/** A part was simulated: nobody signs such a run. */
export const isPractice = ({ simulated }: Pick<AcceptanceResult, 'simulated'>): boolean => simulated.length > 0;

/** Stands before number and file name of a practice. */
export const practicePrefix = 'PRACTICE-';

/** `1834-20261127-1022`: end of the IMEI, day and minute of the end; the first part is left out while it is unknown. */
export function certificateNumber(result: AcceptanceResult): string {
  const { date, time } = localTime(result.finishedMs);
  const end = (result.identity.imei ?? '').replace(/\D/g, '').slice(-4);
  const parts = [...(end === '' ? [] : [end]), date.replaceAll('-', ''), time.slice(0, 5).replace(':', '')];
  return `${isPractice(result) ? practicePrefix : ''}${parts.join('-')}`;
}

const isOver = ({ isUnfinished }: CaseResult): boolean => isUnfinished === undefined;

/** The verdict in words with figures: `31 of 32 passed, 1 skipped, none failed`. */
export function verdictSentence({ cases, isComplete }: AcceptanceResult): BilingualName {
  const { passed, failed, inconclusive, skipped } = countVerdicts(cases.filter(isOver));
  const zh = [
    ...(skipped > 0 ? [`${skipped} 项跳过`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} 项无法判定`] : []),
    `${failed} 项未通过`,
  ].join('，');
  const en = [
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
    `${failed === 0 ? 'none' : failed} failed`,
  ].join(', ');
  return isComplete
    ? say(`${passed} / ${cases.length} 项通过，${zh}`, `${passed} of ${cases.length} passed, ${en}`)
    : say(`到此 ${passed} 项通过，${zh}`, `so far ${passed} passed, ${en}`);
}

/** Where a run stands that has not come to its end. */
export function stoppedSentence({ cases }: AcceptanceResult): BilingualName {
  const first = cases.find((one) => !isOver(one));
  if (!first) return say(`测试停在第 ${cases.length + 1} 项`, `run stopped at case ${cases.length + 1}`);
  const { position } = first;
  const title = clippedName(first.title, TITLE_LENGTH);
  return say(`测试停在第 ${position} 项：${title.zh}`, `run stopped at case ${position}: ${title.en}`);
}

/** `3.5 (2) A` is of chapter 3.5, `2.3` of chapter 2: the chapters the document is taught by. */
function chapterOf({ section }: Pick<CaseResult, 'section'>): string {
  const [whole = '', first = ''] = /^(\d+)(?:\.\d+)?/.exec(section) ?? [];
  return first === '3' ? whole : first;
}

function verdictOf(cases: readonly CaseResult[]): ChapterFacts['verdict'] {
  const counts = countVerdicts(cases.filter(isOver));
  if (counts.failed > 0) return 'failed';
  if (counts.inconclusive > 0) return 'inconclusive';
  if (!cases.every(isOver)) return 'unfinished';
  return counts.passed > 0 ? 'passed' : 'skipped';
}

/** A text that has room on the first page, which has to stay one; the whole of it is among the evidence. */
export function clipped(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length
    ? text
    : `${letters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

/** Chinese letters are twice as wide. */
const clippedName = ({ zh, en }: BilingualName, length: number): BilingualName =>
  say(clipped(zh, length / 2), clipped(en, length));
const TITLE_LENGTH = 44;
const REASON_LENGTH = 84;

/** Where the platform asks and the device answers. */
const answeringChapter = '3.5';

function answersFound({ count, worstMs }: AcceptanceResult['answerTimes']): BilingualName | undefined {
  if (worstMs === undefined) return undefined;
  const worst = (worstMs / 1000).toFixed(2);
  return say(`${count} 次应答，最慢 ${worst} s`, `${count} answers, slowest ${worst} s`);
}

/** The first thing that went wrong, or what was measured. */
function foundIn(cases: readonly CaseResult[], usual: BilingualName = say('', '')): BilingualName {
  const bad = cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive').filter(isOver);
  const [first] = bad;
  if (first) {
    const title = clippedName(first.title, TITLE_LENGTH);
    const { zh, en } = clippedName(first.reason ?? verdictTexts[first.verdict], REASON_LENGTH);
    const more = bad.length - 1;
    const others = more === 0 ? say('', '') : say(`。另有 ${more} 项`, `. ${more} more`);
    return say(`${title.zh}：${zh}${others.zh}`, `${title.en}: ${en}${others.en}`);
  }
  const [skipped, ...others] = cases.filter(({ verdict }) => verdict === 'skipped').filter(isOver);
  if (skipped?.reason && others.length + 1 === cases.length) return clippedName(skipped.reason, REASON_LENGTH);
  const measured = cases.find(({ found }) => found !== undefined)?.found ?? usual;
  if (!skipped) return measured;
  const left = say(`${others.length + 1} 项跳过`, `${others.length + 1} skipped`);
  return measured.zh === '' ? left : say(`${measured.zh}，${left.zh}`, `${measured.en}, ${left.en}`);
}

/** One row a chapter, in the document's order; where something failed, what failed comes first. */
export function chaptersOf({
  cases,
  answerTimes,
}: Pick<AcceptanceResult, 'cases' | 'answerTimes'>): readonly ChapterFacts[] {
  const groups = Map.groupBy(cases, chapterOf);
  const rows = [...groups].map(([chapter, own]): ChapterFacts => ({
    chapter,
    subject: chapterTexts[chapter] ?? chapterTexts[''],
    count: own.length,
    passed: countVerdicts(own).passed,
    verdict: verdictOf(own),
    found: foundIn(
      own,
      chapter === answeringChapter && own.some(({ verdict }) => verdict === 'passed')
        ? answersFound(answerTimes)
        : undefined,
    ),
  }));
  const rank = ({ verdict }: ChapterFacts): number => ['failed', 'inconclusive'].indexOf(verdict) + 1 || 3;
  return rows.sort((one, other) => rank(one) - rank(other));
}
