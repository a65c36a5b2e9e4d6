import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { failed, met, missing } from './checks.ts';
import type { Check } from './checks.ts';
import { stepText } from './steps.ts';
import type { Need, Step } from './steps.ts';
import { faultText, say } from './words.ts';

/** A step of a person's own: send a line, expect one, compare two texts. */
export type OwnStep = Extract<Step, { readonly do: 'send' | 'expect' | 'compare' }>;

const sources = { send: 'at', expect: 'event', compare: 'at' } as const;

/** Each step of one's own is a condition: it was done. */
function stepDone(step: OwnStep, index: number): Check {
  return {
    criterion: stepText(step),
    source: sources[step.do],
    judge({ faults, stepsDone, lines }) {
      const text = step.do === 'send' ? step.line : undefined;
      const own = lines.filter((line) => line.kind === 'person' && line.text === text);
      if (index < stepsDone) return met(...own);
      const fault = faults.find((one) => one.step === index)?.fault;
      if (fault) return failed(faultText(fault), ...(own.length > 0 ? own : lines.slice(-1)));
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
