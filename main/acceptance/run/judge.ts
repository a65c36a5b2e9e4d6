import type { CheckResult, Verdict } from '../../../shared/acceptance.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { Check } from '../cases/checks.ts';
import type { Evidence } from './evidence.ts';
import { because, say } from '../cases/words.ts';

/** What a case came to. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason?: BilingualName;
  readonly checks: readonly CheckResult[];
  /** Sequence numbers of the lines the verdict was read from. */
  readonly seqs: ReadonlySet<number>;
  readonly remarks: readonly BilingualName[];
}

/**
 * The verdict, from the evidence alone: passed where all conditions are met, else what the first one says that is not:
 * failed where it is broken, inconclusive where something was missing to judge by.
 */
export function judge(checks: readonly Check[], evidence: Evidence): Judgement {
  const findings = checks.map((check) => ({ check, finding: check.judge(evidence) }));
  const results = findings.map(({ check: { criterion }, finding: { outcome, reason } }): CheckResult => ({
    criterion,
    outcome,
    ...(reason ? { reason } : {}),
  }));
  const base = {
    checks: results,
    seqs: new Set(findings.flatMap(({ finding }) => finding.seqs)),
    remarks: remarksOn(evidence),
  };
  const { interruption } = evidence;
  // What was missing first may be why the rest is broken, and the other way round.
  const unmet = results.find(({ outcome }) => outcome === 'failed' || outcome === 'missing');
  if (interruption === 'stopped')
    return { ...base, verdict: 'inconclusive', reason: say('测试已停止', 'the run was stopped') };
  if (interruption === 'portLost') {
    return {
      ...base,
      verdict: 'inconclusive',
      reason: say('用例执行中串口连接丢失', 'the connection was lost during the case'),
    };
  }
  if (interruption === 'restarted') {
    return {
      ...base,
      verdict: 'failed',
      reason: say('用例执行中模组重启', 'the module restarted during the case'),
    };
  }
  if (!unmet) return { ...base, verdict: 'passed' };
  return { ...base, verdict: unmet.outcome === 'failed' ? 'failed' : 'inconclusive', reason: reasonOf(unmet) };
}

/** The reason needs no criterion beside it; a criterion alone would read as a fact. */
const reasonOf = ({ criterion, reason }: CheckResult): BilingualName =>
  reason ?? because(say('未满足', 'not met'), criterion);

function remarksOn({ requests, isOverdue, platform }: Evidence): BilingualName[] {
  const late = requests.filter((request) => request.late);
  return [
    ...late.map(({ path, usedMs = 0 }) => {
      const seconds = (usedMs / 1000).toFixed(1);
      return say(
        `${path} 应答用时 ${seconds} s，超过应答时限`,
        `the answer for ${path} took ${seconds} s, more than the deadline`,
      );
    }),
    ...(isOverdue ? [say('用例超过时限', 'the case took longer than its limit')] : []),
    ...(platform === 'operator' ? [say('平台侧由人工操作', 'the platform was operated by hand')] : []),
  ];
}
