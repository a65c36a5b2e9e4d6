import { stat } from 'node:fs/promises';
import { CodedError } from '../../shared/errors.ts';
import type {
  AcceptanceCase,
  AcceptanceDetails,
  AcceptancePlatform,
  AcceptanceProgress,
  AcceptanceResult,
  AcceptanceState,
} from '../../shared/acceptance.ts';
import { infoOf } from '../acceptance/cases.ts';
import { usualMs } from '../acceptance/expected.ts';
import { simulatedPatience } from '../acceptance/performer.ts';
import { documentPlan, notSelected } from '../acceptance/plan.ts';
import type { Plan } from '../acceptance/plan.ts';
import { checksumOf } from '../acceptance/report/files.ts';
import { AcceptanceRun } from '../acceptance/runner.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import { acceptanceStation } from './acceptanceStation.ts';
import type { Application } from './application.ts';
import type { Session } from './session.ts';

/** How a run is begun. */
export interface StartOptions {
  readonly platform: AcceptancePlatform;
  readonly hasBootstrap: boolean;
}

/** A run with the connection it belongs to. */
interface BoundRun {
  readonly run: AcceptanceRun;
  readonly session: Session;
  readonly journal: JournalWriter | undefined;
  /** Times to answer by request. */
  readonly answers: Map<string, number>;
}

/** The acceptance run of the window: one at a time, on the open port. What becomes of it shows in the state. */
export class AcceptanceDesk {
  readonly #application: Application;
  readonly #plan: Plan;
  #bound: BoundRun | undefined;
  #result: AcceptanceResult | undefined;
  #abort: AbortController | undefined;
  #underway: Promise<void> = Promise.resolve();

  constructor(application: Application, plan: Plan = documentPlan) {
    this.#application = application;
    this.#plan = plan;
    this.#tell({ plan: plan.name });
    application.state.change({
      acceptanceCases: Object.fromEntries(
        plan.items.map(({ definition, skip }, index): [string, AcceptanceCase] => [
          String(index + 1),
          {
            position: index + 1,
            info: infoOf(definition),
            isSelected: skip === undefined,
            note: '',
            expectedMs: usualMs(definition, false),
            status: 'waiting',
          },
        ]),
      ),
    });
  }

  get isRunning(): boolean {
    return this.#abort !== undefined;
  }

