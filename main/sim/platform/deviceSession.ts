import { formatPath, isCovered, type Lwm2mPath } from '../../../shared/lwm2m.ts';
import { fetchRest, requestWhole } from '../coap/block.ts';
import type { CoapEndpoint } from '../coap/endpoint.ts';
import { CoapError, type CoapRequest, type RequestLimits } from '../coap/exchange.ts';
import { methods, type CoapMessage } from '../coap/message.ts';
import {
  acceptOption,
  block2,
  contentFormat,
  contentFormatOption,
  contentFormats,
  decodeText,
  encodeText,
  observe,
  observeOption,
  uriPathOptions,
  uriQueryOptions,
  type CoapOption,
} from '../coap/options.ts';
import { encodeTlv } from '../tlv.ts';
import { parseLinks } from './linkFormat.ts';
import { DeviceRefusal, expectSuccess, refusalOf } from './outcome.ts';
import type { PlatformDevice, Registration } from './registry.ts';
import { isTextFormat, isTlvFormat, mayBeBase64, readContent, resourceJson } from './values.ts';
import type { ReportedInstance, TypeOf } from './values.ts';

/** What a session tells of itself. */
export type SessionEvent =
  /** A notification, or the first answer to an observation, was stored. */
  | { readonly kind: 'notified'; readonly path: Lwm2mPath; readonly instances: readonly ReportedInstance[] }
  /** A notification came that cannot be read. */
  | { readonly kind: 'unreadable'; readonly path: Lwm2mPath; readonly message: CoapMessage }
  /** The device ended an observation by answering with an error. */
  | { readonly kind: 'observationEnded'; readonly path: Lwm2mPath }
  /** A request that the platform made of its own accord was refused. */
  | {
      readonly kind: 'refused';
      readonly operation: 'discover' | 'observe';
      readonly path: Lwm2mPath;
      readonly reason: string;
    }
  /** Discover and observe after registration are done. */
  | { readonly kind: 'broughtUp' };

/** What a session works with. */
export interface SessionContext {
  readonly endpoint: CoapEndpoint;
  readonly device: PlatformDevice;
  readonly typeOf: TypeOf;
  /** Milliseconds a request may take when the caller does not say. */
  readonly requestTimeoutMs: number;
  /** Longer payloads go out in blocks of so many bytes. */
  readonly blockSize: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newToken: () => Uint8Array;
  readonly onEvent: (event: SessionEvent) => void;
}

/** 1 replaces the instance's resources (PUT), 2 changes those given (POST); OneNET's numbers, LwM2M 1.0 §5.4.3. */
export type WriteMode = 1 | 2;

interface Observation {
  readonly path: Lwm2mPath;
  readonly token: Uint8Array;
}

interface RequestOutline {
  readonly code: string;
  readonly path: Lwm2mPath;
  readonly options?: readonly CoapOption[];
  readonly payload?: Uint8Array;
  readonly token?: Uint8Array;
}

const SERVER_OBJECT = 1;
/** A device that is to be deleted need not hold up its deletion. */
const FAREWELL_MS = 2000;

/** Most resources of one answer that are read one by one to learn what they are. */
const MOST_READ_ALONE = 32;

const isScalar = (path: Lwm2mPath): boolean => path.resourceId !== undefined;

/**
 * The platform's side of one registration: its requests go out strictly one at a time, and it keeps the observations.
 * All requests reject with {@link DeviceRefusal}, whatever went wrong.
 */
export class DeviceSession {
  readonly #context: SessionContext;
  readonly #ended = new AbortController();
  readonly #observations = new Map<string, Observation>();
  #queue: Promise<unknown> = Promise.resolve();
  /** Modules differ in the number of the TLV format; they get what they send. */
  #tlvFormat: number = contentFormats.tlv;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Ends the session with the registration: requests under way and waiting are refused with `OFFLINE`. */
  end(): void {
    this.#ended.abort();
    this.#observations.clear();
  }

