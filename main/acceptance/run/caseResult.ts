import { defined } from '../../../shared/defined.ts';
import type { CaseResult, EvidenceCall, EvidenceLine } from '../../../shared/acceptance.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { infoOf } from '../cases/cases.ts';
import { say } from '../cases/words.ts';
import { notSelected, unnamedOperator } from '../plan/plan.ts';
import type { PlanItem } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';

/** More lines of one case would drown the others. */
const MAX_LINES = 300;
const MAX_ANSWER_CHARACTERS = 4000;

/** Who left a case out, as the words before its reason. */
export function skippedBy(by: string): BilingualName {
  return by === unnamedOperator
    ? say('由测试人员跳过', 'skipped by operator')
    : say(`由 ${by} 跳过`, `skipped by ${by}`);
}

/** Who left a case out and why, in the words of the plan; what merely was not chosen is said in both languages. */
export function skipText({ by, reason }: Required<PlanItem>['skip']): BilingualName {
  const who = skippedBy(by);
  const why = reason === notSelected ? say('未选择', notSelected) : say(reason, reason);
  return say(`${who.zh}：${why.zh}`, `${who.en}: ${why.en}`);
}

/** The result of a case that was not tried. */
export function skipped(
  base: Pick<CaseResult, 'position' | 'startedMs'> & ReturnType<typeof infoOf>,
  reason: BilingualName,
): CaseResult {
  return {
    ...base,
    verdict: 'skipped',
    reason,
    checks: [],
    lines: [],
    omittedLines: 0,
    calls: [],
    remarks: [],
    durationMs: 0,
  };
}

/** Lines and calls for the report: the decisive lines always, of the others as many as there is room for. */
export function evidenceFor(
  { lines, calls }: Evidence,
  seqs: ReadonlySet<number>,
): Pick<CaseResult, 'lines' | 'omittedLines' | 'calls'> {
  const room = lines.filter(({ seq }) => !seqs.has(seq)).slice(0, MAX_LINES);
  const kept = new Set([...seqs, ...room.map(({ seq }) => seq)]);
  const shown = lines
    .filter(({ seq }) => kept.has(seq))
    .map(({ seq, atMs, kind, text, remark: said }): EvidenceLine => ({
      atMs,
      kind,
      text,
      ...(said ? { remark: said } : {}),
      ...(seqs.has(seq) ? { isDecisive: true as const } : {}),
    }));
  return {
    lines: shown,
    omittedLines: lines.length - shown.length,
    calls: calls.map(({ curl, status, body, durationMs }): EvidenceCall => ({
      curl,
      status,
      ...(body === undefined ? {} : { answer: body.slice(0, MAX_ANSWER_CHARACTERS) }),
      ...defined({ durationMs }),
    })),
  };
}
