import { negotiation } from './telnet.ts';
import type { NegotiationVerb } from './telnet.ts';

/** Whose behaviour an option is about: ours (WILL, DO of the peer) or that of the peer (DO, WILL of the peer). */
export type TelnetSide = 'ours' | 'theirs';

/** `asked` until the peer has said yes or no. */
type OptionState = 'off' | 'asked' | 'on';

/** Options we want, by side, in the order they are asked for. */
export type WantedOptions = Readonly<Record<TelnetSide, readonly number[]>>;

/** No more answers than this on one connection: there are 256 options, and who asks on and on wants no answer. */
export const mostAnswers = 512;

const [askOurs, askTheirs] = ['will', 'do'] as const;
const words = {
  ours: { on: 'will', off: 'wont' },
  theirs: { on: 'do', off: 'dont' },
} as const satisfies Record<TelnetSide, Record<'on' | 'off', NegotiationVerb>>;

/**
 * Which telnet options hold. Never answers an answer, so two ends that disagree cannot go on for ever (RFC 1143, here
 * without its queues: we ask for each option once and take none back). Pure but for its own memory.
 */
export class TelnetOptions {
  readonly #wanted: WantedOptions;
  /** Options the peer may switch on when it asks, though we do not. */
  readonly #allowed: WantedOptions;
  readonly #states: Record<TelnetSide, Map<number, OptionState>> = { ours: new Map(), theirs: new Map() };
  #answers = 0;

  constructor(wanted: WantedOptions, allowed: WantedOptions) {
    this.#wanted = wanted;
    this.#allowed = allowed;
  }

  /** The requests to begin with. */
  start(): Uint8Array[] {
    for (const side of ['ours', 'theirs'] as const)
      for (const option of this.#wanted[side]) this.#states[side].set(option, 'asked');
    return [
      ...this.#wanted.ours.map((option) => negotiation(askOurs, option)),
      ...this.#wanted.theirs.map((option) => negotiation(askTheirs, option)),
    ];
  }

  isOn(side: TelnetSide, option: number): boolean {
    return this.#states[side].get(option) === 'on';
  }

  /** The peer has answered everything that we asked. */
  get isSettled(): boolean {
    return (['ours', 'theirs'] as const).every((side) => ![...this.#states[side].values()].includes('asked'));
  }

  /** Takes in what the peer says of an option; gives the answer, where one is due. */
  receive(verb: NegotiationVerb, option: number): Uint8Array | undefined {
    const side: TelnetSide = verb === 'do' || verb === 'dont' ? 'ours' : 'theirs';
    const isOn = verb === 'do' || verb === 'will';
    const before = this.#states[side].get(option) ?? 'off';
    if (before === 'asked') {
      this.#states[side].set(option, isOn ? 'on' : 'off');
      return undefined;
    }
    if ((before === 'on') === isOn) return undefined;
    const isGranted = isOn && [...this.#wanted[side], ...this.#allowed[side]].includes(option);
    this.#states[side].set(option, isGranted ? 'on' : 'off');
    return this.#answer(words[side][isGranted ? 'on' : 'off'], option);
  }

  #answer(verb: NegotiationVerb, option: number): Uint8Array | undefined {
    this.#answers++;
    return this.#answers > mostAnswers ? undefined : negotiation(verb, option);
  }
}
