import { maxPlanCases } from '../../../shared/acceptance.ts';
import { defined } from '../../../shared/defined.ts';
import { CodedError } from '../../../shared/errors.ts';
import { notSelected, unnamedOperator } from './plan.ts';
import type { CaseDefinition } from '../cases/caseDefinition.ts';
import type { Plan, PlanItem } from './plan.ts';

/** A case in its place. The key stays with it wherever it is moved; no other case of the window ever has the same. */
export interface PlanEntry {
  readonly key: number;
  readonly item: PlanItem;
  readonly isSelected: boolean;
}

/** The plan as it is arranged on the page. */
export interface PagePlan {
  readonly name: string;
  readonly declaredVersion?: string;
  readonly entries: readonly PlanEntry[];
}

/** Gives the next key nobody has. */
export type NextKey = () => number;

const bad = (rule: string): CodedError => new CodedError('BAD_ARGUMENT', rule);

const entryOf = (item: PlanItem, nextKey: NextKey): PlanEntry => ({
  key: nextKey(),
  item,
  isSelected: item.skip === undefined,
});

/** A plan that has just been opened. */
export function opened({ name, declaredVersion, items }: Plan, nextKey: NextKey): PagePlan {
  return {
    name,
    ...defined({ declaredVersion }),
    entries: items.map((item) => entryOf(item, nextKey)),
  };
}

/**
 * The cases of these keys, in this order. A key that stands twice is a case to be repeated: from the second time on a
 * new case like it. Copies may be left out, the last of its kind may not: a case that is not to run loses its tick.
 * @throws CodedError `BAD_ARGUMENT`.
 */
export function arranged(plan: PagePlan, keys: readonly number[], nextKey: NextKey): PagePlan {
  if (keys.length > maxPlanCases) throw bad(`A plan has at most ${maxPlanCases} cases`);
  const known = new Map(plan.entries.map((entry) => [entry.key, entry]));
  const seen = new Set<number>();
  const entries = keys.map((key) => {
    const entry = known.get(key);
    if (!entry) throw bad(`There is no case ${key}`);
    if (seen.has(key)) return { ...entry, key: nextKey() };
    seen.add(key);
    return entry;
  });
  const kinds = new Set(entries.map(({ item }) => item.definition));
  if (!plan.entries.every(({ item }) => kinds.has(item.definition))) throw bad('A case is left out by its tick');
  return { ...plan, entries };
}

/** The same plan with these cases ticked. @throws CodedError `BAD_ARGUMENT`. */
export function ticked(plan: PagePlan, keys: readonly number[]): PagePlan {
  const chosen = new Set(keys);
  const unknown = keys.find((key) => !plan.entries.some((entry) => entry.key === key));
  if (unknown !== undefined) throw bad(`There is no case ${unknown}`);
  return { ...plan, entries: plan.entries.map((entry) => ({ ...entry, isSelected: chosen.has(entry.key) })) };
}

/** The criteria of the whole plan in its order, each once; cases that are there already stay the same ones. */
export function restored(plan: PagePlan, whole: Plan, nextKey: NextKey): PagePlan {
  const entries = whole.items.map(
    (item) => plan.entries.find((entry) => entry.item.definition === item.definition) ?? entryOf(item, nextKey),
  );
  return { name: whole.name, entries };
}

/** Whether it is the whole plan in its order, ticks aside. */
export function isWhole({ name, entries, declaredVersion }: PagePlan, whole: Plan): boolean {
  const { items } = whole;
  return (
    name === whole.name &&
    declaredVersion === undefined &&
    entries.length === items.length &&
    entries.every(({ item }, index) => item.definition === items[index]?.definition)
  );
}

/** The plan for another device model: cases of objects that are gone leave it. */
export function without(plan: PagePlan, gone: ReadonlySet<CaseDefinition>): PagePlan {
  return { ...plan, entries: plan.entries.filter(({ item }) => !gone.has(item.definition)) };
}

/** The plan to run or to write; what has no tick is skipped by the operator, unless the plan says by whom and why. */
export function toPlan({ name, declaredVersion, entries }: PagePlan, operator: string): Plan {
  const skip = { by: operator === '' ? unnamedOperator : operator, reason: notSelected };
  return {
    name,
    ...defined({ declaredVersion }),
    items: entries.map(({ item, isSelected }) =>
      isSelected ? { definition: item.definition } : { ...item, skip: item.skip ?? skip },
    ),
  };
}
