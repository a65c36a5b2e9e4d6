import { CodedError, faultOf, isRefusal } from '../../../shared/errors.ts';
import { commands } from '../../mipl/messages.ts';
import { isReachableByPlatform } from '../../mipl/registration.ts';
import type { StepRunnerParts } from './platformAsker.ts';
import type { StepRunner } from './stepRunner.ts';
import { acceptanceOrder, isSettled } from './stepRunner.ts';
import type { Need } from '../cases/steps.ts';

/** The document allows 20–120 s from power-on to the network. */
const BRING_UP_MS = 180_000;
const PORT_MS = 3000;

/** Brings the module to where a case begins, whatever the one before it left. */
export class CasePreparation {
  readonly #parts: StepRunnerParts;
  readonly #steps: StepRunner;

  constructor(parts: StepRunnerParts, steps: StepRunner) {
    this.#parts = parts;
    this.#steps = steps;
  }

  /** @throws CodedError when the module cannot be brought there. */
  async ensure(need: Need): Promise<void> {
    await this.#port();
    await this.#abandon();
    await this.#module(need !== 'module');
    if (need === 'module') return;
    await this.#steps.awaitNetwork();
    switch (need) {
      case 'network':
        return;
      case 'noSocket':
        return this.closeSocket();
      case 'freshSocket':
        await this.closeSocket();
        return this.#openSocket();
      case 'socket':
        return this.#openSocket();
      case 'bare':
        return this.#deleteSuite();
      case 'suite':
        return this.#suite();
      case 'registered':
        return this.#registered();
    }
  }

  /**
   * Whether the module has AT+NSO… at all. The document's module and its heirs must; others may have commands of their own
   * for UDP, and refuse these. Test forms tell nothing: firmware that has the commands refuses them, too.
   */
  async hasSockets(): Promise<boolean> {
    const { setup, memory } = this.#parts;
    memory.hasSockets ??= /M5310/i.test(setup.state.module.model ?? '') || (await this.#canOpenSocket());
    return memory.hasSockets;
  }

  async #canOpenSocket(): Promise<boolean> {
    try {
      await this.#openSocket();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
    await this.closeSocket();
    return true;
  }

  /** Closes the socket of ours, if there is one. */
  async closeSocket(): Promise<void> {
    const { texts } = this.#parts.memory;
    if (texts['socket'] === undefined) return;
    const socket = Number(texts['socket']);
    delete texts['socket'];
    await this.#orRefused(
      this.#steps.engine((engine) => engine.exec(commands.socketClose, { socket }, acceptanceOrder)),
    );
  }

  /** Values that a case changed become what they were. */
  restoreValues(): void {
    const { memory, setup } = this.#parts;
    for (const [path, value] of memory.before) setup.store.write(path, value, { by: 'person' });
    memory.before.clear();
  }

  /** Leaves no socket and no half suite behind; a device that was registered before is registered again, with every object. */
  async tidy(wasRegistered: boolean): Promise<void> {
    // Nobody comes after us whom a late request could disturb.
    this.#parts.memory.openCalls.clear();
    await this.#port();
    await this.#abandon();
    await this.closeSocket();
    if (wasRegistered) return this.#registered();
    if (!this.#parts.memory.isSuiteWhole) await this.#deleteSuite();
  }

  async #port(): Promise<void> {
    const { collector, setup } = this.#parts;
    const isOpen = await collector.until(() => ['probing', 'ready'].includes(setup.state.connection.phase), PORT_MS);
    if (!isOpen) throw new CodedError('PORT_NOT_OPEN', setup.state.connection.fault?.message ?? '');
  }

  /** What an earlier case was not waited for is ended: it would hear the events of this one. */
  async #abandon(): Promise<void> {
    const { memory, collector, setup } = this.#parts;
    await collector.guard(Promise.all(memory.openCalls));
    const { underWay } = memory;
    if (!underWay) return;
    memory.isSuiteWhole = false;
    await setup.engine.deleteSuite().catch(() => setup.engine.reset('CANCELLED'));
    await collector.guard(underWay);
  }

  async #module(withNetwork: boolean): Promise<void> {
    const { collector, setup } = this.#parts;
    const names = withNetwork ? (['module', 'sim', 'network'] as const) : (['module'] as const);
    const isUp = () => names.every((name) => setup.state.stages[name].status !== 'running');
    await collector.until(() => isUp() && isSettled(setup.state.stages.module.status), BRING_UP_MS);
    const failed = names.map((name) => setup.state.stages[name]).find(({ status }) => status === 'failed');
    await this.#steps.engine((engine) => engine.exec(commands.attention, {}, acceptanceOrder));
    if (failed?.fault && withNetwork && failed.fault.code === 'SIM_NOT_READY') {
      throw new CodedError(failed.fault.code, failed.fault.message);
    }
  }

  async #openSocket(): Promise<void> {
    if (this.#parts.memory.texts['socket'] !== undefined) return;
    await this.#steps.perform({ do: 'send', line: 'AT+NSOCR="DGRAM",17,2334,1', remember: 'socket' });
  }

  async #deleteSuite(): Promise<void> {
    const { setup, memory } = this.#parts;
    memory.isSuiteWhole = false;
    if (setup.engine.registration.ref === undefined) return;
    await this.#orRefused(this.#steps.engine((engine) => engine.deleteSuite()));
    // A module that knows of no suite is as bare as one whose suite was deleted.
    if (setup.engine.registration.ref !== undefined) setup.engine.reset('CANCELLED');
  }

  async #suite(): Promise<void> {
    const { setup, memory } = this.#parts;
    const { registration } = setup.engine;
    // After a failure nobody knows what the module thinks of its session.
    if (memory.isSuiteWhole && registration.ref !== undefined && registration.phase !== 'failed') {
      if (isReachableByPlatform(registration)) await this.#steps.engine((engine) => engine.deregister());
      return;
    }
    await this.#deleteSuite();
    await this.#steps.perform({ do: 'prepareSuite' });
  }

  async #registered(): Promise<void> {
    const { setup, memory } = this.#parts;
    if (memory.isSuiteWhole && isReachableByPlatform(setup.engine.registration)) return;
    await this.#suite();
    try {
      await this.#steps.perform({ do: 'register' });
    } catch (error) {
      if (faultOf(error).code === 'CANCELLED') throw error;
      await this.#deleteSuite();
      await this.#steps.perform({ do: 'prepareSuite' });
      await this.#steps.perform({ do: 'register' });
    }
    await this.#steps.settle();
  }

  async #orRefused(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
}
