import { isCovered } from '../../../shared/lwm2m.ts';
import { results, RESULT_CHANGED, RESULT_CONTENT } from '../../mipl/codes.ts';
import type { CoapResponse } from '../coap/exchange.ts';
import type { CoapMessage } from '../coap/message.ts';
import type { Personality } from '../profiles.ts';
import { Refusal } from '../refusal.ts';
import { contentFormatOption, observeOption } from './cisOptions.ts';
import type { HostedObjects } from './hostedObjects.ts';
import type { Observations } from './observations.ts';
import { checkHostValue, discoverPayload, payloadFor } from './payloads.ts';
import type { HostValue, HostValueLine, Payload } from './payloads.ts';
import { readRequest, RequestError } from './platformRequest.ts';
import type { PlatformRequest, RequestKind } from './platformRequest.ts';

/** Results a host may answer with (mipl-at.md §5, last line). */
const allowedResults: Readonly<Record<RequestKind, readonly number[]>> = {
  read: [1, 11, 12, 13, 14, 15],
  discover: [1, 11, 12, 13, 14, 15],
  observe: [1, 11, 12, 13, 14, 15],
  write: [2, 11, 12, 13, 14],
  execute: [2, 11, 12, 13, 14],
  parameter: [2, 11, 12, 13, 14],
};

/** CoAP header, token and the options an answer has, in bytes: what the payload limit must leave room for. */
const answerOverhead = 20;

interface Pending {
  readonly request: PlatformRequest;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly timer: NodeJS.Timeout;
  readonly values: HostValue[];
  readonly conclude: (response: CoapResponse | undefined) => void;
  timesShown: number;
}

/** Who hears of requests. */
export interface DeskListener {
  /** The host has to answer this; called again when the platform repeats it. */
  onRequest(request: PlatformRequest): void;
  /** The answer of the host is too long and was not sent. */
  onUnsendable(msgId: number): void;
}

const nothing = (): void => undefined;

function response(code: string, payload?: Payload): CoapResponse {
  if (!payload) return { code };
  return { code, options: [contentFormatOption(payload.format)], payload: payload.bytes };
}

/**
 * Requests of the platform that wait for the host: each becomes a line, and the host's …RSP becomes the answer. Unanswered
 * ones are shown again when the platform repeats them, and forgotten after 30 s.
 */
export class RequestDesk {
  readonly #personality: Personality;
  readonly #objects: HostedObjects;
  readonly #observations: Observations;
  readonly #listener: DeskListener;
  readonly #pending = new Map<number, Pending>();

  constructor(personality: Personality, objects: HostedObjects, observations: Observations, listener: DeskListener) {
    this.#personality = personality;
    this.#objects = objects;
    this.#observations = observations;
    this.#listener = listener;
  }

