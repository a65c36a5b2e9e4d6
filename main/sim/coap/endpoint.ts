import { AirSocket } from './airSocket.ts';
import { Confirmables } from './confirmables.ts';
import { standardManners, type Manners } from './manners.ts';
import { emptyMessage, EMPTY_CODE, encodeMessage, isRequestCode, type CoapMessage } from './message.ts';
import { observe, unrecognizedCriticalOptions } from './options.ts';
import {
  asCoapError,
  cancellation,
  CoapError,
  askHandler,
  type CoapRequest,
  type CoapRequestHandler,
  type RequestLimits,
} from './exchange.ts';
import {
  messageKey,
  ReceivedMessages,
  standardTransmission,
  tokenKey,
  type CoapPeer,
  type ReceivedMessage,
  type TransmissionParameters,
} from './transmission.ts';

/** How an endpoint is opened; all but the address has the values of RFC 7252 as default. */
export interface CoapEndpointOptions {
  /** Local address, such as `127.0.0.1`. */
  readonly host: string;
  /** Local UDP port, 0 for any. */
  readonly port: number;
  readonly transmission?: Partial<TransmissionParameters>;
  /**
   * How long a confirmable request may wait for its handler before it is acknowledged empty and answered separately
   * (RFC 7252 §5.2.2), in milliseconds; default 1000, less than the peer's ACK_TIMEOUT. `Infinity` always answers
   * piggybacked, as CIS modules do, however long the host behind them thinks.
   */
  readonly emptyAckAfterMs?: number;
  /** How what comes in is taken; default as RFC 7252 has it. */
  readonly manners?: Manners;
  /** How long a message is remembered to recognise its repetitions; default EXCHANGE_LIFETIME, 247 s. */
  readonly exchangeLifetimeMs?: number;
  /** First message id; random by default (RFC 7252 §4.4). */
  readonly firstMessageId?: number;
  /** Round trip over the air, half of it each way, in milliseconds; default 0. */
  readonly airMs?: number;
  /** Makes the token of a request from its message id; 8 random bytes by default. */
  readonly nextToken?: (messageId: number) => Uint8Array;
  /** Source of chance in [0, 1), for tests that must repeat. */
  readonly random?: () => number;
}

const MAX_TRANSMIT_WAIT_MS = 93_000;
const EXCHANGE_LIFETIME_MS = 247_000;
/** Far more than can be repeated within the lifetime of an exchange of one peer. */
const MOST_ACKNOWLEDGED = 256;
const TOKEN_LENGTH = 8;

interface PendingRequest {
  readonly messageId: number;
  /** True for GET with Observe=1: what then comes with an Observe option is still a notification, not the response. */
  readonly cancelsObservation: boolean;
  readonly settle: (result: CoapMessage | CoapError) => void;
}

/**
 * One UDP socket that speaks CoAP as client and server at once (RFC 7252), which LwM2M needs: a server knows its client
 * by the address it registered from. Lives from {@link CoapEndpoint.open} to {@link CoapEndpoint.close}.
 */
export class CoapEndpoint {
  /** Answers requests; without it they are rejected with RST. */
  onRequest: CoapRequestHandler | undefined;
  /**
   * Takes responses that belong to no open request: notifications, of whatever type, matched by token and never by message
   * id, for CIS modules send them typed ACK under a fresh id. Returns whether the token is known; an unknown one is
   * rejected with RST (RFC 7641 §3.6), save for ACK, which cannot be rejected (RFC 7252 §4.2).
   */
  onNotification: ((message: CoapMessage, peer: CoapPeer) => boolean) | undefined;
  /** Told of an RST for something that was sent with {@link send}: the peer no longer wants an observation. */
  onReset: ((messageId: number, peer: CoapPeer) => void) | undefined;
  /** Told of a request that came again, to which there is no answer yet. */
  onRepeat: ((message: CoapMessage, peer: CoapPeer) => void) | undefined;
  /** Sees every datagram, also malformed ones, as it passes. */
  onDatagram: ((direction: 'in' | 'out', bytes: Uint8Array, peer: CoapPeer) => void) | undefined;
  /** What came in and led to nothing, since the opening. */
  readonly counters = { malformed: 0, repeated: 0, unmatched: 0 };

