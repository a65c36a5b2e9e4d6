import { certainKinds } from '../../platform/causes.ts';
import { faultOf } from '../../../shared/errors.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { PlatformCall, PlatformOperation } from '../../../shared/platform.ts';
import { deviceIdIn } from '../../platform/answers.ts';
import { callsOf, dataOf, mayReachDevice, requestsAbout } from './evidence.ts';
import type { Clock } from '../../time/clock.ts';
import type { EvidenceCollector } from './evidenceCollector.ts';
import type { Patience, RunMemory } from './runMemory.ts';
import type { TestSetup } from './testSetup.ts';
import { say } from '../cases/words.ts';

/** What the steps work with. */
export interface StepRunnerParts {
  readonly setup: TestSetup;
  readonly collector: EvidenceCollector;
  readonly memory: RunMemory;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly onPrompt: (text: BilingualName, curl: string) => void;
}

const ANSWER_SETTLE_MS = 5000;

/** Asks the platform for a case, itself or by way of a person, and waits for what that causes at the module. */
export class PlatformAsker {
  readonly #parts: StepRunnerParts;

  constructor(parts: StepRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Asks, and waits for the request that this causes at the module and for its answer: firmware that answers by itself has
   * told the platform before its line has come over the wire.
   */
  async ask(given: PlatformOperation): Promise<void> {
    const { setup, collector, patience, onPrompt } = this.#parts;
    const { platform } = setup;
    const operation = this.#withDevice(given);
    const path = 'path' in operation ? operation.path : '';
    const known = new Set(collector.requests.map(({ id }) => id));
    const hasCome = (): boolean =>
      certainKinds(operation.kind).every((kind) =>
        requestsAbout(collector, kind, path).some(({ id }) => !known.has(id)),
      );
    const isAnswered = (): boolean => collector.openRequests === 0;
    const curl = platform.curl(operation);
    const place = collector.calls.push(this.#callOf(operation, { curl, status: 'waiting' })) - 1;
    if (platform.kind === 'operator') {
      onPrompt(say('请在平台侧执行该操作：', 'Do this on the platform:'), curl);
      if (certainKinds(operation.kind).length === 0) return;
      await collector.until(() => hasCome() && isAnswered(), patience.operatorMs);
      return;
    }
    const call = await this.#called(operation, curl);
    collector.calls[place] = call;
    if (mayReachDevice(call)) await collector.until(hasCome, patience.platformLagMs);
    await collector.until(isAnswered, ANSWER_SETTLE_MS);
  }

  async #called(operation: PlatformOperation, curl: string): Promise<PlatformCall> {
    const { setup, collector, memory } = this.#parts;
    try {
      const asked = setup.platform.ask(operation);
      const settled: Promise<unknown> = asked.catch(() => undefined).finally(() => memory.openCalls.delete(settled));
      memory.openCalls.add(settled);
      return await collector.guard(asked);
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === 'CANCELLED') throw error;
      return this.#callOf(operation, { curl, status: 'failed', fault });
    }
  }

  /** A call that was never sent from here. */
  #callOf(
    operation: PlatformOperation,
    rest: Pick<PlatformCall, 'curl' | 'status'> & Partial<PlatformCall>,
  ): PlatformCall {
    const startedMs = this.#parts.clock.steadyMs();
    return { id: '0', mode: 'host', operation, method: 'GET', url: '', startedMs, requestIds: [], ...rest };
  }

  /** Data points are asked for by device id, which the platform told when it was asked for the status. */
  #withDevice(operation: PlatformOperation): PlatformOperation {
    if (operation.kind !== 'datapoints' || operation.deviceId !== '') return operation;
    const { setup, collector } = this.#parts;
    const status = callsOf(collector.evidence(), 'status').at(-1);
    const told = deviceIdIn(dataOf(status)) ?? Object.values(setup.state.platform.deviceIds).at(-1);
    return { ...operation, deviceId: told ?? 'DEVICE_ID' };
  }
}
