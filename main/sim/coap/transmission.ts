import type { CoapMessage } from './message.ts';

/** An address on the network: a numeric IP address and a UDP port. */
export interface CoapPeer {
  readonly host: string;
  readonly port: number;
}

/** How confirmable messages are repeated, RFC 7252 §4.8. */
export interface TransmissionParameters {
  /** Wait before the first repetition, in milliseconds; doubles with each. */
  readonly ackTimeoutMs: number;
  /** The first wait is drawn between 1 and this many times `ackTimeoutMs`. */
  readonly ackRandomFactor: number;
  /** Repetitions after the first sending. */
  readonly maxRetransmit: number;
}

/** The values of RFC 7252 §4.8. */
export const standardTransmission: TransmissionParameters = {
  ackTimeoutMs: 2000,
  ackRandomFactor: 1.5,
  maxRetransmit: 4,
};

/** One text per peer, for keys of maps. */
export function peerKey(peer: CoapPeer): string {
  return `${peer.host}|${peer.port}`;
}

/** Key of a message id of, or towards, a peer. */
export function messageKey(peer: CoapPeer, messageId: number): string {
  return `${peerKey(peer)}|${messageId}`;
}

/** Key of a token towards a peer: a response belongs to a request by token and source address (RFC 7252 §5.3.2). */
export function tokenKey(peer: CoapPeer, token: Uint8Array): string {
  return `${peerKey(peer)}|${Buffer.from(token).toString('hex')}`;
}

/**
 * Sends at once, then again with doubling pauses (RFC 7252 §4.2) until stopped; `giveUp` is called one pause after the
 * last repetition. Returns the function that stops it.
 */
export function startRetransmission(
  send: () => void,
  giveUp: () => void,
  parameters: TransmissionParameters,
  random: () => number,
): () => void {
  const { ackTimeoutMs, ackRandomFactor, maxRetransmit } = parameters;
  let pauseMs = ackTimeoutMs * (1 + random() * (ackRandomFactor - 1));
  let repetitions = 0;
  let timer: NodeJS.Timeout | undefined;

  const wait = (): void => {
    timer = setTimeout(() => {
      if (repetitions >= maxRetransmit) {
        giveUp();
        return;
      }
      repetitions += 1;
      pauseMs *= 2;
      send();
      wait();
    }, pauseMs);
  };
  send();
  wait();
  return () => clearTimeout(timer);
}

/** What is remembered of a message that came in: the datagram that answered it, once there is one. */
export interface ReceivedMessage {
  reply: Uint8Array | undefined;
}

interface RememberedMessage extends ReceivedMessage {
  readonly token: string;
  readonly forgetAtMs: number;
}

/**
 * Memory for telling a repeated message from a new one (RFC 7252 §4.5): same peer, same message id, within the exchange
 * lifetime. The token is compared as well, since a fast peer reuses its 65536 ids sooner than that.
 *
 * Two generations, of which the older is dropped as a whole: taking the oldest out of one map one by one gets slow.
 */
export class ReceivedMessages {
  readonly #lifetimeMs: number;
  readonly #generationSize: number;
  #young = new Map<string, RememberedMessage>();
  #old = new Map<string, RememberedMessage>();
  #youngSinceMs = 0;

  /** At most `capacity` messages are remembered, and at least half as many, so that a flood costs no memory. */
  constructor(lifetimeMs: number, capacity = 8192) {
    this.#lifetimeMs = lifetimeMs;
    this.#generationSize = capacity / 2;
  }

  /** The memory of this very message, or undefined when it is new. */
  find(peer: CoapPeer, message: CoapMessage): ReceivedMessage | undefined {
    const key = messageKey(peer, message.messageId);
    const known = this.#young.get(key) ?? this.#old.get(key);
    if (known === undefined || known.forgetAtMs <= performance.now()) return undefined;
    return known.token === tokenKey(peer, message.token) ? known : undefined;
  }

  /** Remembers a new message; the caller fills in the reply. */
  remember(peer: CoapPeer, message: CoapMessage): ReceivedMessage {
    const nowMs = performance.now();
    if (this.#young.size >= this.#generationSize || nowMs - this.#youngSinceMs >= this.#lifetimeMs) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSinceMs = nowMs;
    }
    const entry: RememberedMessage = {
      reply: undefined,
      token: tokenKey(peer, message.token),
      forgetAtMs: nowMs + this.#lifetimeMs,
    };
    this.#young.set(messageKey(peer, message.messageId), entry);
    return entry;
  }
}