  /** Shows a request to the host and resolves with the answer; with undefined when the host does not give one in time. */
  handle(message: CoapMessage): Promise<CoapResponse | undefined> {
    let request: PlatformRequest;
    try {
      request = this.#accept(message);
    } catch (error) {
      if (error instanceof RequestError) return Promise.resolve({ code: error.code });
      throw error;
    }
    return new Promise((resolve) => {
      const { msgId } = request;
      this.#pending.get(msgId)?.conclude(undefined);
      const conclude = (answer: CoapResponse | undefined): void => {
        clearTimeout(pending.timer);
        this.#pending.delete(msgId);
        resolve(answer);
      };
      const timer = setTimeout(() => conclude(undefined), this.#personality.answerSeconds * 1000);
      const { messageId, token } = message;
      const pending: Pending = { request, messageId, token, timer, values: [], conclude, timesShown: 1 };
      this.#pending.set(msgId, pending);
      this.#listener.onRequest(request);
    });
  }

  /** The platform repeats a datagram: while it waits for the host, the host sees it again, a few times. */
  repeat(messageId: number): void {
    const pending = [...this.#pending.values()].find((waiting) => waiting.messageId === messageId);
    if (!pending || pending.timesShown >= this.#personality.showAtMost) return;
    pending.timesShown += 1;
    this.#listener.onRequest(pending.request);
  }

  /** Forgets everything that waits; nothing is answered. */
  clear(): void {
    for (const { conclude } of [...this.#pending.values()]) conclude(undefined);
  }

  /** WRITERSP, EXECUTERSP, PARAMETERRSP, OBSERVERSP. */
  answer(kind: RequestKind, msgId: number, result: number): void {
    const pending = this.#find(kind, msgId, result);
    const { request, conclude, token } = pending;
    if (request.kind !== 'observe' || result !== RESULT_CONTENT) {
      conclude(response(codeOf(result)));
      return;
    }
    if (request.isCancel) {
      this.#observations.end(request.path);
      conclude(response(codeOf(result)));
      return;
    }
    this.#observations.begin(msgId, request.path, token);
    // The first answer of a CIS module carries no value, though RFC 7641 wants one (golden capture).
    conclude({ code: codeOf(result), options: [observeOption(0)] });
  }

  /** DISCOVERRSP; `resources` is the text between the quotes, `1;2;3`. What is returned runs after its OK. */
  answerDiscover(msgId: number, result: number, length?: number, resources?: string): () => void {
    const { request, conclude } = this.#find('discover', msgId, result);
    if (result !== RESULT_CONTENT) {
      conclude(response(codeOf(result)));
      return nothing;
    }
    const object = this.#objects.get(request.path.objectId);
    if (length === undefined || resources === undefined || object === undefined) {
      throw new Refusal('parameter', 'length and resources are missing');
    }
    if (this.#personality.checksListLength && resources.length !== length) {
      throw new Refusal('parameter', `the list has ${resources.length} characters`);
    }
    const ids = resources.split(';');
    if (!ids.every((id) => /^\d{1,5}$/.test(id) && Number(id) <= 65535)) {
      throw new Refusal('parameter', 'the list is not of resource ids');
    }
    if (ids.length > object.resourceCount) {
      throw new Refusal('parameter', `ADDOBJ declared ${object.resourceCount} resources, the list has ${ids.length}`);
    }
    return this.#send(msgId, conclude, discoverPayload(object.objectId, object.instances, ids));
  }

  /** READRSP with an error result; it needs no address. */
  refuseRead(msgId: number, result: number): void {
    this.#find('read', msgId, result).conclude(response(codeOf(result)));
  }

  /** READRSP with a value; the one with index 0 completes the answer. What is returned runs after its OK. */
  answerRead(msgId: number, line: HostValueLine): () => void {
    const { request, values, conclude } = this.#find('read', msgId, RESULT_CONTENT);
    if (!this.#objects.has(line.objectId, line.instanceId) || !isCovered(line, request.path)) {
      throw new Refusal('parameter', 'the value is not what was asked for');
    }
    checkHostValue(line);
    values.push(line);
    if (line.index > 0) return nothing;
    return this.#send(msgId, conclude, payloadFor(request.path, values));
  }

  #send(msgId: number, conclude: Pending['conclude'], payload: Payload): () => void {
    if (payload.bytes.length + answerOverhead <= this.#personality.maximumMessage) {
      conclude(response('2.05', payload));
      return nothing;
    }
    conclude(undefined);
    return () => this.#listener.onUnsendable(msgId);
  }

  #accept(message: CoapMessage): PlatformRequest {
    const request = readRequest(message);
    const { path } = request;
    if (!this.#objects.has(path.objectId, path.instanceId)) throw new RequestError('4.04', 'no such instance');
    if (request.kind !== 'observe') return request;
    if (!request.isCancel) {
      return { ...request, msgId: this.#observations.idFor(path, message.token, message.messageId) };
    }
    if (!this.#observations.has(path)) throw new RequestError('4.04', 'nobody observes that');
    return request;
  }

  #find(kind: RequestKind, msgId: number, result: number): Pending {
    const pending = this.#pending.get(msgId);
    if (pending?.request.kind !== kind) throw new Refusal('parameter', `no ${kind} waits under ${msgId}`);
    if (!allowedResults[kind].includes(result)) throw new Refusal('parameter', `result ${result} is none of ${kind}`);
    return pending;
  }
}

function codeOf(result: number): string {
  return results[result]?.coapCode ?? (result === RESULT_CHANGED ? '2.04' : '2.05');
}
