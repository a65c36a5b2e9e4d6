import { setTimeout as pause } from 'node:timers/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type {
  AppState,
  DialectState,
  ModuleIdentity,
  NetworkState,
  PortInfo,
  StageName,
  StateChanges,
} from '../../shared/state.ts';
import { remark, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { AtChannel } from '../at/channel.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { isUrc } from '../mipl/decode.ts';
import { dialects } from '../mipl/dialects.ts';
import { Engine } from '../mipl/engine.ts';
import type { EngineListener } from '../mipl/engine.ts';
import { isRegistered } from '../mipl/registration.ts';
import type { Urc } from '../mipl/messages.ts';
import { tap } from '../transport/tap.ts';
import type { Link } from '../transport/link.ts';
import { UdpTool } from '../udp/udpTool.ts';
import type { StateHolder } from './appState.ts';
import { StageError, bringUp, readSignal } from './bringUp.ts';
import type { BringUpListener } from './bringUp.ts';
import { stepConnection } from './connection.ts';
import type { ConnectionInput } from './connection.ts';
import { LineLog } from './lineLog.ts';
import type { LogBook } from './logBook.ts';
import { openPortLink } from './ports.ts';
import type { OpenedPort } from './ports.ts';
import { SelfActing } from './selfActing.ts';
import { freshStages, staleFrom, withStage } from './stages.ts';

/** What a session works with. Nothing here knows Electron. */
export interface SessionParts {
  readonly state: StateHolder;
  readonly store: ObjectStore;
  readonly log: LogBook;
  /** Begins the journal of a connection. */
  readonly beginJournal: (port: PortInfo, baudRate: number) => Promise<JournalWriter>;
  readonly openLink?: (port: PortInfo, baudRate: number) => Promise<OpenedPort>;
  /** Replaces detection. */
  readonly dialect?: DialectState['name'];
  readonly reopenMs?: number;
  readonly signalPollMs?: number;
  readonly networkTimeoutMs?: number;
}

const REOPEN_MS = 1000;
const SIGNAL_POLL_MS = 30_000;
const JOURNAL_STATE_MS = 500;

/**
 * One connection from "connect" to "disconnect": opens the port, brings the module up, runs the engine, comes back after
 * the port was lost or the module restarted.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #port: PortInfo;
  readonly #baudRate: number;
  readonly #lines: LineLog;
  readonly #abort = new AbortController();
  #journal: JournalWriter | undefined;
  #journalTimer: NodeJS.Timeout | undefined;
  #signalTimer: NodeJS.Timeout | undefined;
  #link: Link | undefined;
  #engine: Engine | undefined;
  #selfActing: SelfActing | undefined;
  #channel: AtChannel | undefined;
  #udp: UdpTool | undefined;
  #opening: Promise<void> | undefined;
  #bringUp: Promise<void> | undefined;
  #runAgain = false;

  constructor(parts: SessionParts, port: PortInfo, baudRate: number) {
    this.#parts = parts;
    this.#port = port;
    this.#baudRate = baudRate;
    this.#lines = new LineLog(parts.log);
  }

  /** The engine while the link is open. @throws CodedError `PORT_NOT_OPEN`. */
  get engine(): Engine {
    if (!this.#engine) throw new CodedError('PORT_NOT_OPEN', 'No port is open');
    return this.#engine;
  }

  /** The UDP tool while the link is open. @throws CodedError `PORT_NOT_OPEN`. */
  get udp(): UdpTool {
    if (!this.#udp) throw new CodedError('PORT_NOT_OPEN', 'No port is open');
    return this.#udp;
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
    this.#change({ stages: withStage(freshStages(), 'port', 'running', Date.now()), module: {}, network: {} });
    this.#connection({ type: 'open', port: this.#port, baudRate: this.#baudRate });
    try {
      this.#journal = await this.#parts.beginJournal(this.#port, this.#baudRate);
      this.#change({ journal: this.#journal.state() });
      this.#journalTimer = setInterval(() => this.#tellJournal(), JOURNAL_STATE_MS);
      await this.#openLink();
    } catch (error) {
      // Closed meanwhile: close() says the rest.
      if (this.#abort.signal.aborted) throw error;
      const fault = faultOf(error);
      this.#note(remark('portNotOpened', { reason: fault.message }));
      this.#stage('port', { fault });
      this.#connection({ type: 'failed', fault });
      await this.#closeJournal();
      throw error;
    }
  }

  /** Ends the session: deregisters nothing, since the module may go on alone. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#dropEngine('PORT_NOT_OPEN');
    // A port cannot be stopped while it opens; the person need not wait for it, the next one who opens it must.
    if (this.#opening) this.#connection({ type: 'closed' });
    await this.#opening?.catch(() => undefined);
    await this.#link?.close();
    await this.#bringUp;
    this.#journal?.gap('closed');
    await this.#closeJournal();
    this.#change({ stages: staleFrom(this.#state.stages, 'port'), simulator: null });
    this.#connection({ type: 'closed' });
  }

  /** Creates the suite where there is none and registers. @throws AtFailure, CodedError. */
  async register(): Promise<void> {
    const { engine } = this;
    const { settings } = this.#state;
    await this.#asStage('objects', async () => {
      if (engine.registration.ref === undefined) await engine.prepareSuite();
    });
    await this.#asStage('onenet', () =>
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
    const waiting = { status: 'waiting' } as const;
    this.#change({ stages: { ...this.#state.stages, objects: waiting, onenet: waiting } });
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
    const { commandGapMs, answerDeadlineMs } = this.#state.settings;
    this.#channel?.setGap(commandGapMs);
    this.#engine?.setAnswerDeadline(answerDeadlineMs);
    this.#selfActing?.wake();
  }

  /** The machine goes to sleep. */
  suspend(): void {
    this.#journal?.gap('sleep');
  }

  /** The machine woke up: a port that slept may be mute without a word, so it is closed and opened again. */
  resume(): void {
    this.#journal?.gap('resumed');
    if (this.#port.kind === 'virtual' || !this.#engine) return;
    const link = this.#link;
    this.#onLinkClose(new CodedError('PORT_LOST', 'The machine was asleep'));
    void link?.close();
  }

  // ---- link ----

  async #openLink(): Promise<void> {
    const { openLink = openPortLink } = this.#parts;
    const { link, simulator } = await openLink(this.#port, this.#baudRate);
    if (this.#abort.signal.aborted) {
      await link.close();
      throw new CodedError('CANCELLED', 'The port was closed while it was being opened');
    }
    this.#change({ simulator: simulator ?? null });
    const journal = this.#journal;
    this.#link = journal ? tap(link, journal) : link;
    const { settings } = this.#state;
    const channel = new AtChannel(
      this.#link,
      {
        onUrc: (line) => {
          // The request stands in the log before its answer; entering it takes microseconds.
          this.#lines.received(line, 'urc');
          this.#engine?.receive(line);
        },
        onLine: (line, kind, exchange) => this.#lines.received(line, kind, exchange),
        onSent: (command, exchange, priority, ns) => this.#lines.sent(command, exchange, priority, ns),
        onRestart: () => this.#onRestart(),
        onSync: (state) => this.#note(remark(syncRemarks[state], {})),
        onClose: (reason) => this.#onLinkClose(reason),
        onFault: (error) => this.#note(remark('listenerFailed', { reason: faultOf(error).message })),
      },
      { gapMs: settings.commandGapMs, isKnownUrc: isUrc },
    );
    this.#channel = channel;
    this.#engine = new Engine(channel, this.#parts.store, this.#engineListener(), {
      dialect: dialects[this.#parts.dialect ?? 'cis'],
      answerDeadlineMs: settings.answerDeadlineMs,
      holdKinds: () => this.#state.holdKinds,
      ...(this.#port.kind === 'tcp' ? {} : { baudRate: this.#baudRate }),
      lastId: this.#lastId(),
    });
    this.#selfActing = new SelfActing({
      engine: this.#engine,
      store: this.#parts.store,
      state: () => this.#state,
      onRemark: (told) => this.#note(told),
    });
    this.#udp = this.#udpTool(this.#engine);
    this.#stage('port', 'done');
    this.#connection({ type: 'opened' });
  }

  /** What the engine before this one told stays on the screen under its own ids. */
  #lastId(): number {
    const { requests, outbox } = this.#state;
    return Math.max(0, ...[...Object.keys(requests), ...Object.keys(outbox)].map(Number));
  }

  #udpTool(engine: Engine): UdpTool {
    const { udp, datagrams } = this.#state;
    return new UdpTool(
      (spec, params, priority) => engine.exec(spec, params, priority),
      {
        onState: (state) => this.#change({ udp: state }),
        onDatagram: (datagram) => this.#change({ datagrams: { [datagram.id]: datagram } }),
      },
      { state: udp, lastId: Math.max(0, ...Object.keys(datagrams).map(Number)) },
    );
  }

  #onLinkClose(reason?: Error): void {
    if (this.#abort.signal.aborted) return;
    const fault: Fault = reason ? faultOf(reason) : { code: 'PORT_LOST', message: 'The port was closed by the system' };
    this.#note(remark('portGone', { reason: fault.message }));
    this.#journal?.gap('unplugged', fault.message);
    this.#dropEngine('PORT_LOST');
    this.#change({ stages: staleFrom(this.#state.stages, 'port'), simulator: null });
    this.#connection({ type: 'lost', fault });
    if (this.#port.kind !== 'virtual') void this.#reopen();
  }

  /** Tries until the port is back or the person disconnects. The same baud rate, the same journal. */
  async #reopen(): Promise<void> {
    await this.#bringUp;
    this.#connection({ type: 'waiting' });
    while (!this.#abort.signal.aborted) {
      try {
        await pause(this.#parts.reopenMs ?? REOPEN_MS, undefined, { signal: this.#abort.signal });
        await this.#whileOpening(this.#openLink());
      } catch {
        continue;
      }
      this.#journal?.gap('reconnected');
      this.#note(remark('portBack', {}));
      this.#startBringUp();
      return;
    }
  }

  #dropEngine(code: 'PORT_LOST' | 'PORT_NOT_OPEN'): void {
    clearInterval(this.#signalTimer);
    this.#selfActing?.stop();
    this.#selfActing = undefined;
    this.#engine?.reset(code);
    this.#udp?.end(code === 'PORT_LOST' ? 'portLost' : 'disconnected');
    this.#channel?.close();
    this.#engine = undefined;
    this.#udp = undefined;
    this.#channel = undefined;
  }

  // ---- bring-up ----

  #startBringUp(): void {
    this.#bringUp ??= this.#runBringUp().finally(() => {
      this.#bringUp = undefined;
      if (this.#runAgain && this.#engine) {
        this.#runAgain = false;
        this.#startBringUp();
      }
    });
  }

  async #runBringUp(): Promise<void> {
    const engine = this.#engine;
    if (!engine) return;
    const { settings } = this.#state;
    try {
      await bringUp(engine, this.#bringUpListener(), {
        signal: this.#abort.signal,
        ...(this.#parts.networkTimeoutMs === undefined ? {} : { networkTimeoutMs: this.#parts.networkTimeoutMs }),
        ...(settings.registerOnConnect
          ? { register: { lifetimeSeconds: settings.lifetimeSeconds, timeoutSeconds: settings.openTimeoutSeconds } }
          : {}),
      });
    } catch (error) {
      if (this.#abort.signal.aborted || this.#engine !== engine) return;
      const fault = faultOf(error);
      // A restart in the middle is no failure: everything begins again.
      if (fault.code === 'AT_RESTARTED') {
        this.#runAgain = true;
        return;
      }
      if (error instanceof StageError) this.#stage(error.stage, { fault });
      this.#note(remark('bringUpStopped', { code: fault.code, reason: fault.message }));
      return;
    }
    this.#pollSignal(engine);
  }

  #onRestart(): void {
    // A module that was just powered prints its banner while we greet it: nothing is lost then.
    if (this.#state.connection.phase === 'ready') {
      this.#note(remark('moduleRestarted', {}));
      this.#journal?.gap('restarted');
    } else this.#note(remark('moduleStarting', {}));
    this.#engine?.reset();
    this.#udp?.end('restarted');
    this.#change({ stages: staleFrom(this.#state.stages, 'module') });
    if (this.#bringUp) this.#runAgain = true;
    else this.#startBringUp();
  }

  #pollSignal(engine: Engine): void {
    clearInterval(this.#signalTimer);
    this.#signalTimer = setInterval(() => {
      readSignal(engine, { onNetwork: (network) => this.#onNetwork(network) }, 'poll').catch(() => undefined);
    }, this.#parts.signalPollMs ?? SIGNAL_POLL_MS);
  }

  #bringUpListener(): BringUpListener {
    return {
      onStage: (name, change) => this.#stage(name, change),
      onAnswering: () => this.#connection({ type: 'answering' }),
      onIdentity: (identity) => this.#onIdentity(identity),
      onNetwork: (network) => this.#onNetwork(network),
      onDialect: ({ name, evidence }) => {
        const { dialect: override } = this.#parts;
        const chosen = override ?? name;
        this.#engine?.setDialect(dialects[chosen]);
        this.#change({
          dialect: {
            name: chosen,
            source: override ? 'override' : 'detected',
            ...(evidence === undefined ? {} : { evidence }),
          },
        });
      },
    };
  }

  async #asStage(name: StageName, work: () => Promise<void>): Promise<void> {
    this.#stage(name, 'running');
    try {
      await work();
    } catch (error) {
      this.#stage(name, { fault: faultOf(error) });
      throw error;
    }
    this.#stage(name, 'done');
  }

  // ---- what is told ----

  #engineListener(): EngineListener {
    return {
      onRequest: (request) => this.#change({ requests: { [request.id]: request } }),
      onNotification: (notification) => {
        this.#change({ outbox: { [notification.id]: notification } });
        this.#selfActing?.onNotification(notification);
      },
      onObservations: (observations) => {
        this.#change({ observations });
        this.#selfActing?.wake();
      },
      onAttributes: (path, attributes) => {
        this.#change({ attributes: { [path]: attributes } });
        this.#selfActing?.wake();
      },
      onRegistration: (registration) => {
        this.#change({ registration });
        this.#followRegistration();
        this.#selfActing?.wake();
      },
      onStanding: (path, standing) => {
        const resource = this.#state.resources[path];
        if (resource) this.#change({ resources: { [path]: { ...resource, standing, standingMs: Date.now() } } });
      },
      onAnswerTimes: (answerTimes) => this.#change({ answerTimes }),
      onNetworkUrc: (urc) => this.#onNetworkUrc(urc),
      onRemark: (told) => this.#note(told),
    };
  }

  /** Events come also when nobody here asked: a person typed MIPLOPEN, the lifetime ran out. */
  #followRegistration(): void {
    const { registration, stages } = this.#state;
    if (isRegistered(registration)) {
      if (stages.onenet.status !== 'done') this.#stage('onenet', 'done');
    } else if (registration.phase === 'failed' && stages.onenet.status === 'done' && registration.fault) {
      this.#stage('onenet', { fault: registration.fault });
    } else if (registration.phase === 'deregistered' && stages.onenet.status === 'done') {
      this.#change({ stages: { ...stages, onenet: { status: 'waiting' } } });
    }
  }

  #onIdentity(identity: ModuleIdentity): void {
    const module = { ...this.#state.module, ...identity };
    this.#journal?.identify(module);
    this.#change({ module });
  }

  #onNetwork(network: NetworkState): void {
    this.#change({ network: { ...this.#state.network, ...network } });
  }

  #onNetworkUrc(urc: Urc): void {
    this.#udp?.receive(urc);
    if (urc.name === '+CSCON') this.#onNetwork({ radioConnected: urc.params.connected === 1 });
    if (urc.name !== '+CEREG') return;
    const { status, tac, cellId, accessTechnology } = urc.params;
    this.#onNetwork({
      registration: status,
      ...(tac === undefined ? {} : { tac }),
      ...(cellId === undefined ? {} : { cellId }),
      ...(accessTechnology === undefined ? {} : { accessTechnology }),
    });
  }

  #note(told: Remark): void {
    this.#journal?.note(remarkText(told));
    this.#lines.note(told);
  }

  #tellJournal(): void {
    const journal = this.#journal?.state();
    const known = this.#state.journal;
    if (journal && (journal.bytes !== known?.bytes || journal.lines !== known.lines)) this.#change({ journal });
  }

  async #closeJournal(): Promise<void> {
    clearInterval(this.#journalTimer);
    this.#tellJournal();
    await this.#journal?.close();
  }

  get #state(): AppState {
    return this.#parts.state.state;
  }

  #change(changes: StateChanges): void {
    this.#parts.state.change(changes);
  }

  #connection(input: ConnectionInput): void {
    this.#change({ connection: stepConnection(this.#state.connection, input, Date.now()) });
  }

  #stage(name: StageName, change: 'running' | 'done' | { readonly fault: Fault }): void {
    this.#change({ stages: withStage(this.#state.stages, name, change, Date.now()) });
  }
}

const syncRemarks = { lost: 'lineLost', regained: 'lineRegained', silent: 'lineSilent' } as const;
