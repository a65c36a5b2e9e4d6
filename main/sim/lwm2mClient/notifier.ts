import { formatPath, isCovered } from '../../../shared/lwm2m.ts';
import { event } from '../../mipl/codes.ts';
import type { CoapEndpoint } from '../coap/endpoint.ts';
import { CoapError } from '../coap/exchange.ts';
import { encodeMessage } from '../coap/message.ts';
import type { CoapMessage } from '../coap/message.ts';
import { acceptOption, uriPathOptions } from '../coap/options.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import type { Observation } from './observations.ts';
import { checkHostValue, payloadFor } from './payloads.ts';
import type { HostValue, HostValueLine } from './payloads.ts';
import { contentOf } from './requestContent.ts';
import type { StackParts } from './stackParts.ts';
import { writtenObserve } from './writtenOptions.ts';

/** A notification line of the host. */
export interface NotifyLine extends HostValueLine {
  /** 0 for an unconfirmed one. */
  readonly ackId: number;
}

/** What a notifier works with: one session of a client. */
export interface NotifierParts extends StackParts {
  readonly endpoint: CoapEndpoint;
  readonly peer: CoapPeer;
  /** The observation is found by the path of the value; the msgid means nothing (dialect cmcc). */
  readonly isFoundByPath: boolean;
}

/** Unconfirmed notifications a reset is still related to. */
const rememberedMessages = 64;

/** Turns the host's NOTIFY lines into notifications, and what becomes of them into events 25 and 26. */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #onEvent: (event: number, extra: number) => void;
  /** Lines of a notification whose last one has not come yet, by observation. */
  readonly #collected = new Map<number, readonly HostValue[]>();
  readonly #sent = new Map<number, Observation>();

  constructor(parts: NotifierParts, onEvent: (event: number, extra: number) => void) {
    this.#parts = parts;
    this.#onEvent = onEvent;
  }

  /** Keeps the line; when it is the last, the function returned sends what was kept. Throws {@link CommandRefusal}. */
  notify(msgId: number, line: NotifyLine): () => void {
    const { observations, objects, personality, isFoundByPath } = this.#parts;
    const observation = isFoundByPath ? observations.covering(line) : observations.find(msgId);
    if (!observation) throw new CommandRefusal('unobserved', `nobody observes under ${msgId}`);
    if (!objects.has(line.objectId, line.instanceId) || !isCovered(line, observation.path)) {
      throw new CommandRefusal('parameter', 'the value is not what is observed');
    }
    checkHostValue(line);
    objects.declareType(line, line.valueType);
    const values = [...(this.#collected.get(observation.id) ?? []), line];
    if (!line.isLast) {
      this.#collected.set(observation.id, values);
      return () => undefined;
    }
    this.#collected.delete(observation.id);
    const message = this.#messageOf(observation, values, line.ackId);
    const size = encodeMessage(message).length;
    if (size > personality.maximumMessage) throw new CommandRefusal('parameter', `${size} bytes are too long`);
    observation.sequence += 1;
    return () => void this.#send(observation, message, line.ackId);
  }

  /** The platform rejects an unconfirmed notification: it no longer watches (RFC 7641 §3.6). */
  reset(messageId: number): void {
    const observation = this.#sent.get(messageId);
    if (!observation) return;
    this.#parts.observations.end(observation.path);
    this.#onEvent(event.notifyFailed, observation.id);
  }

  #messageOf(observation: Observation, values: readonly HostValue[], ackId: number): CoapMessage {
    const { personality, transfers } = this.#parts;
    const whole = contentOf(personality, payloadFor(personality, observation.path, values, observation.accepted));
    if (whole.code !== '2.05') throw new CommandRefusal('parameter', 'the value has no such format as was asked for');
    const asked = [
      ...uriPathOptions(formatPath(observation.path)),
      ...(observation.accepted === undefined ? [] : [acceptOption(observation.accepted)]),
    ];
    const { options = [], payload = new Uint8Array() } = transfers.cutNotification({ options: asked }, whole);
    const isAck = personality.notifyType === 'ack';
    const unasked = ackId > 0 ? 'CON' : 'NON';
    return {
      type: isAck ? 'ACK' : unasked,
      code: '2.05',
      messageId: this.#parts.endpoint.takeMessageId(),
      token: observation.token,
      options: [writtenObserve(personality, observation.sequence), ...options],
      payload,
    };
  }

  async #send(observation: Observation, message: CoapMessage, ackId: number): Promise<void> {
    const { endpoint, peer, observations } = this.#parts;
    try {
      if (message.type === 'CON') await endpoint.confirm(message, peer);
      else await endpoint.send(message, peer);
    } catch (error) {
      const code = error instanceof CoapError ? error.code : undefined;
      if (code === 'CLOSED') return;
      if (code === 'RESET') observations.end(observation.path);
      this.#onEvent(event.notifyFailed, ackId > 0 ? ackId : observation.id);
      return;
    }
    if (message.type === 'CON') this.#onEvent(event.notifyAcknowledged, ackId);
    // The original core tells its own id and waits for nothing, whatever ackid it was given (golden capture).
    else if (message.type === 'ACK') this.#onEvent(event.notifyAcknowledged, observation.id);
    else this.#remember(message.messageId, observation);
  }

  #remember(messageId: number, observation: Observation): void {
    this.#sent.set(messageId, observation);
    const [oldest] = this.#sent.keys();
    if (oldest !== undefined && this.#sent.size > rememberedMessages) this.#sent.delete(oldest);
  }
}
