import type { HandAnswer, PresetAnswer } from '../../shared/handAnswer.ts';
import { faultOf } from '../../shared/errors.ts';
import type { ErrorCode, Fault } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { LineTag } from '../../shared/log.ts';
import type { AttributeChanges } from '../../shared/lwm2m.ts';
import type { Deliberate, PlatformRequest, ValueStanding } from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark, RequestMention } from '../../shared/remarks.ts';
import type { AtChannel } from '../at/channel.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { parseAttributes } from '../lwm2m/attributes.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { AnswerSender } from './answerSender.ts';
import type { AnswerTimeRecord } from './answerTimes.ts';
import { RESULT_CHANGED, event, resultOf, results } from './codes.ts';
import type { Dialect } from './dialects.ts';
import type { UrcOf } from './messages.ts';
import { BlockWrites } from './blockWrites.ts';
import { HeldRequests, droppedBy } from './heldRequests.ts';
import type { HeldRequest } from './heldRequests.ts';
import { RequestLedger } from './requestLedger.ts';
import type { RequestSummary } from './requestLedger.ts';
import { valueText } from './requestValue.ts';
import { requireExisting } from './responder.ts';
import { addressOf, answerTo, answerToBlock, argumentsOf, checkAnswer, kindOf, refuse } from './wire.ts';
import type { Answer, WholeRequest, RequestUrc, UnreadableRequest } from './wire.ts';
import { MessageAssembler } from './messageAssembler.ts';

/** What the handler tells; all are facts that have happened. */
export interface RequestHandlerListener {
  onRequest(request: PlatformRequest): void;
  /** The platform sets or unsets attributes of a path, each by itself. */
  onAttributes(path: string, changes: AttributeChanges): void;
  onStanding(path: string, standing: ValueStanding): void;
  onAnswerTimes(times: AnswerTimes): void;
  /** The platform observes a path, or no longer does. */
  onObserve(params: UrcOf<'+MIPLOBSERVE'>['params']): void;
  onRemark(remark: Remark): void;
}

/** Enters a line in the log with what it belongs to; gives its number there, where a log is kept. */
export type TellLine = (tag?: LineTag) => number | undefined;

/** What the handler works with. */
export interface RequestHandlerParts {
  readonly channel: AtChannel;
  readonly store: ObjectStore;
  readonly dialect: () => Dialect;
  readonly deadlineMs: () => number;
  /** Kinds of requests that wait for a person. */
  readonly holdKinds: () => readonly RequestKind[];
  /** The answer that was set beforehand for such a request, used with that. */
  readonly takeArmed: (kind: RequestKind, path: string) => PresetAnswer | undefined;
  /** Of the wire to the module, where one is known. */
  readonly baudRate: () => number | undefined;
  readonly lastId: number;
  /** Of the session, which outlives the link. */
  readonly answerTimes: AnswerTimeRecord;
  readonly clock: Clock;
}

/**
 * Lines of one request come in one burst. Where one was lost, the platform repeats the unanswered request after 2 to 3 and
 * again after 6 to 9 s (RFC 7252 §4.2); what is not whole then is refused, while the module (20 s) and the platform (25 s)
 * still wait.
 */
const REST_TIMEOUT_MS = 10_000;

/** Takes the platform's requests, lets responder.ts decide and sends what wire.ts makes of it; the ledger keeps account. */
export class RequestHandler {
  readonly #parts: RequestHandlerParts;
  readonly #listener: RequestHandlerListener;
  readonly #writes = new MessageAssembler<UrcOf<'+MIPLWRITE'>['params']>(({ value }) => value);
  readonly #executes = new MessageAssembler<UrcOf<'+MIPLEXECUTE'>['params']>((params) => params.arguments);
  readonly #blocks = new BlockWrites();
  /** Requests whose lines are not all there, by id. */
  readonly #unfinished = new Map<
    string,
    { readonly timer: Timer; readonly dueMs: number; readonly giveUp: () => void }
  >();
  readonly #held = new HeldRequests();
  readonly #ledger: RequestLedger;
  readonly #sender: AnswerSender;

  constructor(parts: RequestHandlerParts, listener: RequestHandlerListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#ledger = new RequestLedger((request) => listener.onRequest(request), parts.lastId);
    this.#sender = new AnswerSender({ ...parts, ledger: this.#ledger }, listener);
  }

