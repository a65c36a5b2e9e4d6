import { defined } from '../../../shared/defined.ts';
import { rssiDbmOf } from '../../../shared/signal.ts';
import { faultOf } from '../../../shared/errors.ts';
import type { AcceptanceProgress, CaseResult, SignalSample } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { remark } from '../../../shared/remarks.ts';
import { AnswerTimeRecord } from '../../mipl/answerTimes.ts';
import { commands } from '../../mipl/messages.ts';
import { isReachableByPlatform } from '../../mipl/registration.ts';
import { systemClock } from '../../time/clock.ts';
import type { Clock } from '../../time/clock.ts';
import { CasePreparation } from './casePreparation.ts';
import { evidenceFor, skipText, skipped } from './caseResult.ts';
import { infoOf, neededPaths } from '../cases/cases.ts';
import type { CaseDefinition } from '../cases/caseDefinition.ts';
import { deviationsOf } from '../cases/deviations.ts';
import type { Evidence } from './evidence.ts';
import { journalFactsOf } from './journalFacts.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { StepRunner, acceptanceOrder } from './stepRunner.ts';
import type { StepRunnerParts } from './platformAsker.ts';
import { defaultPatience, freshMemory } from './runMemory.ts';
import type { Patience } from './runMemory.ts';
import type { Plan, PlanItem } from '../plan/plan.ts';
import { EvidenceCollector } from './evidenceCollector.ts';
import { simulatedParts } from './simulatedParts.ts';
import type { TestSetup } from './testSetup.ts';
import { faultSentence } from '../cases/faultSentence.ts';
import { say, so } from '../cases/words.ts';

/** How a plan is run; everything but the plan has a default. */
export interface RunOptions {
  readonly plan: Plan;
  readonly onProgress?: (progress: AcceptanceProgress) => void;
  readonly patience?: Partial<Patience>;
  /** How long the steps of a case may take, in milliseconds; default: what the case says. */
  readonly limitMs?: (definition: CaseDefinition) => number;
  readonly clock?: Clock;
  /** Where UDP data goes; default: the test server of the document, which nobody promises to answer. */
  readonly udpServer?: { readonly address: string; readonly port: number };
}

/** The document's test server (2.2). */
const documentUdpServer = { address: '183.230.40.150', port: 36000 };
const PREPARATION_MS = 400_000;
/** What may be over at the next attempt; a module that has gone silent is known by another code. */
const passing: readonly string[] = ['AT_RESTARTED', 'AT_TIMEOUT'];

/** The port is away, and was already when the case was to begin. */
const lostCodes: readonly string[] = ['PORT_NOT_OPEN', 'PORT_LOST'];

/** A run of a plan in a test setup: can be stopped at any moment, ends where the connection is lost, and goes on with another call of {@link run}. */
export class AcceptanceRun {
  readonly #setup: TestSetup;
  readonly #options: RunOptions;
  readonly #patience: Patience;
  readonly #memory = freshMemory();
  readonly #results = new Map<number, CaseResult>();
  readonly #signal: SignalSample[] = [];
  readonly #times = new AnswerTimeRecord();
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #simulated: AcceptanceResult['simulated'];
  /** Before the run: then it is again afterwards. */
  readonly #wasRegistered: boolean;
  #miplVersion: string | undefined;
  /** The connection was lost; what is left waits for the next call of {@link run}. */
  #isPortLost = false;

