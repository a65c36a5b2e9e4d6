import { defined } from '../../shared/defined.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import type { LineChange, LineSettings } from '../../shared/lineSettings.ts';
import { isOnNetwork } from '../../shared/networkStatus.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { ErrorCode, Fault } from '../../shared/errors.ts';
import type { DialectState, PortInfo } from '../../shared/state.ts';
import { remark } from '../../shared/remarks.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import type { Engine } from '../mipl/engine.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { tap } from '../transport/tap.ts';
import type { Link } from '../transport/link.ts';
import type { UdpTool } from '../udp/udpTool.ts';
import { LinkSession } from './linkSession.ts';
import type { BringUpListener, BringUpOptions } from './bringUp.ts';
import { BringUpRuns } from './bringUpRuns.ts';
import { DialectChoice } from './dialectChoice.ts';
import { PortLine } from './portLine.ts';
import { PortOpener } from './portOpener.ts';
import { openPortLink } from './ports.ts';
import type { OpenedPort } from './ports.ts';
import { RestartDoubt } from './restartDoubt.ts';
import type { SessionParts } from './sessionParts.ts';
import { SuiteOrders } from './suiteOrders.ts';
import { SessionRecord } from '../facts/sessionRecord.ts';

const REOPEN_MS = 1000;
const SIGNAL_POLL_MS = 30_000;
/** Before a bring-up that ended for want of answers is tried again: 5 s, 10 s, 20 s, then every 40 s. */
const AGAIN_MS = 5000;

/**
 * One connection from "connect" to "disconnect": opens the port, brings the module up, runs the engine, comes back after
 * the port was lost or the module restarted.
 */
export class Session {
  /** What a person orders about suite and registration. */
  readonly suite: SuiteOrders;
  readonly #parts: SessionParts;
  readonly #port: PortInfo;
  readonly #clock: Clock;
  readonly #record: SessionRecord;
  readonly #line: PortLine;
  readonly #opener: PortOpener;
  readonly #bringUps: BringUpRuns;
  readonly #dialect: DialectChoice;
  readonly #doubt: RestartDoubt;
  readonly #abort = new AbortController();
  #journal: JournalWriter | undefined;
  #link: Link | undefined;
  #attached: LinkSession | undefined;
  #opening: Promise<void> | undefined;
  #wasAnswered = false;

