import { faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { mergeAttributes } from '../../shared/lwm2m.ts';
import type { AttributeChanges } from '../../shared/lwm2m.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type {
  DeviceState,
  ModuleIdentity,
  NetworkState,
  PlatformRequest,
  StageName,
  StateChanges,
} from '../../shared/state.ts';
import type { GapReason } from '../journal/format.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import { AnswerTimeRecord } from '../mipl/answerTimes.ts';
import { isRegistered } from '../mipl/registration.ts';
import type { Urc } from '../mipl/messages.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTicks } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { StateFacts, StateHolder } from './stateHolder.ts';
import { stepConnection } from './connection.ts';
import type { ConnectionInput } from './connection.ts';
import { LineLog } from '../log/lineLog.ts';
import type { LogBook } from '../log/logBook.ts';
import { registrationFacts } from './networkFacts.ts';
import { staleFrom, withStage } from './stages.ts';

const JOURNAL_STATE_MS = 500;
/** What of a journal's state changes in its life. */
const journalFacts = ['file', 'bytes', 'lines', 'fault', 'missingBytes'] as const;

/** What a session leaves behind: its facts in the state, its remarks in log and journal. Decides nothing. */
export class SessionRecord {
  readonly lines: LineLog;
  /** Of all answers from connect to disconnect, whatever became of the cable meanwhile. */
  readonly answerTimes = new AnswerTimeRecord();
  readonly #state: StateHolder;
  readonly #clock: Clock;
  #journal: JournalWriter | undefined;
  #timer: Timer | undefined;

  constructor(state: StateHolder, log: LogBook, clock: Clock = systemClock) {
    this.#state = state;
    this.#clock = clock;
    this.lines = new LineLog(log, clock);
  }

  /** What the session looks at all the time. */
  get state(): StateFacts {
    return this.#state.facts;
  }

  /** All of it. */
  get wholeState(): DeviceState {
    return this.#state.state;
  }

  change(changes: StateChanges): void {
    this.#state.change(changes);
  }

  connection(input: ConnectionInput): void {
    this.change({ connection: stepConnection(this.state.connection, input, this.#clock.steadyMs()) });
  }

  stage(name: StageName, change: 'running' | 'done' | { readonly fault: Fault }): void {
    this.change({ stages: withStage(this.state.stages, name, change, this.#clock.steadyMs()) });
  }

  /** Runs something as a stage: running, then done or failed with the reason, which is thrown on. */
  async asStage(name: StageName, work: () => Promise<void>): Promise<void> {
    this.stage(name, 'running');
    try {
      await work();
    } catch (error) {
      this.stage(name, { fault: faultOf(error) });
      throw error;
    }
    this.stage(name, 'done');
  }

  /** What was reached from this stage on no longer holds. */
  stale(from: StageName): void {
    this.change({ stages: staleFrom(this.state.stages, from) });
  }

  note(told: Remark): void {
    this.#journal?.note(remarkText(told));
    this.lines.note(told);
  }

  gap(reason: GapReason, text?: string): void {
    this.#journal?.gap(reason, text);
  }

  identity(identity: ModuleIdentity): void {
    const module = { ...this.state.module, ...identity };
    this.#journal?.identify(module);
    this.change({ module });
  }

  network(network: NetworkState): void {
    this.change({ network: { ...this.state.network, ...network } });
  }

  /** A request of the platform. When it first appears its line has just been entered: the newest of the log. */
  request(request: PlatformRequest): void {
    const seq = this.#state.request(request.id)?.seq ?? this.lines.lastSeq;
    this.change({ requests: { [request.id]: { ...request, seq } } });
  }

  /** The platform has set or unset attributes of a path; the others of that path stand. */
  attributes(path: string, changes: AttributeChanges): void {
    this.change({ attributes: { [path]: mergeAttributes(this.state.attributes[path] ?? {}, changes) } });
  }

  /** +CSCON, +NPSMR and +CEREG, which come by themselves. */
  networkUrc(urc: Urc): void {
    if (urc.name === '+CSCON') this.network({ radioConnected: urc.params.connected === 1 });
    if (urc.name === '+NPSMR') this.network({ asleep: urc.params.asleep === 1 });
    if (urc.name !== '+CEREG') return;
    this.network(registrationFacts(urc.params));
  }

  /** The OneNET stage follows events also when nobody here asked: a person typed MIPLOPEN, the lifetime ran out. */
  followRegistration(): void {
    const { registration, stages } = this.state;
    if (isRegistered(registration)) {
      if (stages.onenet.status !== 'done') this.stage('onenet', 'done');
    } else if (registration.phase === 'failed' && stages.onenet.status === 'done' && registration.fault) {
      this.stage('onenet', { fault: registration.fault });
    } else if (registration.phase === 'deregistered' && stages.onenet.status === 'done') {
      this.change({ stages: { ...stages, onenet: { status: 'waiting' } } });
    }
  }

  /** From now on what is remarked goes into this journal too, and its size into the state. */
  beginJournal(journal: JournalWriter): void {
    this.#journal = journal;
    this.change({ journal: journal.state(), answerTimes: this.answerTimes.summary() });
    this.#timer = startTicks(() => this.#tellJournal(), JOURNAL_STATE_MS);
  }

  async closeJournal(): Promise<void> {
    this.#timer?.stop();
    this.#tellJournal();
    await this.#journal?.close();
    // The last lines may have been those that the disk did not take.
    this.#tellJournal();
  }

  #tellJournal(): void {
    const journal = this.#journal?.state();
    const known = this.state.journal;
    if (journal && journalFacts.some((fact) => journal[fact] !== known?.[fact])) this.change({ journal });
  }
}
