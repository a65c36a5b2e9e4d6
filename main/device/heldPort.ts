import { adapterKey } from '../../shared/adapters.ts';
import type { PortInfo } from '../../shared/state.ts';
import type { PortClaim } from './programParts.ts';

/** What a held port needs of the program. */
export interface HeldPortParts {
  /** The ports of the machine, as they were last looked at. */
  readonly ports: () => readonly PortInfo[];
  /** @throws CodedError `PORT_OPEN_HERE` where somebody else has it. */
  readonly claim: (path: string) => Promise<PortClaim>;
}

/**
 * The port that a session has, by whatever name: claimed, and followed to another name of its adapter. The adapter's number leads
 * there only as far as it is its own: all ports of an adapter with several have one, and some makers give all of theirs the same.
 */
export class HeldPort {
  readonly #parts: HeldPortParts;
  #claim: PortClaim;
  #isGivenBack = false;
  /** Another port had its number when somebody looked: nobody knows afterwards which is which. */
  #isShared = false;

  constructor(parts: HeldPortParts, claim: PortClaim) {
    this.#parts = parts;
    this.#claim = claim;
  }

  /** To be called when the session begins, and when it has lost its port: who has the number then is another one. */
  look(port: PortInfo): void {
    if (this.#alike(port).some(({ path }) => path !== port.path)) this.#isShared = true;
  }

  /**
   * The one listed port with the number of the adapter, once its old name is gone from the list; it is claimed in place of the old
   * one. Undefined where there is none, or more than one, or somebody else has it.
   */
  async movedTo(port: PortInfo): Promise<PortInfo | undefined> {
    const moved = this.#find(port);
    const claim = moved && (await this.#parts.claim(moved.path).catch(() => undefined));
    if (!claim) return undefined;
    // The person disconnects meanwhile.
    if (this.#isGivenBack) {
      claim.free();
      return undefined;
    }
    this.#claim.free();
    this.#claim = claim;
    return moved;
  }

  /** Others can have it at once. */
  free(): void {
    this.#isGivenBack = true;
    this.#claim.free();
  }

  /** Others can have it once that has settled. */
  freeAfter(closing: Promise<unknown>): void {
    this.#isGivenBack = true;
    this.#claim.freeAfter(closing);
  }

  #find(port: PortInfo): PortInfo | undefined {
    if (this.#isShared || this.#parts.ports().some(({ path }) => path === port.path)) return undefined;
    const [moved, ...more] = this.#alike(port);
    return more.length === 0 ? moved : undefined;
  }

  /** One without a number is told from its like by its port alone, what is no USB adapter by nothing. */
  #alike(port: PortInfo): PortInfo[] {
    const key = port.serialNumber === undefined ? undefined : adapterKey(port);
    return key === undefined ? [] : this.#parts.ports().filter((one) => adapterKey(one) === key);
  }
}
