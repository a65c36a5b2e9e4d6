import { defined } from '../../../shared/defined.ts';
import { event } from '../../mipl/codes.ts';
import { resolvePeer } from '../coap/airSocket.ts';
import type { CoapEndpoint } from '../coap/endpoint.ts';
import { CoapError } from '../coap/exchange.ts';
import { methods } from '../coap/message.ts';
import {
  contentFormatOption,
  contentFormats,
  optionNumbers,
  textOption,
  uriPathOptions,
  uriQueryOptions,
} from '../coap/options.ts';
import type { CoapOption } from '../coap/options.ts';
import type { CoapPeer } from '../coap/transmission.ts';
import type { Profile } from '../profile.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { bootstrap, BootstrapFailure } from './bootstrap.ts';
import { failureOf } from './failureOf.ts';
import { HostedObjects } from './hostedObjects.ts';
import { Lifetime } from './lifetime.ts';
import { openModuleEndpoint } from './moduleEndpoint.ts';
import type { NotifyLine } from './notifier.ts';
import { registrationPayload } from './payloads.ts';
import type { HostValueLine } from './payloads.ts';
import type { ServerRequest, ServerRequestKind } from './serverRequest.ts';
import { register } from './register.ts';
import { resourceList } from './requestRelay.ts';
import { serveRegistration } from './standingRegistration.ts';
import type { StandingRegistration } from './standingRegistration.ts';
import type { StackParts } from './stackParts.ts';
import { whenAttached } from './whenAttached.ts';

/** Shortest lifetime the stack registers with, seconds (cis-on-the-wire.md). */
const minimumLifetimeSeconds = 15;
const defaultTimeoutSeconds = 30;
/** A platform that is gone must not hold up CLOSE and DELETE for long. */
const farewellSeconds = 8;

/** What a client is made with. */
export interface Lwm2mClientOptions {
  /** `IMEI;IMSI`. */
  readonly endpointName: string;
  /** The server to register with, or the one that tells which. */
  readonly server: { readonly host: string; readonly port: number; readonly isBootstrap: boolean };
  /** Sent as option 63 to both. */
  readonly authCode?: string | undefined;
  readonly profile: Profile;
  /** Answered without the host, on top of what is the habit of the dialect. */
  readonly answersItself?: readonly ServerRequestKind[];
  /** Values of a standard object. */
  readonly standardValues: StackParts['standard']['valuesOf'];
  readonly random: () => number;
  /** Resolves once there is a network, with false when there will be none. */
  readonly attached: () => Promise<boolean>;
  /** Sees every datagram. */
  readonly onDatagram?: ((direction: 'in' | 'out', bytes: Uint8Array) => void) | undefined;
}

/** Who hears what the stack has to say. */
export interface Lwm2mClientListener {
  onRequest(request: ServerRequest): void;
  /** `+MIPLEVENT`: number, and msgid, ackid or seconds left where the event has one. */
  onEvent(event: number, extra?: number): void;
  /** Something went over the air. */
  onTraffic(): void;
}

type Phase = 'idle' | 'opening' | 'registered';

/**
 * The LwM2M 1.0 client inside a module: bootstraps, registers, keeps the registration, passes requests to the host and
 * answers them with what the host says. On the wire it does what China Mobile's CIS core 2.2 does, byte for byte where the
 * capture shows it, or what the standard wants; commands it refuses throw a {@link CommandRefusal}.
 */
export class Lwm2mClient {
  readonly objects: HostedObjects;
  readonly #options: Lwm2mClientOptions;
  readonly #listener: Lwm2mClientListener;
  readonly #lifetime: Lifetime;
  #phase: Phase = 'idle';
  #session: StandingRegistration | undefined;
  #opening: AbortController | undefined;
  /** The present or latest attempt to open; settles soon after its abort. */
  #attempt: Promise<void> = Promise.resolve();
  /** Sockets that wait for the answer to a deregistration. */
  readonly #leaving = new Set<CoapEndpoint>();
  /** Counts messages: part of every token, as in the capture. */
  #messageCount = 10;

