import { cutResponse, echoBlock1, RequestBodies } from '../coap/block.ts';
import type { CoapResponse } from '../coap/response.ts';
import type { CoapMessage } from '../coap/message.ts';
import { block1, block2 } from '../coap/options.ts';
import type { CoapOption, HasOptions } from '../coap/options.ts';
import type { Personality } from '../profile.ts';
import { CisBody } from './cisBody.ts';
import { KeptAnswers } from './keptAnswers.ts';

/** CoAP header, token and the options an answer has, in bytes: what the payload limit must leave room for. */
const answerOverhead = 20;
/** The only peer there is: the server the module is registered with. */
const server = { host: '', port: 0 };

/** Block-wise transfer at the module's end (RFC 7959): long writes in, and with the standard's stack long answers out. */
export class Transfers {
  readonly #personality: Personality;
  readonly #bodies = new RequestBodies();
  readonly #cisBody: CisBody;
  readonly #kept = new KeptAnswers();

  constructor(personality: Personality) {
    this.#personality = personality;
    this.#cisBody = new CisBody(personality.maximumWrite);
  }

  /** Takes a request, or one block of it; an answer when it is not for others to answer. */
  collect(message: CoapMessage): { readonly whole: CoapMessage } | { readonly answer: CoapResponse } {
    const { maximumWrite, name } = this.#personality;
    if (name === 'cis') return this.#cisBody.collect(message);
    const block = block1(message);
    const start = block ? block.number * block.size : 0;
    if (start + message.payload.length > maximumWrite) return { answer: { code: '4.13' } };
    const collected = this.#bodies.collect(message, server);
    const isFurther = 'whole' in collected && (block2(message)?.number ?? 0) > 0;
    // Any block may be asked for, also first (RFC 7959 §2.4): what is not kept is asked of the host anew.
    const further = isFurther ? this.#kept.block(message) : undefined;
    return further ? { answer: further } : collected;
  }

  /** Options with which the answer to a collected request tells of its blocks; the CIS core tells nothing. */
  acknowledged(message: CoapMessage): CoapOption[] {
    return this.#personality.name === 'cis' ? [] : echoBlock1(message);
  }

  /** False when the answer is too long for a stack that cannot cut it. */
  isSendable({ payload }: CoapResponse): boolean {
    const { name, maximumMessage } = this.#personality;
    return name === 'spec' || (payload?.length ?? 0) + answerOverhead <= maximumMessage;
  }

  /** The part of an answer that goes out now; the rest is kept until it is asked for. */
  cut(request: CoapMessage, answer: CoapResponse): CoapResponse {
    if (this.#personality.name === 'cis') return answer;
    const first = cutResponse(request, answer);
    if (first !== answer) this.#kept.keep(request, answer);
    return first;
  }

  /**
   * The first part of a notification; the platform fetches the others with plain requests (RFC 7959 §2.6) that ask for what
   * the observation asked for.
   */
  cutNotification(observed: HasOptions, notification: CoapResponse): CoapResponse {
    if (this.#personality.name === 'cis') return notification;
    const first = cutResponse({ options: [] }, notification);
    if (first !== notification) this.#kept.keep(observed, notification);
    return first;
  }
}
