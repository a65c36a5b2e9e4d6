import { isOnNetwork } from '../../shared/networkStatus.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { ErrorCode, Fault } from '../../shared/errors.ts';
import { networkSchemeOf } from '../../shared/networkAddress.ts';
import type { DialectState, PortInfo } from '../../shared/state.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { Settings } from '../../shared/settings.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { dialects } from '../mipl/dialects.ts';
import type { Engine } from '../mipl/engine.ts';
import { isRegistered } from '../mipl/registration.ts';
import type { SuiteTimes } from '../mipl/suite.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { pause, startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { sharersOf } from '../transport/serialLink.ts';
import { tap } from '../transport/tap.ts';
import type { Link } from '../transport/link.ts';
import type { UdpTool } from '../udp/udpTool.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import { Attachment } from './attachment.ts';
import { StageError, bringUp, restoreSettings } from './bringUp.ts';
import type { BringUpListener, BringUpOptions } from './bringUp.ts';
import type { LogBook } from '../log/logBook.ts';
import { openPortLink } from './ports.ts';
import type { OpenedPort } from './ports.ts';
import { Reconnect } from './reconnect.ts';
import { SessionRecord } from '../facts/sessionRecord.ts';

/** What a session works with. Nothing here knows Electron. */
export interface SessionParts {
  readonly facts: FactRecord;
  readonly store: ObjectStore;
  readonly log: LogBook;
  /** As they hold for the device. */
  readonly settings: () => Settings;
  /** Begins the journal of a connection. */
  readonly beginJournal: (port: PortInfo, baudRate: number) => Promise<JournalWriter>;
  readonly openLink?: (port: PortInfo, baudRate: number) => Promise<OpenedPort>;
  /** Replaces detection. */
  readonly dialect?: DialectState['name'];
  readonly reopenMs?: number;
  /** Before a bring-up without answers is tried again. */
  readonly againMs?: number;
  readonly signalPollMs?: number;
  readonly networkTimeoutMs?: number;
  readonly answerTimeoutMs?: number;
  readonly closeEventMs?: SuiteTimes['closeEventMs'];
  readonly clock?: Clock;
}

const REOPEN_MS = 1000;
const SIGNAL_POLL_MS = 30_000;
/** Before a bring-up that ended for want of answers is tried again: 5 s, 10 s, 20 s, then every 40 s. */
const AGAIN_MS = 5000;
const MOST_DOUBLINGS = 3;
const lineFaults: readonly ErrorCode[] = ['AT_TIMEOUT', 'AT_SILENT', 'MIPL_EVENT_TIMEOUT'];