  constructor(setup: TestSetup, options: RunOptions) {
    this.#setup = setup;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startedMs = this.#clock.steadyMs();
    this.#simulated = simulatedParts(setup);
    this.#wasRegistered = isReachableByPlatform(setup.state.registration);
    this.#patience = { ...defaultPatience, ...options.patience };
    const { address, port } = options.udpServer ?? documentUdpServer;
    const { declaredVersion } = options.plan;
    Object.assign(this.#memory.texts, {
      udpAddress: address,
      udpPort: String(port),
      udpIsOwn: options.udpServer || setup.platform.kind === 'simulated' ? '1' : '0',
      ...defined({ declaredVersion }),
    });
  }

  /** Place of the case at which the connection was lost in the last call of {@link run}; undefined where it was not. */
  get lostAt(): number | undefined {
    if (!this.#isPortLost) return undefined;
    return this.result().cases.find(({ isUnfinished }) => isUnfinished)?.position;
  }

  /** Runs what has no verdict yet, or `only` the case at that position whatever became of it before; resolves also when it is stopped, and never rejects for what the module does. */
  async run(signal: AbortSignal = new AbortController().signal, only?: number): Promise<AcceptanceResult> {
    const giveBack = this.#setup.takeOver();
    this.#isPortLost = false;
    try {
      for (const [index, item] of this.#options.plan.items.entries()) {
        if (only === undefined ? this.#isDone(index) : index + 1 !== only) continue;
        const wanted = only === undefined ? item : { definition: item.definition };
        const result = await this.#runItem(wanted, index + 1, signal);
        this.#results.set(index, result);
        this.#tell({ type: 'ended', result, count: this.#options.plan.items.length });
      }
      if (!signal.aborted && !this.#isPortLost) await this.#tidy(signal);
    } finally {
      giveBack();
    }
    return this.result();
  }

  /** The run as it stands. */
  result(): AcceptanceResult {
    const { state, platform, version } = this.#setup;
    const cases = [...this.#results.values()].sort((one, other) => one.position - other.position);
    return {
      format: 'mipl-acceptance-result',
      version: 1,
      app: version,
      plan: this.#options.plan.name,
      port: state.connection.port?.path ?? '',
      platform: platform.kind,
      ...defined({ platformHost: platform.host }),
      simulated: this.#simulated,
      startedMs: this.#startedMs,
      finishedMs: this.#clock.steadyMs(),
      isComplete:
        cases.length === this.#options.plan.items.length &&
        cases.every(({ isUnfinished }) => isUnfinished === undefined),
      identity: this.#miplVersion === undefined ? state.module : { ...state.module, miplVersion: this.#miplVersion },
      dialect: state.dialect,
      network: state.network,
      signal: this.#signal,
      ...(state.antenna.isInReport ? { antenna: state.antenna } : {}),
      answerTimes: this.#times.summary(),
      deviations: deviationsOf(this.#setup, this.#memory.texts),
      cases,
      ...(state.journal ? { journal: journalFactsOf(state.journal) } : {}),
    };
  }

  #isDone(index: number): boolean {
    const result = this.#results.get(index);
    return result !== undefined && result.isUnfinished === undefined;
  }

  async #runItem({ definition, skip }: PlanItem, position: number, signal: AbortSignal): Promise<CaseResult> {
    const startedMs = this.#clock.steadyMs();
    const base = { ...infoOf(definition), position, startedMs };
    if (skip) return skipped(base, skipText(skip));
    const lack = this.#whatLacks(definition);
    if (lack) return skipped(base, lack);
    if (signal.aborted) {
      return { ...skipped(base, say('测试已停止，尚未执行', 'the run was stopped before it')), isUnfinished: true };
    }
    if (this.#isPortLost) {
      const reason = say('串口连接丢失，尚未执行', 'the connection was lost before it');
      return { ...skipped(base, reason), isUnfinished: true };
    }
    const count = this.#options.plan.items.length;
    this.#tell({ type: 'started', position, count, case: infoOf(definition) });
    const unprepared = await this.#prepare(definition, signal);
    if (unprepared === 'notOffered') {
      const reason = say('自动跳过：该模组不支持 AT+NSOCR', 'skipped: this module does not support AT+NSOCR');
      return skipped(base, reason);
    }
    const { judgement, evidence } = unprepared ?? (await this.#perform(definition, position, signal));
    for (const { usedMs, late } of evidence.requests) if (usedMs !== undefined) this.#times.add(usedMs, late);
    this.#learnVersion(evidence);
    this.#isPortLost = evidence.interruption === 'portLost';
    const { seqs, ...verdict } = judgement;
    const found = verdict.verdict === 'passed' ? definition.found?.(evidence) : undefined;
    return {
      ...base,
      ...infoOf(definition, this.#memory.texts),
      ...verdict,
      ...defined({ found }),
      ...evidenceFor(evidence, seqs),
      durationMs: this.#clock.steadyMs() - startedMs,
      ...(this.#isPortLost || evidence.interruption === 'stopped' ? { isUnfinished: true as const } : {}),
    };
  }

  /** Nobody else asks for it as long as the program does not register by itself. */
  #learnVersion({ lines }: Evidence): void {
    for (const { kind, decoded } of lines) {
      const version = decoded?.params?.['version'];
      if (kind === 'answer' && decoded?.name === '+MIPLVER' && typeof version === 'string') this.#miplVersion = version;
    }
  }

  /** Why the case cannot be tried at all. */
  #whatLacks(definition: CaseDefinition): BilingualName | undefined {
    if (definition.requires === 'bootstrap' && !this.#setup.hasBootstrap) {
      return say('启动测试时说明本模组不使用 Bootstrap', 'the run was started for a module without bootstrap');
    }
    const { objects } = this.#setup.state;
    const paths = new Set(
      objects.flatMap(({ objectId, instances }) => [
        `/${objectId}`,
        ...instances.flatMap(({ instanceId, resources }) => [
          `/${objectId}/${instanceId}`,
          ...resources.map(({ path }) => path),
        ]),
      ]),
    );
    const lacking = neededPaths(definition).filter((path) => !paths.has(path));
    if (lacking.length === 0) return undefined;
    const names = lacking.join(' ');
    return say(`自动跳过：设备模型中没有 ${names}`, `skipped: the device model has no ${names}`);
  }

  /** Undefined when the case can begin. */
  async #prepare(
    definition: CaseDefinition,
    signal: AbortSignal,
  ): Promise<{ judgement: Judgement; evidence: Evidence } | 'notOffered' | undefined> {
    const collector = this.#collector(PREPARATION_MS, signal);
    const parts = this.#parts(collector, definition.id);
    const steps = new StepRunner(parts);
    // A module that restarts before a case begins is greeted again; only in a case it counts.
    collector.expectsRestart = true;
    const preparation = new CasePreparation(parts, steps);
    const ensure = async (): Promise<boolean> => {
      const { need, requires } = definition;
      if (requires === 'sockets') {
        await preparation.ensure('network');
        if (!(await preparation.hasSockets())) return false;
      }
      await preparation.ensure(need);
      return true;
    };
    try {
      const isOffered = await ensure().catch((error: unknown) => {
        if (!passing.includes(faultOf(error).code)) throw error;
        return ensure();
      });
      if (!isOffered) return 'notOffered';
      await this.#sampleSignal(steps);
      return undefined;
    } catch (error) {
      this.#memory.isSuiteWhole = false;
      const seen = collector.evidence();
      const isLost = lostCodes.includes(faultOf(error).code) && seen.interruption === undefined;
      const evidence: Evidence = isLost ? { ...seen, interruption: 'portLost' } : seen;
      const judgement = judge(definition.checks, evidence);
      const interrupted = evidence.interruption && judgement.reason;
      const what = say('无法开始该用例', 'the case could not begin');
      const reason = interrupted ?? so(faultSentence(faultOf(error), evidence.lines, evidence.dialect), what);
      return { evidence, judgement: { ...judgement, verdict: 'inconclusive', reason } };
    } finally {
      collector.end();
    }
  }

  async #perform(
    definition: CaseDefinition,
    position: number,
    signal: AbortSignal,
  ): Promise<{ judgement: Judgement; evidence: Evidence }> {
    const collector = this.#collector(this.#limitOf(definition), signal);
    const parts = this.#parts(collector, definition.id);
    const steps = new StepRunner(parts);
    this.#tell({ type: 'steps', position, caseId: definition.id });
    try {
      for (const [index, step] of definition.steps.entries()) {
        try {
          await steps.perform(step);
        } catch (error) {
          collector.faults.push({ step: index, fault: faultOf(error) });
          break;
        }
        collector.stepsDone = index + 1;
      }
      const evidence = collector.evidence();
      const judgement = judge(definition.checks, evidence);
      if (judgement.verdict !== 'passed' && touchesSuite(definition)) this.#memory.isSuiteWhole = false;
      // The platform may have lost a session that the module still believes in.
      const isOffline = evidence.calls.some(({ fault }) => fault?.code === 'PLATFORM_OFFLINE');
      if (evidence.interruption || isOffline) this.#memory.isSuiteWhole = false;
      return { judgement, evidence };
    } finally {
      collector.end();
      new CasePreparation(parts, steps).restoreValues();
    }
  }

  async #tidy(signal: AbortSignal): Promise<void> {
    const collector = this.#collector(PREPARATION_MS, signal);
    const parts = this.#parts(collector, '');
    // Nothing depends on it any more.
    await new CasePreparation(parts, new StepRunner(parts)).tidy(this.#wasRegistered).catch(() => undefined);
    collector.end();
  }

  async #sampleSignal(steps: StepRunner): Promise<void> {
    const [quality] = await steps
      .engine((engine) => engine.exec(commands.signalQuality, {}, acceptanceOrder))
      .catch(() => []);
    const rssiDbm = quality ? rssiDbmOf(quality.rssi) : undefined;
    const { rsrpDbm, snrDb } = this.#setup.state.network;
    this.#signal.push({
      atMs: this.#clock.steadyMs(),
      ...defined({ rssiDbm, rsrpDbm, snrDb }),
    });
  }

  #limitOf(definition: CaseDefinition): number {
    const own = this.#options.limitMs?.(definition) ?? definition.limitSeconds * 1000;
    const asks = definition.steps.filter((step) => step.do === 'ask' || step.do === 'beObserved').length;
    return this.#setup.platform.kind === 'operator' ? own + asks * this.#patience.operatorMs : own;
  }

  #collector(limitMs: number, signal: AbortSignal): EvidenceCollector {
    return new EvidenceCollector(this.#setup, { limitMs, signal, memory: this.#memory.texts });
  }

  #parts(collector: EvidenceCollector, caseId: string): StepRunnerParts {
    return {
      setup: this.#setup,
      collector,
      memory: this.#memory,
      patience: this.#patience,
      clock: this.#clock,
      onPrompt: (text, curl) => this.#tell({ type: 'prompt', caseId, text, curl }),
    };
  }

  #tell(progress: AcceptanceProgress): void {
    if (progress.type === 'started') this.#setup.note(remark('caseBegins', { id: progress.case.id }));
    if (progress.type === 'ended') {
      const { id, verdict } = progress.result;
      this.#setup.note(remark('caseEnds', { id, verdict }));
    }
    this.#options.onProgress?.(progress);
  }
}

const suiteSteps: readonly string[] = ['prepareSuite', 'register', 'deregister', 'deleteSuite', 'deleteObject'];

const touchesSuite = ({ steps }: CaseDefinition): boolean => steps.some((step) => suiteSteps.includes(step.do));