  constructor(options: Lwm2mClientOptions, listener: Lwm2mClientListener) {
    this.#options = options;
    this.objects = new HostedObjects(options.profile.standardObjects);
    this.#listener = listener;
    this.#lifetime = new Lifetime({
      onUpdateNeeded: (secondsLeft) => listener.onEvent(event.updateNeeded, secondsLeft),
      onOver: () => {
        listener.onEvent(event.lifetimeOver);
        void this.#leave();
      },
    });
  }

  get isRegistered(): boolean {
    return this.#phase === 'registered';
  }

  /** True when there is nothing that {@link close} could end. */
  get isIdle(): boolean {
    return this.#phase === 'idle';
  }

  /** True when the way to the platform leads over a bootstrap server. */
  get isBootstrapped(): boolean {
    return this.#options.server.isBootstrap;
  }

  /** Of a registration that stands, whole seconds; else 0. */
  get secondsLeft(): number {
    return this.#lifetime.secondsLeft;
  }

  /** Where it is registered, or is to register. */
  get server(): Lwm2mClientOptions['server'] {
    if (!this.#session) return this.#options.server;
    return { ...this.#session.peer, isBootstrap: false };
  }

  /** MIPLOPEN: accepted at once; the function returned starts it, and events tell the rest. */
  open(lifetimeSeconds: number, timeoutSeconds = defaultTimeoutSeconds): () => void {
    if (this.#phase !== 'idle') throw new CommandRefusal('state', 'it is open or opening');
    this.#checkLifetime(lifetimeSeconds);
    this.#phase = 'opening';
    return () => {
      this.#attempt = this.#open(lifetimeSeconds, timeoutSeconds);
    };
  }

  /** MIPLUPDATE: as {@link open}, with event 11, 12 or 13. Lifetime 0 sets the personality's own. */
  update(lifetimeSeconds: number, withObjects: boolean): () => void {
    this.#requireSession();
    const { zeroLifetimeUpTo, zeroLifetimeSeconds } = this.#options.profile.personality;
    const lifetime = lifetimeSeconds <= zeroLifetimeUpTo ? zeroLifetimeSeconds : lifetimeSeconds;
    this.#checkLifetime(lifetime);
    return () => void this.#update(lifetime, withObjects);
  }

  /** MIPLCLOSE: resolves once the platform knows, or cannot be told. */
  async close(): Promise<void> {
    if (this.#phase === 'idle') throw new CommandRefusal('state', 'it is not open');
    const session = this.#session;
    this.#opening?.abort();
    this.#phase = 'idle';
    this.#session = undefined;
    this.#lifetime.stop();
    this.objects.forgetAnnouncements();
    if (!session) return;
    const { endpoint, peer, location, relay } = session;
    relay.clear();
    this.#leaving.add(endpoint);
    await endpoint
      .request(peer, { code: methods.delete, options: uriPathOptions(location) }, { timeoutMs: farewellSeconds * 1000 })
      .catch(() => undefined);
    this.#leaving.delete(endpoint);
    await endpoint.close();
  }

  /** Power off: nothing is told to anybody. */
  async dispose(): Promise<void> {
    this.#opening?.abort();
    await Promise.all([this.#leave(), this.#attempt, ...[...this.#leaving].map((endpoint) => endpoint.close())]);
  }

  /** WRITERSP, EXECUTERSP, PARAMETERRSP, OBSERVERSP. What is returned runs after its OK. */
  answer(kind: ServerRequestKind, msgId: number, result: number): () => void {
    return this.#requireSession().relay.answer(kind, msgId, result);
  }

  /** DISCOVERRSP of dialect cmcc: the resources of an object, kept until CLOSE. */
  announce(objectId: number, result: number, length?: number, resources?: string): void {
    if (!this.objects.has(objectId)) throw new CommandRefusal('missing', `object ${objectId} was never added`);
    if (result !== 1) throw new CommandRefusal('parameter', `result ${result} is not 1`);
    this.objects.announce(
      objectId,
      resourceList(this.#options.profile.personality.checksListLength, length, resources),
    );
  }

  /** DISCOVERRSP of dialect cis. What is returned runs after its OK. */
  answerDiscover(msgId: number, result: number, length?: number, resources?: string): () => void {
    return this.#requireSession().relay.answerDiscover(msgId, result, length, resources);
  }

  /** READRSP with a value. What is returned runs after its OK. */
  answerRead(msgId: number, line: HostValueLine): () => void {
    return this.#requireSession().relay.answerRead(msgId, line);
  }

  /** READRSP with an error. */
  refuseRead(msgId: number, result: number): void {
    this.#requireSession().relay.refuseRead(msgId, result);
  }

  /** MIPLNOTIFY: keeps the line; when it is the last one, the function returned sends what was kept. */
  notify(msgId: number, line: NotifyLine): () => void {
    return this.#requireSession().notifier.notify(msgId, line);
  }

  #open(lifetimeSeconds: number, timeoutSeconds: number): Promise<void> {
    return this.#within(timeoutSeconds, async (signal) => {
      await whenAttached(this.#options.attached(), signal);
      const { server } = this.#options;
      const first = await resolvePeer(server.host, server.port);
      if (!server.isBootstrap) return this.#enrol(first, lifetimeSeconds, signal);
      const endpoint = await this.#openEndpoint(first);
      try {
        const peer = await this.#bootstrap(endpoint, first, signal);
        await this.#enrol(peer, lifetimeSeconds, signal);
      } finally {
        // A repeated "finished" may come while we register: its endpoint answers it from memory until then.
        await endpoint.close();
      }
    });
  }

  /** One attempt to get to a registration, within its time limit; what it fails with becomes an event. */
  async #within(timeoutSeconds: number, attempt: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    const limit = setTimeout(
      () => opening.abort(new CoapError('TIMEOUT', 'OPEN took too long')),
      timeoutSeconds * 1000,
    );
    try {
      await attempt(opening.signal);
    } catch (error) {
      // Aborted by CLOSE or by a reboot: whoever did that has already set the phase.
      if (this.#opening !== opening || this.#phase !== 'opening') return;
      this.#phase = 'idle';
      // The reason of the abort is the cause; what it broke off is only its effect.
      const isAborted = opening.signal.aborted && !(error instanceof BootstrapFailure);
      this.#listener.onEvent(failureOf(isAborted ? opening.signal.reason : error));
    } finally {
      clearTimeout(limit);
    }
  }

  /** Registers from a port of its own and serves the platform there. */
  async #enrol(peer: CoapPeer, lifetimeSeconds: number, signal: AbortSignal, firstMessageId?: number): Promise<void> {
    const endpoint = await this.#openEndpoint(peer, firstMessageId);
    try {
      signal.throwIfAborted();
      this.#listener.onEvent(event.connected);
      const location = await register(endpoint, peer, {
        personality: this.#options.profile.personality,
        endpointName: this.#options.endpointName,
        lifetimeSeconds,
        instances: this.objects.instances(),
        authorization: this.#authorization(),
        signal,
      });
      this.#serve(endpoint, peer, location);
      this.#lifetime.start(lifetimeSeconds);
      this.#listener.onEvent(event.registered);
    } catch (error) {
      await endpoint.close();
      throw error;
    }
  }

  /**
   * The server does not know the registration, for it has lost its memory: the module registers by itself, from a new port
   * and with the next message id (CIS core, golden capture of a server restart; LwM2M 1.0 §5.3.2 wants it of all).
   */
  async #registerAgain({ endpoint, peer, relay }: StandingRegistration, lifetimeSeconds: number): Promise<void> {
    this.#phase = 'opening';
    this.#session = undefined;
    this.#lifetime.stop();
    relay.clear();
    this.#attempt = this.#within(defaultTimeoutSeconds, async (signal) => {
      const messageId = endpoint.takeMessageId();
      await endpoint.close();
      await this.#enrol(peer, lifetimeSeconds, signal, messageId);
    });
    await this.#attempt;
  }

  async #bootstrap(endpoint: CoapEndpoint, server: CoapPeer, signal: AbortSignal): Promise<CoapPeer> {
    const { endpointName, profile } = this.#options;
    this.#listener.onEvent(event.bootstrapStarted);
    const authorization = this.#authorization();
    const { personality } = profile;
    const account = await bootstrap({ endpoint, server, endpointName, authorization, personality, signal });
    this.#listener.onEvent(event.bootstrapDone);
    // A resolver would take no name at all for this machine.
    if (account.host === '') throw new CoapError('NETWORK', 'The account names no host');
    return resolvePeer(account.host, account.port);
  }

  #authorization(): CoapOption[] {
    const { authCode } = this.#options;
    return authCode === undefined ? [] : [textOption(optionNumbers.authCode, authCode)];
  }

  async #openEndpoint(peer: CoapPeer, firstMessageId?: number): Promise<CoapEndpoint> {
    const endpoint = await openModuleEndpoint(this.#options.profile.personality, {
      peer,
      airMs: this.#options.profile.airMs,
      random: this.#options.random,
      ...defined({ firstMessageId }),
      nextToken: (messageId) => this.#token(messageId),
    });
    endpoint.onDatagram = (direction, bytes) => {
      this.#listener.onTraffic();
      this.#options.onDatagram?.(direction, bytes);
    };
    return endpoint;
  }

  /** Message id and message count, low byte first: four bytes, as in the capture. */
  #token(messageId: number): Uint8Array {
    const count = this.#messageCount++;
    return Uint8Array.of(messageId & 0xff, messageId >> 8, count & 0xff, (count >> 8) & 0xff);
  }

  #serve(endpoint: CoapEndpoint, peer: CoapPeer, location: string): void {
    this.#phase = 'registered';
    this.#session = serveRegistration(
      { endpoint, peer, location },
      {
        ...this.#options,
        objects: this.objects,
        onRequest: (request) => this.#listener.onRequest(request),
        onEvent: (number, extra) => this.#listener.onEvent(number, extra),
        onDeleted: () => {
          this.#listener.onEvent(event.deviceDeleted);
          void this.#leave();
        },
      },
    );
  }

  async #update(lifetimeSeconds: number, withObjects: boolean): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const { personality } = this.#options.profile;
    const payload = withObjects ? registrationPayload(personality, this.objects.instances()) : undefined;
    const isStandard = personality.name === 'spec';
    const options = [
      ...uriPathOptions(session.location),
      // CIS sends its objects without saying in which format (golden capture).
      ...(payload && isStandard ? [contentFormatOption(contentFormats.linkFormat)] : []),
      ...uriQueryOptions([`lt=${lifetimeSeconds}`]),
    ];
    try {
      const answer = await session.endpoint.request(
        session.peer,
        { code: methods.post, options, ...(payload ? { payload: payload.bytes } : {}) },
        { timeoutMs: defaultTimeoutSeconds * 1000 },
      );
      if (this.#session !== session) return;
      if (answer.code === '2.04') this.#lifetime.start(lifetimeSeconds);
      this.#listener.onEvent(answer.code === '2.04' ? event.updated : event.updateFailed);
      if (answer.code === '4.04' && personality.registersAgain) await this.#registerAgain(session, lifetimeSeconds);
    } catch (error) {
      if (this.#session !== session) return;
      const isTimeout = error instanceof CoapError && error.code === 'TIMEOUT';
      this.#listener.onEvent(isTimeout ? event.updateTimeout : event.updateFailed);
    }
  }

  /** Leaves without telling the platform: the lifetime is over, or the power is gone. */
  async #leave(): Promise<void> {
    const session = this.#session;
    this.#phase = 'idle';
    this.#session = undefined;
    this.#lifetime.stop();
    session?.relay.clear();
    await session?.endpoint.close();
  }

  #checkLifetime(seconds: number): void {
    if (seconds < minimumLifetimeSeconds)
      throw new CommandRefusal('parameter', `a lifetime of ${seconds} s is too short`);
  }

  #requireSession(): StandingRegistration {
    if (!this.#session) throw new CommandRefusal('state', 'it is not registered');
    return this.#session;
  }
}
