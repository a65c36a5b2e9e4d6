import type { HandAnswer, PresetAnswer } from '../../shared/handAnswer.ts';
import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { AttributeChanges } from '../../shared/lwm2m.ts';
import type {
  ObservationState,
  OutgoingNotification,
  PlatformRequest,
  RegistrationState,
  ValueStanding,
} from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';
import type { CreateSettings } from '../../shared/settings.ts';
import { defaultSettings } from '../../shared/settings.ts';
import type { LineTag } from '../../shared/log.ts';
import type { Remark } from '../../shared/remarks.ts';
import { formatCommand } from '../at/codec.ts';
import type { AnswerOf, CommandSpec, ParamsOf } from '../at/codec.ts';
import { AtFailure } from '../at/channel.ts';
import type { AtChannel, AtExchange, FailedExchange, HeardLine, LineLimits } from '../at/channel.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { leavingMs } from './answerCost.ts';
import { AnswerTimeRecord } from './answerTimes.ts';
import { event } from './codes.ts';
import type { CommandOrder } from './commandOrder.ts';
import type { Dialect } from './dialects.ts';
import { commands } from './messages.ts';
import type { Urc } from './messages.ts';
import { NotificationSender } from './notificationSender.ts';
import type { WantedNotification } from './notificationSender.ts';
import { ObservationBook } from './observationBook.ts';
import { Outbox } from './outbox.ts';
import { isReachableByPlatform } from './registration.ts';
import { RequestHandler } from './requestHandler.ts';
import type { TellLine } from './requestHandler.ts';
import { Suite, closeEventTimes } from './suite.ts';
import type { SuiteTimes } from './suite.ts';
import { unaskedLineOf } from './unaskedLine.ts';
import type { EventLine } from './unaskedLine.ts';

/** What the engine tells; all are facts that have happened. */
export interface EngineListener {
  /**
   * A line nobody asked for, with what it belongs to, before anything comes of it: a request stands in the log before its answer.
   * Gives its number in the log, where one is kept.
   */
  onLine(heard: HeardLine): number | undefined;
  onRequest(request: PlatformRequest): void;
  onNotification(notification: OutgoingNotification): void;
  onObservations(observations: readonly ObservationState[]): void;
  /** See {@link RequestDeskListener.onAttributes}. */
  onAttributes(path: string, changes: AttributeChanges): void;
  onRegistration(state: RegistrationState): void;
  onStanding(path: string, standing: ValueStanding): void;
  onAnswerTimes(times: AnswerTimes): void;
  /** URCs that are no business of MIPL: +CEREG, +CSCON, … */
  onNetworkUrc(urc: Urc): void;
  /** A decision, for the journal. */
  onRemark(remark: Remark): void;
}

const sessionTag: LineTag = { task: 'session' };

/** What of a session outlives the line it was made on. */
export interface KeptSession {
  readonly registration: RegistrationState;
  readonly observations: readonly ObservationState[];
}

/** What the engine has to know beside the channel and the objects. */
export interface EngineOptions extends Partial<SuiteTimes> {
  readonly dialect: Dialect;
  /** An answer that takes longer counts as late; milliseconds. */
  readonly answerDeadlineMs: number;
  /** How the suite is created; default as the firmware answers. */
  readonly create?: () => CreateSettings;
  /** Kinds of requests that wait for a person; default none. */
  readonly holdKinds?: () => readonly RequestKind[];
  /** The answer that was set beforehand for such a request, used with that; default none. */
  readonly takeArmed?: (kind: RequestKind, path: string) => PresetAnswer | undefined;
  /** Of the wire to the module, where one is known: says how fast an answer can be at best. */
  readonly baudRate?: number;
  readonly clock?: Clock;
  /** Ids of requests and notifications go on after this one: those of an earlier engine stay what they are. */
  readonly lastId?: number;
  /** Those of the session so far; default none. */
  readonly answerTimes?: AnswerTimeRecord;
}

/**
 * Keeps one MIPL session alive and answers the platform. A thin shell: suite.ts keeps the session, requestHandler.ts answers,
 * notifications.ts decides what may be reported.
 */
export class Engine {
  readonly #channel: AtChannel;
  readonly #listener: EngineListener;
  readonly #suite: Suite;
  readonly #requests: RequestHandler;
  readonly #outbox: Outbox;
  readonly #notifications: NotificationSender;
  #baudRate: number | undefined;
  readonly #clock: Clock;
  #dialect: Dialect;
  #answerDeadlineMs: number;
  readonly #observations: ObservationBook;

