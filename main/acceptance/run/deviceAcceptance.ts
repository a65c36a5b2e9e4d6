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
import { infoOf } from '../cases/cases.ts';
import { usualMs } from '../cases/expected.ts';
import { simulatedPatience } from './stepRunner.ts';
import { journalFactsOf } from './journalFacts.ts';
import { documentPlan } from '../plan/plan.ts';
import type { Plan, PlanItem } from '../plan/plan.ts';
import { checksumOf } from '../report/files.ts';
import { AcceptanceRun } from './acceptanceRun.ts';
import type { JournalWriter } from '../../journal/journalWriter.ts';
import { testSetupOf } from './testSetupOf.ts';
import { arranged, isDocuments, opened, restored, ticked, toPlan } from '../plan/pagePlan.ts';
import type { PagePlan, PlanEntry } from '../plan/pagePlan.ts';
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

/** So many changes of the plan can be taken back. */
const MAX_UNDO = 100;

/** The acceptance run of a device: one at a time, on the open port. What becomes of it shows in the state. */
export class DeviceAcceptance {
  readonly #device: TestedDevice;
  #plan: PagePlan;
  /** The plan before each change since the last start. */
  #earlier: PagePlan[] = [];
  /** Cases that left the plan since the last start: the run may have them, and a change can be taken back. */
  readonly #shelf = new Map<number, AcceptanceCase>();
  #lastKey = 0;
  /** The port of the run has been closed. */
  #isLeft = false;
  #bound: BoundRun | undefined;
  #result: AcceptanceResult | undefined;
  #abort: AbortController | undefined;
  #underway: Promise<void> = Promise.resolve();

  constructor(device: TestedDevice, plan: Plan = documentPlan) {
    this.#device = device;
    this.#plan = opened(plan, () => ++this.#lastKey);
    this.#show();
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
    const keys = this.#plan.entries.map(({ key }) => key);
    const run = new AcceptanceRun(testSetupOf(this.#device, { platform, hasBootstrap }), {
      plan: this.#planOf(keys),
      onProgress: (progress) => this.#onProgress(progress),
      clock: this.#device.clock,
      ...(isVirtual ? { patience: simulatedPatience } : {}),
    });
    this.#bound = { run, session, journal, keys, answers: new Map() };
    this.#result = undefined;
    this.#earlier = [];
    this.#shelf.clear();
    this.#changeEach(({ result, startedMs: _startedMs, ...one }, { item }) => {
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
    this.#shown(key);
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
    this.#bound = undefined;
    this.#result = undefined;
    this.#shelf.clear();
    const {
      port: _port,
      startedMs: _started,
      finishedMs: _finished,
      prompt: _prompt,
      lostAt: _lost,
      ...kept
    } = acceptance;
    this.#device.facts.acceptance({ ...kept, ...noFigures, phase: 'idle', canResume: false });
    this.#changeEach(({ result: _result, startedMs: _startedMs, ...one }) => ({ ...one, note: '', status: 'waiting' }));
  }

  /** Which cases the next run has. @throws CodedError `BAD_ARGUMENT`, `ACCEPTANCE_RUNNING`. */
  select(keys: readonly number[]): void {
    this.#rearrange((plan) => ticked(plan, keys));
  }

  /** The cases of the next run in their order. @throws CodedError `BAD_ARGUMENT`, `ACCEPTANCE_RUNNING`. */
  arrange(keys: readonly number[]): void {
    this.#rearrange((plan) => arranged(plan, keys, () => ++this.#lastKey));
  }

  /** Another plan for the next run. @throws CodedError `ACCEPTANCE_RUNNING`. */
  open(plan: Plan): void {
    this.#rearrange(() => opened(plan, () => ++this.#lastKey));
  }

  /** The document's plan. @throws CodedError `ACCEPTANCE_RUNNING`. */
  restore(): void {
    this.#rearrange((plan) => restored(plan, () => ++this.#lastKey));
  }

  /** Takes back the last change of the plan; nothing happens when there is none. @throws CodedError `ACCEPTANCE_RUNNING`. */
  undo(): void {
    this.refuseWhileRunning();
    const before = this.#earlier.pop();
    if (!before) return;
    this.#plan = before;
    this.#show();
  }

