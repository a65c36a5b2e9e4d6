import { isOnNetwork, networkStatus } from '../../../shared/networkStatus.ts';
import { CodedError, faultOf, isRefusal } from '../../../shared/errors.ts';
import { nearestCover } from '../../../shared/lwm2m.ts';
import { commands } from '../../mipl/messages.ts';
import type { CommandOrder } from '../../mipl/commandOrder.ts';
import type { Engine } from '../../mipl/engine.ts';
import { dialects } from '../../mipl/dialects.ts';
import { exchangesOf, isOk, requestsAbout } from './evidence.ts';
import { PlatformAsker } from './platformAsker.ts';
import type { StepRunnerParts } from './platformAsker.ts';
import { defaultPatience } from './runMemory.ts';
import { placeholder } from '../cases/steps.ts';
import type { Comparison, Step } from '../cases/steps.ts';

const sessionLine = /^AT\+MIPL(CREATE|CREATEEX|DELETE|OPEN|CLOSE|ADDOBJ|DELOBJ)\b/i;
const closedSocket = /^AT\+NSOCL=\s*(\d+)/i;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Puts remembered texts in place of `{name}`. @throws CodedError `BAD_ARGUMENT`. */
export function filled(
  text: string,
  memory: Readonly<Record<string, string>>,
  write: (value: string) => string = String,
): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(memory, name) ? memory[name] : undefined;
    if (value === undefined) throw new CodedError('BAD_ARGUMENT', `Nothing was remembered as ${name}`, name);
    return write(value);
  });
}

/** Whether a comparison holds; ordering needs numbers. */
export function holds(left: string, how: Comparison, right: string): boolean {
  const [one, other] = [Number(left), Number(right)];
  const isNumeric = left.trim() !== '' && right.trim() !== '' && !Number.isNaN(one) && !Number.isNaN(other);
  const isSame = left === right || (isNumeric && one === other);
  if (how === '=') return isSame;
  if (how === '!=') return !isSame;
  if (!isNumeric) return false;
  if (how === '<') return one < other;
  if (how === '<=') return one <= other;
  return how === '>' ? one > other : one >= other;
}

/** What is sent for a case alone. */
export const acceptanceOrder = { tag: { task: 'acceptance' } } as const satisfies CommandOrder;

/** Does the steps of a case; what it needs from the module goes through the engine and its queue. */
export class StepRunner {
  readonly #parts: StepRunnerParts;
  readonly #platform: PlatformAsker;
  /** Line number at which the step before began. */
  #previousSeq: number;

  constructor(parts: StepRunnerParts) {
    this.#parts = parts;
    this.#platform = new PlatformAsker(parts);
    this.#previousSeq = parts.collector.lastSeq;
  }

  /** Does one step. @throws CodedError. */
  async perform(step: Step): Promise<void> {
    const beganAt = this.#parts.collector.lastSeq;
    const work = this.#work[step.do] as (step: Step) => Promise<void>;
    await work(step);
    this.#previousSeq = beganAt;
  }

  /** Asks the engine for something; it goes on alone when the case has to end first. */
  engine<T>(ask: (engine: Engine) => Promise<T>): Promise<T> {
    const { setup, collector, memory } = this.#parts;
    if (collector.isOver) throw new CodedError('CANCELLED', '');
    const work = ask(setup.engine);
    const underWay: Promise<unknown> = work
      .catch(() => undefined)
      .finally(() => {
        if (memory.underWay === underWay) memory.underWay = undefined;
      });
    memory.underWay = underWay;
    return collector.guard(work);
  }