  readonly #socket: AirSocket;
  readonly #emptyAckAfterMs: number;
  readonly #manners: Manners;
  readonly #nextToken: (messageId: number) => Uint8Array;
  readonly #received: ReceivedMessages;
  readonly #requests = new Map<string, PendingRequest>();
  /** The last requests that were answered in their acknowledgement. */
  readonly #acknowledged = new Set<string>();
  readonly #confirmables: Confirmables;
  readonly #timers = new Set<NodeJS.Timeout>();
  #nextMessageId: number;
  #closing: Promise<void> | undefined;

  private constructor(socket: AirSocket, options: CoapEndpointOptions) {
    this.#socket = socket;
    this.#emptyAckAfterMs = options.emptyAckAfterMs ?? 1000;
    this.#manners = options.manners ?? standardManners;
    const random = options.random ?? Math.random;
    this.#confirmables = new Confirmables({ ...standardTransmission, ...options.transmission }, random);
    this.#nextToken =
      options.nextToken ?? (() => Uint8Array.from({ length: TOKEN_LENGTH }, () => Math.floor(random() * 256)));
    this.#received = new ReceivedMessages(options.exchangeLifetimeMs ?? EXCHANGE_LIFETIME_MS);
    this.#nextMessageId = options.firstMessageId ?? Math.floor(random() * 65536);
    socket.onDatagram = (bytes, peer) => this.#receive(bytes, peer);
  }

  /** Binds the socket. Rejects with CoapError `NETWORK` when the address is taken or not ours. */
  static async open(options: CoapEndpointOptions): Promise<CoapEndpoint> {
    return new CoapEndpoint(await AirSocket.open(options.host, options.port, options.airMs ?? 0), options);
  }

  /** Where the endpoint listens. */
  get address(): CoapPeer {
    return this.#socket.address;
  }

  /** The next message id, for messages that go out through {@link send} and {@link confirm}. */
  takeMessageId(): number {
    const messageId = this.#nextMessageId;
    this.#nextMessageId = (messageId + 1) & 0xffff;
    return messageId;
  }

  /**
   * Sends a request and resolves with its response, whatever the code in it; confirmable ones are repeated until they are
   * acknowledged. Rejects with {@link CoapError}; throws CoapFormatError when the request cannot be put into bytes.
   */
  request(peer: CoapPeer, request: CoapRequest, limits: RequestLimits = {}): Promise<CoapMessage> {
    const messageId = this.takeMessageId();
    const token = request.token ?? this.#nextToken(messageId);
    const message: CoapMessage = {
      type: request.type ?? 'CON',
      code: request.code,
      messageId,
      token,
      options: request.options ?? [],
      payload: request.payload ?? new Uint8Array(),
    };
    const key = tokenKey(peer, token);
    const cancelsObservation = observe(message) === 1;

    return new Promise((resolve, reject) => {
      const { signal, timeoutMs } = limits;
      if (signal?.aborted) {
        reject(cancellation(signal));
        return;
      }
      let settled = false;
      const settle = (result: CoapMessage | CoapError): void => {
        if (settled) return;
        settled = true;
        if (this.#requests.get(key) === pending) this.#requests.delete(key);
        this.#confirmables.acknowledge(messageKey(peer, messageId));
        this.#clearTimer(limit);
        signal?.removeEventListener('abort', aborted);
        if (result instanceof CoapError) reject(result);
        else resolve(result);
      };
      const aborted = (): void => settle(cancellation(signal));
      const pending: PendingRequest = { messageId, cancelsObservation, settle };
      const send = message.type === 'CON' ? this.confirm(message, peer) : this.send(message, peer);
      const limit = this.#setTimer(
        () => settle(new CoapError('TIMEOUT', `No response to ${request.code} from ${peer.host}:${peer.port}`)),
        timeoutMs ?? MAX_TRANSMIT_WAIT_MS,
      );
      this.#requests.set(key, pending);
      signal?.addEventListener('abort', aborted, { once: true });
      send.catch((error: unknown) => {
        // With a time limit of his own the caller waits that long: a CIS host may take 25 s for its piggybacked answer.
        if (error instanceof CoapError && error.code === 'TIMEOUT' && timeoutMs !== undefined) return;
        settle(asCoapError(error));
      });
    });
  }

