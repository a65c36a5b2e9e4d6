import { CodedError, faultOf } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import type {
  AnswerTimes,
  ObservationState,
  OutgoingNotification,
  PlatformRequest,
  RegistrationState,
  ValueStanding,
} from '../../shared/state.ts';
import { Unreadable, formatCommand } from '../at/codec.ts';
import type { AnswerOf, CommandSpec, ParamsOf } from '../at/codec.ts';
import type { AtChannel, AtExchange, GroupedCommand, Priority } from '../at/channel.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { AnswerTimeRecord } from './answerTimes.ts';
import { event } from './codes.ts';
import { claimsOf, parseCommand, parseUrc, readAnswer } from './decode.ts';
import type { Dialect } from './dialects.ts';
import { EventWaiters } from './eventWaiters.ts';
import { commands } from './messages.ts';
import type { Urc, UrcOf } from './messages.ts';
import { prepareNotification } from './notifications.ts';
import { Outbox } from './outbox.ts';
import { idle, step } from './registration.ts';
import type { RegistrationInput } from './registration.ts';
import { RequestLedger } from './requestLedger.ts';
import { addressOf, announceResources, isRequest, respond } from './responder.ts';
import type { Answer, PlatformCall, RequestUrc } from './responder.ts';
import { WriteAssembler } from './writeAssembler.ts';

/** What the engine tells; all are facts that have happened. */
export interface EngineListener {
  onRequest(request: PlatformRequest): void;
  onNotification(notification: OutgoingNotification): void;
  onObservations(observations: readonly ObservationState[]): void;
  onAttributes(path: string, attributes: NotificationAttributes): void;
  onRegistration(state: RegistrationState): void;
  onStanding(path: string, standing: ValueStanding): void;
  onAnswerTimes(times: AnswerTimes): void;
  /** URCs that are no business of MIPL: +CEREG, +CSCON, … */
  onNetworkUrc(urc: Urc): void;
  /** A decision, for the journal. */
  onNote(text: string): void;
}

/** Time limits of the session; all in milliseconds. */
export interface EngineOptions {
  readonly dialect: Dialect;
  /** An answer that takes longer counts as late. */
  readonly answerDeadlineMs: number;
  /** How long the event after OPEN may take beyond the timeout given in the command: bootstrap and radio come on top. */
  readonly openGraceMs?: number;
  readonly updateTimeoutMs?: number;
  /** The document shows no event 15 after CLOSE, all others do: after this the OK alone counts. */
  readonly closeEventMs?: number;
  /** Ids of requests and notifications go on after this one: those of an earlier engine stay what they are. */
  readonly lastId?: number;
}

const ANSWER_TIMEOUT_MS = 5000;

/** Keeps one MIPL session alive and answers the platform. A thin shell: registration.ts, responder.ts and notifications.ts decide. */
export class Engine {
  readonly #channel: AtChannel;
  readonly #store: ObjectStore;
  readonly #listener: EngineListener;
  readonly #options: Required<EngineOptions>;
  readonly #assembler = new WriteAssembler();
  readonly #answerTimes = new AnswerTimeRecord();
  readonly #ledger: RequestLedger;
  readonly #waiters = new EventWaiters();
  readonly #outbox: Outbox;
  #dialect: Dialect;
  #answerDeadlineMs: number;
  #registration: RegistrationState = idle;
  #observations: readonly ObservationState[] = [];