  /** Begins a run of the selected cases. @throws CodedError `PORT_NOT_OPEN`, `ACCEPTANCE_RUNNING`, `ACCEPTANCE_NOT_READY`. */
  start({ platform, hasBootstrap }: StartOptions): void {
    this.#refuseWhileRunning();
    const { session, state, journal } = this.#application;
    this.#refuseUntilReady();
    if (platform === 'simulated' && !state.state.simulator) {
      throw new CodedError('ACCEPTANCE_NOT_READY', 'The port has no simulated platform', 'platform');
    }
    const isVirtual = state.state.connection.port?.kind === 'virtual';
    const run = new AcceptanceRun(acceptanceStation(this.#application, { platform, hasBootstrap }), {
      plan: this.#chosenPlan(),
      onProgress: (progress) => this.#onProgress(progress),
      ...(isVirtual ? { patience: simulatedPatience } : {}),
    });
    this.#bound = { run, session, journal, answers: new Map() };
    this.#result = undefined;
    this.#changeEach(({ result: _result, startedMs: _startedMs, ...one }, index) => {
      const definition = this.#plan.items[index]?.definition;
      const hasPassed = _result?.verdict === 'passed';
      const expectedMs = hasPassed || !definition ? one.expectedMs : usualMs(definition, isVirtual);
      return { ...one, expectedMs, status: 'waiting' };
    });
    const { finishedMs: _finished, prompt: _prompt, ...before } = state.state.acceptance;
    const port = state.state.connection.port?.path ?? '';
    const fresh = { signal: [], answersMs: [], answerTimes: { count: 0, lateCount: 0 } };
    state.change({ acceptance: { ...before, ...fresh, port, startedMs: Date.now() } });
    this.#go();
  }

  /** Goes on with what has no verdict yet. @throws CodedError `ACCEPTANCE_NONE`, `ACCEPTANCE_RUNNING`, `ACCEPTANCE_NOT_READY`. */
  resume(): void {
    this.#goOn();
  }

  /** Runs one case again. @throws as {@link resume}, and `BAD_ARGUMENT`. */
  retry(position: number): void {
    this.#case(position);
    this.#goOn(position);
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
    if (this.#application.state.state.acceptance.canResume) this.#tell({ canResume: false });
  }

  /** Which cases the next run has. @throws CodedError `BAD_ARGUMENT`, `ACCEPTANCE_RUNNING`. */
  select(positions: readonly number[]): void {
    this.#refuseWhileRunning();
    for (const position of positions) this.#case(position);
    this.#changeEach((one) => ({ ...one, isSelected: positions.includes(one.position) }));
  }

  setDetails(details: AcceptanceDetails): void {
    this.#tell({ details });
  }

  /** @throws CodedError `BAD_ARGUMENT`. */
  setNote(position: number, note: string): void {
    this.#changeCase({ ...this.#case(position), note });
  }

  /** The last run with what was written about it, the journal's checksum as of now. @throws CodedError `ACCEPTANCE_NONE`. */
  async report(): Promise<AcceptanceResult> {
    const result = this.isRunning ? this.#bound?.run.result() : this.#result;
    if (!result) throw new CodedError('ACCEPTANCE_NONE', 'There was no run yet');
    const { acceptance, acceptanceCases } = this.#application.state.state;
    const cases = result.cases.map((one) => {
      const note = acceptanceCases[String(one.position)]?.note ?? '';
      return note === '' ? one : { ...one, note };
    });
    return { ...result, ...(await this.#journalOf(result)), cases, details: acceptance.details };
  }

  #goOn(only?: number): void {
    this.#refuseWhileRunning();
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
    const { name, bytes, lines } = journal.state();
    return { journal: { name, bytes, lines, ...(sha256 === undefined ? {} : { sha256, hashedBytes }) } };
  }

  #go(only?: number): void {
    const bound = this.#bound;
    if (!bound) throw new CodedError('ACCEPTANCE_NONE', 'There is no run to go on with');
    const abort = new AbortController();
    this.#abort = abort;
    this.#tell({ phase: 'running', canResume: true });
    this.#underway = bound.run
      .run(abort.signal, only)
      .then((result) => this.#end(result))
      .finally(() => (this.#abort = undefined));
  }

  #end(result: AcceptanceResult): void {
    this.#result = result;
    const { prompt: _prompt, ...acceptance } = this.#application.state.state.acceptance;
    const phase = result.isComplete ? 'done' : 'stopped';
    this.#application.state.change({ acceptance: { ...acceptance, phase, finishedMs: result.finishedMs } });
  }

  #chosenPlan(): Plan {
    const { acceptanceCases, acceptance } = this.#application.state.state;
    const { operator } = acceptance.details;
    const skip = { by: operator === '' ? 'operator' : operator, reason: notSelected };
    const items = this.#plan.items.map((item, index) => {
      const isSelected = acceptanceCases[String(index + 1)]?.isSelected ?? true;
      return isSelected ? { definition: item.definition } : { ...item, skip: item.skip ?? skip };
    });
    return { ...this.#plan, items };
  }

  #onProgress(progress: AcceptanceProgress): void {
    if (progress.type === 'started') {
      const { result: _result, ...one } = this.#case(progress.position);
      this.#changeCase({ ...one, status: 'preparing', startedMs: Date.now() });
    } else if (progress.type === 'steps') {
      this.#changeCase({ ...this.#case(progress.position), status: 'running' });
      this.#measure();
    } else if (progress.type === 'prompt') {
      const { caseId, text, curl } = progress;
      this.#tell({ prompt: { caseId, text, curl } });
    } else {
      const { result } = progress;
      const one = this.#case(result.position);
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
    const { requests, acceptance } = this.#application.state.state;
    const { signal, answerTimes } = run.result();
    for (const { id, arrivedMs, usedMs } of Object.values(requests)) {
      if (usedMs !== undefined && arrivedMs >= (acceptance.startedMs ?? 0)) answers.set(id, usedMs);
    }
    const { prompt: _prompt, ...others } = acceptance;
    const measured = { signal: [...signal], answerTimes, answersMs: [...answers.values()] };
    this.#application.state.change({ acceptance: { ...others, ...measured } });
  }

  #refuseWhileRunning(): void {
    if (this.isRunning) throw new CodedError('ACCEPTANCE_RUNNING', 'An acceptance run goes on');
  }

  /** Verdicts of one module must not be mixed with those of another. */
  #refuseOther(): void {
    if (!this.#bound) throw new CodedError('ACCEPTANCE_NONE', 'There is no run to go on with');
    if (this.#bound.session !== this.#application.session) {
      throw new CodedError('ACCEPTANCE_NONE', 'The run belongs to a connection that was closed');
    }
  }

  /** Bring-up and registration would race the run. */
  #refuseUntilReady(): void {
    const { connection, stages } = this.#application.state.state;
    const isBusy = Object.values(stages).some(({ status }) => status === 'running');
    if (connection.phase !== 'ready' || isBusy) {
      throw new CodedError('ACCEPTANCE_NOT_READY', 'The module is still being brought up', connection.phase);
    }
  }

  #case(position: number): AcceptanceCase {
    const one = this.#application.state.state.acceptanceCases[String(position)];
    if (!one) throw new CodedError('BAD_ARGUMENT', `There is no case ${position}`);
    return one;
  }

  #changeCase(one: AcceptanceCase): void {
    this.#application.state.change({ acceptanceCases: { [String(one.position)]: one } });
  }

  #changeEach(change: (one: AcceptanceCase, index: number) => AcceptanceCase): void {
    const changed = this.#plan.items.map((_, index): [string, AcceptanceCase] => {
      return [String(index + 1), change(this.#case(index + 1), index)];
    });
    this.#application.state.change({ acceptanceCases: Object.fromEntries(changed) });
  }

  #tell(change: Partial<AcceptanceState>): void {
    const { acceptance } = this.#application.state.state;
    this.#application.state.change({ acceptance: { ...acceptance, ...change } });
  }
}
