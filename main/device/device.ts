import { lineOf } from '../../shared/adapters.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type { LineChange, LineSettings } from '../../shared/lineSettings.ts';
import type { ValueWriter } from '../../shared/lwm2m.ts';
import type { DeviceId, DeviceSummary } from '../../shared/programState.ts';
import { localTime } from '../../shared/localTime.ts';
import { remark, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { Settings } from '../../shared/settings.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DialectState, PortInfo, ResourceState } from '../../shared/state.ts';
import { DeviceAcceptance } from '../acceptance/run/deviceAcceptance.ts';
import { FactRecord } from '../facts/factRecord.ts';
import { untold } from '../facts/fold.ts';
import { StateHolder } from '../facts/stateHolder.ts';
import { ownJournalDirectory } from '../files/ownDirectory.ts';
import { openJournal } from '../journal/journalWriter.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import { LogBook } from '../log/logBook.ts';
import type { LogInput } from '../log/logBook.ts';
import { GeneratorRunner } from '../lwm2m/generatorRunner.ts';
import { ObjectStore } from '../lwm2m/objectStore.ts';
import { PlatformCaller } from '../platform/platformCaller.ts';
import type { Clock } from '../time/clock.ts';
import { AntennaSurvey } from './antennaSurvey.ts';
import { ArmedAnswers } from './armedAnswers.ts';
import { DeviceMemory } from './deviceMemory.ts';
import { examine } from './examine.ts';
import { HeldPort } from './heldPort.ts';
import { MacroRunner } from './macroRunner.ts';
import { NetworkChanger } from './networkChanger.ts';
import { portInfoOf, usualName } from './ports.ts';
import type { ChosenModel, PortClaim, ProgramParts } from './programParts.ts';
import { Session } from './session.ts';
import { Standstill } from './standstill.ts';
import { ValueHistory } from './valueHistory.ts';
import { summaryOf } from './summary.ts';

/** One module and all that hangs on it: state, log, object store, platform's side, acceptance run, and at most one session. */
export class Device {
  readonly id: DeviceId;
  readonly version: string;
  readonly state: StateHolder;
  /** Where everything that happens to the module and its session is told. */
  readonly facts: FactRecord;
  readonly log = new LogBook();
  readonly store: ObjectStore;
  readonly generators: GeneratorRunner;
  /** What has become of each value. */
  readonly history = new ValueHistory();
  /** The platform's side: calls of its HTTP API. */
  readonly platform: PlatformCaller;
  readonly acceptance: DeviceAcceptance;
  readonly standstill: Standstill;
  /** Compares places of the antenna. */
  readonly antenna: AntennaSurvey;
  /** Answers that wait for their request. */
  readonly armed: ArmedAnswers;
  /** Runs macros on the module. */
  readonly macros: MacroRunner;
  /** How the module joins its network. */
  readonly network: NetworkChanger;
  /** Spans and times of everything here. */
  readonly clock: Clock;
  readonly #program: ProgramParts;
  readonly #memory: DeviceMemory;
  #session: Session | undefined;
  /** The port of that session. */
  #held: HeldPort | undefined;
  /** Settles when every session before the present one has let go of its port. */
  #closing: Promise<unknown> = Promise.resolve();
  #journal: JournalWriter | undefined;
  /** What ends with the device. */
  readonly #ends: (() => Promise<void>)[] = [];
  #isClosed = false;
  /** How often a port was asked for, and which of these times was the last to have it. */
  readonly #asked = { count: 0, last: 0 };
  /** What holds for this device in place of the person's settings. */
  #overrides: Partial<Settings> | undefined;

  constructor(id: DeviceId, program: ProgramParts) {
    this.id = id;
    this.version = program.version;
    this.clock = program.clock;
    this.#program = program;
    this.#memory = new DeviceMemory(program);
    const { model, state } = program.model();
    this.store = new ObjectStore(model);
    this.state = new StateHolder({
      ...initialDeviceState(),
      model: state,
      objects: this.store.view(),
      resources: this.#initialResources(),
    });
    this.facts = new FactRecord(this.state);
    this.history.begin(this.store.values(), this.clock.steadyMs());
    this.facts.onFact((fact) => this.history.hear(fact));
    this.platform = new PlatformCaller({
      state: this.state,
      facts: this.facts,
      store: this.store,
      settings: () => this.settings,
      key: program.platformKey,
      log: this.log,
      clock: this.clock,
      hosts: program.hosts,
    });
    this.acceptance = new DeviceAcceptance(this);
    this.generators = new GeneratorRunner(
      this.store,
      (path, generator) => this.facts.tell({ fact: 'generator', path, generator }),
      this.clock,
    );
    this.standstill = new Standstill({
      facts: this.facts,
      log: this.log,
      clock: this.clock,
      ask: async (stage) => this.#session && examine(this.#session.engine, stage),
      ...defined({ patienceMs: program.session.patienceMs }),
    });
    this.antenna = new AntennaSurvey({ facts: this.facts, clock: this.clock });
    this.armed = new ArmedAnswers({ facts: this.facts, store: this.store, note: (told) => this.note(told) });
    this.macros = new MacroRunner({
      facts: this.facts,
      log: this.log,
      clock: this.clock,
      session: () => this.session,
      note: (told) => this.note(told),
    });
    this.network = new NetworkChanger({
      facts: this.facts,
      log: this.log,
      clock: this.clock,
      session: () => this.session,
    });
    this.state.onChange(({ connection, module }) => {
      if (connection?.phase === 'lost' && connection.port) this.#held?.look(connection.port);
      // Not in the middle of a change: the journal has what happened in its order.
      if (connection?.port || module?.imei !== undefined) queueMicrotask(() => this.acceptance.forgetOther());
      if (module?.imei !== undefined) void this.#rememberAdapter();
    });
    this.store.onChange((path, value, by) => this.#onValue(path, value, by));
    this.store.onExecute((path, _args, count) => this.#onExecuted(path, count));
  }

  /** The settings as they hold for this device. */
  get settings(): Settings {
    const settings = this.#program.settings();
    return this.#overrides ? { ...settings, ...this.#overrides } : settings;
  }

  /** The open session. @throws CodedError `PORT_NOT_OPEN`. */
  get session(): Session {
    if (!this.#session) throw new CodedError('PORT_NOT_OPEN', 'No port is open');
    return this.#session;
  }

  /** The journal of the last session that was opened. */
  get journal(): JournalWriter | undefined {
    return this.#journal;
  }

  /** As the tab shows it. */
  get summary(): DeviceSummary {
    return summaryOf(this.id, this.state.facts);
  }

  /**
   * Opens a port; one that is open is closed first. @throws CodedError `PORT_…`, `BAD_ARGUMENT`, `FILE_NOT_WRITTEN`; `CANCELLED`
   * where another one is opened before the port is free for it, `DEVICE_GONE` where the device is closed.
   */
  async openPort(name: string, baudRate: number, given?: LineSettings): Promise<void> {
    const turn = ++this.#asked.count;
    const path = await usualName(name);
    const port = portInfoOf(path, this.#program.ports());
    const claimPort = (wanted: string): Promise<PortClaim> => this.#program.claimPort(wanted, this.id);
    const held = new HeldPort({ ports: this.#program.ports, claim: claimPort }, await claimPort(path));
    try {
      // Asked twice at once, the later one wins, whichever has its port first.
      if (turn < this.#asked.last) throw new CodedError('CANCELLED', 'Another port was opened meanwhile');
      this.#asked.last = turn;
      do await this.closePort();
      while (this.#session);
      // A port may be waited for so long that its tab is closed meanwhile.
      if (this.#isClosed) throw new CodedError('DEVICE_GONE', 'The device was closed', this.id);
    } catch (error) {
      held.free();
      throw error;
    }
    const session = new Session(
      {
        facts: this.facts,
        store: this.store,
        log: this.log,
        settings: () => this.settings,
        beginJournal: (opened, rate) => this.#beginJournal(opened, rate),
        clock: this.clock,
        movedTo: (gone) => held.movedTo(gone),
        onRefused: () => held.free(),
        ...this.#program.session,
      },
      port,
      baudRate,
      given ?? lineOf(port, this.settings.portLines),
    );
    this.#session = session;
    this.#held = held;
    held.look(port);
    try {
      await session.open();
    } catch (error) {
      if (this.#session === session) {
        this.#session = undefined;
        held.free();
      }
      throw error;
    }
    await this.#remember(this.#memory.port(path, baudRate));
  }

  /** The port is open, whether or not this can be written down. */
  async #remember(kept: Promise<void>): Promise<void> {
    await kept.catch((error: unknown) => this.report(faultOf(error)));
  }

  #rememberAdapter(): Promise<void> {
    const { connection, module } = this.state.facts;
    return this.#remember(this.#memory.adapter(connection, module));
  }

  /**
   * Sets the line of the open port otherwise, the session goes on; kept for its adapter. @throws CodedError `PORT_NOT_OPEN`,
   * `LINE_NOT_SET`, `FILE_NOT_WRITTEN`.
   */
  async changeLine(change: LineChange): Promise<void> {
    await this.session.changeLine(change);
    const { port, baudRate } = this.state.facts.connection;
    await this.#memory.line(this.state.facts.connection);
    if (!port || change.baudRate === undefined || baudRate === undefined) return;
    await this.#remember(this.#memory.port(port.path, baudRate));
    await this.#rememberAdapter();
  }

  /** Closes the port; nothing happens when none is open. */
  async closePort(): Promise<void> {
    const [session, held] = [this.#session, this.#held];
    this.#session = undefined;
    const abandoned = this.acceptance.abandon();
    if (session) {
      const closed = session.close();
      held?.freeAfter(closed);
      this.#closing = Promise.all([this.#closing, closed, abandoned]);
    }
    await this.#closing;
  }

  /** The person's settings have changed. */
  applySettings(): void {
    this.#session?.applySettings();
  }

  /** Settings that hold for this device until the returned function is called; the person's own stay as they are. */
  overrideSettings(change: Partial<Settings>): () => void {
    this.#override(change);
    return () => this.#override(undefined);
  }

  #override(overrides: Partial<Settings> | undefined): void {
    this.#overrides = overrides;
    this.facts.settings(this.settings);
  }

  /** A remark of the program, for log and journal. */
  note(told: Remark): void {
    this.#journal?.note(remarkText(told), told);
    this.log.add(this.#note(told));
  }

  /** A bookmark of the person, now; `seq`: the line of the log that it is about. @throws CodedError `FILE_NOT_FOUND` without a journal. */
  mark(note: string, seq?: number): void {
    if (!this.#journal) throw new CodedError('FILE_NOT_FOUND', 'There is no journal yet: connect first');
    const about = seq === undefined ? undefined : this.log.read(seq, 1)[0];
    const line = about && `${localTime(about.atMs).time} ${about.text}`;
    const mark = [note, line].filter((part) => part !== undefined && part !== '').join(' · ');
    this.#journal.mark(mark);
    this.log.add({ atMs: this.clock.steadyMs(), kind: 'note', text: `mark: ${mark}`, mark });
  }

  /** Something unasked went wrong; it stands in the log. */
  report(fault: Fault): void {
    this.log.add({ ...this.#note(remark('fault', { code: fault.code, reason: fault.message })), problem: true });
  }

  /** The machine goes to sleep: bytes of the meantime are lost, and the journal says so. */
  suspend(): void {
    this.#session?.suspend();
  }

  /** The machine woke up: the port is opened anew, since drivers pretend that nothing happened. */
  resume(): void {
    this.#session?.resume();
  }

  /**
   * Sets how the connected module's firmware reads the commands, and keeps it for that IMEI; `auto` forgets it.
   * @throws CodedError `PORT_NOT_OPEN`, `FILE_NOT_WRITTEN`.
   */
  async chooseDialect(choice: DialectState['name'] | 'auto'): Promise<void> {
    const { session } = this;
    await this.#memory.dialect(this.state.state.module, choice);
    session.chooseDialect(choice);
  }

  /**
   * The device is made of these objects from now on, with the values they begin with. Where the module has a suite it is deleted
   * and made anew, and what was registered registers again. @throws AtFailure, CodedError `ACCEPTANCE_RUNNING`, `PORT_NOT_OPEN`.
   */
  async useModel(chosen: ChosenModel): Promise<void> {
    this.acceptance.refuseWhileRunning();
    if (this.#session) await this.#session.suite.changeObjects(() => this.#load(chosen));
    else this.#load(chosen);
  }

  #load({ model, state }: ChosenModel): void {
    this.generators.stop();
    this.store.load(model);
    const atMs = this.clock.steadyMs();
    this.facts.tell({
      fact: 'deviceModel',
      model: state,
      objects: this.store.view(),
      values: this.store.values(),
      atMs,
    });
    this.acceptance.followModel();
    this.note(remark('modelUsed', { name: state.name }));
  }

  /** Something that is there as long as the device: closing waits for its end, which must not fail. */
  onClose(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** Closes everything; nothing of the device acts any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.generators.stop();
    this.standstill.stop();
    this.antenna.stop();
    this.macros.stop();
    this.platform.close();
    await this.closePort();
    await Promise.all(this.#ends.map((end) => end()));
    this.state.flush();
    this.log.flush();
  }

  async #beginJournal(port: PortInfo, baudRate: number): Promise<JournalWriter> {
    this.#journal = await openJournal(
      this.#program.journalDirectory,
      { appVersion: this.version, port: port.path, baudRate },
      {
        onFault: (fault) => (fault ? this.report(fault) : this.log.add(this.#note(remark('journalBack', {})))),
        onMove: (told) => this.log.add({ ...this.#note(told), problem: true }),
        elsewhere: () => ownJournalDirectory(),
      },
    );
    return this.#journal;
  }

  #note(told: Remark): LogInput {
    return { atMs: this.clock.steadyMs(), kind: 'note', text: remarkText(told), remark: told };
  }

  #initialResources(): Readonly<Record<string, ResourceState>> {
    const now = this.clock.steadyMs();
    return Object.fromEntries(Object.entries(this.store.values()).map(([path, value]) => [path, untold(value, now)]));
  }

  #onValue(path: string, value: string, by: ValueWriter): void {
    this.facts.tell({ fact: 'value', path, value, by, atMs: this.clock.steadyMs() });
  }

  #onExecuted(path: string, executed: number): void {
    if (!Object.hasOwn(this.state.facts.resources, path)) return;
    this.facts.tell({ fact: 'executed', path, count: executed, atMs: this.clock.steadyMs() });
  }
}