  /**
   * Sends a confirmable message and repeats it until it is acknowledged (resolves) or rejected or given up (rejects with
   * CoapError `RESET`, `TIMEOUT`, `NETWORK`, `CLOSED`). For notifications; requests go through {@link request}.
   */
  confirm(message: CoapMessage, peer: CoapPeer): Promise<void> {
    const bytes = encodeMessage({ ...message, type: 'CON' });
    const key = messageKey(peer, message.messageId);
    return this.#confirmables.send(key, () => this.#transmit(bytes, peer), `${peer.host}:${peer.port}`);
  }

  /** Sends a message as it is, once. Rejects with CoapError `NETWORK` or `CLOSED`, or CoapFormatError. */
  async send(message: CoapMessage, peer: CoapPeer): Promise<void> {
    await this.#transmit(encodeMessage(message), peer);
  }

  /** Asks whether a CoAP endpoint is there (RFC 7252 §4.3): resolves when it rejects an empty confirmable message. */
  async ping(peer: CoapPeer): Promise<void> {
    try {
      await this.confirm(emptyMessage('CON', this.takeMessageId()), peer);
    } catch (error) {
      if (!(error instanceof CoapError) || error.code !== 'RESET') throw error;
    }
  }

  /** Ends all exchanges with `CLOSED`, stops all timers and frees the port; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #end(): Promise<void> {
    const closed = new CoapError('CLOSED', 'The endpoint was closed');
    for (const { settle } of [...this.#requests.values()]) settle(closed);
    this.#confirmables.end(closed);
    for (const timer of this.#timers) clearTimeout(timer);
    return this.#socket.close();
  }

  #setTimer(action: () => void, delayMs: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
    return timer;
  }

  #clearTimer(timer: NodeJS.Timeout | undefined): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(timer);
  }

  #transmit(bytes: Uint8Array, peer: CoapPeer): Promise<void> {
    if (this.#closing) return Promise.reject(new CoapError('CLOSED', 'The endpoint was closed'));
    this.onDatagram?.('out', bytes, peer);
    return this.#socket.send(bytes, peer);
  }

  /** Sends what nobody waits for: acknowledgements, resets, repeated answers. A failure is like a lost datagram. */
  #reply(bytes: Uint8Array, peer: CoapPeer): void {
    this.#transmit(bytes, peer).catch(() => undefined);
  }

  #receive(bytes: Uint8Array, peer: CoapPeer): void {
    if (this.#closing) return;
    this.onDatagram?.('in', bytes, peer);
    const reading = this.#manners.read(bytes);
    if (!('message' in reading)) {
      this.counters.malformed += 1;
      if (reading.reply) this.#reply(reading.reply, peer);
      return;
    }
    const { message } = reading;
    if (message.code === EMPTY_CODE) this.#receiveEmpty(message, peer);
    else if (this.#manners.isRequest(message)) this.#receiveOnce(message, peer);
    else if (message.type === 'RST') this.counters.unmatched += 1;
    else if (message.type === 'ACK') this.#receiveAcknowledgement(message, peer);
    else this.#receiveOnce(message, peer);
  }

  #receiveEmpty(message: CoapMessage, peer: CoapPeer): void {
    const key = messageKey(peer, message.messageId);
    if (message.type === 'CON') {
      const type = this.#manners.unwanted(message);
      if (type) this.#reply(encodeMessage(emptyMessage(type, message.messageId)), peer);
    } else if (message.type === 'ACK') {
      this.#confirmables.acknowledge(key);
    } else if (message.type === 'RST') {
      const rejected = new CoapError('RESET', `${peer.host}:${peer.port} rejected message ${message.messageId}`);
      if (!this.#confirmables.reject(key, rejected)) this.onReset?.(message.messageId, peer);
    }
  }

  /**
   * A piggybacked response matches by message id and token. It comes again where our request did, having been lost or late;
   * anything else typed ACK can only be a CIS notification.
   */
  #receiveAcknowledgement(message: CoapMessage, peer: CoapPeer): void {
    const pending = this.#requests.get(tokenKey(peer, message.token));
    if (isRequestCode(message.code)) this.counters.unmatched += 1;
    else if (pending?.messageId === message.messageId) this.#settleOnce(pending, message, peer);
    else if (this.#acknowledged.has(messageKey(peer, message.messageId))) this.counters.repeated += 1;
    else if (this.onNotification?.(message, peer) !== true) this.counters.unmatched += 1;
  }

  #settleOnce(pending: PendingRequest, message: CoapMessage, peer: CoapPeer): void {
    this.#acknowledged.add(messageKey(peer, message.messageId));
    const [oldest = ''] = this.#acknowledged;
    if (this.#acknowledged.size > MOST_ACKNOWLEDGED) this.#acknowledged.delete(oldest);
    this.#settle(pending, message);
  }

  /** CON and NON: a repetition gets the answer the first one got, or none while that is still being made. */
  #receiveOnce(message: CoapMessage, peer: CoapPeer): void {
    const known = this.#received.find(peer, message);
    if (known) {
      this.counters.repeated += 1;
      if (known.reply) this.#reply(known.reply, peer);
      else if (this.#manners.isRequest(message)) this.onRepeat?.(message, peer);
      return;
    }
    const received = this.#received.remember(peer, message);
    const replyEmpty = (type: 'ACK' | 'RST'): void => {
      received.reply = encodeMessage(emptyMessage(type, message.messageId));
      this.#reply(received.reply, peer);
    };
    if (this.#manners.isRequest(message)) {
      // What the handler made cannot always be put into bytes; then the request is rejected.
      if (this.onRequest) this.#serve(message, peer, received, this.onRequest).catch(() => replyEmpty('RST'));
      else replyEmpty('RST');
      return;
    }
    if (!this.#acceptResponse(message, peer)) {
      this.counters.unmatched += 1;
      const type = this.#manners.unwanted(message);
      if (type) replyEmpty(type);
    } else if (message.type === 'CON') {
      replyEmpty('ACK');
    }
  }

  /** A separate response or a notification; false when it must be rejected. */
  #acceptResponse(message: CoapMessage, peer: CoapPeer): boolean {
    const pending = this.#requests.get(tokenKey(peer, message.token));
    const isNotification = observe(message) !== undefined && (pending?.cancelsObservation ?? true);
    if (pending && !isNotification) return this.#settle(pending, message);
    if (unrecognizedCriticalOptions(message).length > 0) return false;
    return this.onNotification?.(message, peer) ?? false;
  }

  /** RFC 7252 §5.4.1: a response with a critical option we do not understand must not be used. */
  #settle(pending: PendingRequest, message: CoapMessage): boolean {
    const unknown = unrecognizedCriticalOptions(message);
    pending.settle(unknown.length === 0 ? message : new CoapError('BAD_RESPONSE', `Critical options ${unknown}`));
    return unknown.length === 0;
  }

  async #serve(
    request: CoapMessage,
    peer: CoapPeer,
    received: ReceivedMessage,
    handler: CoapRequestHandler,
  ): Promise<void> {
    let acknowledged = false;
    const { acknowledgesAll, encode } = this.#manners;
    const replyWith = (message: CoapMessage): void => {
      received.reply = encode(message);
      this.#reply(received.reply, peer);
    };
    const acknowledge = (): void => {
      acknowledged = true;
      replyWith(emptyMessage('ACK', request.messageId));
    };
    const waits = request.type === 'CON' && this.#emptyAckAfterMs !== Infinity;
    const timer = waits ? this.#setTimer(acknowledge, this.#emptyAckAfterMs) : undefined;
    const response = await askHandler(request, peer, handler, this.#manners);
    this.#clearTimer(timer);
    if (response === undefined || this.#closing) return;

    const answer = {
      code: response.code,
      token: request.token,
      options: response.options ?? [],
      payload: response.payload ?? new Uint8Array(),
    };
    if (!acknowledged && (acknowledgesAll || request.type === 'CON')) {
      replyWith({ ...answer, type: 'ACK', messageId: request.messageId });
    } else if (request.type === 'CON') {
      // Who does not acknowledge a separate response has lost interest; there is nobody to tell.
      this.confirm({ ...answer, type: 'CON', messageId: this.takeMessageId() }, peer).catch(() => undefined);
    } else {
      replyWith({ ...answer, type: 'NON', messageId: this.takeMessageId() });
    }
  }
}
