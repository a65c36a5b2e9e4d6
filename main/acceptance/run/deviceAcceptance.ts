import { stat } from 'node:fs/promises';
import { CodedError } from '../../../shared/errors.ts';
import type {
  AcceptanceCase,
  AcceptanceDetails,
  AcceptancePlatform,
  AcceptanceProgress,
  AcceptanceState,
} from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import { defined } from '../../../shared/defined.ts';
import { usualMs } from '../cases/expected.ts';
import { simulatedPatience } from './runMemory.ts';
import { journalFactsOf } from './journalFacts.ts';
import { planFor } from '../plan/plan.ts';
import type { Plan, PlanItem } from '../plan/plan.ts';
import { checksumOf } from '../../files/checksum.ts';
import { AcceptanceRun } from './acceptanceRun.ts';
import type { JournalWriter } from '../../journal/journalWriter.ts';
import { testSetupOf } from './testSetupOf.ts';
import { ArrangedCases } from './arrangedCases.ts';
import type { TestedDevice } from './testedDevice.ts';

/** How a run is begun. */
export interface StartOptions {
  readonly platform: AcceptancePlatform;
  readonly hasBootstrap: boolean;
}

/** A run with the connection it belongs to. */
interface BoundRun {
  readonly run: AcceptanceRun;
  readonly session: TestedDevice['session'];
  readonly journal: JournalWriter | undefined;
  /** The key of the case at each place of the run's plan. */
  readonly keys: readonly number[];
  /** Times to answer by request. */
  readonly answers: Map<string, number>;
}

/** Nothing was measured yet. */
const noFigures = { signal: [], answersMs: [], answerTimes: { count: 0, lateCount: 0 } } as const;

/** The acceptance run of a device: one at a time, on the open port. What becomes of it shows in the state. */
export class DeviceAcceptance {
  readonly #device: TestedDevice;
  readonly #cases: ArrangedCases;
  /** The port of the run has been closed. */
  #isLeft = false;
  #bound: BoundRun | undefined;
  #result: AcceptanceResult | undefined;
  #abort: AbortController | undefined;
  #underway: Promise<void> = Promise.resolve();

  constructor(device: TestedDevice, plan: Plan = planFor(device.state.state.objects)) {
    this.#device = device;
    this.#cases = new ArrangedCases(device, plan, () => !this.#isLeft && this.#isOfThisPlan());
    this.#cases.show();
    device.facts.onFact((fact) => {
      if (fact.fact === 'connection' && fact.input.type === 'moved') this.#move(fact.input.port.path);
    });
  }

  get isRunning(): boolean {
    return this.#abort !== undefined;
  }

