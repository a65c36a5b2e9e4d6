import type { ObjectView } from '../../../shared/state.ts';
import { documentCases } from '../cases/cases.ts';
import { modelCases } from '../cases/casesModel.ts';
import { leavingCases } from '../cases/casesSession.ts';
import type { CaseDefinition } from '../cases/caseDefinition.ts';

/** What a plan file says it is. */
export const planFormat = 'mipl-acceptance-plan';
/** The version of the format that is read and written. */
export const planVersion = 1;
/** How often an entry of a plan file repeats its case at most. */
export const planRepeatLimit = 100;

/** A case in the order of a plan. */
export interface PlanItem {
  readonly definition: CaseDefinition;
  /** Left out on purpose: the report says by whom and why. */
  readonly skip?: { readonly by: string; readonly reason: string };
}

/** What is run, in its order; a case may stand in it several times. */
export interface Plan {
  readonly name: string;
  readonly items: readonly PlanItem[];
  /** The version of the communication suite that was declared for the device. */
  readonly declaredVersion?: string;
}

/** The document's criteria, each once. */
export const documentPlan: Plan = {
  name: 'OneNET M5310 LwM2M',
  items: documentCases.map((definition) => ({ definition })),
};

/** The document's criteria, and before the device leaves what the other objects of its model can do; always the same for the same objects. */
export function planFor(objects: readonly ObjectView[]): Plan {
  const own = modelCases(objects).map((definition) => ({ definition }));
  if (own.length === 0) return documentPlan;
  const { name, items } = documentPlan;
  const leaving = items.length - leavingCases.length;
  return { name, items: [...items.slice(0, leaving), ...own, ...items.slice(leaving)] };
}

/** Why a case is left out that nobody has chosen. */
export const notSelected = 'not selected';
/** Who leaves a case out where nobody has given a name; `skippedBy` says it in either language. */
export const unnamedOperator = 'operator';

/** The same plan with everything but these cases left out; undefined when an id is not in it. */
export function planOfOnly(plan: Plan, ids: readonly string[]): Plan | undefined {
  const known = new Set(plan.items.map(({ definition }) => definition.id));
  if (!ids.every((id) => known.has(id))) return undefined;
  return {
    ...plan,
    items: plan.items.map((item) =>
      ids.includes(item.definition.id) ? item : { ...item, skip: { by: unnamedOperator, reason: notSelected } },
    ),
  };
}
