import { defined } from '../../shared/defined.ts';
import type { Diagnosis, LikelyCause, RuledOut } from '../../shared/diagnosis.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { StageName } from '../../shared/stageNames.ts';
import { rules } from './rules.ts';
import type { Signs } from './rules.ts';

/** More than three causes are none. */
const MOST_CAUSES = 3;

/**
 * Why the module is not online: every rule that fits, the likeliest first, and what the lines rule out. Pure: the same
 * signs give the same answer, live and from a journal.
 */
export function diagnose(signs: Signs): Diagnosis {
  const stage = stageNames.find((name) => signs.state.stages[name].status !== 'done');
  const causes: LikelyCause[] = [];
  const ruledOut: RuledOut[] = [];
  for (const { code, stage: held, fits, ruledOutBy } of rules) {
    const finding = fits(signs);
    if (finding) causes.push({ code, stage: held, values: {}, ...finding });
    const evidence = finding ? undefined : ruledOutBy?.(signs);
    if (evidence) ruledOut.push({ code, evidence: { seq: evidence.seq, text: evidence.text } });
  }
  causes.sort((one, other) => other.weight - one.weight);
  return {
    verdict: verdictOf(causes, stage, signs),
    ...defined({ stage }),
    causes: causes.slice(0, MOST_CAUSES),
    ruledOut,
  };
}

function verdictOf(
  causes: readonly LikelyCause[],
  stage: StageName | undefined,
  { state }: Signs,
): Diagnosis['verdict'] {
  if (causes.length > 0) return 'causes';
  if (stage === undefined) return 'online';
  const { phase, fault } = state.connection;
  return stage === 'port' && phase === 'closed' && !fault ? 'closed' : 'unknown';
}

/** That what stood still goes on, and what a person has done about it: commands given after the line `since`. */
export function solved(before: Diagnosis, { lines, nowMs }: Signs, since: number): Diagnosis {
  const by = lines.acts.filter(({ seq }) => seq > since).map(({ seq, text }) => ({ seq, text }));
  return { ...before, verdict: 'solved', solved: { atMs: nowMs, by } };
}