  constructor(channel: AtChannel, store: ObjectStore, listener: EngineListener, options: EngineOptions) {
    this.#channel = channel;
    this.#store = store;
    this.#listener = listener;
    this.#options = { openGraceMs: 90_000, updateTimeoutMs: 60_000, closeEventMs: 5000, lastId: 0, ...options };
    this.#dialect = options.dialect;
    this.#answerDeadlineMs = options.answerDeadlineMs;
    const { lastId } = this.#options;
    this.#outbox = new Outbox((notification) => this.#onNotification(notification), lastId);
    this.#ledger = new RequestLedger(
      (request) => listener.onRequest(request),
      () => this.#answerDeadlineMs,
      lastId,
    );
  }

  /** The session as it stands. */
  get registration(): RegistrationState {
    return this.#registration;
  }

  /** Who observes what, in the order it was asked. */
  get observations(): readonly ObservationState[] {
    return this.#observations;
  }

  /** Changes the reading of the commands: detected after the channel is up, or set by a person. */
  setDialect(dialect: Dialect): void {
    this.#dialect = dialect;
  }

  setAnswerDeadline(milliseconds: number): void {
    this.#answerDeadlineMs = milliseconds;
  }

  // ---- commands ----

  /**
   * Sends a command of the table; resolves at OK with its information lines read. Lines that do not fit the command's
   * answer are left out: they are in the log.
   * @throws AtFailure, or CodedError `AT_BAD_LINE` before anything is sent.
   */
  async exec<C extends CommandSpec>(
    spec: C,
    params: ParamsOf<C['params']>,
    priority: Priority = 'session',
  ): Promise<AnswerOf<C>[]> {
    const { lines } = await this.#send(formatCommand(spec, params), spec, priority);
    const { answer } = spec;
    if (!answer) return [];
    return lines.filter(claimsOf(spec)).flatMap((text) => {
      const read = readAnswer(spec.name, answer, text);
      return read instanceof Unreadable ? [] : [read.params as AnswerOf<C>];
    });
  }

  /** A line as a person typed it. Resolves with the exchange at OK. @throws AtFailure. */
  async sendLine(text: string): Promise<AtExchange> {
    return this.#send(text, parseCommand(text)?.spec, 'user');
  }

  #send(text: string, spec: CommandSpec | undefined, priority: Priority): Promise<AtExchange> {
    const bareLines = spec?.answer?.name === '';
    return this.#channel.send(text, {
      priority,
      timeoutMs: spec?.timeoutMs ?? ANSWER_TIMEOUT_MS,
      ...(spec ? { claims: claimsOf(spec) } : {}),
      ...(bareLines ? { bareLines } : {}),
    });
  }

  // ---- session ----

  /** Creates the communication suite and adds the store's objects. @throws AtFailure, CodedError. */
  async prepareSuite(): Promise<void> {
    this.#advance({ type: 'creating' });
    await this.#orFailed(async () => {
      const ref = await this.#create();
      this.#advance({ type: 'created', ref });
      for (const objectId of this.#store.objectIds()) await this.#addObject(ref, objectId);
    });
  }

  async #create(): Promise<number> {
    try {
      return await this.#createOnce();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Only one instance can exist (NB73 602, ME3616 653): one is left over from before this tool was started.
      this.#listener.onNote('An older communication suite was in the way and is deleted.');
      await this.exec(commands.delete, { ref: 0 });
      return this.#createOnce();
    }
  }

  async #createOnce(): Promise<number> {
    const [answer] = await this.exec(commands.create, {});
    if (answer === undefined) return 0;
    if (!/^\d+$/.test(answer.ref)) throw new CodedError('AT_ERROR', `+MIPLCREATE: ${answer.ref}`, answer.ref);
    return Number(answer.ref);
  }

  async #addObject(ref: number, objectId: number): Promise<void> {
    const instances = this.#store.instanceIds(objectId);
    const highest = Math.max(...instances);
    // Instance 0 is the leftmost character: Xinyi's source, OneMO and the M5311 SDK agree (mipl-at.md §3).
    const bitmap = Array.from({ length: highest + 1 }, (_, id) => (instances.includes(id) ? '1' : '0')).join('');
    await this.exec(commands.addObject, {
      ref,
      objectId,
      instanceCount: bitmap.length,
      instanceBitmap: bitmap,
      ...this.#store.counts(objectId),
    });
    if (this.#dialect.discoverRsp === 'byObject') {
      await this.#send(announceResources(ref, objectId, this.#store), commands.discoverRsp, 'session');
    }
  }

  /**
   * Registers: OPEN, then event 6. OK alone means accepted.
   * @throws AtFailure; CodedError `MIPL_REFUSED` (detail: event), `MIPL_EVENT_TIMEOUT`.
   */
  async register({
    lifetimeSeconds,
    timeoutSeconds,
  }: {
    lifetimeSeconds: number;
    timeoutSeconds: number;
  }): Promise<void> {
    const ref = this.#registration.ref ?? 0;
    this.#advance({ type: 'opening', lifetimeSeconds });
    // The msgId of an observe is good until the next registration (mipl-at.md §5).
    this.#setObservations([]);
    await this.#orFailed(() =>
      this.#waiters.run(
        {
          success: [event.registered],
          failure: [event.bootstrapFailed, event.registrationFailed, event.registrationTimeout, event.halted],
          timeoutMs: timeoutSeconds * 1000 + this.#options.openGraceMs,
        },
        () => this.exec(commands.open, { ref, lifetime: lifetimeSeconds, timeout: timeoutSeconds }),
      ),
    );
  }

  /** Renews the registration: UPDATE, then event 11. @throws as {@link register}. */
  async update({ lifetimeSeconds, withObjects }: { lifetimeSeconds: number; withObjects: boolean }): Promise<void> {
    const ref = this.#requireRef();
    const before = this.#registration.lifetimeSeconds ?? lifetimeSeconds;
    // 0 means "no parameters" in the document; what the module makes of it differs, the old lifetime is our best guess.
    this.#advance({ type: 'updating', lifetimeSeconds: lifetimeSeconds === 0 ? before : lifetimeSeconds });
    await this.#orFailed(() =>
      this.#waiters.run(
        {
          success: [event.updated],
          failure: [event.updateFailed, event.updateTimeout],
          timeoutMs: this.#options.updateTimeoutMs,
        },
        () => this.exec(commands.update, { ref, lifetime: lifetimeSeconds, withObjects: withObjects ? 1 : 0 }),
      ),
    );
  }

  /** Deregisters: CLOSE, then event 15 where the firmware prints one. @throws AtFailure. */
  async deregister(): Promise<void> {
    const ref = this.#requireRef();
    this.#advance({ type: 'closing' });
    try {
      await this.#waiters.run(
        { success: [event.deregistered], failure: [], timeoutMs: this.#options.closeEventMs },
        () => this.exec(commands.close, { ref }),
      );
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'MIPL_EVENT_TIMEOUT') throw error;
      this.#listener.onNote('No event 15 after CLOSE: the OK counts.');
    } finally {
      this.#advance({ type: 'closed' });
      this.#setObservations([]);
    }
  }

  /** Deletes the suite with all objects. @throws AtFailure. */
  async deleteSuite(): Promise<void> {
    await this.exec(commands.delete, { ref: this.#registration.ref ?? 0 });
    this.reset();
  }

  #requireRef(): number {
    if (this.#registration.phase !== 'registered') {
      throw new CodedError('MIPL_NOT_REGISTERED', 'There is no session with the platform');
    }
    return this.#registration.ref ?? 0;
  }

  async #orFailed(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#advance({ type: 'failed', fault: faultOf(error) });
      throw error;
    }
  }

  /** Forgets the session: the module started anew or the link ended. What waits is refused with `code`. */
  reset(code: ErrorCode = 'AT_RESTARTED'): void {
    this.#assembler.clear();
    this.#ledger.forgetRepeats();
    this.#setObservations([]);
    this.#waiters.refuseAll(new CodedError(code, 'The session ended while waiting for an event'));
    this.#advance({ type: 'reset' });
  }

  #advance(input: RegistrationInput): void {
    this.#registration = step(this.#registration, input, Date.now());
    this.#listener.onRegistration(this.#registration);
  }

  // ---- from the module ----

  /** Takes a line the module printed unasked. Never throws on content; an unknown line is nobody's business here. */
  receive(line: AtLine): void {
    const parsed = parseUrc(line.text);
    if (!parsed || !('urc' in parsed)) return;
    const { urc } = parsed;
    if (isRequest(urc)) this.#onRequest(urc, line);
    else if (urc.name === '+MIPLEVENT') this.#onEvent(urc);
    else this.#listener.onNetworkUrc(urc);
  }

  #onRequest(urc: RequestUrc, line: AtLine): void {
    const { id, isRepeat } = this.#ledger.enter(urc, {
      monotonicMs: Number(line.finishedNs) / 1e6,
      wallMs: Date.now(),
    });
    if (isRepeat) return;
    if (this.#dialect.answersItself.has(urc.name)) {
      if (urc.name === '+MIPLOBSERVE') this.#observe(urc);
      return this.#ledger.shown(id);
    }
    const call = this.#wholeCall(urc);
    if (!call) return;
    const answer = respond(call, this.#store, this.#dialect);
    this.#takeEffect(urc, answer);
    this.#ledger.answering(id, { totalLines: answer.lines.length, result: answer.result, ...writtenSummary(call) });
    void this.#sendAnswer(id, urc, answer);
  }

  #wholeCall(urc: RequestUrc): PlatformCall | undefined {
    if (urc.name !== '+MIPLWRITE') return urc;
    const params = this.#assembler.add(urc.params);
    return params && { name: '+MIPLWRITE', params };
  }

  #takeEffect(urc: RequestUrc, answer: Answer): void {
    if (answer.fault) return this.#listener.onNote(`${urc.name} ${urc.params.msgId} refused: ${answer.fault.message}`);
    if (urc.name === '+MIPLOBSERVE') this.#observe(urc);
    if (answer.attributes) this.#listener.onAttributes(formatPath(addressOf(urc.params)), answer.attributes);
    if (urc.name === '+MIPLWRITE')
      for (const path of answer.paths) this.#listener.onStanding(path, 'writtenByPlatform');
  }

  async #sendAnswer(id: string, urc: RequestUrc, answer: Answer): Promise<void> {
    const group: GroupedCommand[] = answer.lines.map((command, position) => ({
      command,
      options: {
        priority: 'answer',
        timeoutMs: ANSWER_TIMEOUT_MS,
        onSent: (sentNs) => {
          if (position === 0) this.#ledger.firstByte(id, Number(sentNs) / 1e6);
          else this.#ledger.lineAcknowledged(id);
        },
      },
    }));
    try {
      const exchanges = await this.#channel.sendGroup(group);
      const { finishedNs } = exchanges.at(-1) as AtExchange;
      const used = this.#ledger.answered(id, Number(finishedNs) / 1e6);
      if (used) {
        this.#answerTimes.add(used.usedMs, used.late);
        this.#listener.onAnswerTimes(this.#answerTimes.summary());
      }
      if (urc.name === '+MIPLREAD') for (const path of answer.paths) this.#listener.onStanding(path, 'readByPlatform');
    } catch (error) {
      this.#ledger.failed(id, faultOf(error));
    }
  }

  #observe({ params }: UrcOf<'+MIPLOBSERVE'>): void {
    const path = formatPath(addressOf(params));
    const others = this.#observations.filter((observation) => observation.path !== path);
    this.#setObservations(params.flag === 0 ? others : [...others, { path, msgId: params.msgId, sinceMs: Date.now() }]);
  }

  #setObservations(observations: readonly ObservationState[]): void {
    this.#observations = observations;
    this.#listener.onObservations(observations);
  }

  #onEvent({ params }: UrcOf<'+MIPLEVENT'>): void {
    const { event: number, extra } = params;
    this.#advance({ type: 'event', number, ...(extra === undefined ? {} : { extra }) });
    const { phase } = this.#registration;
    if (phase === 'failed' || phase === 'deregistered') this.#setObservations([]);
    if (number === event.answerFailed && extra !== undefined) {
      this.#ledger.failedByMsgId(extra, {
        code: 'MIPL_REFUSED',
        message: 'The module could not send the answer',
        detail: String(number),
      });
    }
    if (number === event.notifyAcknowledged || number === event.notifyFailed) this.#outbox.settle(number, extra);
    this.#waiters.tell(number);
  }

  // ---- notifications ----

  /**
   * Sends a notification; resolves with its id when the module accepted it. Delivery is told by event 26 or 25 and shows
   * in `onNotification`. @throws as prepareNotification, and AtFailure.
   */
  async notify({
    path,
    value,
    confirmed,
  }: {
    path: string;
    value: string;
    confirmed: boolean;
  }): Promise<{ id: string }> {
    const ackId = confirmed ? this.#outbox.nextAckId() : undefined;
    const prepared = prepareNotification(ackId === undefined ? { path, value } : { path, value, ackId }, {
      store: this.#store,
      registration: this.#registration,
      observations: this.#observations,
      dialect: this.#dialect,
    });
    this.#store.write(prepared.path, prepared.value, { by: 'person' });
    const id = this.#outbox.sent(prepared, ackId, Date.now());
    try {
      await this.#send(prepared.line, commands.notify, 'user');
    } catch (error) {
      this.#outbox.failed(id, faultOf(error));
      throw error;
    }
    this.#outbox.accepted(id);
    return { id };
  }

  #onNotification(notification: OutgoingNotification): void {
    this.#listener.onNotification(notification);
    const standing = standings[notification.status];
    if (standing) this.#listener.onStanding(notification.path, standing);
  }
}

const standings: Readonly<Record<OutgoingNotification['status'], ValueStanding | undefined>> = {
  sent: undefined,
  accepted: 'notified',
  acknowledged: 'acknowledged',
  failed: 'notifyFailed',
};

/** The module answered and said no; a line that is dead or restarting is another matter. */
function isRefusal(error: unknown): boolean {
  return error instanceof CodedError && ['AT_ERROR', 'AT_CME', 'AT_CIS'].includes(error.code);
}

/** A write of several resources shows its instance and all values in the ledger. */
function writtenSummary(call: PlatformCall): { path?: string; payload?: string } {
  if (call.name !== '+MIPLWRITE' || call.params.parts.length < 2) return {};
  const { parts } = call.params;
  const { objectId, instanceId } = parts[0] as (typeof parts)[number];
  return {
    path: formatPath({ objectId, instanceId }),
    payload: parts.map((part) => `${part.resourceId}=${part.value}`).join(' '),
  };
}