  constructor(parts: SessionParts, port: PortInfo, baudRate: number, line: LineSettings = usualLine) {
    this.#parts = parts;
    this.#port = port;
    this.#clock = parts.clock ?? systemClock;
    this.#record = new SessionRecord(parts.facts, parts.log, this.#clock);
    this.#line = new PortLine(
      {
        port,
        record: this.#record,
        onReturn: (names) => this.#doubt.settle(remark('linesFell', { lines: names.join(', ') })),
      },
      baudRate,
      line,
    );
    this.#opener = new PortOpener({
      port,
      settings: () => ({ baudRate: this.#line.baudRate, line: this.#line.settings }),
      openLink: parts.openLink ?? openPortLink,
      record: this.#record,
      firstPauseMs: parts.reopenMs ?? REOPEN_MS,
      ...defined({ movedTo: parts.movedTo }),
      clock: this.#clock,
      signal: this.#abort.signal,
    });
    this.#doubt = new RestartDoubt({
      record: this.#record,
      attached: () => this.#attached,
      onRestart: () => this.#onRestart(),
    });
    this.#dialect = new DialectChoice(this.#record, () => this.#attached?.engine);
    this.#bringUps = new BringUpRuns({
      record: this.#record,
      attached: () => this.#attached,
      listener: this.#bringUpListener(),
      options: () => this.#bringUpOptions(),
      againMs: parts.againMs ?? AGAIN_MS,
    });
    this.suite = new SuiteOrders({
      record: this.#record,
      bringUps: this.#bringUps,
      engine: () => this.engine,
      settings: parts.settings,
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

  #attachedNow(): LinkSession {
    if (!this.#attached) throw new CodedError('PORT_NOT_OPEN', 'No port is open');
    return this.#attached;
  }

  /**
   * Opens the port and starts bring-up; resolves when the port is open. Progress and failure of bring-up show in the
   * state. @throws CodedError `PORT_…`, `FILE_NOT_WRITTEN`.
   */
  async open(): Promise<void> {
    await this.#whileOpening(this.#open());
    this.#bringUps.start();
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
    this.#record.opening({ port: this.#port, baudRate: this.#line.baudRate, line: this.#line.settings });
    try {
      const opened = await this.#opener.open();
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
    await this.#bringUps.running;
    this.#record.stale('port');
    this.#record.facts.tell({ fact: 'simulator', simulator: null });
    this.#record.connection({ type: 'closed' });
    await this.#record.closeJournal('closed');
  }

  /** Settles when bring-up is over, good or bad. */
  async broughtUp(): Promise<void> {
    // A module that restarts meanwhile begins another run.
    while (this.#bringUps.running) await this.#bringUps.running;
  }

  /** Asks for the signal now. @throws AtFailure, CodedError `PORT_NOT_OPEN`. */
  async measureSignal(): Promise<void> {
    await this.#attachedNow().measureSignal();
  }

  /** The radio was off, or the module searches another network: joins anew, with the session of before where it still stands. */
  rejoin(): void {
    if (this.#bringUps.running || !this.#attached) return;
    this.#bringUps.keep();
    this.#attached.forget();
    this.#record.stale('network');
    this.#bringUps.start();
  }

  /**
   * Sets the line otherwise while everything on it goes on. @throws CodedError `LINE_NOT_SET` where the port,
   * or its driver, does not take it: what was set before holds then.
   */
  async changeLine(change: LineChange): Promise<void> {
    await this.#line.change(change, this.#attached !== undefined);
    this.#attached?.applyLine(this.#line.settings.lineEnding, this.#line.baudRate);
    // Whom the old settings did not reach need not be waited for.
    if (this.#record.state.connection.phase === 'probing' && !this.#bringUps.running) this.#bringUps.start();
  }

  /** Settings have changed while the port is open. */
  applySettings(): void {
    this.#record.facts.settings(this.#parts.settings());
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

  async #journalFor({ link }: OpenedPort): Promise<JournalWriter> {
    try {
      const journal = await this.#parts.beginJournal(this.#port, this.#line.baudRate);
      this.#record.facts.settings(this.#parts.settings());
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
    if ('onDatagram' in opened) opened.onDatagram = (datagram) => this.#journal?.datagram(datagram);
    if (suggestion !== undefined) this.#record.note(remark('speaksTelnet', { from: this.#port.path, to: suggestion }));
    this.#record.facts.tell({ fact: 'simulator', simulator: simulator ?? null });
    const journal = this.#journal;
    this.#link = journal ? tap(link, journal) : link;
    this.#attached = new LinkSession(
      {
        link: this.#link,
        port: this.#port,
        baudRate: this.#line.baudRate,
        lineEnding: this.#line.settings.lineEnding,
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
        onDoubt: (line) => void this.#doubt.settle(remark('restartDoubted', { sign: line.text })),
        onSync: (state) => this.#onSync(state),
        onClose: (reason) => this.#onLinkClose(reason),
        onNetwork: () => this.#onNetwork(),
      },
    );
    this.#record.stage('port', 'done');
    this.#record.connection({ type: 'opened', ...defined({ suggestion }) });
    this.#attached.start();
    this.#line.attach(link.line);
    void this.#opener.lookForSharers(() => this.#attached !== undefined);
  }

  #onLinkClose(reason?: Error): void {
    if (this.#abort.signal.aborted) return;
    const fault: Fault = reason ? faultOf(reason) : { code: 'PORT_LOST', message: 'The port was closed by the system' };
    // A serial server may say only now that it will not have us.
    if (!this.#wasAnswered && refusals.includes(fault.code)) void this.#onRefused(fault);
    else this.#onLost(this.#opener.lost(fault));
  }

  #onLost(fault: Fault): void {
    this.#record.note(remark('portGone', { reason: fault.message }));
    if (fault.code === 'PORT_TAKEN') {
      this.#record.note(remark('connectionTaken', { seconds: Math.ceil(this.#opener.pauseMs / 1000) }));
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
    await this.#bringUps.running;
    this.#parts.onRefused?.();
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
    await this.#bringUps.running;
    const open = async (): Promise<void> =>
      this.#whileOpening(this.#opener.open().then((opened) => this.#attach(opened)));
    if (!(await this.#opener.openAgain(open))) return;
    this.#record.gap('reconnected');
    this.#record.note(remark('portBack', {}));
    this.#bringUps.start();
  }

  #detach(code: 'PORT_LOST' | 'PORT_NOT_OPEN'): void {
    this.#bringUps.stop();
    this.#line.detach();
    if (code === 'PORT_LOST') this.#bringUps.keep();
    this.#attached?.end(code);
    this.#attached = undefined;
  }

  // ---- bring-up ----

  #bringUpOptions(): Omit<BringUpOptions, 'kept'> {
    const { networkTimeoutMs, answerTimeoutMs, settings } = this.#parts;
    const { registerOnConnect, lifetimeSeconds, openTimeoutSeconds: timeoutSeconds } = settings();
    return {
      clock: this.#clock,
      signal: this.#abort.signal,
      ...defined({ networkTimeoutMs, answerTimeoutMs }),
      ...(registerOnConnect ? { register: { lifetimeSeconds, timeoutSeconds } } : {}),
    };
  }

  /** The network came after bring-up had given up on it. */
  #onNetwork(): void {
    const { stages, network } = this.#record.state;
    if (this.#bringUps.running || stages.network.status !== 'failed' || !isOnNetwork(network.registration)) return;
    this.#record.note(remark('networkCame', {}));
    this.#bringUps.start();
  }

  #onRestart(): void {
    // A module that was just powered prints its banner while we greet it: nothing is lost then.
    if (this.#record.state.connection.phase === 'ready') {
      this.#record.note(remark('moduleRestarted', {}));
      this.#record.gap('restarted');
    } else this.#record.note(remark('moduleStarting', {}));
    this.#record.stale('module');
    this.#attached?.forget();
    this.#bringUps.restart();
  }

  #onSync(state: keyof typeof syncRemarks): void {
    this.#record.note(remark(syncRemarks[state], {}));
    if (state !== 'regained') void this.#opener.lookForSharers(() => this.#attached !== undefined);
    // Greeting a module that was never there is bring-up's own business.
    if (state !== 'silent' || this.#bringUps.running || this.#record.state.connection.phase !== 'ready') return;
    this.#bringUps.keep();
    this.#attached?.forget('AT_SILENT');
    this.#record.stale('module');
    this.#record.connection({ type: 'opened' });
    this.#bringUps.start();
  }

  /** A person's choice for this module; `auto` goes back to what was detected. */
  chooseDialect(choice: DialectState['name'] | 'auto'): void {
    this.#dialect.use(choice);
  }

  #chosenDialect(): DialectState['name'] | 'auto' {
    const { module } = this.#record.state;
    return this.#parts.dialect ?? this.#parts.settings().dialects[module.imei ?? ''] ?? 'auto';
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
      onDialect: (detected) => this.#dialect.onDetected(detected, this.#chosenDialect()),
    };
  }
}

/** What a serial server answers instead of a module. */
const refusals: readonly ErrorCode[] = ['PORT_BUSY', 'PORT_FAILED', 'PORT_DENIED', 'PORT_LOGIN'];

const syncRemarks = { lost: 'lineLost', regained: 'lineRegained', silent: 'lineSilent' } as const;
