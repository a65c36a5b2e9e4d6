import { faultOf } from '../../shared/errors.ts';
import { fits } from '../../shared/schema.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { isKeyed } from '../../shared/statePatch.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import type { JournalRecord } from '../journal/format.ts';
import type { Fact, SessionSettings } from './fact.ts';
import { FoldedState } from './foldedState.ts';
import { changesOf, isBounded } from './fold.ts';
import { partShapes, settingsShape } from './stateShape.ts';

/** What another one came to that had begun. */
export interface ReplayRest {
  readonly state: DeviceState;
  readonly settings: SessionSettings | undefined;
}

/** Ids of what is counted up. */
const countedId = /^\d{1,15}$/;

/**
 * Folds facts that were read back into the state that they came to. What cannot be folded is told and passed over, so that
 * nothing in a file can make a state that the program itself could not have had.
 */
export class Replay {
  readonly #folded: FoldedState;
  readonly #onProblem: (message: string) => void;
  readonly #onChange: ReplayListener | undefined;
  #isBegun = false;
  #settings: SessionSettings | undefined;

  /**
   * @param onChange hears what each fact has changed, after it has; must not throw
   * @param resumed folds on from there
   */
  constructor(onProblem: (message: string) => void, onChange?: ReplayListener, resumed?: ReplayRest) {
    this.#onProblem = onProblem;
    this.#onChange = onChange;
    this.#folded = new FoldedState(resumed?.state ?? initialDeviceState());
    this.#settings = resumed?.settings;
    this.#isBegun = resumed !== undefined;
  }

  /** Facts have come that say all there is. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  get state(): DeviceState {
    return this.#folded.state;
  }

  /** Settings that hold, where they were told. */
  get settings(): SessionSettings | undefined {
    return this.#settings;
  }

  /** The facts of a record, where it has some. */
  push(record: JournalRecord): void {
    if (record.kind === 'identity') this.fold({ fact: 'identity', identity: record.identity });
    if (record.kind !== 'facts') return;
    for (const fact of record.facts) {
      // A file that began anew in the middle of a session: what was under way speaks of what it does not hold.
      this.#isBegun ||= nameOf(fact) === 'anew';
      if (this.#isBegun) this.fold(fact);
    }
  }

  /** Something that is said to be a fact. */
  fold(fact: unknown): void {
    const name = nameOf(fact);
    if (name === 'tooLong') return this.#onProblem('a fact was too long to be kept');
    try {
      // Whatever it is, what it changes is looked at before it counts.
      const changes = changesOf(this.#folded, fact as Fact) as StateChanges | undefined;
      if (changes === undefined) this.#onProblem(`there is no fact ${JSON.stringify(name)}`);
      else if (!isWhole(changes)) this.#onProblem(`the fact ${name} does not make a state`);
      else this.#apply(fact as Fact, changes);
    } catch (error) {
      this.#onProblem(`the fact ${name} cannot be folded: ${faultOf(error).message}`);
    }
  }

  #apply(fact: Fact, changes: StateChanges): void {
    this.#folded.apply(changes);
    this.#onChange?.(changes, !tellings.includes(fact.fact));
    if (fact.fact !== 'settings') return;
    if (fits(settingsShape, fact.settings)) this.#settings = fact.settings;
    else this.#onProblem('the fact settings names no settings');
  }
}

/** Hears what a fact has changed. What the state is told as a whole (`anew`, `part`, `entry`) did not happen then. */
export type ReplayListener = (changes: StateChanges, happened: boolean) => void;

/** Facts that say what is there, not what happened. */
const tellings = ['anew', 'part', 'entry'];

/** As it is said in a message. */
function nameOf(fact: unknown): string {
  if (typeof fact !== 'object' || fact === null || !Object.hasOwn(fact, 'fact')) return '';
  const { fact: name } = fact as { readonly fact?: unknown };
  return typeof name === 'string' ? name.slice(0, 40) : '';
}

/** Whether the parts of the state that a fact has changed look as they must. */
function isWhole(changes: StateChanges): boolean {
  for (const part of Object.keys(changes))
    if (!Object.hasOwn(partShapes, part) || !isWholePart(part as keyof DeviceState, changes[part as keyof DeviceState]))
      return false;
  return true;
}

function isWholePart(part: keyof DeviceState, change: unknown): boolean {
  const shape = partShapes[part];
  if (!isKeyed(part)) return fits(shape, change);
  const entries = change as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(entries)) {
    const entry = entries[key];
    if (key === '__proto__' || (isBounded(part) && !countedId.test(key))) return false;
    if (entry !== null && !fits(shape, entry)) return false;
  }
  return true;
}