  /** What is being observed. */
  get observedPaths(): readonly Lwm2mPath[] {
    return [...this.#observations.values()].map(({ path }) => path);
  }

  /**
   * Read, LwM2M 1.0 §5.4.1: the values of a resource, an instance or an object. Where bytes come that no definition fits,
   * the resources they are of are read one by one as text, so that a value is the same however it is read.
   */
  async read(path: Lwm2mPath, timeoutMs = this.#context.requestTimeoutMs): Promise<ReportedInstance[]> {
    const endsAtMs = performance.now() + timeoutMs;
    let response = await this.#request({ code: methods.get, path, options: this.#accept(path) }, timeoutMs);
    let instances = this.#content(path, response);
    if (this.#mayHideBytes(path, response)) {
      response = (await this.#readAs(this.#tlvFormat, path, endsAtMs - performance.now())) ?? response;
      instances = this.#content(path, response);
    }
    const unsure = unsureResources(path.objectId, instances).slice(0, MOST_READ_ALONE);
    if (unsure.length === 0) return instances;
    for (const resource of unsure) await this.#readAs(contentFormats.text, resource, endsAtMs - performance.now());
    return this.#content(path, response);
  }

  /** Text that may stand for bytes, of a resource nobody has defined, from a client that honours Accept. */
  #mayHideBytes(path: Lwm2mPath, response: CoapMessage): boolean {
    const isAnyForm = isScalar(path) && this.#registration()?.lwm2mVersion !== undefined;
    if (!isAnyForm || this.#context.typeOf(path) !== undefined) return false;
    return isTextFormat(contentFormat(response)) && mayBeBase64(decodeText(response.payload));
  }

  /** The resource in that form, learnt from as any answer; undefined where the client refuses it so, or takes too long. */
  async #readAs(format: number, path: Lwm2mPath, timeoutMs: number): Promise<CoapMessage | undefined> {
    if (timeoutMs <= 0) return undefined;
    try {
      const message = await this.#request({ code: methods.get, path, options: [acceptOption(format)] }, timeoutMs);
      this.#content(path, message);
      return message;
    } catch (error) {
      if (refusalOf(error).reason === 'OFFLINE') throw error;
      return undefined;
    }
  }

  /** Discover, §5.4.2: the paths below `path`. A CIS module knows Discover of objects only. */
  async discover(path: Lwm2mPath, timeoutMs?: number): Promise<readonly Lwm2mPath[]> {
    const options = [acceptOption(contentFormats.linkFormat)];
    const response = await this.#request({ code: methods.get, path, options }, timeoutMs);
    const links = parseLinks(decodeText(response.payload), this.#registration()?.root);
    if (links === undefined) throw new DeviceRefusal('RESP_ERROR');
    const found = links.paths.filter((one) => isCovered(one, path));
    if (path.instanceId === undefined) this.#context.device.resources.set(path.objectId, found);
    return found;
  }

  /** Write of some resources of an instance, §5.4.3, in TLV. */
  async write(
    path: Lwm2mPath,
    mode: WriteMode,
    resources: readonly { readonly id: number; readonly value: Uint8Array }[],
    timeoutMs?: number,
  ): Promise<void> {
    await this.#request(
      {
        code: mode === 1 ? methods.put : methods.post,
        path,
        options: [contentFormatOption(this.#tlvFormat)],
        payload: encodeTlv(resources.map(({ id, value }) => ({ kind: 'resource', id, value }))),
      },
      timeoutMs,
    );
  }

  /** Write of one resource as text. */
  async writeText(path: Lwm2mPath, text: string, timeoutMs?: number): Promise<void> {
    const options = [contentFormatOption(contentFormats.text)];
    await this.#request({ code: methods.put, path, options, payload: encodeText(text) }, timeoutMs);
  }

  /** Execute, §5.4.5, with its arguments as text. */
  async execute(path: Lwm2mPath, argumentText: string, timeoutMs?: number): Promise<void> {
    const content =
      argumentText === ''
        ? {}
        : { options: [contentFormatOption(contentFormats.text)], payload: encodeText(argumentText) };
    await this.#request({ code: methods.post, path, ...content }, timeoutMs);
  }

  /** Write-Attributes, §5.4.4; each entry like `pmin=15`. */
  async writeAttributes(path: Lwm2mPath, attributes: readonly string[], timeoutMs?: number): Promise<void> {
    await this.#request({ code: methods.put, path, options: uriQueryOptions(attributes) }, timeoutMs);
  }

  /** Observe, §5.5.1. Observing again keeps the token, which replaces the observation at the device (RFC 7641 §4.1). */
  async observe(path: Lwm2mPath, timeoutMs?: number): Promise<void> {
    const known = this.#observation(path);
    const observation = known ?? { path, token: this.#context.newToken() };
    const key = Buffer.from(observation.token).toString('hex');
    // Noted before the answer is here, since a notification may overtake it.
    this.#observations.set(key, observation);
    try {
      const options = [observeOption(0), ...this.#accept(path)];
      const response = await this.#request({ code: methods.get, path, options, token: observation.token }, timeoutMs);
      if (observe(response) === undefined) throw new DeviceRefusal('RESP_ERROR');
      // CIS modules answer without a value; the standard's clients with it.
      if (response.payload.length > 0) this.#store(path, response);
    } catch (error) {
      if (known === undefined) this.#observations.delete(key);
      throw error;
    }
  }

  /** Cancel Observation, §5.5.3, by GET with Observe=1 and the token of the observation (RFC 7641 §3.6). */
  async cancelObservation(path: Lwm2mPath, timeoutMs?: number): Promise<void> {
    // Without an observation the device is asked all the same: what it says to that is of interest.
    const token = this.#observation(path)?.token ?? this.#context.newToken();
    await this.#request({ code: methods.get, path, options: [observeOption(1)], token }, timeoutMs);
    this.#observations.delete(Buffer.from(token).toString('hex'));
  }

  /**
   * Takes the account of this server from the device, as far as it lets itself be told: China Mobile firmware says event 31
   * then. How OneNET tells it is not known; deleting the Server object is how LwM2M 1.0 would (§5.4.8).
   */
  async tellDeleted(): Promise<void> {
    const path = { objectId: SERVER_OBJECT, instanceId: 0 };
    await this.#request({ code: methods.delete, path }, FAREWELL_MS).catch(() => undefined);
  }

  /** Forgets an observation without telling the device: its next notification is rejected with RST. */
  forgetObservation(path: Lwm2mPath): void {
    const observation = this.#observation(path);
    if (observation) this.#observations.delete(Buffer.from(observation.token).toString('hex'));
  }

  /** Takes a notification; false when its token is none of this session's. */
  receiveNotification(message: CoapMessage): boolean {
    const key = Buffer.from(message.token).toString('hex');
    const observation = this.#observations.get(key);
    if (observation === undefined) return false;
    if (!message.code.startsWith('2.') || observe(message) === undefined) this.#observations.delete(key);
    if (message.code.startsWith('2.')) this.#takeNotification(observation.path, message);
    else this.#context.onEvent({ kind: 'observationEnded', path: observation.path });
    return true;
  }

  /**
   * What OneNET does after a registration: discovers the objects and observes the instances, one after another. A device
   * that refuses one is asked for the next.
   */
  async bringUp(steps: readonly { operation: 'discover' | 'observe'; path: Lwm2mPath }[]): Promise<void> {
    for (const { operation, path } of steps) {
      try {
        await (operation === 'discover' ? this.discover(path) : this.observe(path));
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        this.#context.onEvent({ kind: 'refused', operation, path, reason: refusalOf(error).reason });
      }
    }
    this.#context.onEvent({ kind: 'broughtUp' });
  }

  /** What does not fit one message is fetched with a plain read, block by block (RFC 7959 §2.6). */
  #takeNotification(path: Lwm2mPath, message: CoapMessage): void {
    if (block2(message)?.more !== true) {
      this.#store(path, message);
      return;
    }
    const { requestTimeoutMs, onEvent } = this.#context;
    this.#inTurn(requestTimeoutMs, async (timeoutMs) => {
      // In the format of the observation: else the later blocks would be of another representation.
      const outline = { code: methods.get, path, options: this.#accept(path) };
      const { request, send, limits } = this.#outlined(outline, timeoutMs);
      return fetchRest(send, request, message, limits);
    }).then(
      (whole) => this.#store(path, whole),
      () => onEvent({ kind: 'unreadable', path, message }),
    );
  }

  #registration(): Registration | undefined {
    return this.#context.device.registration;
  }

  #observation(path: Lwm2mPath): Observation | undefined {
    return [...this.#observations.values()].find((one) => formatPath(one.path) === formatPath(path));
  }

  /**
   * None for a single resource: every client then answers in the form it likes best, text or TLV, and both are read. For
   * more than one only TLV can be read, so it is asked for, except of CIS modules, known by the missing `lwm2m=`: they
   * ignore Accept, and OneNET's own requests carry none.
   */
  #accept(path: Lwm2mPath): CoapOption[] {
    if (isScalar(path) || this.#registration()?.lwm2mVersion === undefined) return [];
    return [acceptOption(this.#tlvFormat)];
  }

  #content(path: Lwm2mPath, message: CoapMessage): ReportedInstance[] {
    const format = contentFormat(message);
    if (format !== undefined && isTlvFormat(format)) this.#tlvFormat = format;
    const { device, typeOf } = this.#context;
    try {
      const instances = readContent(path, format, message.payload, typeOf, (one) => device.printed.of(one));
      if (isScalar(path) && isTextFormat(format)) device.printed.keep(path, decodeText(message.payload));
      return instances;
    } catch (error) {
      throw new DeviceRefusal('RESP_ERROR', { cause: error });
    }
  }

  #store(path: Lwm2mPath, message: CoapMessage): void {
    const { device, now, onEvent } = this.#context;
    let instances: ReportedInstance[];
    try {
      instances = this.#content(path, message);
    } catch {
      onEvent({ kind: 'unreadable', path, message });
      return;
    }
    const atMs = now();
    for (const { instanceId, resources } of instances) {
      for (const resource of resources) {
        const stream = `${path.objectId}_${instanceId}_${resource.resourceId}`;
        device.datapoints.add(stream, { atMs, value: resourceJson(resource) });
      }
    }
    onEvent({ kind: 'notified', path, instances });
  }

  #request(outline: RequestOutline, timeoutMs = this.#context.requestTimeoutMs): Promise<CoapMessage> {
    return this.#inTurn(timeoutMs, async (leftMs) => {
      const { request, send, limits } = this.#outlined(outline, leftMs);
      return expectSuccess(await requestWhole(send, request, limits, this.#context.blockSize));
    });
  }

  /** Waits for its turn, then for the work; both together no longer than the time limit. */
  async #inTurn(timeoutMs: number, work: (leftMs: number) => Promise<CoapMessage>): Promise<CoapMessage> {
    const endsAtMs = performance.now() + timeoutMs;
    const before = this.#queue;
    let leave = (): void => undefined;
    const own = new Promise<void>((resolve) => (leave = resolve));
    // Whoever gives up while waiting must not let the next one overtake the one that is being answered.
    this.#queue = before.then(() => own);
    try {
      await withinLimit(before, timeoutMs);
      return await work(Math.max(0, endsAtMs - performance.now()));
    } catch (error) {
      throw refusalOf(error);
    } finally {
      leave();
    }
  }

