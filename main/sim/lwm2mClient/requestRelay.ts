import { isCovered } from '../../../shared/lwm2m.ts';
import { results, RESULT_CHANGED, RESULT_CONTENT } from '../../mipl/codes.ts';
import type { CoapResponse } from '../coap/response.ts';
import type { CoapMessage } from '../coap/message.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { piecesOf } from './longWrite.ts';
import { checkHostValue, discoverPayload, payloadFor } from './payloads.ts';
import type { HostValue, HostValueLine } from './payloads.ts';
import type { ServerRequest, ServerRequestKind } from './serverRequest.ts';
import { readRequest } from './readRequest.ts';
import { contentOf } from './requestContent.ts';
import { RequestError } from './requestError.ts';
import { answerItself } from './selfAnswer.ts';
import type { StackParts } from './stackParts.ts';
import { writtenObserve } from './writtenOptions.ts';

const failures = [11, 12, 13, 14];

/** Results a host may answer with (mipl-at.md §5, last line); 15 is Not Acceptable, 16 Continue after a piece. */
const allowedResults: Readonly<Record<ServerRequestKind, readonly number[]>> = {
  read: [1, ...failures, 15],
  discover: [1, ...failures, 15],
  observe: [1, ...failures, 15],
  write: [2, ...failures, 16],
  execute: [2, ...failures],
  parameter: [2, ...failures],
};
const resultContinue = 16;

/** Requests that were answered without the host and still may get an answer of his, which means nothing. */
const rememberedOwn = 64;

type Conclude = (response: CoapResponse | undefined) => void;

/** A request the host has to answer. */
interface Pending {
  readonly request: ServerRequest;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly timer: NodeJS.Timeout;
  readonly values: HostValue[];
  readonly conclude: Conclude;
  /** An observe or cancel that waits for its value, which the standard wants in the answer. */
  readonly valueFor?: Extract<ServerRequest, { kind: 'observe' }>;
  /** Pieces of a long write that are still to be shown. */
  readonly following?: readonly ServerRequest[];
  timesShown: number;
}

/** Who hears of requests. */
export interface DeskListener {
  /** The host has to answer this, or is told of it; called again when the platform repeats it. */
  onRequest(request: ServerRequest): void;
  /** The answer of the host is too long and was not sent. */
  onUnsendable(msgId: number): void;
}

const nothing = (): void => undefined;

/**
 * Requests of the platform on their way through the module: each becomes a line, and the host's …RSP becomes the answer,
 * save for what the module answers by itself. Unanswered ones are shown again when the platform repeats them, and
 * forgotten after 30 s.
 */
export class RequestRelay {
  readonly #parts: StackParts;
  readonly #listener: DeskListener;
  readonly #pending = new Map<number, Pending>();
  readonly #own = new Set<string>();

