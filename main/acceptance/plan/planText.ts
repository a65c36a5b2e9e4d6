import { defined } from '../../../shared/defined.ts';
import { documentCases } from '../cases/cases.ts';
import type { CaseDefinition } from '../cases/caseDefinition.ts';
import { planFormat, planRepeatLimit, planVersion } from './plan.ts';
import type { Plan, PlanItem } from './plan.ts';
import type { Step } from '../cases/steps.ts';

type Fields = Readonly<Record<string, unknown>>;

function stepFields(step: Step): Fields {
  switch (step.do) {
    case 'send':
      return { send: step.line, ...defined({ final: step.final }) };
    case 'expect':
      return { expect: step.pattern, within: step.seconds };
    case 'compare':
      return { compare: step.left, with: step.with, to: step.right };
    default:
      throw new TypeError(`A plan file has no step "${step.do}"`);
  }
}

const caseFields = ({ id, title, need, limitSeconds, steps }: CaseDefinition): Fields => ({
  id,
  title,
  needs: need,
  limitSeconds,
  steps: steps.map(stepFields),
});

function itemFields({ definition, skip }: PlanItem, repeat: number): Fields | string {
  const isDocuments = definition.isOfModel === true || documentCases.includes(definition);
  if (isDocuments && !skip && repeat === 1) return definition.id;
  return {
    ...(isDocuments ? { case: definition.id } : caseFields(definition)),
    ...(repeat === 1 ? {} : { repeat }),
    ...(skip ? { skip: skip.reason, by: skip.by } : {}),
  };
}

const isSame = (one: PlanItem, other: PlanItem): boolean =>
  one.definition === other.definition && one.skip?.by === other.skip?.by && one.skip?.reason === other.skip?.reason;

/** The plan as the text of a file that `parsePlan` reads; cases that stand one after the other become one with `repeat`. */
export function planText({ name, declaredVersion, items }: Plan): string {
  const cases: (Fields | string)[] = [];
  for (let index = 0; index < items.length;) {
    const item = items[index] as PlanItem;
    let repeat = 1;
    while (repeat < planRepeatLimit && items[index + repeat] && isSame(item, items[index + repeat] as PlanItem))
      repeat++;
    cases.push(itemFields(item, repeat));
    index += repeat;
  }
  const plan = { format: planFormat, version: planVersion, name, declaredVersion, cases };
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}