  readonly #work: { readonly [K in Step['do']]: (step: Extract<Step, { readonly do: K }>) => Promise<void> } = {
    send: async ({ line, final = 'OK', remember }) => {
      const { memory, collector } = this.#parts;
      const text = filled(line, memory.texts);
      // Neither the engine nor the preparation of a case hears of a session or socket that a line of a person's own begins or ends.
      if (sessionLine.test(text)) memory.isSuiteWhole = false;
      const from = collector.lastSeq;
      try {
        await this.engine((engine) => engine.sendLine(text, acceptanceOrder.tag));
      } catch (error) {
        if (final === 'OK' || !isRefusal(error)) throw error;
        return;
      }
      if (final === 'ERROR') throw new CodedError('BAD_ARGUMENT', `${text} was answered OK`);
      if (closedSocket.exec(text)?.[1] === memory.texts['socket']) delete memory.texts['socket'];
      if (remember === undefined) return;
      const lines = collector.evidence().lines.filter(({ seq, kind }) => seq > from && kind === 'answer');
      const value = lines.map(({ decoded }) => decoded?.params?.[remember]).find((one) => one !== undefined);
      if (value !== undefined) memory.texts[remember] = String(value);
    },

    expect: async ({ pattern, seconds }) => {
      const { memory, collector, patience } = this.#parts;
      // Loaded with the first plan that has a pattern: RE2's tables are half of what main would load at its start.
      const { compileLinePattern } = await import('../../log/linePattern.ts');
      const expected = compileLinePattern(filled(pattern, memory.texts, escaped));
      const from = this.#previousSeq;
      const find = () =>
        collector
          .evidence()
          .lines.filter(({ seq, kind }) => seq > from && (kind === 'answer' || kind === 'unasked'))
          .map(({ text }) => expected.match(text))
          .find((match) => match !== undefined);
      const limitMs = Math.min(
        seconds * 1000,
        seconds * 1000 * (patience.platformLagMs / defaultPatience.platformLagMs),
      );
      await collector.until(() => find() !== undefined, limitMs);
      const match = find();
      if (!match) throw new CodedError('MIPL_EVENT_TIMEOUT', `No line like ${expected.source} within ${seconds} s`);
      Object.assign(memory.texts, match);
    },

    compare: async ({ left, with: how, right }) => {
      const { texts } = this.#parts.memory;
      const [one, other] = [filled(left, texts), filled(right, texts)];
      if (!holds(one, how, other)) throw new CodedError('BAD_ARGUMENT', `${one} ${how} ${other}`);
    },

    restart: async () => {
      const { collector, setup, memory, patience } = this.#parts;
      collector.expectsRestart = true;
      const from = collector.lastSeq;
      for (const spec of [commands.reboot, commands.rebootM5311, commands.rebootMe3616]) {
        const error: unknown = await this.engine((engine) => engine.exec(spec, {}, acceptanceOrder)).then(
          () => undefined,
          (cause: unknown) => cause,
        );
        // A boot line in place of the answer: it restarts.
        if (error === undefined || faultOf(error).code === 'AT_RESTARTED') break;
        if (!isRefusal(error)) throw error;
      }
      memory.isSuiteWhole = false;
      delete memory.texts['socket'];
      const bootSeq = (): number =>
        collector.evidence().lines.find(({ seq, decoded }) => seq > from && decoded?.kind === 'banner')?.seq ??
        Infinity;
      await collector.until(() => bootSeq() < Infinity, patience.platformLagMs);
      // The session greets the module by itself. While it is not sure that this was a restart, the stage stands as it was.
      const isGreeted = (): boolean =>
        exchangesOf(collector.evidence(), 'AT').some((one) => one.command.seq > bootSeq() && isOk(one));
      const { module } = setup.state.stages;
      const hasGivenUp = (): boolean =>
        setup.state.stages.module !== module && setup.state.stages.module.status === 'failed';
      await collector.until(() => isGreeted() || hasGivenUp(), 2 * patience.platformLagMs);
      await collector.until(() => isSettled(setup.state.stages.module.status), 2 * patience.platformLagMs);
      collector.expectsRestart = false;
    },

    awaitNetwork: () => this.awaitNetwork(),

    prepareSuite: async () => {
      const { memory, setup } = this.#parts;
      await this.engine((engine) => engine.prepareSuite());
      memory.isSuiteWhole = true;
      memory.suiteObjects = setup.store.objectIds();
    },

    register: async ({ mayFail }) => {
      const { lifetimeSeconds, openTimeoutSeconds: timeoutSeconds } = this.#parts.setup.settings;
      try {
        await this.engine((engine) => engine.register({ lifetimeSeconds, timeoutSeconds }));
      } catch (error) {
        if (mayFail !== true || faultOf(error).code === 'CANCELLED') throw error;
      }
    },

