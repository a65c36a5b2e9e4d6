import { CodedError, faultOf } from '../../shared/errors.ts';
import { linesOf, questionOf, undoOf } from '../../shared/networkChange.ts';
import type { NetworkChange, NetworkChangeState } from '../../shared/networkChange.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import { SetupSigns } from '../facts/setupSigns.ts';
import type { LogBook } from '../log/logBook.ts';
import { carriersIn } from '../mipl/carrierList.ts';
import { commands } from '../mipl/messages.ts';
import type { Clock } from '../time/clock.ts';
import type { Session } from './session.ts';

/** What it works with. */
export interface NetworkChangerParts {
  readonly facts: FactRecord;
  readonly log: LogBook;
  readonly clock: Clock;
  /** The open session. @throws CodedError `PORT_NOT_OPEN`. */
  readonly session: () => Session;
}

/**
 * How the module joins its network: follows what it tells of frequency lock, carrier and context, and changes that for a
 * person, who can take the change back.
 */
export class NetworkChanger {
  readonly #parts: NetworkChangerParts;
  readonly #signs = new SetupSigns();

  constructor(parts: NetworkChangerParts) {
    this.#parts = parts;
    const { facts, log } = parts;
    log.onEntry((entry) => {
      const network = this.#signs.add(entry);
      if (network) facts.tell({ fact: 'network', network });
    });
    facts.holder.onChange(({ connection }) => {
      if (connection?.phase === 'opening') this.#signs.clear();
    });
  }

  /**
   * Changes it; what stood before is asked for, so that it can be put back. Resolves when the module has taken all of it.
   * @throws AtFailure, CodedError `PORT_NOT_OPEN`, `NETWORK_CHANGING`.
   */
  async change(change: NetworkChange): Promise<void> {
    const session = this.#parts.session();
    await this.#while(change.kind, async () => {
      await this.#question(session, change);
      const undo = undoOf(change, this.#parts.facts.holder.facts.network);
      try {
        await this.#send(session, linesOf(change));
      } finally {
        session.rejoin();
      }
      await this.#question(session, change);
      this.#tell({ last: { change, ...(undo ? { undo } : {}), atMs: this.#parts.clock.steadyMs() } });
    });
  }

  /**
   * Looks for all carriers; takes minutes, in which nothing else can be asked of the module.
   * @throws AtFailure, CodedError `PORT_NOT_OPEN`, `NETWORK_CHANGING`.
   */
  async scan(): Promise<void> {
    const { engine } = this.#parts.session();
    await this.#while('scan', async () => {
      const answers = await engine.ask(commands.operatorScan, {}, { priority: 'user', tag: { task: 'console' } });
      this.#tell({ carriers: answers.flatMap(({ list }) => carriersIn(list)) });
    });
  }

  async #while(running: NonNullable<NetworkChangeState['running']>, work: () => Promise<void>): Promise<void> {
    const { running: other, fault: _fault, ...before } = this.#parts.facts.holder.facts.networkChange;
    if (other !== undefined) throw new CodedError('NETWORK_CHANGING', `Under way: ${other}`);
    this.#parts.facts.tell({ fact: 'networkChange', networkChange: { ...before, running } });
    try {
      await work();
    } catch (error) {
      this.#tell({ fault: faultOf(error) });
      throw error;
    } finally {
      const { running: _over, ...after } = this.#parts.facts.holder.facts.networkChange;
      this.#parts.facts.tell({ fact: 'networkChange', networkChange: after });
    }
  }

  #tell(change: Partial<NetworkChangeState>): void {
    const { networkChange } = this.#parts.facts.holder.facts;
    this.#parts.facts.tell({ fact: 'networkChange', networkChange: { ...networkChange, ...change } });
  }

  /** What the module refuses to tell stays unknown. */
  async #question({ engine }: Session, { kind }: NetworkChange): Promise<void> {
    await engine.sendLine(questionOf[kind]).catch(() => undefined);
  }

  /** A radio that was switched off for the change is on again, whatever became of the change. */
  async #send({ engine }: Session, lines: readonly string[]): Promise<void> {
    try {
      for (const line of lines) await engine.sendLine(line);
    } catch (error) {
      if (lines.includes(radioOn)) await engine.sendLine(radioOn).catch(() => undefined);
      throw error;
    }
  }
}

const radioOn = 'AT+CFUN=1';
