import { takeArmed } from '../../shared/armedAnswer.ts';
import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import type { PresetAnswer } from '../../shared/handAnswer.ts';
import { remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type {
  DeviceState,
  ModuleIdentity,
  NetworkState,
  RegistrationState,
  ValueStanding,
} from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { GapReason } from '../../shared/gapWords.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import { AnswerTimeRecord } from '../mipl/answerTimes.ts';
import type { Urc } from '../mipl/messages.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTicks } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { LineLog } from '../log/lineLog.ts';
import type { LogBook } from '../log/logBook.ts';
import type { FactOf, StageChange } from './fact.ts';
import type { FactRecord } from './factRecord.ts';
import { networkTold } from './networkFacts.ts';
import type { StateFacts } from './fold.ts';

const JOURNAL_STATE_MS = 500;
/** What of a journal's state changes in its life. */
const journalFacts = ['file', 'bytes', 'lines', 'fault', 'missingBytes'] as const;

/** What a session leaves behind: its facts, its lines and its remarks. Decides nothing. */
export class SessionRecord {
  readonly lines: LineLog;
  /** Of all answers from connect to disconnect, whatever became of the cable meanwhile. */
  readonly answerTimes = new AnswerTimeRecord();
  readonly facts: FactRecord;
  readonly #clock: Clock;
  #journal: JournalWriter | undefined;
  #timer: Timer | undefined;

  constructor(facts: FactRecord, log: LogBook, clock: Clock = systemClock) {
    this.facts = facts;
    this.#clock = clock;
    this.lines = new LineLog(log, clock);
  }

  /** What the session looks at all the time. */
  get state(): StateFacts {
    return this.facts.holder.facts;
  }

  /** All of it. */
  get wholeState(): DeviceState {
    return this.facts.holder.state;
  }

  /** The answer that was set beforehand for such a request, used with that. */
  takeArmed(kind: RequestKind, path: string): PresetAnswer | undefined {
    const { taken, left } = takeArmed(this.state.armedAnswers, kind, path);
    if (taken) this.facts.tell({ fact: 'armedAnswers', answers: left });
    return taken;
  }

  /** A person opens a port. */
  opening(opened: Pick<FactOf<'opening'>, 'port' | 'baudRate' | 'line'>): void {
    this.facts.tell({ fact: 'opening', ...opened, atMs: this.#clock.steadyMs() });
  }

  connection(input: FactOf<'connection'>['input']): void {
    this.facts.tell({ fact: 'connection', input, atMs: this.#clock.steadyMs() });
  }

  stage(name: StageName, change: StageChange): void {
    this.facts.tell({ fact: 'stage', name, change, atMs: this.#clock.steadyMs() });
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
    this.facts.tell({ fact: 'stale', from });
  }

  /** A command left. */
  sent(sent: Parameters<LineLog['sent']>[0]): void {
    this.lines.sent(sent);
    if (sent.priority === 'user') this.facts.tell({ fact: 'byHand' });
  }

  note(told: Remark): void {
    this.#journal?.note(remarkText(told), told);
    this.lines.note(told);
  }

  gap(reason: GapReason, text?: string): void {
    this.#journal?.gap(reason, text);
  }

  identity(identity: ModuleIdentity): void {
    this.facts.tell({ fact: 'identity', identity });
  }

  network(network: NetworkState): void {
    this.facts.tell({ fact: 'network', network });
    const { rssiDbm, rsrpDbm, snrDb } = network;
    if (rssiDbm === undefined && rsrpDbm === undefined) return;
    const lastId = Math.max(0, ...Object.keys(this.wholeState.signalSamples).map(Number));
    const sample = { atMs: this.#clock.steadyMs(), ...defined({ rssiDbm, rsrpDbm, snrDb }) };
    this.facts.tell({ fact: 'signal', id: String(lastId + 1), sample });
  }

  registration(registration: RegistrationState): void {
    this.facts.tell({ fact: 'registration', registration, atMs: this.#clock.steadyMs() });
  }

  /** The value of a path has travelled; nothing happens where no value is known. */
  standing(path: string, standing: ValueStanding): void {
    if (!Object.hasOwn(this.state.resources, path)) return;
    this.facts.tell({ fact: 'standing', path, standing, atMs: this.#clock.steadyMs() });
  }

  /** +CSCON, +NPSMR and +CEREG, which come by themselves. */
  networkUrc(urc: Urc): void {
    const network = networkTold(urc);
    if (network) this.network(network);
  }

  /** From now on what is remarked goes into this journal too, and its size into the state. */
  beginJournal(journal: JournalWriter): void {
    this.#journal = journal;
    this.facts.journal(journal.state());
    this.facts.answerTimes(this.answerTimes.summary());
    this.facts.beginJournal(journal);
    this.#timer = startTicks(() => this.#tellJournal(), JOURNAL_STATE_MS);
  }

  /** The last record says why it ends, where that is no fault. */
  async closeJournal(reason?: GapReason): Promise<void> {
    this.#timer?.stop();
    this.#tellJournal();
    if (reason) this.gap(reason);
    await this.#journal?.close();
    if (this.#journal) this.facts.endJournal(this.#journal);
    // The last lines may have been those that the disk did not take.
    this.#tellJournal();
  }

  #tellJournal(): void {
    const journal = this.#journal?.state();
    const known = this.state.journal;
    if (journal && journalFacts.some((fact) => journal[fact] !== known?.[fact])) this.facts.journal(journal);
  }
}
