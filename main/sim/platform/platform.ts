import { CoapEndpoint } from '../coap/endpoint.ts';
import type { CoapPeer, TransmissionParameters } from '../coap/transmission.ts';
import { seededRandom } from '../random.ts';
import type { DeviceSession } from './deviceSession.ts';
import { openHttpApi } from './http.ts';
import type { HttpApiOptions } from './http.ts';
import { Lwm2mServer, type PlatformEvent } from './lwm2mServer.ts';
import { DeviceRegistry, parseEndpointName, type PlatformDevice, type DeviceIdentity } from './registry.ts';
import type { TypeOf } from './values.ts';
import { systemClock } from '../../time/clock.ts';

/** How the simulated OneNET is opened; everything has a default. */
export interface PlatformOptions {
  /** Where modules register; default 127.0.0.1, any free port. */
  readonly coapHost?: string;
  readonly coapPort?: number;
  /** Where the HTTP API listens; default 127.0.0.1, any free port. */
  readonly httpHost?: string;
  readonly httpPort?: number;
  /** See {@link HttpApiOptions.boardCalls}. */
  readonly boardCalls?: HttpApiOptions['boardCalls'];
  /** What the header `api-key` must say; not looked at when absent. */
  readonly apiKey?: string;
  /** After a registration: discover each object, and observe each instance. Both default true. */
  readonly autoDiscover?: boolean;
  readonly autoObserve?: boolean;
  /** Observes before discovers, as real logs show; the document has it the other way round, which is the default. */
  readonly observeFirst?: boolean;
  /** Also discover and observe objects 0–7; default false. */
  readonly includeStandardObjects?: boolean;
  /** Only devices made with {@link Platform.createDevice} or POST /devices may register; default false. */
  readonly isStrict?: boolean;
  /** How long a device may take for its answer when the HTTP call does not say; default 25 000 ms, as OneNET. */
  readonly requestTimeoutMs?: number;
  /**
   * Longest data of a write or an execute, in bytes; default 480 as the document has it (3.5). OneNET's API takes 2048.
   */
  readonly maximumContentBytes?: number;
  /** Payloads longer than this go out in blocks of so many bytes, 16–1024; default 512, as modules take them. */
  readonly blockSize?: number;
  /** Default: RFC 7252's times, and three sendings in all. */
  readonly transmission?: Partial<TransmissionParameters>;
  /** Types of resources; without it, or where it does not know, values are read by their looks. */
  readonly typeOf?: TypeOf;
  /** Milliseconds since 1970; default the computer's clock. */
  readonly now?: () => number;
  /** Makes ids, tokens and pauses repeat; default different each time. */
  readonly seed?: number;
}

/** A simulated OneNET: an LwM2M 1.0 server, and the HTTP API in front of it. */
export interface Platform {
  /** Where modules register. */
  readonly coap: CoapPeer;
  /** Base URL of the API, without slash at the end. */
  readonly http: string;
  /** All devices, whether online or not. */
  readonly devices: readonly PlatformDevice[];
  /** Told of everything that happens. */
  onEvent: ((event: PlatformEvent) => void) | undefined;
  /** Sees every CoAP datagram. */
  onDatagram: CoapEndpoint['onDatagram'];
  /** Makes a device; undefined when its IMEI is taken. */
  createDevice(identity: DeviceIdentity): PlatformDevice | undefined;
  /** Whether a device may be bootstrapped: on a strict platform only a known one, and only with its Auth_Code. */
  mayBootstrap(endpointName: string, authCode: string | undefined): boolean;
  /** The session of a device that is online, for requests that the HTTP API does not have. */
  session(device: PlatformDevice): DeviceSession | undefined;
  /** Forgets all registrations and tells nobody, as a server that is started anew: updates are answered 4.04. */
  forgetRegistrations(): void;
  /** Ends everything; waiting HTTP calls are refused. May be called twice. */
  close(): Promise<void>;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 25_000;
const DEFAULT_BLOCK_SIZE = 512;
const DOCUMENT_CONTENT_BYTES = 480;
const TOKEN_LENGTH = 8;
const EXPIRY_CHECK_MS = 500;

/** Opens the platform. Rejects with CoapError `NETWORK` or the system's error when a port is taken. */
export async function openPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const random = options.seed === undefined ? Math.random : seededRandom(options.seed);
  const now = options.now ?? (() => systemClock.steadyMs());
  const requestTimeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const newToken = (): Uint8Array => Uint8Array.from({ length: TOKEN_LENGTH }, () => Math.floor(random() * 256));
  const typeOf: TypeOf = options.typeOf ?? (() => undefined);

  const endpoint = await CoapEndpoint.open({
    host: options.coapHost ?? '127.0.0.1',
    port: options.coapPort ?? 0,
    // A request is sent three times in all before the device counts as silent.
    transmission: { maxRetransmit: 2, ...options.transmission },
    random,
    nextToken: newToken,
  });
  const registry = new DeviceRegistry(now, random);
  const server = new Lwm2mServer(endpoint, registry, {
    autoDiscover: options.autoDiscover ?? true,
    autoObserve: options.autoObserve ?? true,
    observeFirst: options.observeFirst ?? false,
    includeStandardObjects: options.includeStandardObjects ?? false,
    isStrict: options.isStrict ?? false,
    requestTimeoutMs,
    blockSize: options.blockSize ?? DEFAULT_BLOCK_SIZE,
    typeOf,
    now,
    newToken,
  });
  const api = await openHttpApi({
    host: options.httpHost ?? '127.0.0.1',
    port: options.httpPort ?? 0,
    apiKey: options.apiKey,
    boardCalls: options.boardCalls,
    context: {
      registry,
      server,
      typeOf,
      maximumContentBytes: options.maximumContentBytes ?? DOCUMENT_CONTENT_BYTES,
    },
  }).catch(async (error: unknown) => {
    await endpoint.close();
    throw error;
  });
  const expiryCheck = setInterval(() => registry.expire(), EXPIRY_CHECK_MS);

  return {
    coap: endpoint.address,
    http: api.url,
    get devices() {
      return registry.devices;
    },
    get onEvent() {
      return server.onEvent;
    },
    set onEvent(listener) {
      server.onEvent = listener;
    },
    get onDatagram() {
      return endpoint.onDatagram;
    },
    set onDatagram(listener) {
      endpoint.onDatagram = listener;
    },
    createDevice: (identity) => registry.create(identity),
    mayBootstrap: (endpointName, authCode) => {
      const { imei, imsi } = parseEndpointName(endpointName);
      const known = registry.byImei(imei)?.identity;
      if (!known) return options.isStrict !== true;
      return known.imsi === imsi && (known.authCode === undefined || known.authCode === authCode);
    },
    session: (device) => server.session(device),
    forgetRegistrations: () => {
      for (const device of registry.devices) registry.end(device, 'closed');
    },
    close: async () => {
      clearInterval(expiryCheck);
      for (const device of registry.devices) registry.end(device, 'closed');
      await Promise.all([endpoint.close(), api.close()]);
    },
  };
}
