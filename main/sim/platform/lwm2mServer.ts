import { defined } from '../../../shared/defined.ts';
import { formatPath, isCovered, type Lwm2mPath } from '../../../shared/lwm2m.ts';
import { echoBlock1, RequestBodies } from '../coap/block.ts';
import type { CoapEndpoint } from '../coap/endpoint.ts';
import type { CoapResponse } from '../coap/response.ts';
import { methods, type CoapMessage } from '../coap/message.ts';
import {
  authCode,
  contentFormat,
  contentFormats,
  encodeText,
  locationPathOptions,
  strictText,
  uriPath,
  uriQuery,
} from '../coap/options.ts';
import { peerKey, type CoapPeer } from '../coap/transmission.ts';
import { DeviceSession, type SessionEvent } from './deviceSession.ts';
import { parseLinks, type LinkList } from './linkFormat.ts';
import {
  parseEndpointName,
  type PlatformDevice,
  type DeviceRegistry,
  type OfflineReason,
  type Registration,
} from './registry.ts';
import type { TypeOf } from './values.ts';

/** What happens at the platform, with the device it happens to. */
export type PlatformEvent = { readonly device: PlatformDevice } & (
  | { readonly kind: 'registered' | 'updated' }
  | { readonly kind: 'offline'; readonly reason: OfflineReason }
  | SessionEvent
);

/** Habits of the server; see {@link import('./platform.ts').PlatformOptions}. */
export interface ServerHabits {
  readonly autoDiscover: boolean;
  readonly autoObserve: boolean;
  readonly observeFirst: boolean;
  readonly includeStandardObjects: boolean;
  readonly isStrict: boolean;
  readonly requestTimeoutMs: number;
  readonly blockSize: number;
  readonly typeOf: TypeOf;
  readonly now: () => number;
  readonly newToken: () => Uint8Array;
}

/** The binding modes of LwM2M 1.0.2 §5.3.1.1. */
const bindingModes: ReadonlySet<string> = new Set(['U', 'UQ', 'S', 'SQ', 'US', 'UQS']);

const LWM2M_VERSION = '1.0';
const DEFAULT_LIFETIME_SECONDS = 86_400;
const MAX_LIFETIME_SECONDS = 0xffffffff;
/** Security to Connectivity Statistics: the LwM2M objects themselves, which OneNET leaves alone. */
const LAST_STANDARD_OBJECT = 7;

/** A refusal with words for a person (diagnostic payload, RFC 7252 §5.5.2). */
const words = (code: string, text: string): CoapResponse => ({ code, payload: encodeText(text) });

/** Arguments of a registration; the first of a name counts. */
function argumentsOf(request: CoapMessage): Map<string, string> {
  const pairs = uriQuery(request).map((query) => {
    const [name = '', ...rest] = query.split('=');
    return [name, rest.join('=')] as const;
  });
  return new Map(pairs.toReversed());
}

/** The links of a payload; undefined when it is no link format, or no UTF-8. */
function linksOf({ payload }: CoapMessage): LinkList | undefined {
  const text = strictText(payload);
  return text === undefined ? undefined : parseLinks(text);
}

/** Lifetime in seconds; undefined when it is none. */
function parseLifetime(text: string): number | undefined {
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= MAX_LIFETIME_SECONDS ? seconds : undefined;
}

/** The registration interface of LwM2M 1.0 (§5.3), and the sessions of the devices behind it. */
export class Lwm2mServer {
  /** Told of everything that happens. */
  onEvent: ((event: PlatformEvent) => void) | undefined;

  readonly #endpoint: CoapEndpoint;
  readonly #registry: DeviceRegistry;
  readonly #habits: ServerHabits;
  readonly #sessions = new Map<PlatformDevice, DeviceSession>();
  readonly #sessionsByPeer = new Map<string, DeviceSession>();
  readonly #bodies = new RequestBodies();

  constructor(endpoint: CoapEndpoint, registry: DeviceRegistry, habits: ServerHabits) {
    this.#endpoint = endpoint;
    this.#registry = registry;
    this.#habits = habits;
    endpoint.onRequest = (request, peer) => this.#answer(request, peer);
    endpoint.onNotification = (message, peer) =>
      this.#sessionsByPeer.get(peerKey(peer))?.receiveNotification(message) ?? false;
    registry.onOffline = (device, registration, reason) => {
      this.#sessions.get(device)?.end();
      this.#sessions.delete(device);
      this.#sessionsByPeer.delete(peerKey(registration.peer));
      this.onEvent?.({ device, kind: 'offline', reason });
    };
  }

  /** The session of a device that is online. */
  session(device: PlatformDevice): DeviceSession | undefined {
    return this.#registry.isOnline(device) ? this.#sessions.get(device) : undefined;
  }

  /** Deletes a device; one that is online is told first, where it listens. */
  async remove(device: PlatformDevice): Promise<void> {
    await this.session(device)?.tellDeleted();
    this.#registry.remove(device);
  }