  constructor(parts: StackParts, listener: DeskListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** Takes a request and resolves with the answer; with undefined when the host does not give one in time. */
  async handle(message: CoapMessage): Promise<CoapResponse | undefined> {
    try {
      const collected = this.#parts.transfers.collect(message);
      if ('answer' in collected) return collected.answer;
      const answer = await this.#answerWhole(collected.whole);
      const acknowledged = this.#parts.transfers.acknowledged(message);
      return answer && { ...answer, options: [...(answer.options ?? []), ...acknowledged] };
    } catch (error) {
      if (error instanceof RequestError) return error.code === undefined ? undefined : { code: error.code };
      throw error;
    }
  }

  async #answerWhole(message: CoapMessage): Promise<CoapResponse | undefined> {
    const request = this.#accept(message);
    const { standard, answersItself } = this.#parts;
    if (standard.has(request.path.objectId) || answersItself.has(request.kind)) {
      this.#rememberOwn(request);
      this.#listener.onRequest(request);
      const answer = answerItself(request, message, this.#parts);
      if (answer !== 'needsValue') return this.#parts.transfers.cut(message, answer);
    }
    const answer = await this.#askHost(request, message);
    return answer && this.#parts.transfers.cut(message, answer);
  }

  /** The platform repeats a datagram: while it waits for the host, the host sees it again, a few times. */
  repeat(messageId: number): void {
    const pending = [...this.#pending.values()].find((waiting) => waiting.messageId === messageId);
    if (!pending || pending.timesShown >= this.#parts.personality.showAtMost) return;
    pending.timesShown += 1;
    this.#listener.onRequest(pending.request);
  }

  /** Forgets everything that waits; nothing is answered. */
  clear(): void {
    for (const { conclude } of [...this.#pending.values()]) conclude(undefined);
  }

  /** WRITERSP, EXECUTERSP, PARAMETERRSP, OBSERVERSP. What is returned runs after its OK. */
  answer(kind: ServerRequestKind, msgId: number, result: number): () => void {
    if (this.#own.has(`${kind} ${msgId}`)) return nothing;
    const pending = this.#find(kind, msgId, result);
    const { request, conclude, token } = pending;
    if (request.kind === 'write' && (result === RESULT_CHANGED || result === resultContinue)) {
      return this.#written(pending);
    }
    const { personality, observations, attributes } = this.#parts;
    if (request.kind === 'parameter' && result === RESULT_CHANGED && personality.name === 'spec') {
      attributes.write(request.path, request.changes);
    }
    if (request.kind !== 'observe' || result !== RESULT_CONTENT) {
      conclude({ code: codeOf(result) });
      return nothing;
    }
    // The standard wants the value in the answer (RFC 7641 §3.1), and only the host knows it.
    if (personality.name === 'spec') return () => this.#askForValue(pending, request);
    if (request.isCancel) {
      observations.end(request.path);
      conclude({ code: codeOf(result) });
      return nothing;
    }
    const { path, accepted } = request;
    observations.begin({ id: msgId, path, token, accepted });
    // The first answer of a CIS module carries no value, though RFC 7641 wants one (golden capture).
    conclude({ code: codeOf(result), options: [writtenObserve(personality, 0)] });
    return nothing;
  }

  /** DISCOVERRSP; `resources` is the text between the quotes, `1;2;3`. What is returned runs after its OK. */
  answerDiscover(msgId: number, result: number, length?: number, resources?: string): () => void {
    if (this.#own.has(`discover ${msgId}`)) return nothing;
    const { request, conclude } = this.#find('discover', msgId, result);
    if (result !== RESULT_CONTENT) {
      conclude({ code: codeOf(result) });
      return nothing;
    }
    const { objects, personality, attributes } = this.#parts;
    const ids = resourceList(personality.checksListLength, length, resources);
    const object = objects.get(request.path.objectId);
    if (!object) throw new CommandRefusal('parameter', 'the object is gone');
    if (ids.length > object.resourceCount) {
      throw new CommandRefusal(
        'parameter',
        `ADDOBJ declared ${object.resourceCount} resources, the list has ${ids.length}`,
      );
    }
    const { path } = request;
    const links = discoverPayload(path, object.instances, ids, (link) => attributes.behind(link, path));
    return this.#send(msgId, conclude, contentOf(personality, links));
  }

  /** READRSP with an error result; it needs no address. */
  refuseRead(msgId: number, result: number): void {
    this.#find('read', msgId, result).conclude({ code: codeOf(result) });
  }

  /** READRSP with a value; the last one completes the answer. What is returned runs after its OK. */
  answerRead(msgId: number, line: HostValueLine): () => void {
    const { objects, personality } = this.#parts;
    const pending = this.#find('read', msgId, RESULT_CONTENT);
    const { request, values, conclude } = pending;
    if (!objects.has(line.objectId, line.instanceId) || !isCovered(line, request.path)) {
      throw new CommandRefusal('parameter', 'the value is not what was asked for');
    }
    checkHostValue(line);
    objects.declareType(line, line.valueType);
    values.push(line);
    if (!line.isLast) return nothing;
    const accepted = request.kind === 'read' ? request.accepted : undefined;
    const answer = contentOf(personality, payloadFor(personality, request.path, values, accepted));
    return this.#send(msgId, conclude, this.#observed(pending, answer));
  }

  /** The answer to an observe or its cancel, once the value is there. */
  #observed({ valueFor, token }: Pending, answer: CoapResponse): CoapResponse {
    if (!valueFor || answer.code !== '2.05') return answer;
    const { path, accepted, isCancel, msgId } = valueFor;
    if (isCancel) return answer;
    this.#parts.observations.begin({ id: msgId, path, token, accepted });
    return { ...answer, options: [writtenObserve(this.#parts.personality, 0), ...(answer.options ?? [])] };
  }

  #written({ request, messageId, token, conclude, following = [] }: Pending): () => void {
    const [next, ...rest] = following;
    if (!next) {
      conclude({ code: '2.04' });
      return nothing;
    }
    this.#forget(request.msgId);
    return () => this.#show({ request: next, messageId, token, conclude, following: rest });
  }

  #askForValue({ messageId, token, conclude }: Pending, observe: Extract<ServerRequest, { kind: 'observe' }>): void {
    this.#forget(observe.msgId);
    if (observe.isCancel) this.#parts.observations.end(observe.path);
    const { path, accepted } = observe;
    const request: ServerRequest = { kind: 'read', msgId: messageId, path, accepted };
    this.#show({ request, messageId, token, conclude, valueFor: observe });
  }

  #askHost(request: ServerRequest, { messageId, token }: CoapMessage): Promise<CoapResponse | undefined> {
    const { answersItself, longWrite } = this.#parts;
    const [first = request, ...following] = longWrite === 'blocks' ? piecesOf(request) : [request];
    return new Promise((resolve) => {
      if (first.kind === 'observe' && answersItself.has('observe')) {
        const { path, accepted } = first;
        const read: ServerRequest = { kind: 'read', msgId: messageId, path, accepted };
        this.#show({ request: read, messageId, token, conclude: resolve, valueFor: first });
      } else {
        this.#show({ request: first, messageId, token, conclude: resolve, following });
      }
    });
  }

  /** Lets the host see a request and waits for him, not for ever. */
  #show(waiting: Pick<Pending, 'request' | 'messageId' | 'token' | 'conclude' | 'valueFor' | 'following'>): void {
    const { msgId } = waiting.request;
    this.#pending.get(msgId)?.conclude(undefined);
    const conclude: Conclude = (answer) => {
      this.#forget(msgId);
      waiting.conclude(answer);
    };
    const timer = setTimeout(() => conclude(undefined), this.#parts.personality.answerSeconds * 1000);
    this.#pending.set(msgId, { ...waiting, timer, values: [], conclude, timesShown: 1 });
    this.#listener.onRequest(waiting.request);
  }

  #forget(msgId: number): void {
    clearTimeout(this.#pending.get(msgId)?.timer);
    this.#pending.delete(msgId);
  }

  #rememberOwn({ kind, msgId }: ServerRequest): void {
    this.#own.add(`${kind} ${msgId}`);
    const [oldest] = this.#own;
    if (oldest !== undefined && this.#own.size > rememberedOwn) this.#own.delete(oldest);
  }

  #send(msgId: number, conclude: Conclude, answer: CoapResponse): () => void {
    if (this.#parts.transfers.isSendable(answer)) {
      conclude(answer);
      return nothing;
    }
    conclude(undefined);
    return () => this.#listener.onUnsendable(msgId);
  }

  #accept(message: CoapMessage): ServerRequest {
    const { personality, objects, observations, standard } = this.#parts;
    const request = readRequest(message, personality);
    const { path } = request;
    if (!objects.has(path.objectId, path.instanceId) && !standard.has(path.objectId)) {
      throw new RequestError('4.04', 'no such instance');
    }
    if (request.kind !== 'observe') return request;
    if (!request.isCancel) {
      return { ...request, msgId: observations.idFor(path, message.token, message.messageId) };
    }
    if (observations.has(path)) return request;
    // By the standard a GET that cancels what does not exist is a plain GET (RFC 7641 §3.6).
    if (personality.name === 'spec') return { kind: 'read', msgId: request.msgId, path, accepted: request.accepted };
    throw new RequestError('4.04', 'nobody observes that');
  }

  #find(kind: ServerRequestKind, msgId: number, result: number): Pending {
    const pending = this.#pending.get(msgId);
    if (pending?.request.kind !== kind) throw new CommandRefusal('parameter', `no ${kind} waits under ${msgId}`);
    if (!allowedResults[kind].includes(result))
      throw new CommandRefusal('parameter', `result ${result} is none of ${kind}`);
    return pending;
  }
}

/** Ids out of a DISCOVERRSP. Throws {@link CommandRefusal}. */
export function resourceList(checksLength: boolean, length?: number, resources?: string): string[] {
  if (length === undefined || resources === undefined) {
    throw new CommandRefusal('parameter', 'length and resources are missing');
  }
  if (checksLength && resources.length !== length) {
    throw new CommandRefusal('parameter', `the list has ${resources.length} characters`);
  }
  // Hosts put a semicolon behind each; China Mobile's own AT layer passes over empty pieces.
  const ids = resources.split(';').filter((id) => id !== '');
  if (!ids.every((id) => /^\d{1,5}$/.test(id) && Number(id) <= 65535)) {
    throw new CommandRefusal('parameter', 'the list is not of resource ids');
  }
  return ids;
}

function codeOf(result: number): string {
  return results[result]?.coapCode ?? (result === RESULT_CHANGED ? '2.04' : '2.05');
}