  /** The plan as it would be run now. */
  plan(): Plan {
    return toPlan(this.#plan, this.#device.state.state.acceptance.details.operator);
  }

  setDetails(details: AcceptanceDetails): void {
    this.#tell({ details });
  }

  /** @throws CodedError `BAD_ARGUMENT`. */
  setNote(key: number, note: string): void {
    this.#changeCase({ ...this.#shown(key), note });
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
      return new Map(this.#plan.entries.flatMap(({ key }, index) => (items[index]?.skip ? [[key, items[index]]] : [])));
    };
    return {
      ...begun,
      get items() {
        const skipped = leftOut();
        return begun.items.map((item, index) => skipped.get(keys[index] ?? 0) ?? item);
      },
    };
  }

  #rearrange(change: (plan: PagePlan) => PagePlan): void {
    this.refuseWhileRunning();
    const plan = change(this.#plan);
    this.#earlier = [...this.#earlier, this.#plan].slice(-MAX_UNDO);
    this.#plan = plan;
    this.#show();
  }

  /** Brings the state in line with the plan: verdicts and notes stay with their cases. */
  #show(): void {
    const { acceptance, acceptanceCases, connection } = this.#device.state.state;
    const changed: Record<string, AcceptanceCase | null> = {};
    for (const [index, entry] of this.#plan.entries.entries()) {
      const before = acceptanceCases[String(entry.key)] ?? this.#shelf.get(entry.key);
      this.#shelf.delete(entry.key);
      const one = before ?? this.#fresh(entry, connection.port?.kind === 'virtual');
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
    this.#device.facts.acceptance({
      ...acceptance,
      plan: this.#plan.name,
      isArranged: !isDocuments(this.#plan),
      canUndo: this.#earlier.length > 0,
      canResume: !this.#isLeft && this.#isOfThisPlan(),
    });
    for (const [key, one] of Object.entries(changed)) this.#device.facts.acceptanceCase(key, one);
  }

  /** A run goes on where its cases are to be seen. */
  #isOfThisPlan(): boolean {
    const { keys = [] } = this.#bound ?? {};
    return this.#plan.entries.some(({ key }) => keys.includes(key));
  }

  #fresh({ key, item, isSelected }: PlanEntry, isVirtual: boolean): AcceptanceCase {
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

  #onProgress(progress: AcceptanceProgress): void {
    if (progress.type === 'started') {
      const { result: _result, ...one } = this.#inRun(progress.position);
      this.#changeCase({ ...one, status: 'preparing', startedMs: this.#device.clock.steadyMs() });
    } else if (progress.type === 'steps') {
      this.#changeCase({ ...this.#inRun(progress.position), status: 'running' });
      this.#measure();
    } else if (progress.type === 'prompt') {
      const { caseId, text, curl } = progress;
      this.#tell({ prompt: { caseId, text, curl } });
    } else {
      const { result } = progress;
      const one = this.#inRun(result.position);
      const expectedMs = result.verdict === 'passed' ? result.durationMs : one.expectedMs;
      const status = result.isUnfinished ? 'waiting' : result.verdict;
      this.#changeCase({ ...one, status, expectedMs, result });
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

  #shown(key: number): AcceptanceCase {
    const one = this.#device.state.state.acceptanceCases[String(key)];
    if (!one) throw new CodedError('BAD_ARGUMENT', `There is no case ${key}`);
    return one;
  }

  /** The case at that place of the run, wherever it is by now. */
  #inRun(position: number): AcceptanceCase {
    const key = this.#bound?.keys[position - 1] ?? 0;
    return this.#shelf.get(key) ?? this.#shown(key);
  }

  #changeCase(one: AcceptanceCase): void {
    if (this.#shelf.has(one.key)) this.#shelf.set(one.key, one);
    else this.#device.facts.acceptanceCase(String(one.key), one);
  }

  #changeEach(change: (one: AcceptanceCase, entry: PlanEntry) => AcceptanceCase): void {
    for (const entry of this.#plan.entries) {
      this.#device.facts.acceptanceCase(String(entry.key), change(this.#shown(entry.key), entry));
    }
  }

  #tell(change: Partial<AcceptanceState>): void {
    const { acceptance } = this.#device.state.state;
    this.#device.facts.acceptance({ ...acceptance, ...change });
  }
}
