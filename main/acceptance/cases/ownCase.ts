import type { Fault } from '../../../shared/errors.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { Evidence } from '../run/evidence.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { failed, met, missing } from './checks.ts';
import type { Check } from './checks.ts';
import { planTextShown, stepText } from './steps.ts';
import type { Need, Step } from './steps.ts';
import { faultSentence } from './faultSentence.ts';
import { say } from './words.ts';

/** A step of a person's own: send a line, expect one, compare two texts. */
export type OwnStep = Extract<Step, { readonly do: 'send' | 'expect' | 'compare' }>;

const sources = { send: 'at', expect: 'event', compare: 'at' } as const;

/** Why a step was not done: what came instead, in words that need no pattern. */
function ownFault(
  step: OwnStep,
  fault: Fault,
  { lines, memory, dialect }: Pick<Evidence, 'lines' | 'memory' | 'dialect'>,
): BilingualName {
  if (fault.code === 'BAD_ARGUMENT' && fault.detail !== undefined) {
    const name = fault.detail;
    return say(`之前的步骤没有得到 ${name} 的值`, `no step before has given a value for ${name}`);
  }
  if (step.do === 'compare') {
    const text = planTextShown(`${step.left} ${step.with} ${step.right}`, memory);
    return say(`${text} 不成立`, `${text} does not hold`);
  }
  if (step.do === 'expect' && fault.code === 'MIPL_EVENT_TIMEOUT') {
    return say(`${step.seconds} s 内没有收到应有的行`, `the expected line did not come within ${step.seconds} s`);
  }
  if (step.do === 'send' && fault.code === 'BAD_ARGUMENT') {
    const line = planTextShown(step.line, memory);
    return say(`${line} 返回 OK，应为 ERROR`, `${line} was answered OK, not ERROR`);
  }
  return faultSentence(fault, lines, dialect);
}

/** Each step of one's own is a condition: it was done. */
function stepDone(step: OwnStep, index: number): Check {
  return {
    criterion: stepText(step),
    source: sources[step.do],
    judge(evidence) {
      const { faults, stepsDone, lines } = evidence;
      const text = step.do === 'send' ? step.line : undefined;
      const own = lines.filter((line) => line.kind === 'person' && line.text === text);
      if (index < stepsDone) return met(...own);
      const fault = faults.find((one) => one.step === index)?.fault;
      if (fault) return failed(ownFault(step, fault, evidence), ...(own.length > 0 ? own : lines.slice(-1)));
      return missing(say('没有执行到这一步', 'this step was not reached'));
    },
  };
}

/** A case of a plan file. */
export function ownCase(given: {
  readonly id: string;
  readonly title: BilingualName;
  readonly need: Need;
  readonly limitSeconds: number;
  readonly steps: readonly OwnStep[];
}): CaseDefinition {
  return { ...given, section: '', checks: given.steps.map(stepDone) };
}