  /** Begins a run of the selected cases. @throws CodedError `PORT_NOT_OPEN`, `ACCEPTANCE_RUNNING`, `ACCEPTANCE_NOT_READY`. */
  start({ platform, hasBootstrap }: StartOptions): void {
    this.refuseWhileRunning();
    const { session, state, facts, journal } = this.#device;
    this.#refuseUntilReady();
    if (platform === 'simulated' && !state.state.simulator) {
      throw new CodedError('ACCEPTANCE_NOT_READY', 'The port has no simulated platform', 'platform');
    }
    const isVirtual = state.state.connection.port?.kind === 'virtual';
    const keys = this.#cases.entries.map(({ key }) => key);
    const run = new AcceptanceRun(testSetupOf(this.#device, { platform, hasBootstrap }), {
      plan: this.#planOf(keys),
      onProgress: (progress) => this.#onProgress(progress),
      clock: this.#device.clock,
      ...(isVirtual ? { patience: simulatedPatience } : {}),
    });
    this.#bound = { run, session, journal, keys, answers: new Map() };
    this.#result = undefined;
    this.#cases.begin();
    this.#cases.changeEach(({ result, startedMs: _startedMs, ...one }, { item }) => {
      const expectedMs = result?.verdict === 'passed' ? one.expectedMs : usualMs(item.definition, isVirtual);
      return { ...one, expectedMs, status: 'waiting' };
    });
    const { finishedMs: _finished, prompt: _prompt, ...before } = state.state.acceptance;
    const port = state.state.connection.port?.path ?? '';
    facts.acceptance({ ...before, ...noFigures, canUndo: false, port, startedMs: this.#device.clock.steadyMs() });
    this.#go();
  }

  /** Goes on with what has no verdict yet. @throws CodedError `ACCEPTANCE_NONE`, `ACCEPTANCE_RUNNING`, `ACCEPTANCE_NOT_READY`. */
  resume(): void {
    this.#goOn();
  }

  /** Runs one case again. @throws as {@link resume}, and `BAD_ARGUMENT`. */
  retry(key: number): void {
    this.#cases.shown(key);
    const place = this.#bound?.keys.indexOf(key) ?? -1;
    if (this.#bound && place < 0) throw new CodedError('BAD_ARGUMENT', `The run did not have the case ${key}`);
    this.#goOn(place + 1);
  }

  /** Stops after the command under way; nothing happens when none runs. */
  stop(): void {
    if (!this.#abort) return;
    this.#tell({ phase: 'stopping' });
    this.#abort.abort();
  }

  /** Stops because the port is closed; resolves when the run has ended. */
  async abandon(): Promise<void> {
    this.stop();
    await this.#underway;
    this.#isLeft = true;
    if (this.#device.state.state.acceptance.canResume) this.#tell({ canResume: false });
  }

  /**
   * Another connection begins: what was found belongs to the one before. The run of the same module at the same port can still be
   * reported; of any other nothing stays.
   */
  forgetOther(): void {
    const { connection, acceptance, module } = this.#device.state.state;
    if (!this.#bound || this.isRunning) return;
    const imei = this.#result?.identity.imei;
    const isOtherModule = imei !== undefined && module.imei !== undefined && module.imei !== imei;
    if (connection.port?.path === acceptance.port && !isOtherModule) return;
    this.#forget();
  }

  /** The adapter of the connection has another name now: a run at it is one at that. */
  #move(port: string): void {
    const { connection, acceptance } = this.#device.state.state;
    if (acceptance.port === connection.port?.path) this.#tell({ port });
  }

  /** The device is made of other objects: what was found belongs to those before, and the plan follows. */
  followModel(): void {
    if (this.#bound) this.#forget();
    this.#cases.follow(planFor(this.#device.state.state.objects));
  }

  /** Every criterion there is for this device. */
  get wholePlan(): Plan {
    return this.#cases.whole;
  }

  #forget(): void {
    const { acceptance } = this.#device.state.state;
    this.#bound = undefined;
    this.#result = undefined;
    this.#cases.forgetOthers();
    const {
      port: _port,
      startedMs: _started,
      finishedMs: _finished,
      prompt: _prompt,
      lostAt: _lost,
      ...kept
    } = acceptance;
    this.#device.facts.acceptance({ ...kept, ...noFigures, phase: 'idle', canResume: false });
    this.#cases.changeEach(({ result: _result, startedMs: _startedMs, ...one }) => ({
      ...one,
      note: '',
      status: 'waiting',
    }));
  }

  /** Which cases the next run has. @throws CodedError `BAD_ARGUMENT`, `ACCEPTANCE_RUNNING`. */
  select(keys: readonly number[]): void {
    this.refuseWhileRunning();
    this.#cases.select(keys);
  }

  /** The cases of the next run in their order. @throws CodedError `BAD_ARGUMENT`, `ACCEPTANCE_RUNNING`. */
  arrange(keys: readonly number[]): void {
    this.refuseWhileRunning();
    this.#cases.arrange(keys);
  }

  /** Another plan for the next run. @throws CodedError `ACCEPTANCE_RUNNING`. */
  open(plan: Plan): void {
    this.refuseWhileRunning();
    this.#cases.open(plan);
  }

  /** The document's plan. @throws CodedError `ACCEPTANCE_RUNNING`. */
  restore(): void {
    this.refuseWhileRunning();
    this.#cases.restore();
  }

  /** Takes back the last change of the plan; nothing happens when there is none. @throws CodedError `ACCEPTANCE_RUNNING`. */
  undo(): void {
    this.refuseWhileRunning();
    this.#cases.undo();
  }

  /** The plan as it would be run now. */
  plan(): Plan {
    return this.#cases.plan();
  }

  setDetails(details: AcceptanceDetails): void {
    this.#tell({ details });
  }

  /** @throws CodedError `BAD_ARGUMENT`. */
  setNote(key: number, note: string): void {
    this.#cases.change({ ...this.#cases.shown(key), note });
  }

  /** @throws CodedError `ACCEPTANCE_RUNNING`. */
  refuseWhileRunning(): void {
    if (this.isRunning) throw new CodedError('ACCEPTANCE_RUNNING', 'An acceptance run goes on');
  }

  /** The last run with what was written about it, the journal's checksum as of now. @throws CodedError `ACCEPTANCE_NONE`. */
  async report(): Promise<AcceptanceResult> {
    const result = this.isRunning ? this.#bound?.run.result() : this.#result;
    if (!result) throw new CodedError('ACCEPTANCE_NONE', 'There was no run yet');
    const { details } = this.#device.state.state.acceptance;
    const cases = result.cases.map((one) => {
      const { note } = this.#inRun(one.position);
      return note === '' ? one : { ...one, note };
    });
    return { ...result, ...(await this.#journalOf(result)), cases, details };
  }

  #goOn(only?: number): void {
    this.refuseWhileRunning();
    this.#refuseOther();
    this.#refuseUntilReady();
    this.#go(only);
  }

  /** The file grows on while the port is open: the checksum says of how many bytes it is. */
  async #journalOf(result: AcceptanceResult): Promise<Pick<AcceptanceResult, 'journal'>> {
    const journal = this.#bound?.journal;
    if (!journal || !result.journal) return {};
    await journal.flush();
    const hashedBytes = await stat(journal.file).then(
      ({ size }) => size,
      () => 0,
    );
    const sha256 = hashedBytes === 0 ? undefined : await checksumOf(journal.file, hashedBytes);
    return {
      journal: { ...journalFactsOf(journal.state()), ...(sha256 === undefined ? {} : { sha256, hashedBytes }) },
    };
  }

  #go(only?: number): void {
    const bound = this.#bound;
    if (!bound) throw new CodedError('ACCEPTANCE_NONE', 'There is no run to go on with');
    const abort = new AbortController();
    this.#abort = abort;
    this.#isLeft = false;
    const { lostAt: _lostAt, ...before } = this.#device.state.state.acceptance;
    this.#device.facts.acceptance({ ...before, phase: 'running', canResume: true });
    this.#underway = bound.run
      .run(abort.signal, only)
      .then((result) => this.#end(result))
      .finally(() => (this.#abort = undefined));
  }

  #end(result: AcceptanceResult): void {
    this.#result = result;
    const { prompt: _prompt, ...acceptance } = this.#device.state.state.acceptance;
    const phase = result.isComplete ? 'done' : 'stopped';
    const { run, keys } = this.#bound ?? {};
    const lostAt = this.#isLeft || run?.lostAt === undefined ? undefined : keys?.[run.lostAt - 1];
    this.#device.facts.acceptance({ ...acceptance, phase, finishedMs: result.finishedMs, ...defined({ lostAt }) });
  }

  /** The plan of a run begun now, its order for good; a case that loses its tick later is skipped when the run is resumed. */
  #planOf(keys: readonly number[]): Plan {
    const begun = this.plan();
    const leftOut = (): ReadonlyMap<number, PlanItem> => {
      const { items } = this.plan();
      return new Map(
        this.#cases.entries.flatMap(({ key }, index) => (items[index]?.skip ? [[key, items[index]]] : [])),
      );
    };
    return {
      ...begun,
      get items() {
        const skipped = leftOut();
        return begun.items.map((item, index) => skipped.get(keys[index] ?? 0) ?? item);
      },
    };
  }

  /** A run goes on where its cases are to be seen. */
  #isOfThisPlan(): boolean {
    const { keys = [] } = this.#bound ?? {};
    return this.#cases.entries.some(({ key }) => keys.includes(key));
  }

  #onProgress(progress: AcceptanceProgress): void {
    if (progress.type === 'started') {
      const { result: _result, ...one } = this.#inRun(progress.position);
      this.#cases.change({ ...one, status: 'preparing', startedMs: this.#device.clock.steadyMs() });
    } else if (progress.type === 'steps') {
      this.#cases.change({ ...this.#inRun(progress.position), status: 'running' });
      this.#measure();
    } else if (progress.type === 'prompt') {
      const { caseId, text, curl } = progress;
      this.#tell({ prompt: { caseId, text, curl } });
    } else {
      const { result } = progress;
      const one = this.#inRun(result.position);
      const expectedMs = result.verdict === 'passed' ? result.durationMs : one.expectedMs;
      const status = result.isUnfinished ? 'waiting' : result.verdict;
      this.#cases.change({ ...one, status, expectedMs, result });
      this.#measure();
    }
  }

  /** Signal and answer times as far as they are known. A call that was waited for is over when a case goes on. */
  #measure(): void {
    if (!this.#bound) return;
    const { run, answers } = this.#bound;
    const { requests, acceptance } = this.#device.state.state;
    const { signal, answerTimes } = run.result();
    for (const { id, arrivedMs, usedMs } of Object.values(requests)) {
      if (usedMs !== undefined && arrivedMs >= (acceptance.startedMs ?? 0)) answers.set(id, usedMs);
    }
    const { prompt: _prompt, ...others } = acceptance;
    const measured = { signal: [...signal], answerTimes, answersMs: [...answers.values()] };
    this.#device.facts.acceptance({ ...others, ...measured });
  }

  /** Verdicts of one module must not be mixed with those of another. */
  #refuseOther(): void {
    if (!this.#bound) throw new CodedError('ACCEPTANCE_NONE', 'There is no run to go on with');
    if (this.#bound.session !== this.#device.session) {
      throw new CodedError('ACCEPTANCE_NONE', 'The run belongs to a connection that was closed');
    }
    if (!this.#isOfThisPlan()) throw new CodedError('ACCEPTANCE_NONE', 'The run was one of another plan');
  }

  /** Bring-up and registration would race the run. */
  #refuseUntilReady(): void {
    const { connection, stages } = this.#device.state.state;
    const isBusy = Object.values(stages).some(({ status }) => status === 'running');
    if (connection.phase !== 'ready' || isBusy) {
      throw new CodedError('ACCEPTANCE_NOT_READY', 'The module is still being brought up', connection.phase);
    }
  }

  /** The case at that place of the run, wherever it is by now. */
  #inRun(position: number): AcceptanceCase {
    const key = this.#bound?.keys[position - 1] ?? 0;
    return this.#cases.known(key);
  }

  #tell(change: Partial<AcceptanceState>): void {
    const { acceptance } = this.#device.state.state;
    this.#device.facts.acceptance({ ...acceptance, ...change });
  }
}
