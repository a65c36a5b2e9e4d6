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
    verdict: verdictOf(causes, stage),
    ...defined({ stage }),
    causes: causes.slice(0, MOST_CAUSES),
    ruledOut,
  };
}

function verdictOf(causes: readonly LikelyCause[], stage: StageName | undefined): Diagnosis['verdict'] {
  if (causes.length > 0) return 'causes';
  return stage === undefined ? 'online' : 'unknown';
}