  #outlined({ path, ...outline }: RequestOutline, timeoutMs: number) {
    const registration = this.#registration();
    if (this.#ended.signal.aborted || registration === undefined) throw new DeviceRefusal('OFFLINE');
    const { endpoint } = this.#context;
    const request: CoapRequest = {
      ...outline,
      options: [...uriPathOptions(registration.root + formatPath(path)), ...(outline.options ?? [])],
    };
    const limits: RequestLimits = { timeoutMs, signal: this.#ended.signal };
    const send = (one: CoapRequest, limit: RequestLimits): Promise<CoapMessage> =>
      endpoint.request(registration.peer, one, limit);
    return { request, send, limits };
  }
}

/** Resources whose bytes nobody could tell the type of for certain. */
function unsureResources(objectId: number, instances: readonly ReportedInstance[]): Lwm2mPath[] {
  return instances.flatMap(({ instanceId, resources }) =>
    resources
      // A multiple resource has no text form.
      .filter(({ values }) => values.length === 1 && values[0]?.isUnsure === true)
      .map(({ resourceId }) => ({ objectId, instanceId, resourceId })),
  );
}

/** Waits for `turn`, or fails with `TIMEOUT`. */
async function withinLimit(turn: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CoapError('TIMEOUT', 'Another request is still being answered')), timeoutMs);
  });
  try {
    await Promise.race([turn, limit]);
  } finally {
    clearTimeout(timer);
  }
}