  constructor(channel: AtChannel, store: ObjectStore, listener: EngineListener, options: EngineOptions) {
    const { openGraceMs = 90_000, updateTimeoutMs = 60_000, closeEventMs = closeEventTimes, lastId = 0 } = options;
    this.#clock = options.clock ?? systemClock;
    this.#channel = channel;
    this.#listener = listener;
    this.#dialect = options.dialect;
    this.#answerDeadlineMs = options.answerDeadlineMs;
    this.#baudRate = options.baudRate;
    this.#observations = new ObservationBook((observations) => listener.onObservations(observations));
    this.#outbox = new Outbox((notification) => this.#onNotification(notification), lastId);
    this.#notifications = new NotificationSender({
      channel,
      outbox: this.#outbox,
      clock: this.#clock,
      context: () => ({
        store,
        registration: this.registration,
        observations: this.observations,
        dialect: this.#dialect,
      }),
    });
    this.#suite = new Suite({
      exec: (spec, params) => this.exec(spec, params, { tag: sessionTag }),
      ask: (spec, params) => this.ask(spec, params, { tag: sessionTag }),
      send: (text, spec, priority) => channel.send(text, { priority, timeoutMs: spec.timeoutMs, tag: sessionTag }),
      store,
      dialect: () => this.#dialect,
      create: options.create ?? (() => defaultSettings.create),
      times: { openGraceMs, updateTimeoutMs, closeEventMs },
      clock: this.#clock,
      onRegistration: (state) => listener.onRegistration(state),
      onObservationsEnd: () => this.#observations.clear(),
      onRemark: (told) => listener.onRemark(told),
    });
    this.#requests = new RequestHandler(
      {
        channel,
        store,
        dialect: () => this.#dialect,
        deadlineMs: () => this.#answerDeadlineMs,
        holdKinds: options.holdKinds ?? (() => []),
        takeArmed: options.takeArmed ?? (() => undefined),
        baudRate: () => this.#baudRate,
        lastId,
        answerTimes: options.answerTimes ?? new AnswerTimeRecord(),
        clock: this.#clock,
      },
      {
        onRequest: (request) => listener.onRequest(request),
        onAttributes: (path, changes) => listener.onAttributes(path, changes),
        onStanding: (path, standing) => listener.onStanding(path, standing),
        onAnswerTimes: (times) => listener.onAnswerTimes(times),
        onObserve: (params) => this.#observations.observe(params, this.#clock.steadyMs()),
        onRemark: (told) => listener.onRemark(told),
      },
    );
  }

  /** The session as it stands. */
  get registration(): RegistrationState {
    return this.#suite.registration;
  }

  /** Who observes what, in the order it was asked. */
  get observations(): readonly ObservationState[] {
    return this.#observations.all;
  }

  /** Changes the reading of the commands: detected after the channel is up, or set by a person. */
  setDialect(dialect: Dialect): void {
    this.#dialect = dialect;
  }

  setAnswerDeadline(milliseconds: number): void {
    this.#answerDeadlineMs = milliseconds;
  }

  /** The wire to the module has another rate from now on. */
  setBaudRate(baudRate: number): void {
    this.#baudRate = baudRate;
  }

  // ---- commands ----

  /**
   * Sends a command of the table; resolves at OK with its information lines read. Lines that do not fit the command's
   * answer are left out: they are in the log. @throws AtFailure, or CodedError `AT_BAD_LINE` before anything is sent.
   */
  async exec<C extends CommandSpec>(
    spec: C,
    params: ParamsOf<C['params']>,
    { priority = 'session', tag, onLeaving }: CommandOrder = {},
  ): Promise<readonly AnswerOf<C>[]> {
    const text = formatCommand(spec, params);
    const onSent = onLeaving && ((): void => onLeaving(leavingMs(text, this.#baudRate)));
    const more = { ...(tag && { tag }), ...(onSent && { onSent }) };
    return answersIn(await this.#channel.send(text, { ...more, priority, timeoutMs: spec.timeoutMs }));
  }

  /** As {@link exec}, for questions: what was told counts also where the OK behind it was lost. @throws as exec. */
  async ask<C extends CommandSpec>(
    spec: C,
    params: ParamsOf<C['params']>,
    order: CommandOrder = {},
  ): Promise<readonly AnswerOf<C>[]> {
    try {
      return await this.exec(spec, params, order);
    } catch (error) {
      const isLost = error instanceof AtFailure && error.code === 'AT_TIMEOUT';
      const told = isLost ? answersIn<C>(error.exchange) : [];
      if (told.length === 0) throw error;
      return told;
    }
  }

  /** A line as a person typed it, or a plan has it. Resolves with the exchange at OK. @throws AtFailure. */
  async sendLine(text: string, tag: LineTag = { task: 'console' }, more: LineLimits = {}): Promise<AtExchange> {
    const exchange = await this.#channel.send(text, { ...more, priority: 'user', tag });
    const { spec } = exchange;
    // The document's firmware tells no event for these: the OK is all there is.
    if (spec === commands.close) this.#suite.closedByHand();
    if (spec === commands.delete || spec === commands.deleteShort) this.reset();
    return exchange;
  }

  // ---- session ----

  /** See {@link Suite.prepare}. */
  prepareSuite(): Promise<void> {
    return this.#suite.prepare();
  }

  /** The session and who observes, for {@link resume}; undefined while there is none. */
  get kept(): KeptSession | undefined {
    const { registration, observations } = this;
    return isReachableByPlatform(registration) ? { registration, observations } : undefined;
  }

  /** Goes on with a session from before the line was lost, where it is still there: see {@link Suite.resume}. */
  async resume(kept: KeptSession): Promise<boolean> {
    const isThere = await this.#suite.resume(kept.registration);
    if (isThere) this.#observations.resume(kept.observations);
    return isThere;
  }

  /** See {@link Suite.register}. */
  register(options: Parameters<Suite['register']>[0]): Promise<void> {
    return this.#suite.register(options);
  }

  /** See {@link Suite.update}. */
  update(options: Parameters<Suite['update']>[0]): Promise<void> {
    return this.#suite.update(options);
  }

  /** See {@link Suite.deregister}. */
  deregister(): Promise<void> {
    return this.#suite.deregister();
  }

  /** Deletes the suite with all objects. @throws AtFailure. */
  async deleteSuite(): Promise<void> {
    await this.#suite.delete();
    this.reset();
  }

  /** See {@link Suite.deleteObject}. */
  deleteObject(objectId: number): Promise<void> {
    return this.#suite.deleteObject(objectId);
  }

  /** Forgets the session: the module started anew or the link ended. What waits is refused with `code`. */
  reset(code: ErrorCode = 'AT_RESTARTED'): void {
    this.#requests.reset(code);
    this.#observations.clear();
    this.#suite.reset(new CodedError(code, 'The session ended while waiting for an event'));
  }

  // ---- from the module ----

  /** Takes a line the module printed unasked. Never throws on content; an unknown line is nobody's business here. */
  receive(heard: HeardLine): void {
    const { line } = heard;
    const tell: TellLine = (tag) => this.#listener.onLine(tag ? { ...heard, tag } : heard);
    const unasked = unaskedLineOf(heard, this.registration.ref ?? 0);
    if (unasked && 'request' in unasked) {
      this.#suite.onRequest();
      return this.#requests.take(unasked.request, line, tell);
    }
    if (unasked && 'unreadable' in unasked) return this.#requests.takeUnreadable(unasked.unreadable, line, tell);
    if (unasked && 'event' in unasked) {
      tell(this.#tagOf(unasked));
      return this.#onEvent(unasked);
    }
    tell();
    if (unasked) this.#listener.onNetworkUrc(unasked.other);
  }

  /** What an event is about. */
  #tagOf({ event: number, extra }: EventLine): LineTag {
    const notification = this.#outbox.meantBy(number, extra)?.id;
    if (notification !== undefined) return { notification };
    const lost = number === event.answerFailed && extra !== undefined ? this.#requests.tagOfLost(extra) : undefined;
    return lost ?? sessionTag;
  }

  /** See {@link RequestHandler.givesUpAtMs}. */
  get givesUpAtMs(): number {
    return this.#requests.givesUpAtMs;
  }

  /** See {@link RequestHandler.passTo}. */
  passTo(monotonicMs: number): void {
    this.#requests.passTo(monotonicMs);
  }

  /** See {@link RequestHandler.answerByHand}. */
  answerRequest(answer: HandAnswer): void {
    this.#requests.answerByHand(answer);
  }

  #onEvent({ event: number, extra }: EventLine): void {
    const isStanding = isReachableByPlatform(this.registration);
    if (this.#observations.onEvent(number, isStanding)) this.#requests.registeredAnew();
    this.#suite.onEvent(number, extra);
    if (number === event.answerFailed && extra !== undefined) this.#requests.answerLost(extra);
    this.#outbox.settle(number, extra);
    this.#suite.settle(number);
  }

  // ---- notifications ----

  /**
   * Sends a notification; resolves with its id when the module accepted it. Delivery is told by event 26 or 25 and shows
   * in `onNotification`. An automatic one reports what the store holds, behind everything a person does; where a person
   * reports the path while it waits, it never leaves.
   * @throws as prepareNotification, and AtFailure, `CANCELLED` for an automatic one that a person's has replaced.
   */
  notify(wanted: WantedNotification): Promise<{ id: string }> {
    return this.#notifications.send(wanted);
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

/** What the command was told, as the types of its entry have it: the channel has read it with that. */
function answersIn<C extends CommandSpec>({ answers }: Pick<FailedExchange, 'answers'>): readonly AnswerOf<C>[] {
  return answers as unknown as readonly AnswerOf<C>[];
}