/**
 * One connection from "connect" to "disconnect": opens the port, brings the module up, runs the engine, comes back after
 * the port was lost or the module restarted.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #port: PortInfo;
  readonly #baudRate: number;
  readonly #clock: Clock;
  readonly #record: SessionRecord;
  readonly #reconnect: Reconnect;
  readonly #abort = new AbortController();
  #journal: JournalWriter | undefined;
  #link: Link | undefined;
  #attached: Attachment | undefined;
  #opening: Promise<void> | undefined;
  #bringUp: Promise<void> | undefined;
  #registering: Promise<void> | undefined;
  #runAgain = false;
  #isAsking = false;
  /** The session as it was when the line was lost, until it is known what became of it. */
  #kept: BringUpOptions['kept'];
  /** Bring-ups in a row that ended for want of answers. */
  #lineFailures = 0;
  #againTimer: Timer | undefined;
  #wasAnswered = false;
  /** Of the port's modem lines, while it is open. */
  #lineWatch: Timer | undefined;
  /** Other programs at the port, as they were last told of. */
  #sharers: string | undefined;
  #detected: Pick<DialectState, 'name' | 'evidence'> | undefined;

  constructor(parts: SessionParts, port: PortInfo, baudRate: number) {
    this.#parts = parts;
    this.#port = port;
    this.#baudRate = baudRate;
    this.#clock = parts.clock ?? systemClock;
    this.#record = new SessionRecord(parts.facts, parts.log, this.#clock);
    this.#reconnect = new Reconnect({
      firstPauseMs: parts.reopenMs ?? REOPEN_MS,
      isNetwork: networkSchemeOf(port.path) !== undefined,
      clock: this.#clock,
    });
  }

  /** The engine while the link is open. @throws CodedError `PORT_NOT_OPEN`. */
  get engine(): Engine {
    return this.#attachedNow().engine;
  }

  /** The UDP tool while the link is open. @throws CodedError `PORT_NOT_OPEN`. */
  get udp(): UdpTool {
    return this.#attachedNow().udp;
  }

  #attachedNow(): Attachment {
    if (!this.#attached) throw new CodedError('PORT_NOT_OPEN', 'No port is open');
    return this.#attached;
  }

  /**
   * Opens the port and starts bring-up; resolves when the port is open. Progress and failure of bring-up show in the
   * state. @throws CodedError `PORT_…`, `FILE_NOT_WRITTEN`.
   */
  async open(): Promise<void> {
    await this.#whileOpening(this.#open());
    this.#startBringUp();
  }

  async #whileOpening(opening: Promise<void>): Promise<void> {
    this.#opening = opening;
    try {
      await opening;
    } finally {
      this.#opening = undefined;
    }
  }

  async #open(): Promise<void> {
    this.#record.opening({ port: this.#port, baudRate: this.#baudRate });
    try {
      const opened = await this.#openPort();
      // The link keeps what arrives until somebody listens: the journal still has every byte.
      this.#journal = await this.#journalFor(opened);
      this.#attach(opened);
    } catch (error) {
      // Closed meanwhile: close() says the rest.
      if (this.#abort.signal.aborted) throw error;
      const fault = faultOf(error);
      this.#record.note(remark('portNotOpened', { reason: fault.message }));
      this.#record.stage('port', { fault });
      this.#record.connection({ type: 'failed', fault });
      await this.#record.closeJournal();
      throw error;
    }
  }

  /** Ends the session: deregisters nothing, since the module may go on alone. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#detach('PORT_NOT_OPEN');
    // A port cannot be stopped while it opens; the person need not wait for it, the next one who opens it must.
    if (this.#opening) this.#record.connection({ type: 'closed' });
    await this.#opening?.catch(() => undefined);
    await this.#link?.close();
    await this.#bringUp;
    this.#record.stale('port');
    this.#record.facts.tell({ fact: 'simulator', simulator: null });
    this.#record.connection({ type: 'closed' });
    await this.#record.closeJournal('closed');
  }

  /**
   * Creates the suite where there is none and registers; asked while that goes on already, it happens once.
   * @throws AtFailure, CodedError.
   */
  register(): Promise<void> {
    this.#registering ??= this.#register().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #register(): Promise<void> {
    // Two at once would delete each other's suite.
    while (this.#bringUp) await this.#bringUp;
    const { engine } = this;
    if (isRegistered(engine.registration)) return;
    const settings = this.#parts.settings();
    await this.#record.asStage('objects', async () => {
      if (engine.registration.ref === undefined) await engine.prepareSuite();
    });
    await this.#record.asStage('onenet', () =>
      engine.register({ lifetimeSeconds: settings.lifetimeSeconds, timeoutSeconds: settings.openTimeoutSeconds }),
    );
  }

  /** Deregisters. @throws AtFailure, CodedError `MIPL_NOT_REGISTERED`. */
  async deregister(): Promise<void> {
    await this.engine.deregister();
  }

  /** Deletes the suite; the next registration creates it anew. @throws AtFailure. */
  async deleteSuite(): Promise<void> {
    await this.engine.deleteSuite();
    this.#record.facts.tell({ fact: 'suiteDeleted' });
  }

  /**
   * Chapter 3.6 of the document: an object is out of the suite, then deregistered and registered again, after which the
   * platform no longer discovers it. @throws AtFailure, CodedError.
   */
  async deleteObject(objectId: number): Promise<void> {
    const { engine } = this;
    await engine.deleteObject(objectId);
    if (!isRegistered(engine.registration)) return;
    await engine.deregister();
    await this.register();
  }

  /** Settings have changed while the port is open. */
  applySettings(): void {
    this.#attached?.applySettings();
  }

  /** The machine goes to sleep. */
  suspend(): void {
    this.#record.gap('sleep');
  }

  /** The machine woke up: a port that slept may be mute without a word, so it is closed and opened again. */
  resume(): void {
    this.#record.gap('resumed');
    if (this.#port.kind === 'virtual' || !this.#attached) return;
    const link = this.#link;
    this.#onLost({ code: 'PORT_LOST', message: 'The machine was asleep' });
    void link?.close();
  }

  // ---- link ----

  async #openPort(): Promise<OpenedPort> {
    const { openLink = openPortLink } = this.#parts;
    const opened = await openLink(this.#port, this.#baudRate);
    if (!this.#abort.signal.aborted) return opened;
    await opened.link.close();
    throw new CodedError('CANCELLED', 'The port was closed while it was being opened');
  }

  async #journalFor({ link }: OpenedPort): Promise<JournalWriter> {
    try {
      const journal = await this.#parts.beginJournal(this.#port, this.#baudRate);
      this.#record.beginJournal(journal);
      return journal;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  #attach(opened: OpenedPort): void {
    const { link, simulator, suggestion } = opened;
    if ('onNotice' in opened) opened.onNotice = (text) => this.#record.note(remark('virtualModule', { text }));
    this.#reconnect.opened();
    if (suggestion !== undefined) this.#record.note(remark('speaksTelnet', { from: this.#port.path, to: suggestion }));
    this.#record.facts.tell({ fact: 'simulator', simulator: simulator ?? null });
    const journal = this.#journal;
    this.#link = journal ? tap(link, journal) : link;
    this.#attached = new Attachment(
      {
        link: this.#link,
        port: this.#port,
        baudRate: this.#baudRate,
        store: this.#parts.store,
        record: this.#record,
        settings: this.#parts.settings,
        dialect: this.#parts.dialect ?? 'cis',
        signalPollMs: this.#parts.signalPollMs ?? SIGNAL_POLL_MS,
        closeEventMs: this.#parts.closeEventMs,
        clock: this.#clock,
      },
      {
        onRestart: () => this.#onRestart(),
        onDoubt: (line) => void this.#onDoubt(remark('restartDoubted', { sign: line.text })),
        onSync: (state) => this.#onSync(state),
        onClose: (reason) => this.#onLinkClose(reason),
        onNetwork: () => this.#onNetwork(),
      },
    );
    this.#record.stage('port', 'done');
    this.#record.connection({ type: 'opened', ...(suggestion === undefined ? {} : { suggestion }) });
    this.#attached.start();
    this.#lineWatch = opened.watchLines?.((lines) => void this.#onLinesBack(lines.map((name) => name.toUpperCase())));
    void this.#lookForSharers();
  }

  /** Other programs may have the port open, too: each gets some of the bytes, and answers come torn or not at all. */
  async #lookForSharers(): Promise<void> {
    if (this.#port.kind !== 'serial') return;
    const holders = await sharersOf(this.#port.path);
    const isNews = holders !== undefined && holders !== this.#sharers;
    this.#sharers = holders;
    if (isNews && this.#attached) this.#record.note(remark('portShared', { holders }));
  }

  #onLinkClose(reason?: Error): void {
    if (this.#abort.signal.aborted) return;
    const fault: Fault = reason ? faultOf(reason) : { code: 'PORT_LOST', message: 'The port was closed by the system' };
    // A serial server may say only now that it will not have us.
    if (!this.#wasAnswered && refusals.includes(fault.code)) void this.#onRefused(fault);
    else this.#onLost(this.#reconnect.lost(fault));
  }

  #onLost(fault: Fault): void {
    this.#record.note(remark('portGone', { reason: fault.message }));
    if (fault.code === 'PORT_TAKEN') {
      this.#record.note(remark('connectionTaken', { seconds: Math.ceil(this.#reconnect.pauseMs / 1000) }));
    }
    this.#leave(fault);
    this.#record.connection({ type: 'lost', fault });
    if (this.#port.kind !== 'virtual') void this.#reopen();
  }

  /** The port was open for nobody: the same end as if it had not opened at all. */
  async #onRefused(fault: Fault): Promise<void> {
    this.#record.note(remark('portNotOpened', { reason: fault.message }));
    this.#leave(fault);
    this.#record.stage('port', { fault });
    await this.#bringUp;
    if (!this.#abort.signal.aborted) this.#record.connection({ type: 'failed', fault });
    await this.#record.closeJournal();
  }

  #leave(fault: Fault): void {
    this.#record.gap('unplugged', fault.message);
    this.#detach('PORT_LOST');
    this.#record.stale('port');
    this.#record.facts.tell({ fact: 'simulator', simulator: null });
  }

  /** Tries until the port is back or the person disconnects. The same baud rate, the same journal. */
  async #reopen(): Promise<void> {
    await this.#bringUp;
    this.#record.connection({ type: 'waiting' });
    let told: string | undefined;
    while (!this.#abort.signal.aborted) {
      try {
        await pause(this.#reconnect.pauseMs, this.#abort.signal);
        await this.#whileOpening(this.#openPort().then((opened) => this.#attach(opened)));
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        const fault = faultOf(error);
        this.#reconnect.failed(fault);
        // That the adapter is still out needs no words; why one that is there cannot be had does, once.
        if (fault.code === 'PORT_NOT_FOUND' || fault.message === told) continue;
        told = fault.message;
        this.#record.note(remark('portNotOpened', { reason: fault.message }));
        this.#record.connection({ type: 'waiting', fault });
        continue;
      }
      this.#record.gap('reconnected');
      this.#record.note(remark('portBack', {}));
      this.#startBringUp();
      return;
    }
  }

  #detach(code: 'PORT_LOST' | 'PORT_NOT_OPEN'): void {
    this.#againTimer?.stop();
    this.#lineWatch?.stop();
    if (code === 'PORT_LOST') this.#keep();
    this.#attached?.end(code);
    this.#attached = undefined;
  }

  // ---- bring-up ----

  #startBringUp(): void {
    this.#bringUp ??= this.#runBringUp().finally(() => {
      this.#bringUp = undefined;
      if (this.#runAgain && this.#attached) {
        this.#runAgain = false;
        this.#startBringUp();
      }
    });
  }

  async #runBringUp(): Promise<void> {
    const attached = this.#attached;
    this.#againTimer?.stop();
    if (!attached) return;
    const settings = this.#parts.settings();
    try {
      await bringUp(attached.engine, this.#bringUpListener(), {
        clock: this.#clock,
        signal: this.#abort.signal,
        ...(this.#kept ? { kept: this.#kept } : {}),
        ...(this.#parts.networkTimeoutMs === undefined ? {} : { networkTimeoutMs: this.#parts.networkTimeoutMs }),
        ...(this.#parts.answerTimeoutMs === undefined ? {} : { answerTimeoutMs: this.#parts.answerTimeoutMs }),
        ...(settings.registerOnConnect
          ? { register: { lifetimeSeconds: settings.lifetimeSeconds, timeoutSeconds: settings.openTimeoutSeconds } }
          : {}),
      });
    } catch (error) {
      if (this.#abort.signal.aborted || this.#attached !== attached) return;
      const fault = faultOf(error);
      // A restart in the middle is no failure: everything begins again.
      if (fault.code === 'AT_RESTARTED') {
        this.#runAgain = true;
        return;
      }
      if (error instanceof StageError) this.#record.stage(error.stage, { fault });
      this.#record.note(remark('bringUpStopped', { code: fault.code, reason: fault.message }));
      if (lineFaults.includes(fault.code)) this.#tryAgainLater();
      return;
    }
    this.#kept = undefined;
    this.#lineFailures = 0;
    attached.pollSignal();
  }

  /** Answers were missing: another program may have read them. When it has gone, bring-up goes on by itself. */
  #tryAgainLater(): void {
    const { againMs = AGAIN_MS } = this.#parts;
    this.#againTimer = startTimer(
      () => this.#startBringUp(),
      againMs * 2 ** Math.min(this.#lineFailures++, MOST_DOUBLINGS),
    );
  }

  /** What the module and the platform may still have when the line is back. */
  #keep(): void {
    const { imei } = this.#record.state.module;
    const session = this.#attached?.engine.kept;
    if (session) this.#kept = { ...session, ...(imei === undefined ? {} : { imei }) };
  }

  /**
   * The module may have started anew, or have woken from power saving with everything kept: it is asked before anything is
   * undone. True where all was kept.
   */
  async #onDoubt(told: Remark): Promise<boolean> {
    const attached = this.#attached;
    const kept = attached?.engine.kept;
    if (!attached || !kept || this.#isAsking) return false;
    this.#record.note(told);
    this.#isAsking = true;
    try {
      const isKept = await attached.engine.resume(kept);
      if (this.#attached !== attached) return false;
      if (!isKept) {
        this.#onRestart();
        return false;
      }
      this.#record.note(remark('sessionKept', {}));
      await restoreSettings(attached.engine);
      return true;
    } catch {
      // A restart after all, silence or a lost link: each is told, and heeded, by itself.
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  /** A module that was switched off drives no line; one that only sleeps may do the same, and then its lines are no sign here. */
  async #onLinesBack(names: readonly string[]): Promise<void> {
    if (await this.#onDoubt(remark('linesFell', { lines: names.join(', ') }))) this.#lineWatch?.stop();
  }

  /** The network came after bring-up had given up on it. */
  #onNetwork(): void {
    const { stages, network } = this.#record.state;
    if (this.#bringUp || stages.network.status !== 'failed' || !isOnNetwork(network.registration)) return;
    this.#record.note(remark('networkCame', {}));
    this.#startBringUp();
  }

  #onRestart(): void {
    // A module that was just powered prints its banner while we greet it: nothing is lost then.
    if (this.#record.state.connection.phase === 'ready') {
      this.#record.note(remark('moduleRestarted', {}));
      this.#record.gap('restarted');
    } else this.#record.note(remark('moduleStarting', {}));
    this.#kept = undefined;
    this.#attached?.forget();
    this.#record.stale('module');
    if (this.#bringUp) this.#runAgain = true;
    else this.#startBringUp();
  }

  #onSync(state: keyof typeof syncRemarks): void {
    this.#record.note(remark(syncRemarks[state], {}));
    if (state !== 'regained') void this.#lookForSharers();
    // Greeting a module that was never there is bring-up's own business.
    if (state !== 'silent' || this.#bringUp || this.#record.state.connection.phase !== 'ready') return;
    this.#keep();
    this.#attached?.forget('AT_SILENT');
    this.#record.stale('module');
    this.#record.connection({ type: 'opened' });
    this.#startBringUp();
  }

  /** A person's choice for this module; `auto` goes back to what was detected. */
  chooseDialect(choice: DialectState['name'] | 'auto'): void {
    this.#useDialect(choice);
  }

  #chosenDialect(): DialectState['name'] | 'auto' {
    const { module } = this.#record.state;
    return this.#parts.dialect ?? this.#parts.settings().dialects[module.imei ?? ''] ?? 'auto';
  }

  #useDialect(choice: DialectState['name'] | 'auto'): void {
    const { name: detected = 'cis', evidence } = this.#detected ?? {};
    const name = choice === 'auto' ? detected : choice;
    const automatic = this.#detected ? 'detected' : 'default';
    this.#attached?.engine.setDialect(dialects[name]);
    this.#record.facts.tell({
      fact: 'dialect',
      dialect: {
        name,
        source: choice === 'auto' ? automatic : 'override',
        ...(evidence === undefined ? {} : { evidence }),
      },
    });
  }

  #bringUpListener(): BringUpListener {
    return {
      onStage: (name, change) => this.#record.stage(name, change),
      onAnswering: () => {
        this.#wasAnswered = true;
        if (this.#record.state.network.asleep) this.#record.network({ asleep: false });
        this.#record.connection({ type: 'answering' });
      },
      onKept: () => this.#record.note(remark('sessionKept', {})),
      onIdentity: (identity) => this.#record.identity(identity),
      onNetwork: (network) => this.#record.network(network),
      onDialect: (detected) => {
        this.#detected = detected;
        this.#useDialect(this.#chosenDialect());
      },
    };
  }
}

/** What a serial server answers instead of a module. */
const refusals: readonly ErrorCode[] = ['PORT_BUSY', 'PORT_FAILED', 'PORT_DENIED'];

const syncRemarks = { lost: 'lineLost', regained: 'lineRegained', silent: 'lineSilent' } as const;
