import { formatPath } from '../../shared/lwm2m.ts';
import type { ObservationState } from '../../shared/state.ts';
import { event } from './codes.ts';
import type { UrcOf } from './messages.ts';
import { addressOf } from './wire.ts';

/** Events with which a module begins to register again while a session stands (captured CIS core: 12, 4, 6 in 35 ms). */
const beginnings: readonly number[] = [
  event.updateFailed,
  event.bootstrapStarted,
  event.bootstrapDone,
  event.connected,
];

/**
 * Who observes what, in the order it was asked. An observation, and the msgid that its notifications carry, is good until
 * the next registration (mipl-at.md §5), whoever began that: this tool, or the module by itself after its server had
 * forgotten it. Modules tell that as 12, 4, 6, as 4, 6 or with a bootstrap before; the server may observe anew before 6 is
 * told. A 6 without any of these is no news: AT+MIPLOPEN? prints it, too.
 */
export class ObservationBook {
  readonly #onChange: (observations: readonly ObservationState[]) => void;
  #all: readonly ObservationState[] = [];
  /** Those of the session that a new registration is replacing. */
  #former: readonly ObservationState[] | undefined;

  constructor(onChange: (observations: readonly ObservationState[]) => void) {
    this.#onChange = onChange;
  }

  get all(): readonly ObservationState[] {
    return this.#all;
  }

  /** The platform observes a path, in place of what it observed there before, or with flag 0 no longer. */
  observe(params: UrcOf<'+MIPLOBSERVE'>['params'], sinceMs: number): void {
    const path = formatPath(addressOf(params));
    const others = this.#all.filter((observation) => observation.path !== path);
    this.#set(params.flag === 0 ? others : [...others, { path, msgId: params.msgId, sinceMs }]);
  }

  /**
   * An event has come; `isStanding` is whether there was a session before it. True when the module has registered anew:
   * what was observed before is over.
   */
  onEvent(number: number, isStanding: boolean): boolean {
    if (isStanding && beginnings.includes(number)) this.#former ??= this.#all;
    // An update that got through after all, or an end: nothing is being replaced.
    if (number === event.updated || number === event.deregistered) this.#former = undefined;
    if (number !== event.registered) return false;
    const former = this.#former;
    this.#former = undefined;
    if (former === undefined) return false;
    this.#set(this.#all.filter((observation) => !former.includes(observation)));
    return true;
  }

  /** The session was there all the time while the link was not: so are its observations. */
  resume(observations: readonly ObservationState[]): void {
    this.#former = undefined;
    this.#set(observations);
  }

  /** Nobody observes any more. */
  clear(): void {
    this.#former = undefined;
    this.#set([]);
  }

  #set(observations: readonly ObservationState[]): void {
    this.#all = observations;
    this.#onChange(observations);
  }
}