  /** Takes a request of the platform, once it is told what its line belongs to; repeats end here. */
  take(urc: RequestUrc, line: AtLine, tell: TellLine): void {
    const place = this.#ledger.placeOf(urc, this.#arrivalOf(line));
    const { id, isRepeat, arrivedMonotonicMs } = place.enter(tell({ request: place.id }));
    if (isRepeat) return;
    const dialect = this.#parts.dialect();
    if (dialect.answersItself.has(urc.name)) {
      this.#overhear(urc);
      return this.#ledger.shown(id);
    }
    if (this.#isModules(urc, dialect)) return this.#ledger.shown(id);
    const block = urc.name === '+MIPLWRITE' ? this.#blocks.add(urc.params, this.#parts.clock.steadyMs()) : undefined;
    if (urc.name === '+MIPLWRITE' && block?.isLast === false) return this.#takeBlock(id, urc, arrivedMonotonicMs);
    const call = block?.isLast ? { name: '+MIPLWRITE' as const, params: block.write } : this.#wholeCall(urc);
    if (!call) return this.#awaitRest(id, urc, arrivedMonotonicMs);
    this.#endWaiting(id);
    const request = { id, urc, call, arrivedMonotonicMs };
    const { path = formatPath(addressOf(urc.params)) } = summaryOf(call);
    const armed = this.#parts.takeArmed(kindOf(urc), path);
    if (armed) return this.#answerAsArmed(request, armed);
    if (this.#parts.holdKinds().includes(kindOf(urc))) return this.#hold(request);
    this.#answer(request, answerTo(call, this.#parts.store, dialect));
  }

  /**
   * Takes a request that cannot be read: it is refused with 4.00 at once, also as a part of a longer one. Where the module
   * answers by itself it is shown with the reason.
   */
  takeUnreadable(request: UnreadableRequest, line: AtLine, tell: TellLine): void {
    const { name, ref, msgId, reason } = request;
    const place = this.#ledger.placeOfUnreadable(request, line.text, this.#arrivalOf(line));
    const { id, isRepeat, arrivedMonotonicMs } = place.enter(tell({ request: place.id }));
    if (isRepeat) return;
    const fault: Fault = {
      code: 'MIPL_UNREADABLE',
      message: `The request could not be read: ${reason}`,
      detail: reason,
    };
    this.#tellRefused(name, msgId, fault);
    if (this.#parts.dialect().answersItself.has(name)) return this.#ledger.shown(id, fault);
    this.#endWaiting(id);
    this.#dropParts(name, msgId);
    const answer = refuse({ name, params: { ref, msgId } }, resultOf(fault.code));
    this.#ledger.answering(id, { totalLines: answer.lines.length, result: answer.result, fault });
    void this.#sender.send({ id, name, arrivedMonotonicMs }, answer, this.#sender.dueAfter(arrivedMonotonicMs, 0));
  }

  /**
   * Whole objects and instances of the module's own that our model has none of: it answers for those. What names one of
   * their resources is meant for the host, as OneNET's flow for firmware updates does (5/0/26550, 3/0/26261, transcript 28).
   */
  #isModules(urc: RequestUrc, { ownObjects }: Dialect): boolean {
    const { objectId } = urc.params;
    const namesOne = addressOf(urc.params).resourceId !== undefined;
    return !namesOne && ownObjects.has(objectId) && !this.#parts.store.objectIds().includes(objectId);
  }

  #arrivalOf(line: AtLine): { readonly monotonicMs: number; readonly arrivedMs: number } {
    return { monotonicMs: Number(line.finishedNs) / 1e6, arrivedMs: this.#parts.clock.steadyMsOf(line.finishedNs) };
  }

  #endWaiting(id: string): void {
    this.#unfinished.get(id)?.timer.stop();
    this.#unfinished.delete(id);
  }

  #takeBlock(id: string, urc: UrcOf<'+MIPLWRITE'>, arrivedMonotonicMs: number): void {
    const answer = answerToBlock(urc, this.#parts.store);
    if (answer.fault) this.#blocks.drop(urc.params);
    const call = { name: urc.name, params: { ...urc.params, parts: [urc.params] } };
    this.#answer({ id, urc, call, arrivedMonotonicMs }, answer);
  }

  #awaitRest(id: string, urc: RequestUrc, arrivedMonotonicMs: number): void {
    if (this.#unfinished.has(id)) return;
    const { ref, msgId } = urc.params;
    const giveUp = (): void => {
      this.#endWaiting(id);
      this.#dropParts(urc.name, msgId);
      const fault = { code: 'MIPL_INCOMPLETE', message: 'The rest of the request did not come' } as const;
      // Only what comes in several lines is waited for.
      const call = { name: urc.name, params: { ref, msgId, parts: [] } } as WholeRequest;
      this.#answer({ id, urc, call, arrivedMonotonicMs }, { ...refuse(urc, resultOf(fault.code)), fault });
    };
    const dueMs = arrivedMonotonicMs + REST_TIMEOUT_MS;
    this.#unfinished.set(id, { timer: startTimer(giveUp, REST_TIMEOUT_MS), dueMs, giveUp });
  }

  /** When the first of the requests that are not whole is given up, monotonic milliseconds; Infinity where all are. */
  get givesUpAtMs(): number {
    return Math.min(Infinity, ...[...this.#unfinished.values()].map(({ dueMs }) => dueMs));
  }

  /** It is that late by the clock of whoever hands in the lines: what is not whole by then is refused. */
  passTo(monotonicMs: number): void {
    const due = [...this.#unfinished.values()].filter(({ dueMs }) => dueMs <= monotonicMs);
    for (const { giveUp } of due) giveUp();
  }

  #hold(held: HeldRequest): void {
    this.#held.add(held);
    this.#ledger.held(held.id, summaryOf(held.call));
    this.#listener.onRemark(remark('requestHeld', mentionOf(held)));
  }

  /**
   * Answers a request on hold, now or later, with its own values or others, with an error, or never. Values that do not fit
   * are refused before anything is planned. @throws CodedError `MIPL_NOT_HELD`, and as checkAnswer.
   */
  answerByHand(answer: HandAnswer): void {
    const held = this.#held.get(answer.id);
    const { call } = held;
    const { store, dialect } = this.#parts;
    const values = answer.kind === 'value' ? answer.values : undefined;
    if (values && call.name === '+MIPLREAD') checkAnswer(call, store, dialect(), values);
    this.#answerOnPurpose(held, answer, deliberateOf(answer, this.#parts.clock.steadyMs()));
  }

  /** What was set beforehand. Values that fit then may fit no more: then the answer is why not, as of every other request. */
  #answerAsArmed(request: HeldRequest, answer: PresetAnswer): void {
    this.#held.add(request);
    this.#ledger.held(request.id, summaryOf(request.call));
    const deliberate = { ...deliberateOf(answer, this.#parts.clock.steadyMs()), isArmed: true } as const;
    this.#answerOnPurpose(request, answer, deliberate);
  }

  #answerOnPurpose(held: HeldRequest, answer: PresetAnswer, deliberate: Deliberate): void {
    const { call } = held;
    const { store, dialect } = this.#parts;
    if (answer.kind === 'never') {
      this.#held.remove(held);
      this.#listener.onRemark(remark(deliberate.isArmed ? 'neverAsArmed' : 'neverAnswered', mentionOf(held)));
      return this.#ledger.dropped(held.id, { deliberate });
    }
    const values = answer.kind === 'value' ? answer.values : undefined;
    this.#ledger.planned(held.id, deliberate);
    this.#held.plan(held, answer.afterMs ?? 0, () => {
      const made = answer.kind === 'error' ? refuse(call, answer.result) : answerTo(call, store, dialect(), values);
      const { coapCode, meaning } = results[made.result] as (typeof results)[number];
      const code = deliberate.isArmed ? 'answeredAsArmed' : 'answeredByHand';
      this.#listener.onRemark(remark(code, { ...mentionOf(held), how: deliberate.kind, coapCode, meaning }));
      this.#answer(held, made, deliberate);
    });
  }

  #answer(request: HeldRequest, answer: Answer, deliberate?: Deliberate): void {
    const { id, urc, call } = request;
    this.#takeEffect(urc, answer);
    const smallestMs = this.#sender.smallestMs(answer.lines);
    if (smallestMs > this.#parts.deadlineMs()) {
      const seconds = (smallestMs / 1000).toFixed(1);
      const { name } = urc;
      this.#listener.onRemark(
        remark('tooSlow', { name, msgId: urc.params.msgId, lines: answer.lines.length, seconds }),
      );
    }
    const summary = summaryOf(call);
    const path = summary.path ?? formatPath(addressOf(urc.params));
    this.#ledger.answering(id, {
      totalLines: answer.lines.length,
      result: answer.result,
      ...(answer.values ? { value: valueText(path, answer.values) } : {}),
      ...(answer.fault ? { fault: answer.fault } : {}),
      ...(answer.lines.length > 1 ? { smallestMs } : {}),
      ...(deliberate ? { deliberate } : {}),
      ...summary,
    });
    const { arrivedMonotonicMs } = request;
    // What a person delayed has no time at which it is due.
    const due = deliberate === undefined ? this.#sender.dueAfter(arrivedMonotonicMs, smallestMs) : undefined;
    void this.#sender.send({ id, name: urc.name, arrivedMonotonicMs }, answer, due);
  }

  /** What event 20 is about: the newest request with that msgid. */
  tagOfLost(msgId: number): LineTag | undefined {
    const request = this.#ledger.latestWith(msgId);
    return request === undefined ? undefined : { request };
  }

  /** Event 20: the module could not send the answer to that msgid. */
  answerLost(msgId: number): void {
    this.#ledger.failedByMsgId(msgId, {
      code: 'MIPL_REFUSED',
      message: 'The module could not send the answer',
      detail: String(event.answerFailed),
    });
  }

  /** The module has registered anew: what it asks now is no repeat of what it asked before. */
  registeredAnew(): void {
    this.#ledger.forgetRepeats();
  }

  /** Forgets what is half done: the module started anew or the link ended. */
  reset(code: ErrorCode): void {
    for (const { id } of this.#held.drain()) this.#ledger.dropped(id, { fault: droppedBy(code) });
    for (const [id, { timer }] of this.#unfinished) {
      timer.stop();
      this.#ledger.failed(id, { code, message: 'The session ended before the request was whole' });
    }
    this.#unfinished.clear();
    this.#writes.clear();
    this.#executes.clear();
    this.#blocks.clear();
    this.#ledger.forgetRepeats();
    this.#sender.end();
  }

  /** The module answers this one; what the platform wants of our objects counts for us too. */
  #overhear(urc: RequestUrc): void {
    try {
      requireExisting(this.#parts.store, addressOf(urc.params));
    } catch {
      // Its own objects are the module's business; and whatever else it may name must not pile up here.
      return;
    }
    if (urc.name === '+MIPLOBSERVE') this.#listener.onObserve(urc.params);
    if (urc.name !== '+MIPLPARAMETER') return;
    try {
      this.#listener.onAttributes(formatPath(addressOf(urc.params)), parseAttributes(urc.params.attributes));
    } catch (error) {
      const { message } = faultOf(error);
      this.#listener.onRemark(remark('notUnderstood', { name: urc.name, msgId: urc.params.msgId, reason: message }));
    }
  }

  #wholeCall(urc: RequestUrc): WholeRequest | undefined {
    if (urc.name === '+MIPLEXECUTE') {
      const params = this.#executes.add(urc.params);
      return params && { name: urc.name, params };
    }
    if (urc.name !== '+MIPLWRITE') return urc;
    const params = this.#writes.add(urc.params);
    return params && { name: urc.name, params };
  }

  #dropParts(name: RequestUrc['name'], msgId: number): void {
    if (name === '+MIPLWRITE') this.#writes.drop(msgId);
    if (name === '+MIPLEXECUTE') this.#executes.drop(msgId);
  }

  #takeEffect(urc: RequestUrc, answer: Answer): void {
    if (answer.fault) return this.#tellRefused(urc.name, urc.params.msgId, answer.fault);
    if (answer.result > RESULT_CHANGED) return;
    if (urc.name === '+MIPLOBSERVE') this.#listener.onObserve(urc.params);
    if (answer.attributes) this.#listener.onAttributes(formatPath(addressOf(urc.params)), answer.attributes);
    if (urc.name === '+MIPLWRITE')
      for (const path of answer.paths) this.#listener.onStanding(path, 'writtenByPlatform');
  }

  #tellRefused(name: string, msgId: number, { code, message: reason, detail = '' }: Fault): void {
    this.#listener.onRemark(remark('requestRefused', { name, msgId, code, detail, reason }));
  }
}