  #answer(request: CoapMessage, peer: CoapPeer): CoapResponse {
    const collected = this.#bodies.collect(request, peer);
    if ('answer' in collected) return collected.answer;
    const response = this.#answerWhole(collected.whole, peer);
    return { ...response, options: [...(response.options ?? []), ...echoBlock1(request)] };
  }

  #answerWhole(request: CoapMessage, peer: CoapPeer): CoapResponse {
    const [resource, id, ...more] = uriPath(request);
    if (resource !== 'rd' || more.length > 0) return { code: '4.04' };
    if (id === undefined) return request.code === methods.post ? this.#register(request, peer) : { code: '4.05' };
    const device = this.#registry.byRegistration(id);
    if (device === undefined) return { code: '4.04' };
    if (request.code === methods.post) return this.#update(device, request, peer);
    if (request.code !== methods.delete) return { code: '4.05' };
    this.#registry.end(device, 'deregistered');
    return { code: '2.02' };
  }

  #register(request: CoapMessage, peer: CoapPeer): CoapResponse {
    const given = argumentsOf(request);
    const endpoint = given.get('ep') ?? '';
    const lifetimeSeconds = parseLifetime(given.get('lt') ?? String(DEFAULT_LIFETIME_SECONDS));
    const links = linksOf(request);
    const format = contentFormat(request) ?? contentFormats.linkFormat;
    if (format !== contentFormats.linkFormat) return { code: '4.15' };
    if (endpoint === '' || lifetimeSeconds === undefined || !links?.paths.length) return { code: '4.00' };

    const binding = given.get('b') ?? 'U';
    if (!bindingModes.has(binding)) return { code: '4.00' };

    const version = given.get('lwm2m');
    // LwM2M 1.0.2 §5.3.1: the version of the client is not one the server has. CIS modules name none, which means 1.0.
    if (version !== undefined && version !== LWM2M_VERSION) return words('4.12', `LwM2M ${LWM2M_VERSION} only`);

    const device = this.#findDevice(endpoint);
    if (device === undefined) return this.#registry.isFull ? words('4.03', 'device limit reached') : { code: '4.03' };
    const expected = device.identity.authCode;
    if (expected !== undefined && authCode(request) !== expected) return { code: '4.03' };

    const registration = this.#registry.register(device, {
      peer,
      lifetimeSeconds,
      binding,
      lwm2mVersion: version,
      ...links,
    });
    const session = this.#openSession(device, registration);
    this.onEvent?.({ device, kind: 'registered' });
    this.#bringUp(device, session, registration.paths);
    return { code: '2.01', options: locationPathOptions(`/rd/${registration.id}`) };
  }

  /** The device of an endpoint name, made now unless the platform is strict; undefined for a stranger. */
  #findDevice(endpoint: string): PlatformDevice | undefined {
    const { imei, imsi } = parseEndpointName(endpoint);
    const known = this.#registry.byImei(imei);
    // OneNET compares both: a slip of the pen in the IMSI is the usual reason why a module is turned away.
    if (known) return known.identity.imsi === imsi ? known : undefined;
    return this.#habits.isStrict ? undefined : this.#registry.create({ imei, imsi, title: imei });
  }

  #update(device: PlatformDevice, request: CoapMessage, peer: CoapPeer): CoapResponse {
    const before = device.registration;
    const given = argumentsOf(request);
    const lifetimeText = given.get('lt');
    const lifetimeSeconds = lifetimeText === undefined ? undefined : parseLifetime(lifetimeText);
    const links = request.payload.length > 0 ? linksOf(request) : undefined;
    const isWrong = (lifetimeText !== undefined && !lifetimeSeconds) || (request.payload.length > 0 && !links);
    const binding = given.get('b');
    const isUnknown = binding !== undefined && !bindingModes.has(binding);
    if (before === undefined || isWrong || isUnknown) return { code: '4.00' };

    this.#registry.update(device, {
      peer,
      ...defined({ lifetimeSeconds, binding }),
      ...(links === undefined ? {} : { paths: links.paths }),
    });
    const session = this.#sessions.get(device);
    if (session) {
      this.#sessionsByPeer.delete(peerKey(before.peer));
      this.#sessionsByPeer.set(peerKey(peer), session);
    }
    this.onEvent?.({ device, kind: 'updated' });
    if (session && links) this.#followChange(device, session, before.paths, links.paths);
    return { code: '2.04' };
  }

  /** Asks for what an update added, and forgets the observations of what it took away. */
  #followChange(
    device: PlatformDevice,
    session: DeviceSession,
    before: readonly Lwm2mPath[],
    after: readonly Lwm2mPath[],
  ): void {
    const known = new Set(before.map(formatPath));
    const isKept = (path: Lwm2mPath): boolean => after.some((one) => isCovered(one, path) || isCovered(path, one));
    for (const path of session.observedPaths) if (!isKept(path)) session.forgetObservation(path);
    for (const objectId of device.resources.keys()) if (!isKept({ objectId })) device.resources.delete(objectId);
    this.#bringUp(
      device,
      session,
      after.filter((path) => !known.has(formatPath(path))),
    );
  }

  #openSession(device: PlatformDevice, { peer }: Registration): DeviceSession {
    const session = new DeviceSession({
      ...this.#habits,
      endpoint: this.#endpoint,
      device,
      onEvent: (event) => this.onEvent?.({ device, ...event }),
    });
    this.#sessions.set(device, session);
    this.#sessionsByPeer.set(peerKey(peer), session);
    return session;
  }

  #bringUp(device: PlatformDevice, session: DeviceSession, paths: readonly Lwm2mPath[]): void {
    const { autoDiscover, autoObserve, observeFirst, includeStandardObjects } = this.#habits;
    const ours = paths.filter(({ objectId }) => includeStandardObjects || objectId > LAST_STANDARD_OBJECT);
    const objectIds = [...new Set(ours.map(({ objectId }) => objectId))];
    const discovers = objectIds.map((objectId) => ({ operation: 'discover' as const, path: { objectId } }));
    const observes = ours
      .filter(({ instanceId, resourceId }) => instanceId !== undefined && resourceId === undefined)
      .map((path) => ({ operation: 'observe' as const, path }));
    const first = autoDiscover ? discovers : [];
    const second = autoObserve && device.identity.isAutoObserved !== false ? observes : [];
    const steps = observeFirst ? [...second, ...first] : [...first, ...second];
    // After the answer to the registration has left: a module takes no requests before it knows it is registered.
    if (steps.length > 0) setImmediate(() => void session.bringUp(steps));
  }
}