    settle: ({ absent }) => this.settle(absent),

    update: ({ lifetimeSeconds, withObjects }) =>
      this.engine((engine) => engine.update({ lifetimeSeconds, withObjects })),
    deregister: () => this.engine((engine) => engine.deregister()),
    deleteSuite: () => this.engine((engine) => engine.deleteSuite()),

    deleteObject: ({ objectId }) => {
      const { memory } = this.#parts;
      memory.isSuiteWhole = false;
      memory.suiteObjects = memory.suiteObjects.filter((id) => id !== objectId);
      return this.engine((engine) => engine.deleteObject(objectId));
    },

    set: async ({ path, value }) => {
      const { setup } = this.#parts;
      this.#keep(path);
      setup.store.write(path, value, { by: 'person' });
    },

    notify: async ({ path, value }) => {
      this.#keep(path);
      await this.engine((engine) => engine.notify({ path, value, confirmed: false }));
    },

    beObserved: async ({ path, exactly }) => {
      const { observations } = this.#parts.setup.state;
      const isObserved =
        exactly === true
          ? observations.some((observation) => observation.path === path)
          : nearestCover(path, observations) !== undefined;
      if (!isObserved) await this.#platform.ask({ kind: 'observe', path, attributes: {} });
    },

    ask: async ({ operation, until, when }) => {
      const { collector, patience, setup, clock } = this.#parts;
      if (when && !when(collector.evidence())) return;
      const endMs = clock.steadyMs() + patience.platformLagMs;
      for (;;) {
        await this.#platform.ask(operation);
        if (!until || setup.platform.kind === 'operator' || until(collector.evidence())) return;
        if (clock.steadyMs() > endMs || collector.calls.at(-1)?.status === 'failed') return;
        await collector.until(() => false, Math.min(patience.pollMs, endMs - clock.steadyMs() + 1));
        // What counts is the last answer.
        collector.calls.pop();
      }
    },
  };

  /** Until +CEREG says 1 or 5. @throws CodedError `NETWORK_DENIED`. */
  async awaitNetwork(): Promise<void> {
    const { collector, setup, patience } = this.#parts;
    for (;;) {
      const [answer] = await this.engine((engine) => engine.exec(commands.registrationState, {}, acceptanceOrder));
      if (isOnNetwork(answer?.status)) return;
      if (answer?.status === networkStatus.denied) throw new CodedError('NETWORK_DENIED', '+CEREG status 3', '3');
      const before = setup.state.network;
      await collector.until(
        () => setup.state.network !== before && isOnNetwork(setup.state.network.registration),
        patience.pollMs,
      );
    }
  }

  /**
   * Until the platform has discovered every object of the suite, every request has its answer, and no line has come for a
   * while: a long one where something must be `absent`.
   */
  async settle(absent = false): Promise<void> {
    const { collector, patience } = this.#parts;
    const quietMs = absent ? patience.absentMs : patience.quietMs;
    await collector.until(() => this.#areDiscovered(), patience.platformLagMs);
    for (;;) {
      const { lastSeq } = collector;
      const hasMoved = await collector.until(() => collector.lastSeq !== lastSeq, quietMs);
      if (!hasMoved && collector.openRequests === 0) return;
    }
  }

  /** Firmware that answers discovers itself need not show them. */
  #areDiscovered(): boolean {
    const { collector, memory, setup } = this.#parts;
    if (dialects[setup.state.dialect.name].answersItself.has('+MIPLDISCOVER')) return true;
    return memory.suiteObjects.every((objectId) => requestsAbout(collector, 'discover', `/${objectId}`).length > 0);
  }

  #keep(path: string): void {
    const { memory, setup } = this.#parts;
    const value = setup.store.valueOf(path);
    if (value !== undefined && !memory.before.has(path)) memory.before.set(path, value);
  }
}

/** A stage that has come to an end, good or bad. */
export const isSettled = (status: string): boolean => status === 'done' || status === 'failed';