/** A write of several resources shows its instance and all values in the ledger, an execute of several lines all arguments. */
function summaryOf(call: WholeRequest): RequestSummary {
  if (call.name === '+MIPLEXECUTE') {
    const payload = argumentsOf(call.params.parts);
    return payload === undefined ? {} : { payload };
  }
  if (call.name !== '+MIPLWRITE' || call.params.parts.length < 2) return {};
  const { parts } = call.params;
  const { objectId, instanceId } = parts[0] as (typeof parts)[number];
  return {
    path: formatPath({ objectId, instanceId }),
    payload: parts.map((part) => `${part.resourceId}=${part.value}`).join(' '),
  };
}

/** `read /3303/0/5700 (msgid 64441)`, for the journal. */
function mentionOf({ urc }: HeldRequest): RequestMention {
  return { kind: kindOf(urc), path: formatPath(addressOf(urc.params)), msgId: urc.params.msgId };
}

function deliberateOf(answer: PresetAnswer, nowMs: number): Deliberate {
  const others = answer.kind === 'value' && Object.keys(answer.values ?? {}).length > 0;
  return {
    kind: answer.kind !== 'never' && answer.afterMs ? 'late' : answer.kind,
    ...(answer.afterMs ? { dueMs: nowMs + answer.afterMs } : {}),
    ...(others ? { otherValues: true } : {}),
  };
}
