import { CodedError } from '../../../shared/errors.ts';
import type { AcceptanceCase } from '../../../shared/acceptance.ts';
import { infoOf } from '../cases/cases.ts';
import { usualMs } from '../cases/expected.ts';
import { arranged, isWhole, opened, restored, ticked, toPlan, without } from '../plan/pagePlan.ts';
import type { PagePlan, PlanEntry } from '../plan/pagePlan.ts';
import type { Plan } from '../plan/plan.ts';
import type { TestedDevice } from './testedDevice.ts';

/** So many changes of the plan can be taken back. */
const MAX_UNDO = 100;

/** The cases of the next run as the page has arranged them, in the state with what became of each; changes can be taken back. */
export class ArrangedCases {
  readonly #device: Pick<TestedDevice, 'state' | 'facts'>;
  /** Whether a run can go on with the cases that are to be seen. */
  readonly #canResume: () => boolean;
  /** Every criterion there is for this device. */
  #whole: Plan;
  #plan: PagePlan;
  /** The plan before each change since the last start. */
  #earlier: PagePlan[] = [];
  /** Cases that left the plan since the last start: the run may have them, and a change can be taken back. */
  readonly #shelf = new Map<number, AcceptanceCase>();
  #lastKey = 0;

  constructor(device: Pick<TestedDevice, 'state' | 'facts'>, plan: Plan, canResume: () => boolean) {
    this.#device = device;
    this.#canResume = canResume;
    this.#whole = plan;
    this.#plan = opened(plan, () => ++this.#lastKey);
  }

  /** Every criterion there is for this device. */
  get whole(): Plan {
    return this.#whole;
  }

  /** The device is made of other objects: an arranged plan loses what is gone, the whole plan becomes the other one. */
  follow(whole: Plan): void {
    const isArranged = !isWhole(this.#plan, this.#whole);
    const kept = new Set(whole.items.map(({ definition }) => definition));
    const gone = this.#whole.items.map(({ definition }) => definition).filter((one) => !kept.has(one));
    this.#whole = whole;
    this.#earlier = [];
    this.#plan = isArranged ? without(this.#plan, new Set(gone)) : restored(this.#plan, whole, () => ++this.#lastKey);
    this.show();
    this.forgetOthers();
  }

  get entries(): readonly PlanEntry[] {
    return this.#plan.entries;
  }

  /** The plan as it would be run now. */
  plan(): Plan {
    return toPlan(this.#plan, this.#device.state.state.acceptance.details.operator);
  }

  /** Which cases the next run has. @throws CodedError `BAD_ARGUMENT`. */
  select(keys: readonly number[]): void {
    this.#rearrange(ticked(this.#plan, keys));
  }

  /** The cases of the next run in their order. @throws CodedError `BAD_ARGUMENT`. */
  arrange(keys: readonly number[]): void {
    this.#rearrange(arranged(this.#plan, keys, () => ++this.#lastKey));
  }

  /** Another plan for the next run. */
  open(plan: Plan): void {
    this.#rearrange(opened(plan, () => ++this.#lastKey));
  }

  /** The whole plan. */
  restore(): void {
    this.#rearrange(restored(this.#plan, this.#whole, () => ++this.#lastKey));
  }

  /** Takes back the last change of the plan; nothing happens when there is none. */
  undo(): void {
    const before = this.#earlier.pop();
    if (!before) return;
    this.#plan = before;
    this.show();
  }

  /** A run of these cases begins: no earlier change can be taken back. */
  begin(): void {
    this.#earlier = [];
    this.forgetOthers();
  }

  /** Nothing is left of the cases that have left the plan. */
  forgetOthers(): void {
    this.#shelf.clear();
  }

  /** Brings the state in line with the plan: verdicts and notes stay with their cases. */
  show(): void {
    const { facts, state } = this.#device;
    const { acceptance, acceptanceCases, connection } = state.state;
    const changed: Record<string, AcceptanceCase | null> = {};
    for (const [index, entry] of this.#plan.entries.entries()) {
      const before = acceptanceCases[String(entry.key)] ?? this.#shelf.get(entry.key);
      this.#shelf.delete(entry.key);
      const one = before ?? fresh(entry, connection.port?.kind === 'virtual');
      const position = index + 1;
      if (acceptanceCases[String(entry.key)] && one.position === position && one.isSelected === entry.isSelected)
        continue;
      changed[String(entry.key)] = { ...one, position, isSelected: entry.isSelected };
    }
    const kept = new Set(this.#plan.entries.map(({ key }) => key));
    for (const one of Object.values(acceptanceCases)) {
      if (kept.has(one.key)) continue;
      this.#shelf.set(one.key, one);
      changed[String(one.key)] = null;
    }
    facts.acceptance({
      ...acceptance,
      plan: this.#plan.name,
      isArranged: !isWhole(this.#plan, this.#whole),
      canUndo: this.#earlier.length > 0,
      canResume: this.#canResume(),
    });
    for (const [key, one] of Object.entries(changed)) facts.acceptanceCase(key, one);
  }

  /** The case with that key, as it is shown. @throws CodedError `BAD_ARGUMENT`. */
  shown(key: number): AcceptanceCase {
    const one = this.#device.state.state.acceptanceCases[String(key)];
    if (!one) throw new CodedError('BAD_ARGUMENT', `There is no case ${key}`);
    return one;
  }

  /** The case with that key, also one that has left the plan since the run began. @throws CodedError `BAD_ARGUMENT`. */
  known(key: number): AcceptanceCase {
    return this.#shelf.get(key) ?? this.shown(key);
  }

  /** Something has become of a case. */
  change(one: AcceptanceCase): void {
    if (this.#shelf.has(one.key)) this.#shelf.set(one.key, one);
    else this.#device.facts.acceptanceCase(String(one.key), one);
  }

  /** The same for each case that is shown. */
  changeEach(change: (one: AcceptanceCase, entry: PlanEntry) => AcceptanceCase): void {
    for (const entry of this.#plan.entries) {
      this.#device.facts.acceptanceCase(String(entry.key), change(this.shown(entry.key), entry));
    }
  }

  #rearrange(plan: PagePlan): void {
    this.#earlier = [...this.#earlier, this.#plan].slice(-MAX_UNDO);
    this.#plan = plan;
    this.show();
  }
}

/** A case of which nothing is known yet. */
function fresh({ key, item, isSelected }: PlanEntry, isVirtual: boolean): AcceptanceCase {
  return {
    key,
    position: 0,
    info: infoOf(item.definition),
    isSelected,
    note: '',
    expectedMs: usualMs(item.definition, isVirtual),
    status: 'waiting',
  };
}
